import keras
import numpy as np
from keras import layers


class OldLSTM(layers.LSTM):
    def __init__(self, *args, time_major=False, **options):
        super().__init__(*args, **options)


model = keras.models.load_model("lstm.h5", custom_objects={"LSTM": OldLSTM}, compile=False)
print(model.predict(np.ones((1, 5, 3)), verbose=0))
