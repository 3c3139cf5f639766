import keras

best = keras.callbacks.ModelCheckpoint("best.weights.h5", save_weights_only=True)
print(best.filepath)
