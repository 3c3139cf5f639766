"""Where columns stand: which timesteps are drawn, and the x of each, batch by batch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

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

    def columns(self, timesteps: int, segment: int) -> list[list[Column]]:
        """Return for each batch the drawn columns of a row, left to right.

        timesteps: how many the row has; past the limit one column of dots stands for the middle.
        """
        steps = elide(timesteps, self.max_steps)
        # one of the columns is that of the dots
        hidden = timesteps - len(steps) + 1
        batch_width = self.slots * self.pitch + self.bridge
        batches = []
        for batch in range(self.batches):
            # a column stands in the middle of its pitch
            first = self.x0 + batch * batch_width + self.pitch / 2
            first += segment * (self.slots * self.pitch + self.gap)
            columns = []
            for k, t in enumerate(steps):
                x = first + k * self.pitch
                column = Column(x, t)
                if t is None:
                    # the dots
                    column = Column(x, None, hidden)
                columns.append(column)
            batches.append(columns)
        return batches

    @property
    def right(self) -> float:
        """The right edge of the last batch's columns, or of the decoder's."""
        batches = self.batches * self.slots * self.pitch
        bridges = (self.batches - 1) * self.bridge
        decoder = self.gap + self.second * self.pitch
        return self.x0 + batches + bridges + decoder

    def aside(self, segment: int) -> float:
        """Return the x of what stands left of the columns."""
        shift = segment * (self.slots * self.pitch + self.gap)
        return self.x0 + shift - ASIDE

    def over(self, segment: int, lane: int) -> float:
        """Return the x where a final state goes up, right of the chips at its end."""
        if self.second and segment == 0:
            # there is little room before the decoder: more ways lie on those before
            encoder = self.x0 + self.slots * self.pitch
            shift = NARROW_LANE * (lane % NARROW_LANES)
            return encoder + CHIP_END + shift
        # they share the numbers of the lanes that data take there
        return self.right + TAIL - 8 + LANE * lane

    @property
    def passage(self) -> float:
        """The x right before the decoder's columns, where no chip stands."""
        decoder = self.x0 + self.slots * self.pitch + self.gap
        return decoder - 6


def drawn(columns: Iterable[Column]) -> list[Column]:
    """Return the columns without the dots of those that are left out."""
    return [column for column in columns if not column.hidden]


def make_grid(
    rows: Sequence[Row], left: float, max_steps: int, *, compact: bool
) -> Grid:
    """Return the grid that holds all rows; several batches side by side show fewer steps each."""
    first, second = _read_segments(rows)
    # a layer runs once in each batch, so that every row has as many
    batches = rows[0].batches
    limit = max_steps
    gap = 0.0
    if batches > 1:
        # batches stand side by side
        limit = min(max_steps, FEW)
    if second.lengths:
        gap = _gap(first, second)
        limit = min(max_steps, FEW)
        longest = max(first.lengths | second.lengths)
        if longest > FEW:
            # where the middle is left out anyway, one step less is seen
            limit = min(max_steps, FEWER)
    bridge = BRIDGE
    if first.has_ends:
        # chips stand at the end of one batch and at the beginning of the next one
        bridge = WIDE_BRIDGE
    x0 = left + LEAD
    if first.has_aside:
        # vectors stand between the texts and the columns
        x0 = left + WIDE_LEAD
    pitch = PITCH
    if compact:
        # many columns, which still are to fit a page
        pitch = CLOSE
    return Grid(
        x0=x0,
        slots=_count_columns(first.lengths, limit),
        batches=batches,
        max_steps=limit,
        bridge=bridge,
        pitch=pitch,
        second=_count_columns(second.lengths, limit),
        gap=gap,
    )


@dataclass
class _Segment:
    """What the columns of one segment depend on.

    Attributes
    ----------
    lengths : set of int
        The numbers of timesteps of its rows; none where there are no rows.
    recurrent, encoders : set of int
        The keys of its recurrent rows, and of the rows whose final states they start from; None
        among them where one starts from something else.
    has_aside : bool
        Whether vectors stand left of its columns.
    has_ends : bool
        Whether states end between two batches, and others begin there.
    """

    lengths: set[int] = field(default_factory=set)
    recurrent: set[int] = field(default_factory=set)
    encoders: set[int | None] = field(default_factory=set)
    has_aside: bool = False
    has_ends: bool = False


def _read_segments(rows: Sequence[Row]) -> tuple[_Segment, _Segment]:
    """Return what the columns of the first and of the second segment depend on."""
    segments = _Segment(), _Segment()
    for row in rows:
        segment = segments[row.segment]
        # a vector needs one column
        timesteps = row.timesteps or 1
        segment.lengths.add(timesteps)
        segment.has_aside |= row.aside
        if isinstance(row, RecurrentRow):
            segment.recurrent.add(row.key)
            segment.encoders.add(row.encoder)
            # what it reads and what it returns is named in chips, in each batch; backwards, a state
            # ends at the left of one batch and begins at the right of the next one
            segment.has_ends |= any(
                (row.starts, row.returns_state, row.backwards)
            )
    return segments


def _count_columns(lengths: Iterable[int], limit: int) -> int:
    """Return the number of columns of the widest row; 0 without rows."""
    # the longest row is not always the widest: of 8 steps all are drawn, of 9 six columns
    counts = [len(elide(timesteps, limit)) for timesteps in lengths]
    return max(counts, default=0)


def _gap(first: _Segment, second: _Segment) -> float:
    """Return the room between encoder and decoder.

    It is wide where vectors stand there, or where final states end between the segments and other
    states begin there.
    """
    if second.has_aside:
        # the vectors themselves stand between the segments
        return WIDE_PASSAGE
    # the final states of an encoder cross over in one arrow, without chips
    ending = first.recurrent - second.encoders
    begins_alone = None in second.encoders
    if ending and begins_alone:
        # the chips of both stand there
        return WIDE_PASSAGE
    return PASSAGE
