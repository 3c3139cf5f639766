"""The rows of a picture before anything has a place: frozen data, complete when they are made.

Layout draws these rows and knows nothing of Keras or of a trace; words reads them aloud.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.generic]
Axis = tuple[
    int, str
]  # size, and the word for it ("" where nobody can know it)
_SAID = 8  # numbers that a box says under the mouse


@dataclass(frozen=True)
class Note:
    """Something said about a row: in few words in the picture, as a sentence in the words.

    Attributes
    ----------
    text : str
        What stands in the picture; empty where the words alone say it.
    role : str
        The colour of the text: a role of the palette.
    spoken : str or None
        What the words say instead; empty where the picture alone needs it, None for the same text.

    Examples
    --------
    >>> note = Note("hatched: masked steps", spoken="masked at t = 3")
    >>> note.short(), note.sentence()
    ('hatched: masked steps', 'masked at t = 3')
    """

    text: str
    role: str = "soft"
    spoken: str | None = None

    def short(self) -> str:
        """Return what stands in the picture."""
        return self.text

    def sentence(self) -> str:
        """Return what the words say."""
        return self.text if self.spoken is None else self.spoken


@dataclass(frozen=True, eq=False)
class Connection:
    """Which drawn step of a source moves which drawn step of its reader.

    Attributes
    ----------
    steps, source_steps : int
        The number of timesteps of the reader and of the source, 1 where one has no time.
    matrix : array or None
        Bool (steps, source_steps); None where each step reads its own one alone.
    turned : bool
        Whether the source passes its steps on from the last to the first.

    Examples
    --------
    >>> Connection(3, 3).reads(1), Connection(3, 3, turned=True).reads(0)
    (array([1]), array([2]))
    >>> Connection(1, 3, np.ones((1, 3), bool)).reads(0)
    array([0, 1, 2])
    """

    steps: int
    source_steps: int
    matrix: Array | None = None
    turned: bool = False

    def reads(self, step: int) -> Array:
        """Return the steps of the source that move a step of the reader."""
        read = np.array([step])
        if self.matrix is not None:
            read = np.flatnonzero(self.matrix[step])
        return self.source_steps - 1 - read[::-1] if self.turned else read

    @property
    def window(self) -> int:
        """The most steps of the source that one step of the reader reads."""
        return (
            1
            if self.matrix is None
            else int(self.matrix.sum(axis=1).max(initial=0))
        )

    @property
    def is_straight(self) -> bool:
        """Whether each step reads its own one alone."""
        if self.turned and self.steps > 1:
            return False
        if self.matrix is None:
            return True
        is_square = self.steps == self.source_steps
        return is_square and bool(
            np.array_equal(self.matrix, np.eye(self.steps, dtype=bool))
        )

    @property
    def reads_all(self) -> bool:
        """Whether every step of the reader reads every step of the source."""
        return self.matrix is not None and bool(self.matrix.all())


@dataclass(frozen=True, eq=False)
class Link:
    """What a row reads: another row, and which of its outputs.

    Attributes
    ----------
    row : int or None
        The key of the row that is read; None where it cannot be seen.
    part : int
        0 for what that row shows, k for its k-th final state.
    is_state : bool
        Whether a final state is read.
    connection : Connection or None
        Which step moves which; None where that is not known.
    """

    row: int | None
    part: int = 0
    is_state: bool = False
    connection: Connection | None = None


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
    links, masks : tuples
        What it reads, in order, and the keys of the rows that it takes as its mask.
    batches : int
        How many batches stand side by side.
    timesteps : int or None
        Of what it reads if recurrent, of what it holds otherwise; None without a time axis.
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
    masks: tuple[int, ...] = ()
    batches: int = 1
    timesteps: int | None = None
    segment: int = 0
    aside: bool = False
    is_code: bool = False
    is_layer: bool = True
    is_output: bool = False
    adjusts: bool = False
    subject: str = ""
    weights: str = ""

    @property
    def starts(self) -> tuple[Link, ...]:
        """What its initial states are read from."""
        return ()

    @property
    def returns_steps(self) -> bool:
        """Whether what the row passes on has a time axis."""
        return self.timesteps is not None

    @property
    def below(self) -> tuple[int, ...]:
        """The keys of the rows that it reads."""
        return tuple(link.row for link in self.links if link.row is not None)


@dataclass(frozen=True, eq=False, kw_only=True)
class BoxRow(Row):
    """A row without columns: a box with its shape in it, one text for each batch."""

    shapes: tuple[str, ...]

    @property
    def returns_steps(self) -> bool:
        """Whether what the row passes on has a time axis: nobody knows."""
        return False


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
    """

    values: tuple[Array, ...] = ()
    masked: tuple[Array | None, ...] = ()
    lost: tuple[Array | None, ...] = ()
    are_ids: bool = False
    passes: bool = False

    @property
    def column(self) -> tuple[int, ...]:
        """The shape of one column: (units,), or (rows, columns, filters) of a map."""
        if not self.values:
            return (1,)
        return (
            self.values[0].shape[1:] if self.timesteps else self.values[0].shape
        )

    @property
    def width(self) -> int:
        """The number of values in one column."""
        return max(1, int(np.prod(self.column, dtype=int)))

    @property
    def is_map(self) -> bool:
        """Whether a column is a map, drawn as a small image."""
        return len(self.column) in (2, 3, 4)

    def hover(self, batch: int, t: int) -> str:
        """Return what the box of a step says under the mouse."""
        if not self.values:
            return ""
        if self.timesteps:
            return (
                f"{self.title}, t = {t}: {list_values(self.values[batch][t])}"
            )
        return f"{self.title}: {list_values(self.values[batch])}"


@dataclass(frozen=True, eq=False, kw_only=True)
class InputRow(ValuesRow):
    """An input of the model. samples: of the batch. has_features: if its features get names."""

    samples: int = 1
    has_features: bool = False


@dataclass(frozen=True, eq=False, kw_only=True)
class StepsRow(ValuesRow):
    """What a layer returns at every step.

    Attributes
    ----------
    shares_weights : bool
        Whether the same weights are used at every step.
    attention : tuple
        For each batch the weights (query timesteps, value timesteps) of the drawn sample, or None.
    attends_itself : bool
        Whether a sequence attends to itself: its weights are lines between the two rows.
    """

    shares_weights: bool = False
    attention: tuple[Array | None, ...] = ()
    attends_itself: bool = False

    @property
    def attends_elsewhere(self) -> bool:
        """Whether it attends to other steps: its weights are squares under each of its own."""
        return bool(self.attention) and not self.attends_itself


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
    state_links : tuple of Link
        What the initial states are read from; empty where they are zeros.
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
    state_links: tuple[Link, ...] = ()
    encoder: int | None = None
    sequences: bool = False
    backwards: bool = False
    carries: bool = False
    keeps: bool = False
    returns_state: bool = False
    story: str = ""

    @property
    def starts(self) -> tuple[Link, ...]:
        """What its initial states are read from."""
        return self.state_links

    @property
    def returns_steps(self) -> bool:
        """Whether every step is returned."""
        return self.sequences

    def hover(self, batch: int, t: int) -> str:
        """Return what the cell of a step says under the mouse: its states, and what it returns."""
        states = []
        output = self.values[batch][t]
        if not np.array_equal(output, self.states[batch][0][t]):
            states.append(f"output = {list_values(output)}")
        for name, state in zip(
            self.state_names, self.states[batch], strict=True
        ):
            states.append(f"{name} = {list_values(state[t])}")
        return f"{self.title}, t = {t}: {'; '.join(states)}"


def list_values(values: Array) -> str:
    """Return the first numbers of an array.

    >>> list_values(np.array([0.5, 2.0]))
    '[0.5, 2]'
    """
    flat = np.ravel(values)
    numbers = ", ".join(f"{value:.3g}" for value in flat[:_SAID].tolist())
    return f"[{numbers}, …]" if len(flat) > _SAID else f"[{numbers}]"
