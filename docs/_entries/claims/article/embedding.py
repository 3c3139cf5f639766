import warnings

import keras
import numpy as np
from keras import layers

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    model = keras.Sequential([layers.Embedding(4, 64, input_length=10)])
print(*{str(warning.message) for warning in caught})
shape = model.predict(np.random.default_rng(0).integers(0, 4, (4, 10)), verbose=0).shape
print("ids 0 to 3:", shape)
try:
    model.predict(np.full((4, 10), 4), verbose=0)
    any_positive = True
except Exception as error:
    any_positive = False
    print("an id of 4:", type(error).__name__)
if shape == (4, 10, 64):
    verdict = "holds" if any_positive and not caught else "holds with a condition"
else:
    verdict = "does not hold"
