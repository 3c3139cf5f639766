from keras.wrappers import SKLearnRegressor

print(SKLearnRegressor.__name__)
