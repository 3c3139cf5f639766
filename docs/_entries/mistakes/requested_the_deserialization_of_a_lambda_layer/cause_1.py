import keras
from keras import layers

model = keras.Sequential([keras.Input((5, 1)), layers.Lambda(lambda t: t * 2), layers.LSTM(4)])
model.save("model.keras")
loaded = keras.models.load_model("model.keras")
