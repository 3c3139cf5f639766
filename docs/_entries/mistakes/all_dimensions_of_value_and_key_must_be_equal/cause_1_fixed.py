import numpy as np
from keras import layers

query, memory = np.zeros((2, 5, 4)), np.zeros((2, 6, 4))
out = layers.MultiHeadAttention(num_heads=2, key_dim=3)(query=query, value=memory, key=memory)
print(out.shape)
