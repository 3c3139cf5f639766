import keras

print(keras.utils.to_categorical([0, 2, 1]))
