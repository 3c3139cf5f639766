"""How high a decoder stands: level with its encoder, or above the vectors that it starts from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from unrolled.diagrams.layout.placed_rows import (
    PlacedRow,
    encoder_of,
    vectors_aside,
)


class _Move(NamedTuple):
    """How far down a decoder has to go, and where it stands now."""

    shift: float
    middle: float


def level_decoders(
    second: Sequence[PlacedRow], places: Mapping[int, PlacedRow], gap: float
) -> None:
    """Move the second segment: its decoder level with the encoder, or above the vectors it reads.

    What the decoder reads stays on the ground where the decoder goes up.
    """
    moves = _find_moves(second, places, gap)
    if not moves:
        # nothing at the left is the decoder's beginning
        return
    shifts, middles = zip(*moves, strict=True)
    shift = shifts[0]
    # what stands under the lowest decoder does not go up with it
    lowest = max(middles)
    if shift > 0:
        # going down, it goes along
        lowest = math.inf
    for place in second:
        if place.middle <= lowest:
            place.middle += shift


def _find_moves(
    second: Sequence[PlacedRow], places: Mapping[int, PlacedRow], gap: float
) -> list[_Move]:
    """Return how far decoders have to go; the first one decides.

    To the height of their encoder; where none has one, to where they stand above the vectors of
    their states.
    """
    to_encoders = []
    above_vectors = []
    for place in second:
        encoder = encoder_of(place.row, places)
        if encoder is not None:
            # the state then comes over in a level arrow
            shift = encoder.middle - place.middle
            to_encoders.append(_Move(shift, place.middle))
        for vector in vectors_aside(place.row, places).values():
            # the arrow of the state needs half a gap to turn into its cell
            bottom = vector.top - gap / 2
            shift = bottom - place.bottom
            above_vectors.append(_Move(shift, place.middle))
    if to_encoders:
        return to_encoders
    # the one that has to go up farthest comes first
    return sorted(above_vectors)
