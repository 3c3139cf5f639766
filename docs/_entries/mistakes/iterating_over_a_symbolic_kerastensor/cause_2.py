import keras

x = keras.Input((4, 3))
steps = [step for step in x]
