import keras

x = keras.Input((4, 3))
steps = [x[:, t] for t in range(4)]
print(len(steps), steps[0].shape)
