"""A figure that shows itself in a notebook, also where nobody said ``%matplotlib inline``."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from matplotlib.figure import Figure


class ShownFigure(Figure):
    """A Matplotlib figure that a notebook shows by itself.

    Attributes
    ----------
    unrolled_redraw : callable
        Draws the figure once more, for a finished figure cannot change its colours: it takes
        ``theme`` and ``figure``.
    """

    unrolled_redraw: Callable[..., Figure]

    def _repr_png_(self) -> bytes:
        shown = io.BytesIO()
        ground: Any = self.get_facecolor()
        # without what would make two files of one figure differ
        self.savefig(
            shown, format="png", facecolor=ground, metadata={"Software": None}
        )
        return shown.getvalue()
