"""What the tests of real models do otherwise on a backend other than TensorFlow."""

import gc
from importlib.util import find_spec
from itertools import count

import keras
import pytest

BACKEND = keras.backend.backend()
# What the imports made stays: every collection, and clear_session asks for one, would look
# through it.
gc.freeze()
TESTS = count(1)

#: the environments of the other backends have no TensorFlow, and without it there is no tf.data and
#: Keras reads no text
collect_ignore = (
    []
    if find_spec("tensorflow")
    else ["test_tf_data.py", "test_tf_functions.py", "test_text.py"]
)


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
