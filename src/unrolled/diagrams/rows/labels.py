"""The row of labels above an output: the shape y must have, or whether the y fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from unrolled.diagrams.rows.axis_words import name_axes
from unrolled.diagrams.rows.forms import Form
from unrolled.diagrams.rows.parts import Axis, Link, Note
from unrolled.diagrams.rows.rows import LabelRow
from unrolled.model_io.loss_shapes import pair_by_class, pair_by_value
from unrolled.traces.cells import Array
from unrolled.traces.layer_calls import LayerCall

# an activation whose output is one probability for each class
_CLASSES = ("softmax",)


@dataclass(frozen=True)
class Pairing:
    """How a loss pairs labels with an output in a way of its own.

    Attributes
    ----------
    name : str
        The name of the loss; empty where the model was compiled without one.
    is_known : bool
        Whether it is known to pair them: of a function of one's own nobody knows.
    """

    name: str
    is_known: bool = True


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
    shape = tuple(size for size, _ in form.axes)
    has_classes = form.kind != "box" and len(shape) > 1 and shape[-1] > 1
    if ys is None:
        activation = calls[0].config.get("activation")
        takes_ids = has_classes and activation in _CLASSES
        details = _describe_expected(pairing, takes_ids=takes_ids)
        match = _Match(shape, details)
    else:
        match = _compare(shape, ys, pairing, has_classes=has_classes)
    notes: tuple[Note, ...] = ()
    if not match.fits:
        notes = (Note(f"output {shape}, labels {match.came}", "warn"),)
    axes = _label_axes(form, shape, match.came, pairing)
    timesteps = _label_steps(form, shape, axes, match.came)
    nothing = (None,) * len(calls)
    return LabelRow(
        key=key,
        name=title,
        title=title,
        subject=title,
        is_layer=False,
        axes=axes,
        details=match.details,
        notes=notes,
        links=(Link(output),),
        batches=len(calls),
        timesteps=timesteps,
        returns_steps=timesteps is not None,
        segment=segment,
        values=_label_values(form, ys or (), sample),
        masked=nothing,
        lost=nothing,
        samples=axes[0][0] if axes else 1,
        are_ids=match.are_ids,
        fits=match.fits,
    )


def _label_values(
    form: Form, ys: Sequence[Array], sample: int
) -> tuple[Array, ...]:
    """Return the drawn sample of the labels; nothing for arrays of axes that nobody can name."""
    values = []
    for y in ys:
        if form.kind == "box" and y.ndim > 2:
            return ()
        values.append(np.atleast_1d(y[sample]))
    return tuple(values)


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
    if pairing is not None and pairing.name and pairing.is_known:
        text = f"paired with the output by the loss {pairing.name}"
        return _Match(came, (text,))
    if has_classes and _are_classes(ys, shape):
        text = "class ids: for a sparse loss"
        return _Match(came, (text,), are_ids=True)
    if pair_by_value(came, shape):
        text = "one label for each output value"
        return _Match(came, (text,))
    if pairing is not None and not pairing.is_known:
        text = f"how {pairing.name} pairs it with the output is not known"
        return _Match(came, (text,))
    return _Match(came, ("does not fit the output",), fits=False)


def _describe_expected(
    pairing: Pairing | None, *, takes_ids: bool
) -> tuple[str, ...]:
    """Return what is said of the labels that an output needs."""
    if pairing is None:
        lines = ["the shape y must have"]
        if takes_ids:
            lines.append("(one-hot; or class ids, one axis less)")
        return tuple(lines)
    if not pairing.name:
        return ("none needed: the model was compiled without a loss",)
    return (f"what {pairing.name} takes: not told by the output's shape",)


def _label_axes(
    form: Form,
    shape: tuple[int, ...],
    came: tuple[int, ...],
    pairing: Pairing | None,
) -> tuple[Axis, ...]:
    """Return the axes of labels with their words, like the output's where it is as large."""
    if came == shape:
        words = [word for _, word in form.axes]
        if len(words) > 1:
            words[-1] = "targets"
        return name_axes(came, words)
    has_steps = len(came) == 3
    if len(came) == 2 and form.returns_steps and pairing is None:
        # a class id for each step; a loss with a way of its own may read other things
        has_steps = came[1] == shape[1]
    words = ["batch", "targets"]
    if has_steps:
        words.insert(1, "timesteps")
    return name_axes(came, words)


def _label_steps(
    form: Form,
    shape: tuple[int, ...],
    axes: tuple[Axis, ...],
    came: tuple[int, ...],
) -> int | None:
    """Return the number of timesteps of labels, None without a time axis."""
    has_steps = form.returns_steps
    if came != shape:
        words = [word for _, word in axes]
        has_steps = "timesteps" in words
    return came[1] if has_steps else None


def _are_classes(ys: Sequence[Array], shape: tuple[int, ...]) -> bool:
    """Return whether labels name a class for each output of a shape."""
    if not pair_by_class(ys[0].shape, shape):
        return False
    return all(_are_ids(y, shape[-1]) for y in ys)


def _are_ids(array: Array, classes: int) -> bool:
    """Return whether all values are whole numbers that name one of so many classes."""
    if array.size == 0:
        return False
    is_whole = array == np.round(array)
    is_class = (array >= 0) & (array < classes)
    return bool(np.all(is_whole & is_class))
