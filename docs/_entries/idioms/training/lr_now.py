import keras

print(float(keras.optimizers.Adam(learning_rate=0.001).learning_rate))
