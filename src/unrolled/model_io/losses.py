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
from unrolled.model_io.nested import Path, has_keys, is_container
from unrolled.traces.cells import Array

SPARSE = "sparse_categorical_crossentropy"
_ONE_HOT = "categorical_crossentropy"
_BINARY = "binary_crossentropy"

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
    takes_ids : bool
        Whether a label is the id of a class. This, and what follows, is known of Keras's alone.
    takes_classes : bool
        Whether a label is a row of one value per class.
    is_binary : bool
        Whether each value of the output is a probability of its own.
    takes_probabilities : bool
        Whether it compares probabilities, so that it asks whether the output holds logits.
    takes_signs : bool
        Whether labels are -1 and 1 (0 is read as -1).
    is_ctc : bool
        Whether it is the one that aligns sequences of different lengths.
    aligns : bool
        Whether it pairs labels and outputs in a way of its own, not one by one.
    """

    name: str
    call: Callable[[Array, Array], Any]
    is_keras: bool = True
    guessed: bool = False
    from_logits: bool = False
    ignored: int | None = None
    takes_ids: bool = False
    takes_classes: bool = False
    is_binary: bool = False
    takes_probabilities: bool = False
    takes_signs: bool = False
    is_ctc: bool = False
    aligns: bool = False

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
        # 0 is the id of a class, and 0.5 a probability: no loss stops for such values
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
        """Tell whether each output meets a label of its own, as far as that is known."""
        if self.aligns:
            return True
        if self.takes_ids:
            return pair_by_class(labels, outputs)
        if pair_by_value(labels, outputs):
            return True
        # a loss of your own may mean other shapes to meet; Keras's stretch them
        stretches = self.is_keras or self._stretches(labels, outputs)
        return not stretches

    def _stretches(self, labels: Shape, outputs: Shape) -> bool:
        """Tell whether the loss of two shapes is that of both stretched to one, as NumPy does.

        CTC and a sparse loss read the same shapes otherwise, and so give another number or stop. A
        likelihood that takes several outputs for one label has the same axes but the last, and is
        let pass.
        """
        label_rows = (*labels[:-1], 1)
        output_rows = (*outputs[:-1], 1)
        same_axes = pair_by_value(label_rows, output_rows)
        if same_axes and outputs[-1] > labels[-1]:
            return False
        rng = np.random.default_rng(0)
        y = rng.integers(0, 2, labels).astype("float32")
        values = rng.uniform(0.1, 0.9, outputs).astype("float32")
        left, right = aligned(labels, outputs)
        try:
            wide = np.broadcast_shapes(left, right)
            y_aligned = y.reshape(left)
            values_aligned = values.reshape(right)
            wide_y = np.broadcast_to(y_aligned, wide)
            wide_values = np.broadcast_to(values_aligned, wide)
            stretched = self.call(wide_y, wide_values)
            plain = self.call(y, values)
        except Exception:
            # it takes no such shapes: then it does not stretch them
            return False
        # the mean of both: a loss of your own may have taken it, or not
        is_same = np.isclose(np.mean(stretched), np.mean(plain), rtol=1e-4)
        return bool(is_same)


#: what Keras's losses take, by their names
_FACTS: Mapping[str, Mapping[str, bool]] = {
    SPARSE: {"takes_ids": True, "takes_probabilities": True},
    _ONE_HOT: {"takes_classes": True, "takes_probabilities": True},
    "categorical_focal_crossentropy": {
        "takes_classes": True,
        "takes_probabilities": True,
    },
    "categorical_hinge": {"takes_classes": True},
    _BINARY: {"is_binary": True, "takes_probabilities": True},
    "binary_focal_crossentropy": {
        "is_binary": True,
        "takes_probabilities": True,
    },
    "hinge": {"takes_signs": True},
    "squared_hinge": {"takes_signs": True},
    "ctc": {"is_ctc": True, "aligns": True},
    "circle": {"aligns": True},
}


def describe_loss(
    name: str,
    call: Callable[[Array, Array], Any],
    *,
    is_keras: bool = True,
    from_logits: bool = False,
    ignored: int | None = None,
) -> LossSpec:
    """Return a loss with what is known of it: of Keras's by their names, of your own nothing.

    >>> describe_loss("hinge", np.subtract).takes_signs
    True
    """
    facts: Mapping[str, bool] = {}
    # a loss of your own may have the name of one of Keras's
    if is_keras:
        facts = _FACTS.get(name, {})
    return LossSpec(
        name=name,
        call=call,
        is_keras=is_keras,
        from_logits=from_logits,
        ignored=ignored,
        **facts,
    )


def guess_name(activation: str, labels: Array, outputs: Shape) -> str:
    """Return the name of the loss that an output's activation and the labels suggest.

    >>> guess_name("softmax", np.array([0, 2]), (2, 3))
    'sparse_categorical_crossentropy'
    >>> guess_name("linear", np.zeros((2, 1)), (2, 1))
    'mse'
    """
    # where there are no labels, all of them are 0 or 1 too
    is_binary = labels.size > 0 and np.isin(labels, (0, 1)).all()
    if activation == "sigmoid" and is_binary:
        return _BINARY
    # one value in a row tells no classes apart
    if outputs[-1] < 2:
        return "mse"
    # of the same shape, labels hold a value for each class
    differ = labels.shape != outputs
    are_whole = differ and labels.dtype.kind in "iu"
    has_their_shape = pair_by_class(labels.shape, outputs)
    signs_of_ids = (has_their_shape, are_whole)
    guesses = {"softmax": _ONE_HOT, "linear": "mse"}
    if any(signs_of_ids):
        guesses["softmax"] = SPARSE
    # without an activation outputs are scores of classes only where labels must be ids
    if all(signs_of_ids):
        guesses["linear"] = SPARSE
    return guesses.get(activation, "mse")


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
    found = [_at(loss, path) for path in paths]
    # a model that returns a list takes a dict by the names of its outputs
    if isinstance(loss, Mapping) and not has_keys(paths):
        found = list(map(loss.get, names))
    is_list = isinstance(loss, (list, tuple))
    if is_list and not any(map(is_container, loss)):
        # a flat list is in the order of the outputs, however they are nested
        by_number = dict(enumerate(loss))
        numbers = range(len(names))
        found = list(map(by_number.get, numbers))
    return list(map(_first_of, found))


def _at(loss: Any, path: Path) -> Any:
    """Return what stands at a place of nested losses, None where nothing does."""
    for key in path:
        # a list may be shorter than what the model returns, as a dict may lack a key
        if isinstance(loss, (list, tuple)):
            loss = dict(enumerate(loss))
        # one loss for several outputs stays as it is
        if isinstance(loss, Mapping):
            loss = loss.get(key)
    return loss


def _first_of(loss: Any) -> Any:
    """Return one loss of several that judge the same output: Keras adds them up."""
    while is_container(loss):
        is_dict = isinstance(loss, Mapping)
        # neither says which loss is meant
        if is_dict or len(loss) == 0:
            return None
        loss = loss[0]
    return loss
