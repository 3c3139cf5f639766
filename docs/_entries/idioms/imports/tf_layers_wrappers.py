from tensorflow.keras.layers.wrappers import Bidirectional
