import keras

for name in (
    "LSTM",
    "Concatenate",
    "TimeDistributed",
    "CuDNNLSTM",
    "Merge",
    "TimeDistributedDense",
    "recurrent",
):
    print(f"keras.layers.{name:21s}", "there" if hasattr(keras.layers, name) else "gone")
