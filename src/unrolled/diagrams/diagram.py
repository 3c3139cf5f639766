"""The diagram of a model: draw it, show it, save it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from unrolled.diagrams.layout.painting import lay_out
from unrolled.diagrams.layout.places import Look
from unrolled.diagrams.rows.flows import Flow
from unrolled.diagrams.rows.labels import add_labels
from unrolled.diagrams.rows.rows import Row
from unrolled.diagrams.rows.words import printable, tell, title
from unrolled.model_io.arrays import read_array
from unrolled.model_io.datasets import is_dataset, read_batches
from unrolled.model_io.inputs import read_x
from unrolled.model_io.matching import by_output, with_absent
from unrolled.model_io.nested import leaves, pack
from unrolled.model_io.signature import ModelIO
from unrolled.scenes.pictures import Picture
from unrolled.scenes.shapes import Scene
from unrolled.traces.calls import Trace
from unrolled.traces.cells import Array

_BATCHES = 3  # drawn side by side
_PREDICT = 32  # Keras's own batch size, of which one is run to draw one sample of many


class Diagram(Picture):
    """A picture of one run: shows itself in a notebook, prints as words, saves to a file. Made by ``draw``."""

    def __init__(
        self,
        batches: Sequence[Trace],
        ys: Sequence[Any] | None,
        look: Look,
        more: int = 0,
        aligned: Mapping[int, str] | None = None,
    ) -> None:
        self._batches, self._ys, self._look, self._more = tuple(batches), ys, look, more
        self._aligned = aligned or {}

    @cached_property
    def scene(self) -> Scene:
        """The picture as plain data, in pixels."""
        scene = lay_out(self._rows, self._look)
        scene.title, scene.description = title(self._batches, self._rows), self.words()
        return scene

    @cached_property
    def _rows(self) -> list[Row]:
        return add_labels(
            self._batches[0], Flow(self._batches, self._look.sample), self._ys, self._aligned
        )

    def words(self) -> str:
        """Return the same story in words, one line per row, bottom up."""
        text = printable(tell(self._batches, self._rows, self._look.sample))
        return text + (f"\n{self._more} more batches are not drawn." if self._more else "")

    def __repr__(self) -> str:
        return f"<Diagram of {self._batches[0].model_name}: {self.scene.width:.0f} x {self.scene.height:.0f} pixels>"


def draw(
    model: Any,
    x: Any = None,
    y: Any = None,
    *,
    sample: int = 0,
    max_steps: int = 8,
    max_units: int = 8,
    values: bool = True,
    training: bool = False,
) -> Diagram:
    """Draw how data flows through a Keras model: one column a timestep, one row a layer, real numbers.

    Parameters
    ----------
    model : keras.Model or Trace
        The model, which is run once and left as it was, or a finished trace of it.
    x : array of shape (batch, timesteps, features), or what the model takes, optional
        Without it, small seeded values are made up, and the picture says so. Of more than 32 samples only the
        batch of 32 that holds ``sample`` is run (a stateful model always runs them all, batch by batch). Of a
        dataset the first batch is run, and its labels are taken where ``y`` is not given.
    y : array, or a list or dict with one array per output, optional
        The labels: drawn on top, with what fits the output and what does not. The keys of a dict are those of the
        dict that the model returns, or else the names of the layers that make its outputs, as ``fit`` takes them.
        Whether they fit is told by their shapes; where the model was compiled with a loss such as CTC, by that.
    sample : int
        Which sample of each batch stands in front.
    max_steps, max_units : int
        Past this many timesteps the middle is left out; past this many values a column becomes a strip.
    values : bool
        Whether numbers are printed in the squares.
    training : bool
        Run as ``fit`` would: dropout acts, and the picture shows what it dropped.

    Returns
    -------
    Diagram

    Raises
    ------
    TypeError, ValueError
        For a model, arrays or numbers that cannot be drawn; the text says what was expected, what came and the fix.

    Examples
    --------
    >>> import keras, unrolled
    >>> model = keras.Sequential([keras.Input((5, 2)), keras.layers.LSTM(4), keras.layers.Dense(1)])
    >>> diagram = unrolled.draw(model)
    >>> print(diagram.words().splitlines()[-1])
    - Labels y (3 batch, 1 targets): the shape y must have.
    """
    _check_numbers(sample=(sample, 0), max_steps=(max_steps, 3), max_units=(max_units, 1))
    if isinstance(model, Trace):
        if x is not None or training:
            raise TypeError(
                "Expected no x and no training beside a finished trace, which was run already. Fix: draw(trace, y=y)."
            )
        trace = model
    else:
        from unrolled.keras_bridge.tracing import trace as run

        x, y, sample = _one_batch(model, x, y, sample)
        trace = run(model, x, training=training)
    batches = trace.batches
    size = batches[0].samples
    if sample >= size:
        raise ValueError(
            f"Expected sample to be one of the {size} samples of a batch, 0 to {size - 1}; got {sample}."
        )
    ys = None if y is None else _cut_labels(y, batches)
    look = Look(sample, max_steps, max_units, values)
    aligned = {} if ys is None or isinstance(model, Trace) else _aligned(model, batches[0], ys[0])
    more = max(0, len(batches) - _BATCHES)
    return Diagram(batches[:_BATCHES], ys[:_BATCHES] if ys else None, look, more, aligned)


def _one_batch(model: Any, x: Any, y: Any, sample: int) -> tuple[Any, Any, int]:
    """Return x, y and sample, cut to the one batch that is needed, where a model of no fixed batch gets many."""
    from unrolled.keras_bridge.models import read_model
    from unrolled.keras_bridge.tracing import check_model

    check_model(model)
    io = read_model(model)
    if is_dataset(x):
        x, given = _first_batches(io, x, _BATCHES if io.fixed_batch else 1)
        y = given if y is None else y
    if x is None or io.fixed_batch:
        return x, y, sample
    arrays = read_x(io, x).require()
    samples = len(arrays[0])
    if samples <= _PREDICT or sample >= samples or not io.inputs:
        return x, y, sample
    start = sample // _PREDICT * _PREDICT
    part = slice(start, start + _PREDICT)
    if y is not None:
        _check_length(leaves(y), samples)
        y = _cut(y, part)
    return _as_given(io, x, [a[part] for a in arrays]), y, sample - start


def _as_given(io: ModelIO, x: Any, arrays: list[Array]) -> Any:
    """Return arrays, in the order of the model's inputs, as the model takes them."""
    parts = with_absent(arrays, set(read_x(io, x).absent))
    if not io.inputs:
        return pack(x, parts)  # a subclassed model knows them by where they stand
    return parts if len(parts) > 1 else parts[0]


def _aligned(model: Any, trace: Trace, labels: Sequence[Array]) -> dict[int, str]:
    """Return the loss of each output that the model was compiled to pair with its labels in a way of its own."""
    from unrolled.keras_bridge.losses import name_own_pairings
    from unrolled.keras_bridge.models import compiled_loss
    from unrolled.model_io.losses import spread_loss

    each = spread_loss(compiled_loss(model), trace.output_paths, trace.output_names)
    shapes = [array.shape for array in labels]
    try:
        return name_own_pairings(each, shapes, [array.shape for array in trace.outputs])
    except ValueError:
        return {}  # a loss that Keras does not know: check says so, and the picture needs none


def _cut(y: Any, part: slice) -> Any:
    """Return a part of the labels: of an array, or of each array of lists and dicts."""
    return pack(y, [np.asarray(a)[part] for a in leaves(y)])


def _first_batches(io: ModelIO, dataset: Any, most: int) -> tuple[Any, Any]:
    """Return the x and the y of a dataset's first batches, one after the other along the axis batch."""
    parts, labels = zip(*read_batches(dataset, most), strict=True)
    arrays = [
        np.concatenate(same)
        for same in zip(*(read_x(io, part).require() for part in parts), strict=True)
    ]
    x = _as_given(io, parts[0], arrays)
    if labels[0] is None:
        return x, None
    for part, label in zip(parts, labels, strict=True):
        _check_length(leaves(label), len(read_x(io, part).arrays[0]))
    return x, pack(
        labels[0], [np.concatenate(same) for same in zip(*map(leaves, labels), strict=True)]
    )


def _cut_labels(y: Any, batches: Sequence[Trace]) -> list[list[Array]]:
    """Return the labels of each batch, an array for each output."""
    first = batches[0]
    parts = [part for _, part in by_output(y, first.output_paths, first.output_names)]
    _check_length(parts, sum(b.samples for b in batches))
    arrays = [np.asarray(part) for part in parts]
    starts = np.cumsum([0, *(b.samples for b in batches)])
    return [[a[i:j] for a in arrays] for i, j in pairwise(starts)]


def _check_length(arrays: Sequence[Any], samples: int) -> None:
    for array in arrays:
        argument = read_array("y", array, "y")
        if argument.array is None:
            raise TypeError(
                f"Expected an array of numbers for y, got {argument.problem}. "
                "Fix: y = np.asarray(y, dtype='float32'), once its rows are equally long."
            )
        came = argument.array.shape
        if not came or came[0] != samples:
            raise ValueError(
                f"Expected y with one row per sample of x ({samples}), got shape {came}. "
                "Fix: axis 0 of y is batch; cut x and y alike."
            )


def _check_numbers(**numbers: tuple[Any, int]) -> None:
    for name, (value, least) in numbers.items():
        if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < least:
            raise ValueError(
                f"Expected {name} to be a whole number of at least {least}, got {value!r}."
            )
