"""The diagram of a model: draw it, show it, save it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from unrolled.diagrams.batches import MOST_BATCHES, cut_to_batch
from unrolled.diagrams.given_names import read_given, read_names_of
from unrolled.diagrams.layout.options import DrawOptions
from unrolled.diagrams.layout.painting import lay_out
from unrolled.diagrams.pairings import read_labels, read_pairings
from unrolled.diagrams.rows.building import build_rows
from unrolled.diagrams.rows.folding import fold_rows
from unrolled.diagrams.rows.labels import Pairing
from unrolled.diagrams.rows.rows import Row
from unrolled.diagrams.rows.value_names import (
    Names,
    ValueNames,
    check_names,
    name_rows,
)
from unrolled.diagrams.rows.words import describe, title
from unrolled.plain_text import printable
from unrolled.scenes.pictures import Picture
from unrolled.scenes.scene import Scene
from unrolled.traces.trace import Trace
from unrolled.windowing.windows import Windows


class Diagram(Picture):
    """A picture of one run, made by ``draw``: it shows itself in a notebook and saves to a file.

    Attributes
    ----------
    scene : Scene
        The picture as plain data: boxes, lines and texts with coordinates in pixels.

    Examples
    --------
    >>> import keras, unrolled
    >>> model = keras.Sequential([keras.Input((5, 2)), keras.layers.GRU(3)])
    >>> diagram = unrolled.draw(model)
    >>> diagram.scene.width > 400, diagram.svg()[:4]
    (True, '<svg')
    """

    def __init__(
        self,
        batches: Sequence[Trace],
        ys: Sequence[Any] | None,
        options: DrawOptions,
        more: int = 0,
        pairings: Mapping[int, Pairing] | None = None,
        names: ValueNames | None = None,
        vocabularies: Mapping[str, Names] | None = None,
    ) -> None:
        self._batches = tuple(batches)
        self._ys = ys
        self._options = options
        self._more = more
        self._pairings = pairings or {}
        self._names = names or ValueNames()
        self._vocabularies = vocabularies or {}

    @cached_property
    def scene(self) -> Scene:
        """The picture as plain data, in pixels."""
        rows = fold_rows(self._rows)
        scene = lay_out(rows, self._options)
        # a reader who cannot see the picture gets the words, which name every layer
        scene.title = title(self._batches, self._rows)
        scene.description = self.words()
        return scene

    @cached_property
    def _rows(self) -> list[Row]:
        rows = build_rows(
            self._batches, self._ys, self._pairings, self._options.sample
        )
        return name_rows(rows, self._names, self._vocabularies)

    def check_names(self, names: ValueNames) -> None:
        """Raise ValueError where names that somebody gave fit nothing in the picture."""
        if names:
            # rows are made when they are shown, but an error belongs to the call
            check_names(self._rows, names)

    def words(self) -> str:
        """Return the same story in words, one line per row, bottom up."""
        text = describe(self._batches, self._rows, self._options.sample)
        # names of layers may hold what a terminal would obey
        text = printable(text)
        if self._more > 0:
            text = f"{text}\n{self._more} more batches are not drawn."
        return text

    def __repr__(self) -> str:
        size = f"{self.scene.width:.0f} x {self.scene.height:.0f} pixels"
        return f"<Diagram of {self._batches[0].model_name}: {size}>"


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
    features: Sequence[Any] | None = None,
    steps: Sequence[Any] | None = None,
    vocabulary: Any = None,
    classes: Sequence[Any] | None = None,
    targets: Sequence[Any] | None = None,
) -> Diagram:
    """Draw how data flows through a Keras model: a column for each timestep, a row for each layer.

    Parameters
    ----------
    model : keras.Model or Trace
        The model, which is run once and left as it was, or a finished trace of it.
    x : array of shape (batch, timesteps, features), or what the model takes, optional
        Without it, small seeded values are made up, and the picture says so. Of more than 32
        samples only the batch of 32 that holds ``sample`` is run (a stateful model always runs them
        all, batch by batch). Of a dataset the first batch is run, with its labels where ``y`` is
        not given.
    y : array, or a list or dict with one array per output, optional
        The labels, drawn on top with what fits the output and what does not. The keys of a dict are
        those of the dict that the model returns, or else the names of the layers that make its
        outputs, as ``fit`` takes them. Their shapes say whether they fit, and for a loss with a way
        of its own, such as CTC, the loss that the model was compiled with.
    sample : int
        Which sample of each batch stands in front.
    max_steps, max_units : int
        Past so many timesteps the middle is left out; past so many values a column becomes a strip.
    values : bool
        Whether numbers are printed in the squares.
    training : bool
        Run as ``fit`` would: dropout acts, and the picture shows what it dropped.
    features, steps : sequence of str, optional
        The names of the rows and of the columns of the input, instead of ``t = 0``. Read without
        asking where ``x`` is what :func:`unrolled.windows` returned, a data frame, or an array of
        xarray.
    vocabulary : sequence of str, optional
        The word of each id, at the place of its number; or a layer that has ``get_vocabulary()``.
        A TextVectorization or StringLookup in the model has its own.
    classes, targets : sequence of str, optional
        The names of the units of the output, and of the columns of the label.

    Returns
    -------
    Diagram

    Raises
    ------
    TypeError, ValueError
        For a model, arrays or numbers that cannot be drawn; the text says what was expected, what
        came, and the fix.

    Examples
    --------
    >>> import keras, unrolled
    >>> model = keras.Sequential([keras.Input((5, 2)), keras.layers.LSTM(4), keras.layers.Dense(1)])
    >>> diagram = unrolled.draw(model)
    >>> print(diagram.words().splitlines()[-1])
    - Labels y (batch 3, targets 1): the shape y must have.
    >>> diagram = unrolled.draw(model, features=["bar", "°C"])
    >>> print(diagram.words().splitlines()[1])
    - Input data (batch 3, timesteps 5, features 2): x, float32, values made up (seeded),
    named bar, °C.
    """
    _check_numbers(
        sample=(sample, 0), max_steps=(max_steps, 3), max_units=(max_units, 1)
    )
    given = read_given(
        features=features,
        steps=steps,
        vocabulary=vocabulary,
        classes=classes,
        targets=targets,
    )
    names = given | read_names_of(x)
    if isinstance(x, Windows):
        if y is None:
            # labels of your own come first
            y = x.y
        x = x.x
    vocabularies = {}
    if isinstance(model, Trace):
        # a finished trace needs no Keras
        if x is not None or training:
            raise TypeError(
                "Expected no x and no training beside a finished trace, which was run already. "
                "Fix: draw(trace, y=y)."
            )
        trace = model
    else:
        from unrolled.keras_bridge.tracing import check_model
        from unrolled.keras_bridge.tracing import trace as run
        from unrolled.keras_bridge.vocabularies import read_vocabularies

        check_model(model)
        x, y, sample = cut_to_batch(model, x, y, sample)
        trace = run(model, x, training=training)
        vocabularies = read_vocabularies(model)
    batches = trace.batches
    size = batches[0].samples
    if sample >= size:
        last = size - 1
        raise ValueError(
            f"Expected sample to be one of the {size} samples of a batch, "
            f"0 to {last}; got {sample}."
        )
    pairings = read_pairings(batches[0], trace.compiled_loss)
    ys = None
    if y is not None:
        ys = read_labels(y, batches, pairings)
    if ys is not None:
        # all of them are read, so that it is said where one is missing
        ys = ys[:MOST_BATCHES]
    more = max(0, len(batches) - MOST_BATCHES)
    options = DrawOptions(sample, max_steps, max_units, values)
    diagram = Diagram(
        batches[:MOST_BATCHES],
        ys,
        options,
        more,
        pairings,
        names,
        vocabularies,
    )
    diagram.check_names(given)
    return diagram


def _check_numbers(**numbers: tuple[Any, int]) -> None:
    """Raise an error where a number is none, or too small. numbers: each with the least it may be.

    True and False are no numbers, though Python counts with them.
    """
    for name, (value, least) in numbers.items():
        is_whole = isinstance(value, (int, np.integer))
        is_number = is_whole and not isinstance(value, bool)
        if not is_number or value < least:
            raise ValueError(
                f"Expected {name} to be a whole number of at least {least}, "
                f"got {value!r}."
            )
