import keras
from keras import layers

keras.Sequential([layers.Embedding(9, 4, batch_input_shape=[64, None])])
