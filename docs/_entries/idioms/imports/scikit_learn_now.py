from keras.wrappers import SKLearnRegressor
