"""Who reads whom: the nodes of a picture, from the bottom up, and what each reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter, ne
from typing import Literal

from unrolled.traces.layer_calls import LayerCall, Provenance

Role = Literal["input", "call", "further", "more", "output"]
UNSEEN = -1  # the key of what nobody can see
INSIDE = -1  # stands for the number of an input where a node reads a call that is inside its own


@dataclass(frozen=True, eq=False)
class Reading:
    """One thing that a node reads.

    Attributes
    ----------
    node : int
        The key of the node that is read; ``UNSEEN`` where nobody can see it.
    part : int
        0 for what that node shows, k for its k-th final state.
    argument : int
        The number of the reader's input; ``INSIDE`` for what comes from inside the reader.
    provenance, source_number : Provenance or None, int
        How the input was made of it in ``call()``, and its number among the sources.
    """

    node: int
    part: int = 0
    argument: int = INSIDE
    provenance: Provenance | None = None
    source_number: int = 0

    @property
    def is_state(self) -> bool:
        """Whether a final state is read."""
        return self.part > 0


@dataclass(frozen=True, eq=False)
class Node:
    """What gets a row: an input, a call, a further output of one, an output that no layer made.

    Attributes
    ----------
    key : int
        The number by which others name it.
    role : str
        ``input``, ``call``, ``further`` output of a call, ``more`` calls left out, or ``output``.
    calls : tuple of LayerCall
        The call in each batch.
    number : int
        Which output of the call it shows; of an ``output`` which output of the model.
    reads, starts : tuples of Reading
        What it reads, and what a recurrent one takes as its initial states.
    masks : tuple of int
        The inputs that it takes as its mask.
    left_out : int
        How many calls a node of the role ``more`` stands for.
    """

    key: int
    role: Role
    calls: tuple[LayerCall, ...]
    number: int = 0
    reads: tuple[Reading, ...] = ()
    starts: tuple[Reading, ...] = ()
    masks: tuple[int, ...] = ()
    left_out: int = 0

    @property
    def call(self) -> LayerCall:
        """The call in the first batch."""
        return self.calls[0]

    @property
    def below(self) -> tuple[int, ...]:
        """The keys of what it reads, as far as it can be seen."""
        return _seen_in(self.reads)

    @property
    def states_from(self) -> tuple[int, ...]:
        """The keys of what its initial states come from, as far as it can be seen."""
        return _seen_in(self.starts)


@dataclass(frozen=True, eq=False)
class Graph:
    """The nodes from the bottom up; for each output of the model the key and the part of it."""

    nodes: tuple[Node, ...]
    outputs: tuple[tuple[int, int], ...]


def _seen_in(readings: Sequence[Reading]) -> tuple[int, ...]:
    keys = map(attrgetter("node"), readings)
    # a placeholder is no key of a node
    is_seen = partial(ne, UNSEEN)
    return tuple(filter(is_seen, keys))
