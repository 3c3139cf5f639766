"""Losses as Keras reads them.

By name, as an object, as a function; and which structures of them it takes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import keras

from unrolled.model_io.loss_shapes import aligned
from unrolled.model_io.losses import LossSpec, describe_loss, guess_name
from unrolled.traces.cells import Array


def read_loss(loss: Any) -> LossSpec:
    """Return what is known of a loss, given as ``compile`` takes it.

    A name, a ``keras.losses.Loss``, or a function of y and the output.

    Raises ValueError for what Keras does not read as a loss.
    """
    try:
        found = keras.losses.get(loss)
    except (TypeError, ValueError) as error:
        raise ValueError(
            "Expected a loss as compile takes it (a name such as 'mse', a keras.losses.Loss, or a "
            "function of "
            f"y_true and y_pred), got {loss!r}. Fix: loss='mse', or another name of keras.losses."
        ) from error
    plain = getattr(found, "fn", found)
    if isinstance(found, partial):
        plain = found.func
    options = _options(found)
    module = getattr(plain, "__module__", None) or type(plain).__module__
    # an object of an author's own need not have the name of a function
    own_name = getattr(found, "name", type(found).__name__)
    name = getattr(plain, "__name__", None) or own_name
    # what was not passed on to a function may be an attribute
    from_logits = getattr(found, "from_logits", False)
    ignored = getattr(found, "ignore_class", None)
    return describe_loss(
        name=str(name),
        call=_caller(found),
        is_keras=str(module).startswith("keras."),
        from_logits=bool(options.get("from_logits", from_logits)),
        ignored=options.get("ignore_class", ignored),
    )


def guess_loss(
    activation: str, labels: Array, outputs: tuple[int, ...]
) -> LossSpec:
    """Return the loss that an output's activation and the labels suggest, where none was given."""
    found = read_loss(guess_name(activation, labels, outputs))
    return replace(found, guessed=True)


def find_structure_error(
    loss: Any, y: Any, names: Sequence[str] | None, y_pred: Any
) -> Exception | None:
    """Return the error at which ``fit`` stops for the structure of the losses, or None.

    Keras itself is asked, by a model of no layers that returns what the real one does. loss: as
    ``compile`` takes it. y, y_pred: the labels and outputs, of which the structure alone counts.
    names: of the outputs, where the model knows them.
    """
    probe = _Outputs()
    if names is not None:
        probe.output_names = list(names)
    small = keras.ops.zeros((1, 1), "float32")
    try:
        losses = keras.tree.map_structure(_plain_loss, loss)
        probe.compile(loss=losses)
        labels, outputs = keras.tree.map_structure(lambda _: small, (y, y_pred))
        probe.compute_loss(None, labels, outputs)
    except Exception as error:
        return error
    return None


class _Outputs(keras.Model):  # type: ignore[misc]  # Keras is not typed
    """A model that is compiled and never called."""

    output_names: list[str]


def _plain_loss(loss: Any) -> str | None:
    if loss is None:
        # an output without a loss
        return None
    return "mse"


def _options(found: Any) -> Mapping[str, Any]:
    """Return the arguments that a loss was made with, as far as Keras shows them."""
    if isinstance(found, partial):
        return found.keywords
    # Keras's losses of this kind call a function with them
    options: Mapping[str, Any] = getattr(found, "_fn_kwargs", {})
    return options


def _caller(found: Any) -> Callable[[Array, Array], Any]:
    """Return the loss as a function of NumPy arrays, without its reduction where it has one."""
    is_object = isinstance(found, keras.losses.Loss)
    # past its reduction
    run = found.call if is_object else found

    def call(labels: Array, outputs: Array) -> Any:
        if not is_object:
            # as compile does for a function: y and the output brought to one rank first
            left, right = aligned(labels.shape, outputs.shape)
            labels, outputs = labels.reshape(left), outputs.reshape(right)
        y = keras.ops.convert_to_tensor(labels)
        y_pred = keras.ops.convert_to_tensor(outputs)
        losses = run(y, y_pred)
        return keras.ops.convert_to_numpy(losses)

    return call
