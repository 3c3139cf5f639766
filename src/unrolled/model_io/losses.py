"""What a loss takes: class ids, one value each, or labels that it pairs in a way of its own.

Knows no Keras.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from unrolled.model_io.loss_shapes import (
    Shape,
    aligned,
    pair_by_class,
    pair_by_value,
)
from unrolled.model_io.matching import has_keys
from unrolled.model_io.nested import Path, is_container
from unrolled.traces.cells import Array

SPARSE = "sparse_categorical_crossentropy"
_ONE_HOT = (
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_hinge",
)
_BINARY = ("binary_crossentropy", "binary_focal_crossentropy")
_OF_PROBABILITIES = (SPARSE, *_ONE_HOT[:2], *_BINARY)
_OTHERS = ("ctc", "circle")  # pair labels and outputs in ways of their own
_HINGES = ("hinge", "squared_hinge")

Verdict = Literal["ok", "raises", "wrong"]


@dataclass(frozen=True, kw_only=True)
class LossSpec:
    """One loss, as far as it can be asked.

    Attributes
    ----------
    name : str
        As Keras has it.
    call : callable
        Labels and outputs, both NumPy arrays, to losses.
    is_keras : bool
        Whether it is one of Keras's; of a loss of your own only what it returns is known.
    guessed : bool
        Whether no loss was given, and this is what the activation of the output suggests.
    from_logits : bool
        As the loss was made.
    ignored : int or None
        The class that it leaves out.
    """

    name: str
    call: Callable[[Array, Array], Any]
    is_keras: bool = True
    guessed: bool = False
    from_logits: bool = False
    ignored: int | None = None

    @property
    def known_name(self) -> str:
        """Its name where it is one of Keras's; empty for a loss of your own of that name."""
        if self.is_keras:
            return self.name
        return ""

    @property
    def takes_ids(self) -> bool:
        """Whether a label is the id of a class."""
        return self.known_name == SPARSE

    @property
    def takes_classes(self) -> bool:
        """Whether a label is a row of one value per class."""
        return self.known_name in _ONE_HOT

    @property
    def is_binary(self) -> bool:
        """Whether each value of the output is a probability of its own."""
        return self.known_name in _BINARY

    @property
    def takes_probabilities(self) -> bool:
        """Whether it compares probabilities, so that it asks whether the output holds logits."""
        return self.known_name in _OF_PROBABILITIES

    @property
    def takes_signs(self) -> bool:
        """Whether labels are -1 and 1 (0 is read as -1)."""
        return self.known_name in _HINGES

    @property
    def is_ctc(self) -> bool:
        """Whether it is Keras's CTC; what a loss of your own of that name takes is not known."""
        return self.known_name == "ctc"

    @property
    def aligns(self) -> bool:
        """Whether it pairs labels and outputs in a way of its own, not one by one."""
        return self.known_name in _OTHERS

    def verdict(self, labels: Shape, outputs: Shape) -> tuple[Verdict, str]:
        """Run the loss on arrays of these shapes.

        Returns
        -------
        verdict : str
            ``raises``; ``wrong`` where it gave a number, but not from one label and one output
            each; or ``ok``, which for a loss of your own means that nothing is known against it.
        text : str
            Of the error.
        """
        y = np.zeros(labels, "float32")
        values = np.full(outputs, 0.5, "float32")
        try:
            self.call(y, values)
        except Exception as error:
            return "raises", str(error)
        if self._pairs(labels, outputs):
            return "ok", ""
        return "wrong", ""

    def _pairs(self, labels: Shape, outputs: Shape) -> bool:
        if self.aligns:
            return True
        if self.takes_ids:
            return pair_by_class(labels, outputs)
        one_by_one = pair_by_value(labels, outputs)
        if self.is_keras or one_by_one:
            return one_by_one
        return not self._stretches(labels, outputs)

    def _stretches(self, labels: Shape, outputs: Shape) -> bool:
        """Tell whether the loss of two shapes is that of both stretched to one, as NumPy does.

        CTC and a sparse loss read the same shapes otherwise, and so give another number or stop. A
        likelihood that takes several outputs for one label has the same axes but the last, and is
        let pass.
        """
        same_axes = pair_by_value((*labels[:-1], 1), (*outputs[:-1], 1))
        if same_axes and outputs[-1] > labels[-1]:
            return False
        rng = np.random.default_rng(0)
        y = rng.integers(0, 2, labels).astype("float32")
        values = rng.uniform(0.1, 0.9, outputs).astype("float32")
        left, right = aligned(labels, outputs)
        try:
            wide = np.broadcast_shapes(left, right)
            wide_y = np.broadcast_to(y.reshape(left), wide)
            wide_values = np.broadcast_to(values.reshape(right), wide)
            stretched = self.call(wide_y, wide_values)
            plain = self.call(y, values)
        except (
            Exception
        ):  # it takes no such shapes: then it does not stretch them
            return False
        return bool(np.isclose(np.mean(stretched), np.mean(plain), rtol=1e-4))


def guess_name(activation: str, labels: Array, outputs: Shape) -> str:
    """Return the name of the loss that an output's activation and the labels suggest.

    >>> guess_name("softmax", np.array([0, 2]), (2, 3))
    'sparse_categorical_crossentropy'
    >>> guess_name("linear", np.zeros((2, 1)), (2, 1))
    'mse'
    """
    are_ids = _are_ids(labels, outputs)
    is_whole = _is_whole(labels, outputs)
    if activation == "sigmoid" and _is_binary(labels):
        return _BINARY[0]
    if activation == "softmax" and outputs[-1] > 1:
        return SPARSE if are_ids or is_whole else _ONE_HOT[0]
    if activation == "linear" and are_ids:
        return SPARSE if is_whole else "mse"
    return "mse"


def _are_ids(labels: Array, outputs: Shape) -> bool:
    """Tell whether the shape of labels is that of one id for each row of the output."""
    if outputs[-1] < 2 or labels.shape == outputs:
        return False
    return pair_by_class(labels.shape, outputs)


def _is_whole(labels: Array, outputs: Shape) -> bool:
    """Tell whether labels are whole numbers that are not one value for each class."""
    return labels.dtype.kind in "iu" and labels.shape != outputs


def _is_binary(labels: Array) -> bool:
    if labels.size == 0:
        return False
    return bool(np.isin(labels, (0, 1)).all())


def spread_loss(
    loss: Any, paths: Sequence[Path], names: Sequence[str]
) -> list[Any]:
    """Return the loss of each output; None where there is none for it.

    loss: as ``compile`` takes it. paths: where each output stands in what the model returns. names:
    of the outputs, which are the keys of a dict of losses where the model returns a list.

    >>> spread_loss(["mse", "mae"], [(0,), (1,)], ["a", "b"])
    ['mse', 'mae']
    >>> spread_loss({"b": "mse"}, [(0,), (1,)], ["a", "b"])
    [None, 'mse']
    """
    count = len(names)
    found = [_at(loss, path) for path in paths]
    if isinstance(loss, Mapping) and not has_keys(paths):
        found = list(map(loss.get, names))
    if isinstance(loss, (list, tuple)) and not any(map(is_container, loss)):
        # a flat list is in the order of the outputs, however they are nested
        found = [*loss, *[None] * count][:count]
    return list(map(_first_of, found))


def _at(loss: Any, path: Path) -> Any:
    """Return what stands at a place of nested losses, None where nothing does."""
    for key in path:
        if isinstance(loss, (list, tuple)):
            loss = dict(enumerate(loss))
        if isinstance(loss, Mapping):
            loss = loss.get(key)
    return loss


def _first_of(loss: Any) -> Any:
    """Return one loss of several that judge the same output: Keras adds them up."""
    while is_container(loss):
        if not loss or isinstance(loss, Mapping):
            return None
        loss = loss[0]
    return loss
