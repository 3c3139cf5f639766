import keras
from keras import layers

model = keras.Sequential([keras.Input((20, 30)), layers.LSTM(10, return_sequences=True)])
shapes = [array.shape for array in model.get_weights()]
print(*shapes)
verdict = "holds" if shapes == [(30, 4 * 10), (10, 4 * 10), (4 * 10,)] else "does not hold"
