from keras.layers.embeddings import Embedding
