import keras
from keras import backend as K
from keras import layers

print({name: hasattr(K, name) for name in ("function", "get_value", "rnn")})
model = keras.Sequential([keras.Input((10, 3)), layers.LSTM(4), layers.Dense(1)])
K.function([model.inputs[0]], [model.layers[0].output])
