import h5py
import keras

with h5py.File("lstm.h5") as file:
    keras.models.model_from_json(file.attrs["model_config"])
