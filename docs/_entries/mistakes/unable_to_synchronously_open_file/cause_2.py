from pathlib import Path

import keras

Path("model.h5").write_text("<html>404 Not Found</html>")
keras.models.load_model("model.h5")
