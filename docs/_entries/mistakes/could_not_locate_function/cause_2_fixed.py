import keras
from keras import layers


class Half(layers.Layer):
    def call(self, x):
        return x / 2


model = keras.Sequential([keras.Input((5, 1)), Half(), layers.LSTM(4)])
model.save("model.keras")
loaded = keras.models.load_model("model.keras", custom_objects={"Half": Half})
print(loaded.output_shape)
