import os

import keras

os.mkdir("old_model")
keras.models.load_model("old_model")
