"""The names beside the squares of a row and under its columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from unrolled.diagrams.layout.grids import Column
from unrolled.diagrams.layout.options import DrawOptions
from unrolled.diagrams.layout.placed_rows import PlacedRow
from unrolled.diagrams.rows.rows import (
    InputRow,
    LabelRow,
    RecurrentRow,
    Row,
    ValuesRow,
)
from unrolled.scenes.fonts import shorten
from unrolled.scenes.glyphs import stack_height
from unrolled.scenes.shapes import Text, label
from unrolled.scenes.sizes import BOX

ASIDE = 14.0  # from a box to the names of its values
ROOM = 88.0  # for the names of values, left of the first column
SIZE = 11.5
STEP_ROOM = 78.0  # for the name of a step, under its column
MIDDLE = 4.0  # from the middle of a text to its baseline
# the colours of the names of values; those of a layer have the colour of its units
ROLES: Mapping[type[Row], str] = {
    InputRow: "features",
    LabelRow: "targets",
}


def names_values(row: Row, options: DrawOptions) -> bool:
    """Return whether each value of a row has a name beside its square."""
    if not isinstance(row, ValuesRow):
        # it has a box without squares
        return False
    taken = (
        # its states enter where the names would stand
        isinstance(row, RecurrentRow),
        # one sign stands for all values
        row.passes,
        not row.values,
    )
    if any(taken):
        return False
    # a strip has no squares to name
    return 0 < len(row.value_names) <= options.max_units


def name_values(
    place: PlacedRow, row: ValuesRow, options: DrawOptions
) -> Iterator[Text]:
    """Yield the names of the values at the left of a row, one for each square."""
    count = len(row.value_names)
    tall = stack_height(count, options.max_units, options.sizes)
    top = place.middle - tall / 2
    x = place.columns[0][0].x - BOX / 2 - ASIDE
    role = ROLES.get(type(row), "units")
    for index, name in enumerate(row.value_names):
        middle = top + (index + 0.5) * tall / count
        cut = shorten(name, ROOM, SIZE)
        y = middle + MIDDLE
        yield label(
            x, y, cut, role, SIZE, anchor="end", full=whole_name(name, cut)
        )


def name_step(row: Row, column: Column, batch: int, y: float) -> Text:
    """Return the name of a step, or how many steps the dots stand for."""
    text = f"{column.hidden} more"
    step = None
    if column.t is not None:
        step = (batch, column.t)
        text = f"t = {column.t}"
        if isinstance(row, ValuesRow):
            text = row.step_text(column.t)
    cut = shorten(text, STEP_ROOM, 12)
    return label(
        column.x,
        y,
        cut,
        "timesteps",
        12,
        anchor="middle",
        step=step,
        full=whole_name(text, cut),
    )


def whole_name(name: str, cut: str) -> str:
    """Return what the mouse shows of a name: all of it where it was cut, else nothing."""
    if cut == name:
        return ""
    return name
