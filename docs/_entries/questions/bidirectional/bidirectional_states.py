import keras

layers = keras.layers
x = keras.Input((5, 3))
output, forward_h, forward_c, backward_h, backward_c = layers.Bidirectional(
    layers.LSTM(4, return_state=True)
)(x)
h = layers.Concatenate()([forward_h, backward_h])
c = layers.Concatenate()([forward_c, backward_c])
decoded = layers.LSTM(8, return_sequences=True)(keras.Input((6, 2)), initial_state=[h, c])
print("output", output.shape, "forward h", forward_h.shape, "backward c", backward_c.shape)
print("h for a decoder", h.shape, "-> decoder", decoded.shape)
print(
    "GRU:",
    len(layers.Bidirectional(layers.GRU(4, return_state=True))(x)),
    "values: the output and two states",
)
