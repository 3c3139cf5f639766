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

    @property
    def index(self) -> int:
        """The index of its timestep, 0 where there is no time."""
        return self.t or 0


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
        batch_width = self.slots * self.pitch + self.bridge
        first = self.x0 + batch * batch_width + self.pitch / 2
        first += segment * (self.slots * self.pitch + self.gap)
        steps = elide(timesteps, self.max_steps)
        hidden = timesteps - len(steps) + 1
        columns = []
        for k, t in enumerate(steps):
            x = first + k * self.pitch
            column = Column(x, t)
            if t is None:
                column = Column(x, None, hidden)
            columns.append(column)
        return columns

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
    lengths = _lengths(rows)
    batches = rows[0].batches
    limit = _limit_columns(lengths, batches, max_steps)
    slots = _count_columns(lengths[0], limit)
    second = _count_columns(lengths[1], limit)
    recurrent = [row for row in rows if isinstance(row, RecurrentRow)]
    asides = {row.segment for row in rows if row.aside}
    x0 = left + LEAD
    if 0 in asides:
        x0 = left + WIDE_LEAD
    gap = 0.0
    if second:
        gap = _gap(recurrent, asides)
    pitch = PITCH
    if compact:
        pitch = CLOSE
    return Grid(
        x0=x0,
        slots=slots,
        batches=batches,
        max_steps=limit,
        bridge=_bridge(recurrent),
        pitch=pitch,
        second=second,
        gap=gap,
    )


def _lengths(rows: Sequence[Row]) -> tuple[set[int], set[int]]:
    """Return the numbers of timesteps of the rows of each segment; a vector counts as one step."""
    lengths: tuple[set[int], set[int]] = (set(), set())
    for row in rows:
        timesteps = row.timesteps or 1
        lengths[row.segment].add(timesteps)
    return lengths


def _limit_columns(
    lengths: tuple[set[int], set[int]], batches: int, max_steps: int
) -> int:
    """Return how many columns a batch or a segment may have, beside others or alone."""
    first, second = lengths
    if not second:
        if batches == 1:
            return max_steps
        return min(max_steps, FEW)
    longest = max(first | second)
    if longest > FEW:
        return min(max_steps, FEWER)
    return min(max_steps, FEW)


def _count_columns(lengths: Iterable[int], limit: int) -> int:
    """Return the number of columns of the longest row; 0 without rows."""
    # fewer columns may stand for more steps: of 7 all are drawn, of 8 only 6 with the dots
    counts = [len(elide(timesteps, limit)) for timesteps in lengths]
    return max(counts, default=0)


def _bridge(recurrent: Sequence[RecurrentRow]) -> float:
    """Return the room between two batches: more where a state ends there and another begins."""
    for row in recurrent:
        ends_there = row.backwards or row.returns_state
        if ends_there or row.starts:
            return WIDE_BRIDGE
    return BRIDGE


def _gap(recurrent: Sequence[RecurrentRow], asides: Collection[int]) -> float:
    """Return the room between encoder and decoder. asides: segments where vectors stand aside.

    It is wide where final states end between the segments and other states begin there.
    """
    if 1 in asides:
        return WIDE_PASSAGE
    encoders = {row.encoder for row in recurrent}
    ending, beginning = False, False
    for row in recurrent:
        if row.segment == 0:
            # the states of an encoder cross over: they do not end there
            ending |= row.key not in encoders
        else:
            beginning |= row.encoder is None
    if ending and beginning:
        return WIDE_PASSAGE
    return PASSAGE
