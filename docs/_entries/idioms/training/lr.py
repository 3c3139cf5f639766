import keras

keras.optimizers.Adam(lr=0.001)
