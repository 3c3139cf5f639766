import numpy as np
from keras import layers

embedding = layers.Embedding(input_dim=5, output_dim=2)
lengths = [embedding(np.array([[4] * length])).shape for length in (1, 5, 300)]
print("Embedding(5, 2): table", embedding.get_weights()[0].shape, "on 1, 5 and 300 ids:", *lengths)
verdict = "does not hold" if lengths == [(1, 1, 2), (1, 5, 2), (1, 300, 2)] else "holds"
