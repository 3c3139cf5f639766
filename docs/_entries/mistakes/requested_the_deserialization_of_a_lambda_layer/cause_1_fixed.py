import keras
from keras import layers

model = keras.Sequential([keras.Input((5, 1)), layers.Rescaling(2.0), layers.LSTM(4)])
model.save("model.keras")
loaded = keras.models.load_model("model.keras")
print(loaded.output_shape)
