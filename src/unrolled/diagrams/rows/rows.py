"""The rows of a picture before anything has a place: frozen data, complete when they are made.

Layout draws these rows and knows nothing of Keras or of a trace; words reads them aloud.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import numpy as np

from unrolled.diagrams.rows.listed_values import SAID, list_values
from unrolled.diagrams.rows.parts import Array, Axis, Link, Note


@dataclass(frozen=True, eq=False, kw_only=True)
class Row:
    """One row of the picture.

    Attributes
    ----------
    key : int
        Links name a row by this number.
    name : str
        What the row is called in a sentence.
    title : str
        The first line at its left; ``is_code`` says whether it is a line of Python, ``is_layer``
        whether a layer makes it, ``is_output`` whether the model returns it.
    adjusts : bool
        Whether the layer only adjusts values, so that it may share a row with the one before.
    axes : tuple of (int, str)
        The axes of the array that it returns, with their words.
    details, notes : tuples
        The lines under the title, and what is said about the row.
    links, starts, masks : tuples
        What it reads, in order; what its initial states are read from, nothing where they are
        zeros; the keys of the rows that it takes as its mask.
    batches : int
        How many batches stand side by side.
    timesteps : int or None
        Of what it reads if recurrent, of what it holds otherwise; None without a time axis.
    returns_steps : bool
        Whether what it passes on has a time axis.
    segment : int
        1 for a decoder, which stands at the right of its encoder.
    aside : bool
        Whether it stands left of the columns, as it gives initial states alone.
    subject, weights : str
        How the words name it, and the arithmetic of its weights.
    """

    key: int
    name: str
    title: str
    axes: tuple[Axis, ...]
    details: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    links: tuple[Link, ...] = ()
    starts: tuple[Link, ...] = ()
    masks: tuple[int, ...] = ()
    batches: int = 1
    timesteps: int | None = None
    returns_steps: bool = False
    segment: int = 0
    aside: bool = False
    is_code: bool = False
    is_layer: bool = True
    is_output: bool = False
    adjusts: bool = False
    subject: str = ""
    weights: str = ""

    @property
    def below(self) -> tuple[int, ...]:
        """The keys of the rows that it reads."""
        read = map(attrgetter("row"), self.links)
        # what nobody can see has no row
        return tuple(key for key in read if key is not None)


@dataclass(frozen=True, eq=False, kw_only=True)
class BoxRow(Row):
    """A row without columns: a box with its shape in it, one text for each batch."""

    shapes: tuple[str, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class ValuesRow(Row):
    """A row with columns of values.

    Attributes
    ----------
    values : tuple of arrays
        Of each batch the drawn sample: (timesteps, units), or (units,) without time; further axes
        for maps. Empty for labels that nobody gave.
    masked : tuple
        For each batch bool (timesteps,), True where a step is masked, or None.
    lost : tuple
        For each batch bool like values, True where dropout dropped a value, or None.
    are_ids : bool
        Whether the values are whole numbers that name something.
    passes : bool
        Whether its input goes through unchanged.
    value_names, step_names : tuple of str
        What the values of a column and the timesteps are called; empty where they have no names.
    id_words : tuple of str
        The word of each id, by its number.
    """

    values: tuple[Array, ...] = ()
    masked: tuple[Array | None, ...] = ()
    lost: tuple[Array | None, ...] = ()
    are_ids: bool = False
    passes: bool = False
    value_names: tuple[str, ...] = ()
    step_names: tuple[str, ...] = ()
    id_words: tuple[str, ...] = ()

    @property
    def column(self) -> tuple[int, ...]:
        """The shape of one column: (units,), or (rows, columns, filters) of a map."""
        if not self.values:
            # labels that nobody gave are drawn as one empty square
            return (1,)
        # the columns of all batches have the same shape
        shape = self.values[0].shape
        if self.timesteps:
            # a column for each timestep
            shape = shape[1:]
        return shape

    @property
    def width(self) -> int:
        """The number of values in one column."""
        values = int(np.prod(self.column, dtype=int))
        # a column of no values still has a place
        return max(1, values)

    @property
    def is_map(self) -> bool:
        """Whether a column is a map, drawn as a small image."""
        axes = len(self.column)
        # rows and columns, with filters, with planes
        return axes in (2, 3, 4)

    @property
    def shows_words(self) -> bool:
        """Whether a column is one id, with its word under it."""
        if not self.values:
            # labels that nobody gave
            return False
        if not self.id_words:
            # values that are no ids, or ids that nobody named
            return False
        return self.width == 1

    def word_of(self, value: Any) -> str:
        """Return the word of an id; empty where it has none."""
        if value not in range(len(self.id_words)):
            # no id, or one that the vocabulary does not reach
            return ""
        return self.id_words[int(value)]

    def step_text(self, t: int) -> str:
        """Return the name of a step: its own one, or its number."""
        if self.step_names:
            return self.step_names[t]
        return f"t = {t}"

    def hover(self, batch: int, t: int) -> str:
        """Return what the box of a step says under the mouse."""
        if not self.values:
            # labels that nobody gave have no numbers to list
            return ""
        values = self.values[batch]
        title = self.title
        if self.timesteps:
            # a vector has no steps, and its number is 0
            values = values[t]
            title = f"{title}, {self.step_text(t)}"
        names = self.value_names
        if self.id_words:
            flat = np.ravel(values)[:SAID]
            names = tuple(map(self.word_of, flat.tolist()))
        numbers = list_values(values, names)
        return f"{title}: {numbers}"


@dataclass(frozen=True, eq=False, kw_only=True)
class InputRow(ValuesRow):
    """An input of the model. samples: of the batch."""

    samples: int = 1


@dataclass(frozen=True, eq=False, kw_only=True)
class StepsRow(ValuesRow):
    """What a layer returns at every step.

    Attributes
    ----------
    shares_weights : bool
        Whether the same weights are used at every step.
    attention : tuple
        For each batch the weights (query timesteps, value timesteps) of the drawn sample.
    attends_itself : bool
        Whether a sequence attends to itself: its weights are lines between the two rows.
    """

    shares_weights: bool = False
    attention: tuple[Array, ...] = ()
    attends_itself: bool = False

    @property
    def attends_elsewhere(self) -> bool:
        """Whether it attends to other steps: its weights are squares under each of its own."""
        if self.attends_itself:
            # lines between the two rows show its weights
            return False
        return bool(self.attention)


@dataclass(frozen=True, eq=False, kw_only=True)
class VectorRow(ValuesRow):
    """What a layer returns once for each sample."""


@dataclass(frozen=True, eq=False, kw_only=True)
class LabelRow(ValuesRow):
    """The labels above an output. samples: of the batch. fits: whether they fit the output."""

    samples: int = 1
    fits: bool = True


@dataclass(frozen=True, eq=False, kw_only=True)
class RecurrentRow(ValuesRow):
    """A recurrent layer, or one of its cells.

    Attributes
    ----------
    state_names : tuple of str
        The states that it carries from step to step.
    states : tuple of tuples of arrays
        For each batch each state after every step, (timesteps, units), of the drawn sample.
    begins : tuple of tuples of str
        For each batch, for each state: where it starts.
    end : str
        What becomes of the final state.
    encoder : int or None
        The key of the row whose final states are its initial states, all of them.
    sequences : bool
        Whether every step is returned.
    backwards : bool
        Whether it reads the last step first.
    carries, keeps, returns_state : bool
        Whether the state crosses to the next batch, is kept or returned, and is returned.
    story : str
        How it reads its steps, as the words say it.
    """

    state_names: tuple[str, ...] = ()
    states: tuple[tuple[Array, ...], ...] = ()
    begins: tuple[tuple[str, ...], ...] = ()
    end: str = ""
    encoder: int | None = None
    sequences: bool = False
    backwards: bool = False
    carries: bool = False
    keeps: bool = False
    returns_state: bool = False
    story: str = ""

    def hover(self, batch: int, t: int) -> str:
        """Return what the cell of a step says under the mouse: its states, and what it returns."""
        numbers = []
        states = self.states[batch]
        values = self.values[batch]
        output = values[t]
        first_state = states[0][t]
        # most cells return their first state, which is said once
        if not np.array_equal(output, first_state):
            listed = list_values(output)
            numbers.append(f"output = {listed}")
        for name, state in zip(self.state_names, states, strict=True):
            listed = list_values(state[t])
            numbers.append(f"{name} = {listed}")
        place = f"{self.title}, {self.step_text(t)}"
        said = "; ".join(numbers)
        return f"{place}: {said}"
