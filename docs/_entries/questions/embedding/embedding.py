import keras
import numpy as np

ids = np.zeros((32, 80), "int32")
embedding = keras.layers.Embedding(20000, 128)
vectors = embedding(ids)
print(
    "ids",
    ids.shape,
    "-> vectors",
    vectors.shape,
    "-> LSTM",
    keras.layers.LSTM(16)(vectors).shape,
)
print("table", embedding.embeddings.shape)
