import keras

best = keras.callbacks.ModelCheckpoint("best.h5", save_weights_only=True)
