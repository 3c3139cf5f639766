"""How high a decoder stands: level with its encoder, or above the vectors that it starts from."""

from __future__ import annotations

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
    moves = _moves_to_encoders(second, places)
    if not moves:
        moves = _moves_above_vectors(second, places, gap)
    if not moves:
        return
    shift = moves[0].shift
    lowest = max(move.middle for move in moves)
    for place in second:
        goes_down = shift > 0
        is_decoder = place.middle <= lowest
        if goes_down or is_decoder:
            place.middle += shift


def _moves_to_encoders(
    second: Sequence[PlacedRow], places: Mapping[int, PlacedRow]
) -> list[_Move]:
    """Return how far each decoder is from the height of its encoder."""
    moves = []
    for place in second:
        encoder = encoder_of(place.row, places)
        if encoder is not None:
            shift = encoder.middle - place.middle
            moves.append(_Move(shift, place.middle))
    return moves


def _moves_above_vectors(
    second: Sequence[PlacedRow], places: Mapping[int, PlacedRow], gap: float
) -> list[_Move]:
    """Return how far each decoder is from where it stands above the vectors of its states.

    The decoder that has to go up farthest comes first.
    """
    moves = []
    for place in second:
        for vector in vectors_aside(place.row, places).values():
            # the arrow of the state needs half a gap to turn into its cell
            bottom = vector.top - gap / 2
            shift = bottom - place.bottom
            moves.append(_Move(shift, place.middle))
    return sorted(moves)
