import keras
from keras import layers

model = keras.Sequential([keras.Input((5, 1)), layers.LSTM(4), layers.Lambda(lambda h: 2 * h)])
model.save("model.keras")
print(keras.models.load_model("model.keras", safe_mode=False).output_shape)
