"""The row of labels above an output: the shape y must have, or whether the y fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from unrolled.diagrams.rows.axes import Form, name_axes
from unrolled.diagrams.rows.rows import Axis, LabelRow, Link, Note
from unrolled.model_io.loss_shapes import pair_by_class, pair_by_value
from unrolled.traces.calls import LayerCall
from unrolled.traces.cells import Array


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

    @property
    def is_sure(self) -> bool:
        """Whether a loss is known to pair labels with outputs in a way of its own."""
        return self.is_known and bool(self.name)


_CLASSES = (
    "softmax",
)  # an activation whose output is one probability for each class


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
    has_classes = len(shape) > 1 and shape[-1] > 1 and form.kind != "box"
    if ys is None:
        takes_ids = (
            has_classes and calls[0].config.get("activation") in _CLASSES
        )
        match = _Match(
            shape, True, False, _expected(pairing, takes_ids=takes_ids)
        )
    else:
        match = _compare(shape, ys, pairing, has_classes=has_classes)
    axes = _label_axes(form, shape, match.came, pairing)
    return LabelRow(
        key=key,
        name=title,
        title=title,
        subject=title,
        is_layer=False,
        axes=axes,
        details=match.details,
        notes=match.notes(shape),
        links=(Link(output),),
        batches=len(calls),
        timesteps=_label_steps(form, shape, match.came, axes),
        segment=segment,
        values=_label_values(form, ys or (), sample),
        masked=(None,) * len(calls),
        lost=(None,) * len(calls),
        samples=axes[0][0] if axes else 1,
        are_ids=match.are_ids,
        fits=match.fits,
    )


def _label_values(
    form: Form, ys: Sequence[Array], sample: int
) -> tuple[Array, ...]:
    """Return the drawn sample of the labels; nothing for arrays of axes that nobody can name."""
    if form.kind == "box" and any(y.ndim > 2 for y in ys):
        return ()
    return tuple(np.atleast_1d(y[sample]) for y in ys)


@dataclass(frozen=True)
class _Match:
    """Whether labels of a shape fit an output, and what is said of it."""

    came: tuple[int, ...]
    fits: bool
    are_ids: bool
    details: tuple[str, ...]

    def notes(self, shape: tuple[int, ...]) -> tuple[Note, ...]:
        """Return what does not fit. shape: of the output."""
        return (
            ()
            if self.fits
            else (Note(f"output {shape}, labels {self.came}", "warn"),)
        )


def _compare(
    shape: tuple[int, ...],
    ys: Sequence[Array],
    pairing: Pairing | None,
    *,
    has_classes: bool,
) -> _Match:
    """Compare labels with the output that they are for."""
    came = ys[0].shape
    if pairing is not None and pairing.is_sure:
        text = f"paired with the output by the loss {pairing.name}"
        return _Match(came, True, False, (text,))
    as_ids = has_classes and _are_classes(ys, shape)
    if as_ids and came != shape:
        return _Match(came, True, True, ("class ids: for a sparse loss",))
    if as_ids or pair_by_value(came, shape):
        return _Match(came, True, False, ("one label for each output value",))
    if pairing is not None and not pairing.is_known:
        text = f"how {pairing.name} pairs it with the output is not known"
        return _Match(came, True, False, (text,))
    return _Match(came, False, False, ("does not fit the output",))


def _expected(pairing: Pairing | None, *, takes_ids: bool) -> tuple[str, ...]:
    """Return what is said of the labels that an output needs."""
    if pairing is not None and not pairing.name:
        return ("none needed: the model was compiled without a loss",)
    if pairing is not None:
        return (f"what {pairing.name} takes: not told by the output's shape",)
    if takes_ids:
        return (
            "the shape y must have",
            "(one-hot; or class ids, one axis less)",
        )
    return ("the shape y must have",)


def _label_axes(
    form: Form,
    shape: tuple[int, ...],
    came: tuple[int, ...],
    pairing: Pairing | None,
) -> tuple[Axis, ...]:
    """Return the axes of labels with their words, like the output's where it is as large."""
    if came == shape:
        if len(shape) < 2:
            return form.axes
        return (*form.axes[:-1], (shape[-1], "targets"))
    is_same_time = len(came) == 2 and form.returns_steps and came[1] == shape[1]
    if len(came) == 3 or (is_same_time and pairing is None):
        return name_axes(came, ("batch", "timesteps", "targets"))
    return name_axes(came, ("batch", "targets"))


def _label_steps(
    form: Form,
    shape: tuple[int, ...],
    came: tuple[int, ...],
    axes: tuple[Axis, ...],
) -> int | None:
    """Return the number of timesteps of labels, None without a time axis."""
    if came == shape:
        return axes[1][0] if form.returns_steps else None
    return axes[1][0] if len(axes) > 1 and axes[1][1] == "timesteps" else None


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
    return bool(np.all(is_whole & (array >= 0) & (array < classes)))
