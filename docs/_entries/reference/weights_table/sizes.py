import keras


def count(layer, timesteps=6, features=2):
    return keras.Sequential([keras.Input((timesteps, features)), layer]).count_params()


print("LSTM(4) on 2 features     ", count(keras.layers.LSTM(4)))
print("60 timesteps instead      ", count(keras.layers.LSTM(4), timesteps=60))
print("4 features instead        ", count(keras.layers.LSTM(4), features=4))
print("LSTM(8)                   ", count(keras.layers.LSTM(8)))
print("GRU(4)                    ", count(keras.layers.GRU(4)))
print("GRU(4, reset_after=False) ", count(keras.layers.GRU(4, reset_after=False)))
print("SimpleRNN(4)              ", count(keras.layers.SimpleRNN(4)))
