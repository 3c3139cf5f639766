import keras

layers = keras.layers
x = keras.Input((7, 3))
sequence, h, c = layers.LSTM(4, return_sequences=True, return_state=True)(x)
query = layers.Reshape((1, 4))(h)
context, weights = layers.Attention()([query, sequence], return_attention_scores=True)
print("sequence", sequence.shape, " one query:", context.shape, "weights", weights.shape)
print("self-attention", layers.Attention()([sequence, sequence]).shape)
print("multi-head    ", layers.MultiHeadAttention(2, 4)(sequence, sequence).shape)
print("a class       ", layers.Dense(5, activation="softmax")(layers.Flatten()(context)).shape)
