import keras

keras.models.load_model("lstm.h5")
