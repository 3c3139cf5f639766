"""A map in a column, such as a filter of a convolution: a small image of its values."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unrolled.scenes.colors import level
from unrolled.scenes.glyphs import STACK, hatch_over
from unrolled.scenes.shapes import Shape, Step, Tiles
from unrolled.scenes.sizes import USUAL, Sizes

Array = NDArray[Any]

TILES = 14  # rows and columns of a map that are drawn: a tile of 3 pixels is still seen


def map_size(shape: Sequence[int], sizes: Sizes = USUAL) -> tuple[float, float]:
    """Return the width and height of a map drawn as an image.

    shape: (rows, columns, filters), (rows, filters) or (planes, rows, columns, filters).

    >>> map_size((10, 10, 3)), map_size((40, 10, 3)), map_size((2, 8))
    ((42.0, 42.0), (42.0, 84.0), (42.0, 14.0))
    """
    if len(shape) == 4:
        shape = shape[1:]
    rows, columns = shape[:2]
    to_scale = STACK * rows / max(1, columns)
    # a map of one row can still be seen, one of very many does not push the rest away
    height = min(sizes.image, max(STACK / 3, to_scale))
    return STACK, height


def draw_map(
    values: Array,
    x: float,
    top: float,
    limit: float,
    *,
    step: Step | None,
    hatch: bool,
    sizes: Sizes = USUAL,
) -> list[Shape]:
    """Return an image of one column: of (rows, columns, filters) filter 0, of (rows, filters) all.

    Of several planes the middle one. Of more than 14 rows or columns neighbours are drawn as their
    mean.
    """
    width, height = map_size(values.shape, sizes)
    plane = _shrunk(_shown_plane(values), TILES)
    shade = partial(level, limit=limit)
    levels = [tuple(map(shade, row)) for row in plane.tolist()]
    left = x - width / 2
    tiles = Tiles(left, top, width, height, tuple(levels), step=step)
    return hatch_over([tiles], x, top, height, step, hatch=hatch)


def _shown_plane(values: Array) -> Array:
    """Return what is drawn: of several planes the middle one, of several filters the first."""
    if values.ndim == 4:
        values = values[len(values) // 2]
    if values.ndim == 3:
        values = values[..., 0]
    return np.asarray(values, dtype="float64")


def _shrunk(plane: Array, most: int) -> Array:
    """Return the plane with at most so many rows and columns: each the mean of neighbours."""
    for axis in (0, 1):
        size = plane.shape[axis]
        count = min(most, size)
        starts = np.arange(count) * size // count
        counts = np.diff([*starts, size])
        sums = np.add.reduceat(plane, starts, axis=axis)
        # the axis comes last for the division, as the counts are numbers along it
        means = np.moveaxis(sums, axis, -1) / counts
        plane = np.moveaxis(means, -1, axis)
    return plane
