from keras.layers import Dense

print(Dense(4).units)
