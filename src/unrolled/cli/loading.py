"""What the command reads: a model in Keras's safe mode, its loss, and arrays; nothing in a file is run."""

from __future__ import annotations

import os
import re
import sys
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import Any

_QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0", "CUDA_VISIBLE_DEVICES": "-1"}


@contextmanager
def quiet() -> Iterator[None]:
    """Keep standard output for the result: what a backend or a module prints goes to standard error."""
    os.environ.update(_QUIET | dict(os.environ))  # before anything imports TensorFlow
    with redirect_stdout(sys.stderr):
        yield


def import_modules(names: Sequence[str]) -> None:
    """Import the modules that the user names, those of the working directory among them; their code runs."""
    if names:
        sys.path.insert(0, str(Path.cwd()))
    for name in names:
        import_module(name)


def load(path: Path) -> Any:
    """Return the model in a ``.keras`` file, loaded in safe mode: no code of the file is run.

    Raises ValueError, FileNotFoundError where there is no such model; the text says why not and the fix.
    """
    _check_file(path)
    import keras

    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as error:
        raise ValueError(_why_not(path, str(error))) from error


def read_arrays(path: str) -> Any:
    """Return the array of a ``.npy`` file, or the arrays of an ``.npz`` file by name; a single one by itself.

    Raises ValueError for any other file, and for pickled objects.
    """
    import numpy as np

    try:
        with Path(path).open("rb") as file:
            loaded = np.load(file, allow_pickle=False)
            arrays = dict(loaded) if isinstance(loaded, np.lib.npyio.NpzFile) else {"": loaded}
    except OSError:
        raise
    except Exception as error:
        raise ValueError(
            f"Expected arrays of numbers in {path!r}, .npy or .npz; it holds something else, or is damaged. Fix: "
            "np.save('x.npy', np.asarray(x, dtype='float32')); pickled objects are not read, as that could run code."
        ) from error
    return next(iter(arrays.values())) if len(arrays) == 1 else arrays


def _check_file(path: Path) -> None:
    """Raise for what is no ``.keras`` archive, before Keras is imported."""
    name, fix = repr(str(path)), "Fix: in Python, model.save('model.keras')."
    if not path.exists():
        raise FileNotFoundError(f"There is no file {name}.")
    if path.is_dir():
        raise ValueError(f"{name} is a folder, not a .keras file. {fix}")
    if path.suffix in (".h5", ".hdf5"):
        raise ValueError(
            f"{name} is not loaded: Keras 3 does not read every whole model that Keras 2 wrote as h5. Fix: build the "
            f"model again in Python, then model.load_weights({path.name!r}) and model.save('model.keras')."
        )
    if path.suffix != ".keras":
        raise ValueError(f"Expected a file name ending in .keras, got {name}. {fix}")
    if not zipfile.is_zipfile(path):
        raise ValueError(f"{name} is no .keras file: no zip archive, or only a part of one. {fix}")
    with zipfile.ZipFile(path) as archive:
        if "config.json" not in archive.namelist():
            raise ValueError(
                f"{name} is a zip archive, but holds no Keras model (no config.json). {fix}"
            )


def _why_not(path: Path, text: str) -> str:
    """Return one sentence on why Keras did not load a file, and what to do."""
    in_python = "draw the model in Python, where it is built: unrolled.draw(model)"
    if "`Lambda`" in text and "arbitrary code" in text:
        return (
            f"{str(path)!r} is not loaded: it holds a Lambda layer, which is Python code inside the file, and running "
            f"it could do anything. Fix: {in_python}."
        )
    if missing := re.search(r"Could not locate (?:class|function) '([^']*)'", text):
        return (
            f"{str(path)!r} is not loaded: it needs {missing[1]!r}, which is not registered here (a .keras file names "
            "classes of your own, but holds no code). Fix: --import the MODULE that defines it under "
            f"@keras.saving.register_keras_serializable(), or {in_python}."
        )
    reason = text.rpartition("Exception encountered: ")[2].rstrip(". ")
    return (
        f"{str(path)!r} cannot be loaded: {reason}. Fix: save it again, model.save('model.keras')."
    )


def as_labels(model: Any, arrays: Any) -> Any:
    """Return the arrays of an ``.npz`` file as labels: by the names of the outputs, or else in their order."""
    if not isinstance(arrays, dict):
        return arrays
    from unrolled.keras_bridge.models import read_model

    keys = {spec.path[0] for spec in read_model(model).outputs if spec.path}
    named = set(arrays) in (keys, set(getattr(model, "output_names", None) or ()))
    return arrays if named else list(arrays.values())
