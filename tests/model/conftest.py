"""What the tests of real models do otherwise on a backend other than TensorFlow."""

import gc
import os
from importlib.util import find_spec
from itertools import count

import keras
import pytest

BACKEND = keras.backend.backend()
# What the imports made stays: every collection, and clear_session asks for one, would look
# through it.
gc.freeze()
TESTS = count(1)

collect_ignore = []
if not find_spec("tensorflow"):
    # the environments of the other backends: without it there is no tf.data and Keras reads no text
    collect_ignore += [
        "test_tf_data.py",
        "test_tf_functions.py",
        "test_text.py",
    ]
if not hasattr(os, "fork"):
    collect_ignore += ["test_forks.py"]


def pytest_configure(config):
    if tuple(int(n) for n in keras.__version__.split(".")[:2]) >= (3, 16):
        # from then on a recurrent layer does not pass a mask on, and says so each time
        about_masks = (
            "ignore:Layer .* was passed an input with a mask:UserWarning"
        )
        config.addinivalue_line("filterwarnings", about_masks)


@pytest.fixture(autouse=BACKEND == "jax")
def few_programs():
    """JAX keeps all that it compiled for models called eagerly, until the process has no memory
    maps left and dies.
    """
    yield
    if next(TESTS) % 20 == 0:
        import jax

        jax.clear_caches()
