"""The row of labels above an output: the shape y must have, or whether the y fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Literal

import numpy as np

from unrolled.diagrams.rows.axis_words import name_axes
from unrolled.diagrams.rows.forms import Form
from unrolled.diagrams.rows.parts import Link, Note
from unrolled.diagrams.rows.rows import LabelRow
from unrolled.model_io.loss_shapes import pair_by_class, pair_by_value
from unrolled.traces.cells import Array
from unrolled.traces.layer_calls import LayerCall

# an activation whose output is one probability for each class
_CLASSES = ("softmax",)


# what one label is: the id of a class, a value for each class, or one for each output value
Labels = Literal["ids", "classes", "values"]


@dataclass(frozen=True)
class Pairing:
    """How a loss pairs labels with an output.

    Attributes
    ----------
    name : str
        The name of the loss; empty where the model was compiled without one.
    is_known : bool
        Whether it is known to pair them: of a function of one's own nobody knows.
    labels : str or None
        What one label is, where their shapes say which one meets which output; None for a loss that
        pairs them in a way of its own.
    """

    name: str
    is_known: bool = True
    labels: Labels | None = None


def make_labels(
    key: int,
    output: int,
    title: str,
    form: Form,
    calls: Sequence[LayerCall],
    ys: Sequence[Array] | None,
    pairing: Pairing | None,
    sample: int,
    *,
    segment: int,
) -> LabelRow:
    """Return the row of labels above an output.

    output, form, calls: the row of the output. ys: the labels of each batch, None where nobody gave
    them. pairing: how its loss pairs labels with it, where their shapes do not say it.
    """
    shape = tuple(map(itemgetter(0), form.axes))
    has_classes = False
    if form.kind != "box" and len(shape) > 1:
        # one value is no choice among classes
        has_classes = shape[-1] > 1
    values: list[Array] = []
    if ys is None:
        # the row shows the shape that is needed, without values
        activation = calls[0].config.get("activation")
        takes_ids = has_classes and activation in _CLASSES
        match = _expect(shape, pairing, takes_ids=takes_ids)
    else:
        match = _compare(shape, ys, pairing, has_classes=has_classes)
        values = _label_values(form, ys, sample)
    notes: list[Note] = []
    if not match.fits:
        # both shapes in one line, so that they can be compared
        text = f"output {shape}, labels {match.came}"
        notes.append(Note(text, "warn"))
    words, has_steps = _label_words(form, shape, match.came, pairing)
    timesteps = None
    if has_steps:
        # drawn above the columns of the output
        timesteps = match.came[1]
    # a single number is one sample
    samples, *_ = (*match.came, 1)
    nothing = (None,) * len(calls)
    return LabelRow(
        key=key,
        name=title,
        title=title,
        subject=title,
        is_layer=False,
        axes=name_axes(match.came, words),
        details=match.details,
        notes=tuple(notes),
        links=(Link(output),),
        batches=len(calls),
        timesteps=timesteps,
        returns_steps=has_steps,
        segment=segment,
        values=tuple(values),
        masked=nothing,
        lost=nothing,
        samples=samples,
        are_ids=match.are_ids,
        fits=match.fits,
    )


def _label_values(form: Form, ys: Sequence[Array], sample: int) -> list[Array]:
    """Return the drawn sample of the labels; nothing for arrays of axes that nobody can name."""
    if form.kind == "box" and ys[0].ndim > 2:
        # there is no column of the output that they could stand above
        return []
    # labels of the axis batch alone are one number for each sample
    return [np.atleast_1d(y[sample]) for y in ys]


@dataclass(frozen=True)
class _Match:
    """The shape of labels, what is said of it, and whether it fits an output."""

    came: tuple[int, ...]
    details: tuple[str, ...]
    fits: bool = True
    are_ids: bool = False


def _compare(
    shape: tuple[int, ...],
    ys: Sequence[Array],
    pairing: Pairing | None,
    *,
    has_classes: bool,
) -> _Match:
    """Compare labels with the output that they are for."""
    came = ys[0].shape
    # where the loss has no way of its own the shapes say it
    loss = pairing or Pairing("")
    if loss.labels is not None:
        return _compare_for_loss(shape, ys, loss)
    if loss.name and loss.is_known:
        # such as CTC, whose labels may be shorter than the output
        text = f"paired with the output by the loss {loss.name}"
        return _Match(came, (text,))
    if has_classes and _are_classes(ys, shape):
        text = "class ids: for a sparse loss"
        return _Match(came, (text,), are_ids=True)
    if pair_by_value(came, shape):
        text = "one label for each output value"
        return _Match(came, (text,))
    if not loss.is_known:
        # what nobody knows is not said to be wrong
        text = f"how {loss.name} pairs it with the output is not known"
        return _Match(came, (text,))
    return _Match(came, ("does not fit the output",), fits=False)


def _compare_for_loss(
    shape: tuple[int, ...], ys: Sequence[Array], loss: Pairing
) -> _Match:
    """Compare labels with an output as the loss that the model was compiled with does."""
    came = ys[0].shape
    misfit = "does not fit the output"
    if loss.labels == "ids":
        if pair_by_class(came, shape):
            said = f"class ids: for {loss.name}"
            are_ids = _are_classes(ys, shape)
            return _Match(came, (said,), are_ids=are_ids)
        said = f"{loss.name} takes class ids"
        return _Match(came, (misfit, said), fits=False)
    if pair_by_value(came, shape):
        return _Match(came, ("one label for each output value",))
    if loss.labels == "classes":
        said = f"{loss.name} takes a value for each class"
        return _Match(came, (misfit, said), fits=False)
    return _Match(came, (misfit,), fits=False)


def _are_classes(ys: Sequence[Array], shape: tuple[int, ...]) -> bool:
    """Return whether labels name a class for each output of a shape."""
    if not pair_by_class(ys[0].shape, shape):
        return False
    # each batch has a part of the same labels
    labels = np.concatenate(list(map(np.ravel, ys)))
    if labels.size == 0:
        # nothing tells what they would be
        return False
    # ids may come as floats
    is_whole = labels == np.round(labels)
    classes = shape[-1]
    is_class = (labels >= 0) & (labels < classes)
    are_ids = np.all(is_whole & is_class)
    return bool(are_ids)


def _expect(
    shape: tuple[int, ...], pairing: Pairing | None, *, takes_ids: bool
) -> _Match:
    """Return the shape of the labels that an output needs, and what is said of it."""
    if pairing is None or pairing.labels is None:
        return _Match(shape, _describe_expected(pairing, takes_ids=takes_ids))
    required = "the shape y must have"
    if len(shape) < 2:
        # of one value for each sample there are no classes
        return _Match(shape, (required,))
    loss = f"for {pairing.name}"
    match pairing.labels:
        case "values":
            return _Match(shape, (required,))
        case "classes":
            said = "one-hot: a value for each class"
            return _Match(shape, (required, said, loss))
    last = shape[-1] - 1
    said = f"class ids from 0 to {last}"
    # a class is chosen among the values of the last axis
    return _Match(shape[:-1], (required, said, loss))


def _describe_expected(
    pairing: Pairing | None, *, takes_ids: bool
) -> tuple[str, ...]:
    """Return what is said of the labels of a loss that was not named or has a way of its own."""
    if pairing is None:
        lines = ["the shape y must have"]
        if takes_ids:
            # a sparse loss takes those
            lines.append("(one-hot; or class ids, one axis less)")
        return tuple(lines)
    text = "none needed: the model was compiled without a loss"
    if pairing.name:
        text = f"what {pairing.name} takes: not told by the output's shape"
    return (text,)


def _label_words(
    form: Form,
    shape: tuple[int, ...],
    came: tuple[int, ...],
    pairing: Pairing | None,
) -> tuple[list[str], bool]:
    """Return the words of the axes of labels, and whether the second axis is time."""
    if came == shape:
        # as large as the output, so that its axes mean the same, but for the last one
        words = list(map(itemgetter(1), form.axes))
        if len(words) > 1:
            words[-1] = "targets"
        return words, form.returns_steps
    loss = pairing or Pairing("", labels="values")
    are_ids = loss.labels == "ids"
    if are_ids and came == shape[:-1]:
        return _id_words(form)
    # the axes of other labels are named by how many there are
    has_steps = len(came) == 3
    if len(came) == 2 and form.returns_steps and loss.labels:
        # a class id for each step; a loss with a way of its own may read other things
        has_steps = came[1] == shape[1]
    words = ["batch", "targets"]
    if has_steps:
        words.insert(1, "timesteps")
    # where there are more axes than words, those without one come last
    return words, has_steps


def _id_words(form: Form) -> tuple[list[str], bool]:
    """Return the words of ids that stand for a choice among the last axis of an output."""
    *words, _ = map(itemgetter(1), form.axes)
    # without the last axis an output of one vector for each sample has no second one
    has_steps = form.returns_steps and len(words) > 1
    return words, has_steps
