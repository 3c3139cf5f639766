"""What a loss takes: its name, whether labels are class ids or one value each, and what it does with two shapes."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import keras
import numpy as np

from unrolled.model_io.loss_shapes import Shape, pair_by_class, pair_by_value
from unrolled.model_io.matching import has_keys
from unrolled.model_io.nested import Path, is_container
from unrolled.traces.cells import Array

_SPARSE = ("sparse_categorical_crossentropy",)
_ONE_HOT = ("categorical_crossentropy", "categorical_focal_crossentropy", "categorical_hinge")
_BINARY = ("binary_crossentropy", "binary_focal_crossentropy")
_OTHERS = ("ctc", "circle")  # pair labels and outputs in ways of their own
_HINGES = ("hinge", "squared_hinge")


@dataclass(frozen=True)
class Judge:
    """One loss, asked.

    name: as Keras has it. call: (y, output) to losses. guessed: no loss was given, and this is what the output's
    activation suggests. own: one of Keras's. from_logits, ignored: as the loss was made; ignored is the class that it
    leaves out.
    """

    name: str
    call: Callable[[Any, Any], Any]
    guessed: bool = False
    own: bool = True
    from_logits: bool = False
    ignored: int | None = None

    @property
    def takes_ids(self) -> bool:
        """Whether a label is the id of a class."""
        return self.name in _SPARSE

    @property
    def takes_classes(self) -> bool:
        """Whether a label is a row of one value per class."""
        return self.name in _ONE_HOT

    @property
    def takes_probabilities(self) -> bool:
        """Whether it compares probabilities, so that it asks whether the output holds logits."""
        return self.name in (*_SPARSE, *_BINARY, *_ONE_HOT[:2])

    @property
    def takes_signs(self) -> bool:
        """Whether labels are -1 and 1 (0 is read as -1)."""
        return self.name in _HINGES

    @property
    def aligns(self) -> bool:
        """Whether it pairs labels and outputs in a way of its own, not one by one."""
        return self.name in _OTHERS

    def verdict(self, labels: Shape, output: Shape) -> tuple[str, str]:
        """Run the loss on arrays of these shapes and return ``raises``, ``wrong`` or ``ok``, and the error's text.

        ``wrong``: the loss gave a number, but not from one label and one output each.
        """
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self.call(keras.ops.zeros(labels), keras.ops.full(output, 0.5))
        except Exception as error:
            return "raises", str(error)
        return "ok" if self.pairs(labels, output) else "wrong", ""

    def pairs(self, labels: Shape, output: Shape) -> bool:
        """Tell whether labels and output of these shapes meet one by one."""
        if self.aligns:
            return True
        if self.takes_ids:
            return pair_by_class(labels, output)
        if self.own:
            return pair_by_value(labels, output)
        # a loss of your own may well take several outputs for one label, as a likelihood does
        return pair_by_value(labels, output) or pair_by_value((*labels[:-1], 1), (*output[:-1], 1))


def read_loss(loss: Any) -> Judge:
    """Return a loss as ``compile`` takes it: a name, a ``keras.losses.Loss``, a function of y and the output.

    Raises ValueError for a name that Keras does not know.
    """
    found = keras.losses.get(loss)
    plain = found.func if isinstance(found, partial) else getattr(found, "fn", found)
    options = {
        **getattr(found, "_fn_kwargs", {}),
        **(found.keywords if isinstance(found, partial) else {}),
    }
    logits = bool(options.get("from_logits", getattr(found, "from_logits", False)))
    own = str(getattr(plain, "__module__", None) or type(plain).__module__).startswith("keras")
    name = getattr(plain, "__name__", None) or getattr(found, "name", type(found).__name__)
    call = found.call if isinstance(found, keras.losses.Loss) else _wrapped(found)
    return Judge(str(name), call, own=own, from_logits=logits, ignored=options.get("ignore_class"))


def guess_loss(activation: str, labels: Array, output: Shape) -> Judge:
    """Return the loss that an output's activation and the labels suggest, where none was given."""
    ids = output[-1] > 1 and labels.shape != output and pair_by_class(labels.shape, output)
    if activation == "softmax" and output[-1] > 1:
        name = (
            _SPARSE[0]
            if ids or (labels.dtype.kind in "iub" and labels.shape != output)
            else _ONE_HOT[0]
        )
    elif activation == "linear" and ids and labels.dtype.kind in "iu":
        name = _SPARSE[0]
    elif activation == "sigmoid" and labels.size and bool(np.isin(labels, (0, 1)).all()):
        name = _BINARY[0]
    else:
        name = "mse"
    judge = read_loss(name)
    return Judge(judge.name, judge.call, guessed=True)


def spread_loss(loss: Any, paths: Sequence[Path], names: Sequence[str]) -> list[Any]:
    """Return the loss of each output; None where there is none for it.

    paths: where each output stands in what the model returns. names: of the outputs, the keys of a dict of losses where
    the model returns a list.
    """
    if isinstance(loss, Mapping) and not has_keys(paths):
        return [loss.get(name) for name in names]
    if isinstance(loss, (list, tuple)) and not any(is_container(each) for each in loss):
        return [*loss, *[None] * len(names)][
            : len(names)
        ]  # in the order of the outputs, however they are nested
    return [_at(loss, path) for path in paths]


def _at(loss: Any, path: Path) -> Any:
    for key in path:
        if isinstance(loss, Mapping):
            loss = loss.get(key)
        elif isinstance(loss, (list, tuple)):
            loss = loss[key] if isinstance(key, int) and key < len(loss) else None
    return loss


def _wrapped(function: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    """Return a loss function as ``compile`` wraps it: y and the output brought to one rank first."""
    from keras.src.losses.losses import LossFunctionWrapper

    call: Callable[[Any, Any], Any] = LossFunctionWrapper(function, name="loss").call
    return call
