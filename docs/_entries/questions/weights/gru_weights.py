import keras
import numpy as np

for reset_after in (True, False):
    gru = keras.layers.GRU(5, reset_after=reset_after)
    gru(np.zeros((1, 3, 4)))
    print(f"reset_after={reset_after}: {gru.count_params()} weights, bias {gru.cell.bias.shape}")
print(3 * (5 * (4 + 5) + 2 * 5), 3 * (5 * (4 + 5) + 5))
