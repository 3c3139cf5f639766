"""The columns of the picture of windows: a row of the series each, or several left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Column:
    """One column of the picture: a row of the series, or several that are left out.

    Attributes
    ----------
    row : int
        The row of the series.
    last : int
        The last row that it stands for; ``row`` itself where it is drawn.

    Examples
    --------
    >>> Column(3, 3).text, Column(4, 9).text, len(Column(4, 9).rows)
    ('3', '…', 6)
    """

    row: int
    last: int

    @property
    def rows(self) -> range:
        """The rows that it stands for."""
        return range(self.row, self.last + 1)

    @property
    def text(self) -> str:
        """What stands above it."""
        if self.is_gap:
            return "…"
        return str(self.row)

    @property
    def is_gap(self) -> bool:
        """Whether it stands for several rows."""
        return self.row != self.last


def fill_gaps(rows: Sequence[int]) -> Iterator[Column]:
    """Yield a column for each row, and one for the rows between two; a single one is drawn.

    >>> [column.text for column in fill_gaps([0, 2, 9])]
    ['0', '1', '2', '…', '9']
    """
    yield Column(rows[0], rows[0])
    for before, row in pairwise(rows):
        # a row alone is drawn: the sign for a gap would take as much room
        if row - before > 1:
            yield Column(before + 1, row - 1)
        yield Column(row, row)
