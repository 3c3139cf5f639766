import numpy as np
from keras import layers

layer = layers.LSTM(4)
made = [layer(np.ones((1, timesteps, 3), "float32")).shape for timesteps in (5, 50, 500)]
print("one LSTM(4) on 5, 50 and 500 steps:", *made, "weights:", layer.count_params())
verdict = "does not hold" if made == [(1, 4)] * 3 else "holds"
