import keras
from keras import layers


class OldLSTM(layers.LSTM):
    def __init__(self, *args, time_major=False, **options):
        super().__init__(*args, **options)


keras.models.load_model("bidirectional.h5", custom_objects={"LSTM": OldLSTM}, compile=False)
