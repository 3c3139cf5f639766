"""What the command reads: a model, arrays, modules; nothing in a file of data is run."""

from __future__ import annotations

import os
import sys
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import Any

_QUIET = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "CUDA_VISIBLE_DEVICES": "-1",
}
_SAVE = "Fix: in Python, model.save('model.keras')."


@contextmanager
def quiet() -> Iterator[None]:
    """Keep standard output for the result: what a backend or a module prints goes to stderr."""
    os.environ.update(
        _QUIET | dict(os.environ)
    )  # before anything imports TensorFlow
    with redirect_stdout(sys.stderr):
        yield


def import_modules(names: Sequence[str]) -> None:
    """Import the modules that the user names, also of the working directory; their code runs."""
    if names:
        sys.path.insert(0, str(Path.cwd()))
    for name in names:
        import_module(name)


def read_model(path: Path) -> Any:
    """Return the model in a ``.keras`` file, loaded in safe mode: no code of the file is run.

    Raises OSError for a file that cannot be read, ValueError for what holds no model; the text says
    why not and the fix.
    """
    _check_name(path)
    _check_archive(path)
    from unrolled.keras_bridge.saved_models import load_model

    return load_model(path)


def read_arrays(path: str) -> Any:
    """Return the array of a ``.npy`` file, or those of an ``.npz`` file by name; one by itself.

    Raises OSError for a file that cannot be read, ValueError for any other file, for pickled
    objects and for more than fits into memory.
    """
    import numpy as np

    try:
        with Path(path).open("rb") as file:
            loaded = np.load(file, allow_pickle=False)
            if isinstance(loaded, np.lib.npyio.NpzFile):
                loaded = dict(loaded)
    except OSError:
        raise
    except MemoryError as error:
        raise ValueError(
            f"The arrays in {path!r} do not fit into memory. Fix: save fewer samples, x[:1000]."
        ) from error
    except Exception as error:
        raise ValueError(
            f"Expected arrays of numbers in {path!r}, .npy or .npz; it holds something else, or is "
            "damaged. Fix: np.save('x.npy', np.asarray(x, dtype='float32')); pickled objects are "
            "not read, as that could run code."
        ) from error
    if isinstance(loaded, dict) and len(loaded) == 1:
        return next(iter(loaded.values()))
    return loaded


def as_labels(model: Any, arrays: Any) -> Any:
    """Return arrays as labels: by the names of the model's outputs, or else in their order."""
    if not isinstance(arrays, dict):
        return arrays
    from unrolled.keras_bridge.models import read_model

    keys = {spec.path[0] for spec in read_model(model).outputs if spec.path}
    names = getattr(model, "output_names", None) or ()
    if set(arrays) in (keys, set(names)):
        return arrays
    return list(arrays.values())


def _check_name(path: Path) -> None:
    """Raise for what by its name and kind is not a ``.keras`` file, before Keras is imported."""
    name = repr(str(path))
    if not path.exists():
        raise FileNotFoundError(f"There is no file {name}.")
    if path.is_dir():
        raise ValueError(f"{name} is a folder, not a .keras file. {_SAVE}")
    if path.suffix in (".h5", ".hdf5"):
        raise ValueError(
            f"{name} is not loaded: Keras 3 does not read every whole model that Keras 2 wrote as "
            "h5. Fix: build the model again in Python, then "
            f"model.load_weights({path.name!r}) and model.save('model.keras')."
        )
    if path.suffix != ".keras":
        raise ValueError(
            f"Expected a file name ending in .keras, got {name}. {_SAVE}"
        )
    if not path.is_file():
        raise ValueError(
            f"{name} is a device or a pipe, not a .keras file. {_SAVE}"
        )


def _check_archive(path: Path) -> None:
    """Raise for a file that cannot be read, or is not the archive that Keras writes."""
    name = repr(str(path))
    try:
        with path.open("rb") as file:
            is_archive = zipfile.is_zipfile(file)
    except OSError as error:
        raise OSError(
            f"{name} cannot be read: {error.strerror}. Fix: ask for the right to read it."
        ) from error
    if not is_archive:
        raise ValueError(
            f"{name} is not a .keras file: no zip archive, or only a part of one. {_SAVE}"
        )
    with zipfile.ZipFile(path) as archive:
        if "config.json" not in archive.namelist():
            raise ValueError(
                f"{name} is a zip archive, but holds no Keras model (no config.json). {_SAVE}"
            )
