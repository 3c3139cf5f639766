import keras
from keras import layers

model = keras.Sequential([keras.Input((5, 3)), layers.LSTM(4)])
counts = [layer.count_params() for layer in keras.Model(model.inputs, model.outputs).layers]
print("weights of Input and LSTM:", counts)
verdict = "does not hold" if counts[0] == 0 else "holds"
