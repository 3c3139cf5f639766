import keras
from keras import layers

model = keras.Sequential([keras.Input((5, 1)), layers.LSTM(4), layers.Dense(1)])
model.compile("adam", "mse")
model.save("model.h5")
loaded = keras.models.load_model("model.h5")
