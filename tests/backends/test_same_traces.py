"""The traces of this backend are those of TensorFlow: every array of every call, to 1e-5."""

from pathlib import Path

import keras
import numpy as np
import pytest
from same_models import CATALOGUE, RANDOM, arrays_of, trace_of
from stored import Stored

# made by `make test-backends` right before
TENSORFLOW = Stored(Path(__file__).parents[2] / "build/backends/tensorflow.npz")
MODELS = TENSORFLOW.models(keras.backend.backend())
#: a narrow float keeps so few digits that the order of a sum shows in the last two of them
TOLERANCES = {"float16": 4e-3, "bfloat16": 3e-2}


def test_most_models_are_compared():
    assert len(set(MODELS) & set(RANDOM)) >= 40
    assert len(set(MODELS) & set(CATALOGUE)) >= 0.9 * len(CATALOGUE)


@pytest.mark.parametrize("name", MODELS)
def test_every_array_is_that_of_tensorflow(name):
    expected, found = TENSORFLOW.arrays(name), arrays_of(trace_of(name))
    assert list(found) == list(expected)
    assert {key: a.dtype.name for key, a in found.items()} == {
        key: dtype for key, (_, dtype) in expected.items()
    }
    tolerance = max(
        TOLERANCES.get(dtype, 1e-5) for _, dtype in expected.values()
    )
    for key, (array, _) in expected.items():
        close = {"rtol": tolerance, "atol": tolerance, "err_msg": key}
        np.testing.assert_allclose(wide(found[key]), wide(array), **close)


def wide(array):
    return array if array.dtype.kind in "biu" else array.astype("float64")
