from keras import layers

layer = layers.Bidirectional(
    layers.LSTM(4, return_sequences=True),
    backward_layer=layers.LSTM(4, go_backwards=True),
)
