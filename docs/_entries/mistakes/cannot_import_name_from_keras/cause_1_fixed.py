from keras.layers import Concatenate

print(Concatenate().axis)
