import keras
from keras import layers

rows = {}
for features in (1, 2, 8):
    model = keras.Sequential([keras.Input((5, features)), layers.LSTM(4)])
    rows[features] = model.get_weights()[0].shape[0]
    print(features, "features: kernel", model.get_weights()[0].shape, "output", model.output_shape)
verdict = "holds" if all(features == count for features, count in rows.items()) else "does not hold"
