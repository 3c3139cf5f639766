"""How high a decoder stands: level with its encoder, or above the vectors that it starts from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from unrolled.diagrams.layout.placed_rows import PlacedRow
from unrolled.diagrams.rows.rows import RecurrentRow


class _Move(NamedTuple):
    """How far down a decoder has to go, and where it stands now."""

    shift: float
    middle: float


def level_decoders(places: Mapping[int, PlacedRow], gap: float) -> None:
    """Move the second segment: its decoder level with the encoder, or above the vectors it reads.

    What the decoder reads stays on the ground where the decoder goes up.
    """
    second = [
        place
        for place in places.values()
        if place.row.segment and not place.row.aside
    ]
    moves = _moves_to_encoders(second, places)
    if not moves:
        moves = sorted(_moves_above_vectors(second, places, gap))
    if not moves:
        return
    shift = moves[0].shift
    lowest = max(move.middle for move in moves)
    for place in second:
        if shift > 0 or place.middle <= lowest:
            place.middle += shift


def _moves_to_encoders(
    second: Sequence[PlacedRow], places: Mapping[int, PlacedRow]
) -> list[_Move]:
    """Return how far each decoder is from the height of its encoder."""
    moves = []
    for place in second:
        row = place.row
        if isinstance(row, RecurrentRow) and row.encoder is not None:
            shift = places[row.encoder].middle - place.middle
            moves.append(_Move(shift, place.middle))
    return moves


def _moves_above_vectors(
    second: Sequence[PlacedRow], places: Mapping[int, PlacedRow], gap: float
) -> list[_Move]:
    """Return how far each decoder is from where it stands above the vectors of its states."""
    moves = []
    for place in second:
        for link in place.row.starts:
            if link.row is None:
                continue
            source = places[link.row]
            if source.row.aside:
                shift = source.top - gap / 2 - place.bottom
                moves.append(_Move(shift, place.middle))
    return moves
