import keras


class OldLSTM(keras.layers.LSTM):
    """An LSTM that takes what Keras 2 wrote."""

    def __init__(self, *args, time_major=False, **kwargs):
        super().__init__(*args, **kwargs)


config = keras.layers.LSTM(4).get_config() | {"time_major": False}  # as in a file of Keras 2
try:
    keras.layers.LSTM.from_config(config)
except (TypeError, ValueError) as error:
    print(str(error).splitlines()[-1] or error)
print("loaded:", OldLSTM.from_config(config).units, "units")
