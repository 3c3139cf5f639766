"""What the trainings of a gallery script came to, kept: an edit in ``src`` trains no model again.

While a script runs, ``fit`` is looked up by all that its result depends on: the script's code, the
model, its weights, its optimizer, the data, the arguments and the states of the random generators.
Where it was run before, what it left is put back to the bit: weights, optimizer, history, random
states. A training that prints, has callbacks or takes other data than arrays is run each time.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import inspect
import pickle
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from store import hashed

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build" / "trainings"
SIMPLE = (bool, int, float, str, type(None))


class UnknownError(Exception):
    """Something that a training depends on cannot be put into its key."""


@dataclass
class Script:
    """One script while it runs. used: the names of its trainings' files."""

    path: Path
    used: set[str] = field(default_factory=set)

    @property
    def folder(self) -> Path:
        """Where its trainings are kept."""
        return FOLDER / self.path.stem

    def forget_unused(self) -> None:
        """Remove the trainings that this run did not ask for."""
        for file in self.folder.glob("*.pickle"):
            # of another text of the script, or of another lock
            if file.name not in self.used:
                file.unlink()


def keep_trainings(
    gallery_conf: Mapping[str, Any], fname: str | Path | None, when: str
) -> None:
    """Look trainings up while a script runs; sphinx-gallery calls this before and after each."""
    import keras

    script = getattr(keras.Model.fit, "script", None)
    if script is not None:
        # what it inherits is seen again
        del keras.Model.fit
        script.forget_unused()
    if when == "before" and fname is not None:
        begins = Script(Path(fname))
        keras.Model.fit = look_up(begins, keras.Model.fit)


def look_up(script: Script, fit: Callable[..., Any]) -> Callable[..., Any]:
    """Return a ``fit`` that trains only where this was not done before."""

    @functools.wraps(fit)
    def stored_fit(model: Any, *args: Any, **named: Any) -> Any:
        try:
            key = key_of(script, model, inspect.signature(fit), args, named)
        except UnknownError:
            # nobody could tell whether it is the same
            return fit(model, *args, **named)
        file = script.folder / f"{key}.pickle"
        script.used.add(file.name)
        if file.exists():
            left = pickle.loads(file.read_bytes())
            return put_back(model, left)
        history = fit(model, *args, **named)
        left = what_is_left(model, history)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(pickle.dumps(left))
        return history

    stored_fit.script = script  # type: ignore[attr-defined]
    return stored_fit


def key_of(
    script: Script,
    model: Any,
    signature: inspect.Signature,
    args: tuple[Any, ...],
    named: Mapping[str, Any],
) -> str:
    """Return the hash of all that a training depends on.

    Raises UnknownError where that cannot be said.
    """
    given = signature.bind(model, *args, **named).arguments
    del given["self"]
    quiet = given.get("verbose") == 0
    # what it prints or calls would be missing the next time
    if not quiet or given.get("callbacks") or not model.built:
        raise UnknownError
    # the script has the layers and the loss, which the values do not tell
    text = script.path.read_text(encoding="utf-8")
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    values = arrays([*model.variables, *model.optimizer.variables])
    states = pickle.dumps(random_states())
    return hashed(
        code_of(text),
        lock,
        describe(values),
        describe(given),
        [hashlib.sha256(states).hexdigest()],
    )


def code_of(text: str) -> str:
    r"""Return the code of a script without its docstring and comments: words train no model.

    >>> code_of('"About it."\nx = 1  # one') == code_of('"About x."\nx = 1')
    True
    """
    module = ast.parse(text)
    if ast.get_docstring(module) is not None:
        del module.body[0]
    return ast.dump(module)


def describe(value: Any) -> Any:
    """Return a value as JSON: arrays by their checksums. Raises UnknownError for what is neither.

    >>> describe({"epochs": 3, "x": [1.5, None]})
    {'epochs': 3, 'x': [1.5, None]}
    """
    if isinstance(value, SIMPLE):
        return value
    if isinstance(value, Mapping):
        return {str(name): describe(value[name]) for name in value}
    if isinstance(value, tuple | list):
        return list(map(describe, value))
    # an array of objects has no bytes of its own
    if not isinstance(value, np.ndarray) or value.dtype.hasobject:
        raise UnknownError
    data = np.ascontiguousarray(value).tobytes()
    content = hashlib.sha256(data).hexdigest()
    dtype, shape = str(value.dtype), list(value.shape)
    return [dtype, shape, content]


def random_states() -> dict[str, Any]:
    """Return the states of the generators that a training may draw from.

    Raises UnknownError where TensorFlow does not show that of its own generator, which has no
    public name.
    """
    from tensorflow.python.eager import context

    generator = getattr(context.context(), "_rng", None)
    if generator is None:
        raise UnknownError
    return {
        "python": random.getstate(),
        "numpy": np.random.get_state(),  # noqa: NPY002  what Keras draws from
        "tensorflow": generator.getstate(),
    }


def restore_random_states(states: Mapping[str, Any]) -> None:
    """Set the generators to these states."""
    from tensorflow.python.eager import context

    random.setstate(states["python"])
    np.random.set_state(states["numpy"])  # noqa: NPY002
    context.context()._rng.setstate(states["tensorflow"])


def what_is_left(model: Any, history: Any) -> dict[str, Any]:
    """Return what a training leaves behind."""
    return {
        "model": arrays(model.variables),
        "optimizer": arrays(model.optimizer.variables),
        "history": history.history,
        "epoch": history.epoch,
        "params": history.params,
        "random": random_states(),
    }


def arrays(variables: Iterable[Any]) -> list[np.ndarray[Any, Any]]:
    """Return copies of the values of variables."""
    import keras

    return [np.array(keras.ops.convert_to_numpy(value)) for value in variables]


def put_back(model: Any, left: Mapping[str, Any]) -> Any:
    """Bring a model to where a training left it; return its history."""
    import keras

    # the first training makes its variables
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    assign(model.variables, left["model"])
    assign(model.optimizer.variables, left["optimizer"])
    history = keras.callbacks.History()
    history.set_model(model)
    history.set_params(left["params"])
    history.history = left["history"]
    history.epoch = left["epoch"]
    model.history = history
    restore_random_states(left["random"])
    return history


def assign(variables: Iterable[Any], values: Iterable[Any]) -> None:
    """Set variables to values."""
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
