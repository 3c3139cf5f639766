"""Where columns stand: which timesteps are drawn, which are elided, and the x of each, batch beside batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from unrolled.diagrams.rows.rows import Row
from unrolled.diagrams.rows.segments import handed_over
from unrolled.scenes.elision import elide

PITCH = 92.0  # from one column's centre to the next one's
CLOSE = 84.0  # the same in a compact picture
LEAD = 104.0  # left of the first column: initial states, names of features
WIDE_LEAD = 134.0  # the same where something stands aside
TAIL = 100.0  # right of the last column: final states
BRIDGE = 78.0  # between two batches, beyond the pitch
PASSAGE = 84.0  # between encoder and decoder, beyond the pitch
WIDE_PASSAGE = 240.0  # the same where vectors on their way stand there
ASIDE = 84.0  # from the first column's left edge to what stands aside
WIDE_BRIDGE = 168.0  # the same where named ends of states stand there


@dataclass(frozen=True)
class Slot:
    """One drawn column: its timestep, or None and the number of timesteps it stands for."""

    x: float
    t: int | None
    hidden: int = 0


@dataclass(frozen=True)
class Grid:
    """The columns of a picture. ``x0`` is the left edge of the first batch's columns.

    slots: the number of columns; second: of the second segment, the decoder's, which stands at the right.
    """

    x0: float
    slots: int
    batches: int
    max_steps: int
    bridge: float
    pitch: float
    second: int = 0
    gap: float = PASSAGE

    def columns(self, timesteps: int, batch: int, segment: int = 0) -> list[Slot]:
        """Return the drawn columns of a row with this number of timesteps, left to right."""
        left = self.x0 + batch * (self.slots * self.pitch + self.bridge) + self.pitch / 2
        left += segment * (self.slots * self.pitch + self.gap)
        steps = elide(timesteps, self.max_steps)
        return [
            Slot(left + k * self.pitch, t, timesteps - len(steps) + 1 if t is None else 0)
            for k, t in enumerate(steps)
        ]

    @property
    def right(self) -> float:
        """The right edge of the last batch's columns."""
        first = self.x0 + self.batches * self.slots * self.pitch + (self.batches - 1) * self.bridge
        return first + (self.gap + self.second * self.pitch if self.second else 0.0)

    def aside(self, segment: int) -> float:
        """Return the x of what stands left of the columns."""
        return self.x0 + segment * (self.slots * self.pitch + self.gap) - ASIDE

    def over(self, segment: int, lane: int) -> float:
        """Return the x where a final state goes up, right of the chips at its end."""
        if self.second and segment == 0:
            return self.x0 + self.slots * self.pitch + 84.0 + 6.0 * (lane % 6)
        return self.right + TAIL - 8 + 14.0 * lane

    @property
    def passage(self) -> float:
        """The x right before the decoder's columns, where no chip stands."""
        return self.x0 + self.slots * self.pitch + self.gap - 6


def make_grid(rows: Sequence[Row], left: float, max_steps: int, *, compact: bool) -> Grid:
    """Return the grid that holds all rows; several batches side by side show fewer steps each."""
    batches = max(len(r.calls) for r in rows)
    longest = max(r.timesteps or 1 for r in rows)
    few = 4 if longest > 5 and any(r.segment for r in rows) else 5
    limit = max_steps if batches == 1 and not any(r.segment for r in rows) else min(max_steps, few)
    slots, second = (
        max(
            (len(elide(r.timesteps or 1, limit)) for r in rows if r.segment == segment),
            default=1 - segment,
        )
        for segment in (0, 1)
    )
    two_ends = any(
        r.starts or getattr(c, "go_backwards", False) or getattr(c, "return_state", False)
        for r in rows
        for c in r.calls
    )
    bridge, pitch = WIDE_BRIDGE if two_ends else BRIDGE, CLOSE if compact else PITCH
    given = {id(s) for r in rows for s in handed_over(r)}
    ends = any(r.kind == "recurrent" and not r.segment and id(r) not in given for r in rows)
    begins = any(r.kind == "recurrent" and r.segment and not handed_over(r) for r in rows)
    gap = WIDE_PASSAGE if any(r.aside and r.segment for r in rows) or (ends and begins) else PASSAGE
    lead = WIDE_LEAD if any(r.aside and not r.segment for r in rows) else LEAD
    return Grid(left + lead, slots, batches, limit, bridge, pitch, second, gap)
