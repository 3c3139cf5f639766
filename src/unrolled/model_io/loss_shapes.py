"""Which label meets which output: how Keras's losses bring two shapes to one rank.

Plain numbers, knows no Keras.
"""

from __future__ import annotations

Shape = tuple[int, ...]


def aligned(labels: Shape, outputs: Shape) -> tuple[Shape, Shape]:
    """Return the shapes of y and of an output as a loss of Keras compares them.

    Where one has one axis more than the other, and its last axis is 1, that axis is taken off; or
    it is added to the other one, where that has the axis batch alone
    (``squeeze_or_expand_to_same_rank`` in ``keras/src/losses/loss.py``).

    >>> aligned((64,), (64, 1))
    ((64, 1), (64, 1))
    >>> aligned((64, 20), (64, 20, 1))
    ((64, 20), (64, 20))
    """
    # Keras treats the two alike: the one with more axes is put first here
    if len(labels) < len(outputs):
        right, left = aligned(outputs, labels)
        return left, right
    has_one_more = len(labels) == len(outputs) + 1
    if not has_one_more or labels[-1] != 1:
        return labels, outputs
    # beside a single axis the axis of size 1 is kept, and the other one gets it too
    if len(outputs) == 1:
        return labels, (*outputs, 1)
    return labels[:-1], outputs


def pair_by_value(labels: Shape, outputs: Shape) -> bool:
    """Tell whether each value of the output meets one label of its own, and each label one value.

    >>> pair_by_value((64,), (64, 1)), pair_by_value((64, 20), (64, 1))
    (True, False)
    """
    left, right = aligned(labels, outputs)
    return left == right


def pair_by_class(labels: Shape, outputs: Shape) -> bool:
    """Tell whether each label can be the id of a class among the last axis of the output.

    >>> pair_by_class((64, 20), (64, 20, 5)), pair_by_class((64, 1), (64, 5))
    (True, True)
    >>> pair_by_class((64, 1), (64, 20, 1))
    False
    """
    rows = outputs[:-1]
    # Keras takes an axis of size 1 off the labels
    return labels in (rows, (*rows, 1))
