"""A row of the picture: what one layer call returns, or an input, or the labels, before anything has a place."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from unrolled.diagrams.rows.axes import Axis
from unrolled.traces.calls import LayerCall, RecurrentCall
from unrolled.traces.cells import STATES, Array


@dataclass(frozen=True, eq=False)
class Link:
    """What a row reads: another row (None where that cannot be seen), and which of its outputs.

    part: 0 for what the row shows, k for the k-th final state of a recurrent row.
    """

    row: Row | None
    part: int = 0

    @property
    def is_state(self) -> bool:
        """Whether it is a final state that is read."""
        return self.row is not None and self.part > 0 and self.row.kind == "recurrent"


@dataclass(eq=False)
class Row:
    """One row of the picture.

    kind: ``input``, ``recurrent``, ``steps`` (one column per timestep), ``vector`` (one per sample), ``plain``
    (a box with its shape) or ``labels``. axes: of the array it returns. links: what it reads, in order. starts: what
    its initial states are read from. masks: the rows that it was given as its mask. calls: the layer call of each
    batch that is drawn. timesteps: of what it reads if recurrent, of what it holds otherwise; None without a time
    axis. passes: whether its input goes through unchanged. segment: 1 for a decoder that stands at the right of its
    encoder. aside: whether it stands left of the columns, as it only gives initial states.
    """

    kind: str
    title: str
    axes: tuple[Axis, ...]
    calls: tuple[LayerCall, ...] = ()
    details: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    timesteps: int | None = None
    arrays: tuple[Array, ...] = ()
    fits: bool = True
    ids: bool = False
    starts: list[Link] = field(default_factory=list)
    masks: list[Row] = field(default_factory=list)
    passes: bool = False
    segment: int = 0
    aside: bool = False

    @property
    def call(self) -> LayerCall:
        """The call in the first batch."""
        return self.calls[0]

    @property
    def below(self) -> list[Row | None]:
        """The rows that it reads, in order."""
        return [link.row for link in self.links]

    @property
    def returns_steps(self) -> bool:
        """Whether what the row hands on has a time axis."""
        return (
            (self.kind == "recurrent" and returns_steps(self.call))
            or self.kind == "steps"
            or (self.kind in ("input", "labels") and self.timesteps is not None)
        )

    @property
    def column(self) -> tuple[int, ...]:
        """The shape of one column: (units,), or (rows, columns, filters) of a map."""
        if self.kind == "recurrent":
            shape: tuple[int, ...] = every_step(self.call).shape[2:]  # type: ignore[arg-type]
            return shape
        return tuple(n for n, _ in self.axes[2 if self.returns_steps else 1 :])

    @property
    def width(self) -> int:
        """The number of values in one column."""
        return int(np.prod(self.column, dtype=int))

    @property
    def is_map(self) -> bool:
        """Whether a column is a map, drawn as a small image."""
        return self.kind != "plain" and len(self.column) in (2, 3, 4) and bool(self.arrays)


_SHARES = (
    "Dense",
    "EinsumDense",
    "Embedding",
    "TimeDistributed",
    "SeparableConv1D",
    "DepthwiseConv1D",
)


def shares_weights(row: Row) -> bool:
    """Tell whether a row of steps is made with the same weights at every step."""
    kind = row.call.layer_class
    known = kind in _SHARES or kind.endswith("Normalization") or kind.startswith("Conv")
    return row.kind == "steps" and known and bool(row.call.weights.count)


def returns_steps(call: LayerCall) -> bool:
    """Tell whether a recurrent call returns one output per timestep."""
    return isinstance(call, RecurrentCall) and call.return_sequences


def attends_itself(row: Row) -> bool:
    """Tell whether a row is attention of a sequence over itself: its weights are lines between the two rows."""
    if row.kind != "steps" or row.call.attention is None or len(row.links) < 2:
        return False
    return row.links[0].row is row.links[1].row


def attends_elsewhere(row: Row) -> bool:
    """Tell whether a row is attention over other steps: its weights are squares under each of its own."""
    return row.kind == "steps" and row.call.attention is not None and not attends_itself(row)


def attention_of(row: Row, batch: int, sample: int) -> Array:
    """Return the weights (query timesteps, value timesteps) of one sample, the mean over heads."""
    weights = row.calls[batch].attention
    assert weights is not None
    mean: Array = weights[sample] if weights.ndim == 3 else weights[sample].mean(axis=0)
    return mean


def every_step(call: RecurrentCall) -> Array:
    """Return what a recurrent layer computes at every step, returned or not: (batch, timesteps, units)."""
    return call.h if call.cell_output is None else call.cell_output


def name_of(row: Row) -> str:
    """Return what a row is called in a sentence: its layer's name, with the number of the call after the first."""
    if row.title == "Input data":
        return "the input"
    return (
        f"{row.call.layer_name} (call {row.call.number + 1})"
        if row.call.number
        else row.call.layer_name
    )


def state_names(row: Row) -> tuple[str, ...]:
    """Return the names of the states that a recurrent row carries."""
    call = row.call
    if not isinstance(call, RecurrentCall):
        return ()
    return STATES.get(call.cell_class) or tuple(f"s{k}" for k in range(len(call.states)))
