"""The axis of time under panels: its numbers, and the hatches over masked steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from unrolled.plots.figures import theme_of
from unrolled.plots.panels import TICK_STEPS, label_axis
from unrolled.scenes.colors import color
from unrolled.traces.cells import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def hatch_masked(ax: Axes, mask: Array | None) -> None:
    """Hatch the masked steps over the height of the panel: one artist, however many there are.

    mask: bool (timesteps,), False where the layer passed over the data.
    """
    if mask is None or mask.all():
        return
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    figure: Any = ax.figure
    edges = np.diff(np.concatenate([[False], ~mask, [False]]).astype(int))
    starts, stops = (
        np.flatnonzero(edges == 1) - 0.5,
        np.flatnonzero(edges == -1) - 0.5,
    )
    corners = np.zeros((len(starts), 5, 2))
    corners[:, :, 0] = np.stack([starts, stops, stops, starts, starts], axis=1)
    corners[:, 2:4, 1] = 1.0
    codes = np.tile(
        [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY],
        len(starts),
    )
    ax.add_patch(
        PathPatch(
            Path(corners.reshape(-1, 2), codes),
            transform=ax.get_xaxis_transform(),
            facecolor="none",
            edgecolor=color("hatch", theme_of(figure)),
            hatch="////",
            linewidth=0.5
            if len(starts) <= 50
            else 0,  # shows a single step of very many
            label="_masked",
        )
    )


def share_time(axes: Sequence[Axes], timesteps: int, text: str) -> None:
    """Write the timesteps below the last panel and give all panels the same ones."""
    from matplotlib.ticker import MaxNLocator

    for ax in axes:
        ax.set_xlim(-0.5, timesteps - 0.5)
        ax.xaxis.set_major_locator(
            MaxNLocator("auto", integer=True, min_n_ticks=1, steps=TICK_STEPS)
        )
        ax.tick_params(labelbottom=ax is axes[-1], labelsize="small")
    label_axis(axes[-1], "x", "timesteps", text)
