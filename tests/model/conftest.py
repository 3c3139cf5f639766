"""What the tests of real models do otherwise on a backend other than TensorFlow."""

from itertools import count

import keras
import pytest

BACKEND = keras.backend.backend()
TESTS = count(1)

#: the environments of the other backends have no TensorFlow, so there is no tf.data to test
collect_ignore = [] if BACKEND == "tensorflow" else ["test_tf_data.py"]


@pytest.fixture(autouse=BACKEND == "jax")
def few_programs():
    """JAX keeps all that it compiled for models called eagerly, until the process has no memory maps left and dies."""
    yield
    if next(TESTS) % 20 == 0:
        import jax

        jax.clear_caches()
