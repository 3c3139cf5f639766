"""The loss that a saved model was compiled with, read from its file without its code."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from itertools import filterfalse
from pathlib import Path
from typing import Any

_ASK = (
    "Fix: name a loss of Keras that takes the same labels, such as --loss mse"
)


def read_saved_loss(path: Path) -> Any:
    """Return the loss in a ``.keras`` file as ``compile`` takes it, None where there is none.

    Raises ValueError for a loss that is neither one of Keras's nor registered here.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            config = json.loads(archive.read("config.json"))
        compiled = config.get("compile_config")
        # a model that was never compiled has none
        if not isinstance(compiled, dict):
            return None
        return _restore(compiled.get("loss"))
    except RecursionError as error:
        raise ValueError(
            f"The file holds a loss nested too deeply to be one of Keras. {_ASK}."
        ) from error


def read_named_loss(names: Sequence[str]) -> Any:
    """Return the loss of the command line: one name, or one for each output.

    Raises ValueError for a name that Keras does not know.
    """
    unknown = list(filterfalse(_is_name, names))
    if unknown:
        raise ValueError(
            f"Expected the name of a loss of Keras after --loss, got {unknown[0]!r}. "
            "Fix: mse, mae, binary_crossentropy, categorical_crossentropy or "
            "sparse_categorical_crossentropy."
        )
    if len(names) > 1:
        return list(names)
    # one name is for all outputs
    return names[0]


def _restore(saved: Any) -> Any:
    """Return what a file says of a loss, or of several, as ``compile`` takes it."""
    if isinstance(saved, list):
        return list(map(_restore, saved))
    if isinstance(saved, dict) and "class_name" not in saved:
        # a loss for each output, by its name
        losses = map(_restore, saved.values())
        return dict(zip(saved, losses, strict=True))
    try:
        return _restore_one(saved)
    except RecursionError:
        # how deep a file is nested is said of the whole of it
        raise
    except Exception as error:
        # Keras raises errors of many kinds for what it does not know
        raise ValueError(
            f"The file was compiled with the loss {_name(saved)!r}, which is not a loss of Keras "
            f"and is not loaded: a file does not hold its code. {_ASK}, or --import the MODULE "
            "that registers it."
        ) from error


def _restore_one(saved: Any) -> Any:
    """Return one loss. Raises an error of any kind for what Keras does not know."""
    import keras

    if not isinstance(saved, dict):
        return keras.losses.get(saved)
    if not _is_loss_of_keras(saved) and not _is_registered(saved):
        raise ValueError("neither a loss of Keras nor registered")
    # safe_mode runs no code that the file holds
    made = keras.saving.deserialize_keras_object(saved, safe_mode=True)
    return keras.losses.get(made)


def _is_loss_of_keras(saved: dict[str, Any]) -> bool:
    # a file names the module of a class, of a function builtins
    modules = ["keras.losses", "builtins"]
    if saved["class_name"] == "function":
        # Keras 3.16 names the functions that are both so
        modules.append("keras.metrics")
    if saved.get("module") not in modules:
        return False
    return _is_name(_name(saved))


def _is_registered(saved: dict[str, Any]) -> bool:
    """Return whether a module that the user named has registered the loss."""
    import keras

    names = [saved.get("registered_name")]
    # a function is registered by the name that the file calls its configuration
    if saved["class_name"] == "function":
        names.append(saved.get("config"))
    return any(map(keras.saving.get_registered_object, names))


def _is_name(name: str) -> bool:
    """Return whether Keras has a loss of this name."""
    import keras

    try:
        keras.losses.get(name)
    except ValueError:
        return False
    return True


def _name(saved: Any) -> str:
    """Return the name of a loss in a file."""
    if not isinstance(saved, dict):
        return str(saved)
    if saved["class_name"] == "function":
        # its name is all that is written down of it
        return str(saved.get("config"))
    return str(saved["class_name"])
