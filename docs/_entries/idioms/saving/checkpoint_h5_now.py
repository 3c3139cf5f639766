import keras

keras.callbacks.ModelCheckpoint("best.weights.h5", save_weights_only=True)
