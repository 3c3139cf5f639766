"""Where columns stand: which timesteps are drawn, and the x of each, batch by batch."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from unrolled.diagrams.rows.rows import RecurrentRow, Row
from unrolled.scenes.elision import elide

# from one column's centre to the next one's: between two boxes a state fits with its name
PITCH = 92.0
CLOSE = 84.0  # the same in a compact picture
LEAD = 104.0  # left of the first column: initial states, names of features
WIDE_LEAD = 134.0  # the same where something stands aside
TAIL = 100.0  # right of the last column: final states
BRIDGE = 78.0  # between two batches, beyond the pitch: "h carried over"
WIDE_BRIDGE = 168.0  # the same where named ends of states stand there
PASSAGE = 84.0  # between encoder and decoder, beyond the pitch
WIDE_PASSAGE = 240.0  # the same where vectors on their way stand there
ASIDE = 84.0  # from the first column's left edge to what stands aside
CHIP_END = 84.0  # from the encoder's last column to the right side of the chips at its end
LANE = 14.0  # from one lane at the right of the columns to the next one
NARROW_LANE = (
    6.0  # the same between encoder and decoder, where less room is left
)
NARROW_LANES = 6  # as many fit there
FEW = 5  # columns of a batch, or of a segment, beside others
FEWER = 4  # columns of a segment whose steps are left out anyway


@dataclass(frozen=True)
class Column:
    """One drawn column: its timestep, or None and the number of timesteps it stands for."""

    x: float
    t: int | None
    hidden: int = 0


@dataclass(frozen=True)
class Grid:
    """The columns of a picture.

    Attributes
    ----------
    x0 : float
        The left edge of the first batch's columns.
    slots, second : int
        The number of columns; of the second segment, the decoder's, which stands at the right.
    batches, max_steps : int
        The number of batches; past so many timesteps the middle is left out.
    bridge, pitch, gap : float
        Between two batches, from column to column, and between the segments; no gap without second.
    """

    x0: float
    slots: int
    batches: int
    max_steps: int
    bridge: float
    pitch: float
    second: int
    gap: float

    def columns(
        self, timesteps: int, batch: int, segment: int = 0
    ) -> list[Column]:
        """Return the drawn columns of a row with this number of timesteps, left to right."""
        left = (
            self.x0
            + batch * (self.slots * self.pitch + self.bridge)
            + self.pitch / 2
        )
        left += segment * (self.slots * self.pitch + self.gap)
        steps = elide(timesteps, self.max_steps)
        hidden = timesteps - len(steps) + 1
        return [
            Column(left + k * self.pitch, t, hidden if t is None else 0)
            for k, t in enumerate(steps)
        ]

    @property
    def right(self) -> float:
        """The right edge of the last batch's columns, or of the decoder's."""
        batches = self.batches * self.slots * self.pitch
        bridges = (self.batches - 1) * self.bridge
        decoder = self.gap + self.second * self.pitch
        return self.x0 + batches + bridges + decoder

    def aside(self, segment: int) -> float:
        """Return the x of what stands left of the columns."""
        return self.x0 + segment * (self.slots * self.pitch + self.gap) - ASIDE

    def over(self, segment: int, lane: int) -> float:
        """Return the x where a final state goes up, right of the chips at its end."""
        if self.second and segment == 0:
            encoder = self.x0 + self.slots * self.pitch
            return encoder + CHIP_END + NARROW_LANE * (lane % NARROW_LANES)
        return self.right + TAIL - 8 + LANE * lane

    @property
    def passage(self) -> float:
        """The x right before the decoder's columns, where no chip stands."""
        return self.x0 + self.slots * self.pitch + self.gap - 6


def drawn(columns: Iterable[Column]) -> list[Column]:
    """Return the columns without the dots of those that are left out."""
    return [column for column in columns if not column.hidden]


def make_grid(
    rows: Sequence[Row], left: float, max_steps: int, *, compact: bool
) -> Grid:
    """Return the grid that holds all rows; several batches side by side show fewer steps each."""
    batches = max(row.batches for row in rows)
    limit = _limit_columns(rows, batches, max_steps)
    asides = {row.segment for row in rows if row.aside}
    second = _count_columns(rows, limit, 1)
    return Grid(
        x0=left + (WIDE_LEAD if 0 in asides else LEAD),
        slots=_count_columns(rows, limit, 0),
        batches=batches,
        max_steps=limit,
        bridge=_bridge(rows),
        pitch=CLOSE if compact else PITCH,
        second=second,
        gap=_gap(rows, asides) if second else 0.0,
    )


def _limit_columns(rows: Sequence[Row], batches: int, max_steps: int) -> int:
    """Return how many columns a batch or a segment may have, beside others or alone."""
    longest = max(row.timesteps or 1 for row in rows)
    segments = 1 + max(row.segment for row in rows)
    if segments > 1 and longest > FEW:
        return min(max_steps, FEWER)
    if segments > 1 or batches > 1:
        return min(max_steps, FEW)
    return max_steps


def _count_columns(rows: Sequence[Row], limit: int, segment: int) -> int:
    """Return the number of columns of the longest row of a segment; 0 without rows."""
    longest = 0
    for row in rows:
        if row.segment == segment:
            columns = elide(row.timesteps or 1, limit)
            longest = max(longest, len(columns))
    return longest


def _bridge(rows: Sequence[Row]) -> float:
    """Return the room between two batches: more where a state ends there and another begins."""
    for row in _recurrent(rows):
        if row.starts or row.backwards or row.returns_state:
            return WIDE_BRIDGE
    return BRIDGE


def _gap(rows: Sequence[Row], asides: Collection[int]) -> float:
    """Return the room between encoder and decoder. asides: segments where vectors stand aside.

    It is wide where final states end between the segments and other states begin there.
    """
    recurrent = _recurrent(rows)
    encoders = {row.encoder for row in recurrent}
    ending = {row.key for row in recurrent if not row.segment} - encoders
    beginning = {row.encoder for row in recurrent if row.segment}
    meet_between = ending and None in beginning
    if meet_between or 1 in asides:
        return WIDE_PASSAGE
    return PASSAGE


def _recurrent(rows: Sequence[Row]) -> list[RecurrentRow]:
    return [row for row in rows if isinstance(row, RecurrentRow)]
