"""The loss that a saved model was compiled with, read from its file without its code."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_ASK = "Fix: name a loss of Keras that takes the same labels, such as --loss mse"


def read_saved_loss(path: Path) -> Any:
    """Return the loss in a ``.keras`` file as ``compile`` takes it; None where the model was saved without one.

    Raises ValueError for a loss that is neither one of Keras's nor registered here.
    """
    with zipfile.ZipFile(path) as archive:
        config = json.loads(archive.read("config.json"))
    compiled = config.get("compile_config")
    return _restored((compiled or {}).get("loss") if isinstance(compiled, dict | None) else None)


def read_named_loss(names: Sequence[str]) -> Any:
    """Return the loss of the command line: one name, or one for each output. Raises ValueError for an unknown one."""
    for name in names:
        if not _is_name(name):
            raise ValueError(
                f"Expected the name of a loss of Keras after --loss, got {name!r}. "
                "Fix: mse, mae, binary_crossentropy, categorical_crossentropy or sparse_categorical_crossentropy."
            )
    return list(names) if len(names) > 1 else names[0]


def _restored(saved: Any) -> Any:
    """Return what a file tells of a loss, or of several, as ``compile`` takes it."""
    if isinstance(saved, list):
        return [_restored(part) for part in saved]
    if isinstance(saved, dict) and "class_name" not in saved:
        return {name: _restored(part) for name, part in saved.items()}
    if saved is None:
        return None
    import keras

    try:
        if isinstance(saved, dict) and not _is_known(saved):
            raise ValueError("neither a loss of Keras nor registered")
        found = (
            keras.saving.deserialize_keras_object(saved, safe_mode=True)
            if isinstance(saved, dict)
            else saved
        )
        return keras.losses.get(found)
    except Exception as error:
        raise ValueError(
            f"The file was compiled with the loss {_name(saved)!r}, which is not a loss of Keras and is not loaded: "
            f"a file does not hold its code. {_ASK}, or --import the MODULE that registers it."
        ) from error


def _is_known(saved: dict[str, Any]) -> bool:
    """Tell whether a loss is one of Keras's own, or was registered by a module that the user named."""
    import keras

    own = saved.get("module") in ("keras.losses", "builtins") and _is_name(_name(saved))
    registered = (
        saved.get("registered_name"),
        saved.get("config") if saved["class_name"] == "function" else None,
    )
    return own or any(
        isinstance(n, str) and keras.saving.get_registered_object(n) is not None for n in registered
    )


def _is_name(name: str) -> bool:
    """Tell whether Keras has a loss of this name."""
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
    function = saved["class_name"] == "function"
    return str(saved.get("config") if function else saved["class_name"])
