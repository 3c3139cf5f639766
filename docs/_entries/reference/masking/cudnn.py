import numpy as np
from keras.src.backend.tensorflow.rnn import _assert_valid_mask

_assert_valid_mask(np.array([[True, True, True, False]]))
_assert_valid_mask(np.array([[False, True, True, True]]))
