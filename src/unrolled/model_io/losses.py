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
from unrolled.model_io.nested import Path
from unrolled.traces.cells import Array

SPARSE = "sparse_categorical_crossentropy"
_ONE_HOT = (
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_hinge",
)
_BINARY = ("binary_crossentropy", "binary_focal_crossentropy")
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
    def takes_ids(self) -> bool:
        """Whether a label is the id of a class."""
        return self.is_keras and self.name == SPARSE

    @property
    def takes_classes(self) -> bool:
        """Whether a label is a row of one value per class."""
        return self.is_keras and self.name in _ONE_HOT

    @property
    def is_binary(self) -> bool:
        """Whether each value of the output is a probability of its own."""
        return self.is_keras and self.name in _BINARY

    @property
    def takes_probabilities(self) -> bool:
        """Whether it compares probabilities, so that it asks whether the output holds logits."""
        if self.takes_ids or self.is_binary:
            return True
        return self.takes_classes and self.name != "categorical_hinge"

    @property
    def takes_signs(self) -> bool:
        """Whether labels are -1 and 1 (0 is read as -1)."""
        return self.is_keras and self.name in _HINGES

    @property
    def is_ctc(self) -> bool:
        """Whether it is Keras's CTC; what a loss of your own of that name takes is not known."""
        return self.is_keras and self.name == "ctc"

    @property
    def aligns(self) -> bool:
        """Whether it pairs labels and outputs in a way of its own, not one by one."""
        return self.is_keras and self.name in _OTHERS

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
        try:
            self.call(
                np.zeros(labels, "float32"), np.full(outputs, 0.5, "float32")
            )
        except Exception as error:
            return "raises", str(error)
        return ("ok", "") if self._pairs(labels, outputs) else ("wrong", "")

    def _pairs(self, labels: Shape, outputs: Shape) -> bool:
        if self.aligns:
            return True
        if self.takes_ids:
            return pair_by_class(labels, outputs)
        if self.is_keras or pair_by_value(labels, outputs):
            return pair_by_value(labels, outputs)
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
        try:
            left, right = aligned(labels, outputs)
            wide = np.broadcast_shapes(left, right)
            stretched = self.call(
                np.broadcast_to(y.reshape(left), wide),
                np.broadcast_to(values.reshape(right), wide),
            )
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
    if activation == "sigmoid" and _is_binary(labels):
        return _BINARY[0]
    classes = _are_ids(labels, outputs)
    if activation == "softmax" and outputs[-1] > 1:
        return SPARSE if classes or _is_whole(labels, outputs) else _ONE_HOT[0]
    return (
        SPARSE
        if activation == "linear" and classes and _is_whole(labels, outputs)
        else "mse"
    )


def _are_ids(labels: Array, outputs: Shape) -> bool:
    """Tell whether the shape of labels is that of one id for each row of the output."""
    several = outputs[-1] > 1 and labels.shape != outputs
    return several and pair_by_class(labels.shape, outputs)


def _is_binary(labels: Array) -> bool:
    return bool(labels.size) and bool(np.isin(labels, (0, 1)).all())


def _is_whole(labels: Array, outputs: Shape) -> bool:
    """Tell whether labels are whole numbers that are not one value for each class."""
    return labels.dtype.kind in "iu" and labels.shape != outputs


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
    if isinstance(loss, Mapping) and not has_keys(paths):
        return [_first_of(loss.get(name)) for name in names]
    if not isinstance(loss, (list, tuple)):
        return [_first_of(_at(loss, path)) for path in paths]
    if not any(isinstance(each, (Mapping, list, tuple)) for each in loss):
        # a flat list is in the order of the outputs, however they are nested
        padded = [*loss, *[None] * len(names)]
        return padded[: len(names)]
    return [_first_of(_at(loss, path)) for path in paths]


def _at(loss: Any, path: Path) -> Any:
    for key in path:
        if isinstance(loss, Mapping):
            loss = loss.get(key)
        elif isinstance(loss, (list, tuple)):
            loss = (
                loss[key] if isinstance(key, int) and key < len(loss) else None
            )
    return loss


def _first_of(loss: Any) -> Any:
    """Return one loss of several that judge the same output: Keras adds them up."""
    while isinstance(loss, (list, tuple)) and loss:
        loss = loss[0]
    return None if isinstance(loss, (Mapping, list, tuple)) else loss
