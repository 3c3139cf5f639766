"""Every model of the tests by name, built from a seed of its own."""

from importlib.util import find_spec
from zlib import crc32

import keras
from around import AROUND
from kinds import KINDS
from published import PUBLISHED
from sequences import SEQUENCES

#: Keras reads text with TensorFlow, whatever its backend
TEXT = ("preprocessing", "text_in")
BUILDERS = PUBLISHED | KINDS | SEQUENCES | AROUND
if find_spec("tensorflow") is None:
    BUILDERS = {
        name: builder for name, builder in BUILDERS.items() if name not in TEXT
    }


def make(name):
    """Return the model, x and y of that name; the same weights each time."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(crc32(name.encode()))
    return BUILDERS[name]()
