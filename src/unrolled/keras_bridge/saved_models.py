"""Load a model from a ``.keras`` file in Keras's safe mode: no code of the file is run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

_IN_PYTHON = "draw the model in Python, where it is built: unrolled.draw(model)"


def load_model(path: Path) -> Any:
    """Return the model in a ``.keras`` file.

    Raises ValueError for what Keras does not load; its text says why not, and the fix.
    """
    import keras

    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as error:
        raise ValueError(_reason(path, str(error))) from error


def _reason(path: Path, text: str) -> str:
    """Return one sentence on why Keras did not load a file, and what to do."""
    name = repr(str(path))
    if "`Lambda`" in text and "arbitrary code" in text:
        return (
            f"{name} is not loaded: it holds a Lambda layer, which is Python code inside the file, "
            f"and running it could do anything. Fix: {_IN_PYTHON}."
        )
    missing = re.search(r"Could not locate (?:class|function) '([^']*)'", text)
    if missing is not None:
        return (
            f"{name} is not loaded: it needs {missing[1]!r}, which is not registered here (a "
            ".keras file names classes of your own, but holds no code). "
            "Fix: --import the MODULE that defines it under "
            f"@keras.saving.register_keras_serializable(), or {_IN_PYTHON}."
        )
    # what it says before that is the configuration of a layer
    reason = text.rpartition("Exception encountered: ")[2].rstrip(". ")
    return f"{name} cannot be loaded: {reason}. Fix: save it again, model.save('model.keras')."
