import keras
from keras import layers


def own(y, output):
    return keras.ops.mean(keras.ops.square(y - output))


model = keras.Sequential([keras.Input((5, 1)), layers.LSTM(4), layers.Dense(1)])
model.compile("adam", own)
model.save("model.keras")
loaded = keras.models.load_model("model.keras", custom_objects={"own": own})
print(loaded.loss.__name__)
