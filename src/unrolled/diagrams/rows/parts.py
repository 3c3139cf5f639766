"""What rows are made of: what is said about them, which row reads which, step by step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.generic]
# a size, and the word for it ("" where nobody can know it)
Axis = tuple[int, str]


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
        sentence = self.spoken
        if sentence is None:
            # most notes read the same in both
            sentence = self.text
        return sentence


PASSES = Note("passes its input unchanged", "ink")


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
        # its own step, where there is no matrix
        read = np.array([step])
        if self.matrix is not None:
            read = np.flatnonzero(self.matrix[step])
        if self.turned:
            # the matrix counts the steps as they are passed on; in the picture they stand in the
            # order of the data
            last = self.source_steps - 1
            read = last - read[::-1]
        return read

    @property
    def window(self) -> int:
        """The most steps of the source that one step of the reader reads."""
        if self.matrix is None:
            # its own step
            return 1
        counts = self.matrix.sum(axis=1)
        # a reader of no steps reads nothing
        widest = counts.max(initial=0)
        return int(widest)

    @property
    def is_straight(self) -> bool:
        """Whether each step reads its own one alone."""
        if self.turned:
            # the first step reads the last one
            return False
        if self.matrix is None:
            # there is none where each step reads its own one
            return True
        # a step that moves nothing leaves a gap, and is not straight either
        straight = np.eye(self.steps, dtype=bool)
        is_equal = np.array_equal(self.matrix, straight)
        return bool(is_equal)

    @property
    def reads_all(self) -> bool:
        """Whether every step of the reader reads every step of the source."""
        if self.matrix is None:
            # the question is asked of several steps
            return False
        everything = self.matrix.all()
        return bool(everything)


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
