"""What the reader of a picture chose."""

from __future__ import annotations

from dataclasses import dataclass

from unrolled.scenes.sizes import USUAL, Sizes


@dataclass(frozen=True)
class DrawOptions:
    """The sample that is drawn, and how much of it.

    Attributes
    ----------
    sample : int
        Which sample of each batch stands in front.
    max_steps, max_units : int
        The limits past which columns and squares are left out.
    values : bool
        Whether numbers are printed.
    sizes : Sizes
        How large the parts are, which follows from the number of rows.
    """

    sample: int = 0
    max_steps: int = 8
    max_units: int = 8
    values: bool = True
    sizes: Sizes = USUAL
