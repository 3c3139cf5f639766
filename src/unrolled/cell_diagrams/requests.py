"""What a reader asks to see of a call: checked, with one clear error for what there is not."""

from __future__ import annotations

from typing import Any

import numpy as np

from unrolled.cell_diagrams.steps import CellStep
from unrolled.plain_text import printable_line
from unrolled.traces.gate_weights import GateWeights
from unrolled.traces.recurrent_calls import BidirectionalCall, RecurrentCall


def read_step(call: Any, t: Any, sample: Any, unit: Any) -> CellStep:
    """Return one step of a call. Raises TypeError or ValueError as :func:`unrolled.draw_cell`."""
    if not isinstance(call, RecurrentCall):
        raise TypeError(
            f"Expected the RecurrentCall of a trace, got {type(call).__name__}. "
            f"Fix: {_way_to_a_call(call)}."
        )
    if not _can_be_drawn(call):
        raise ValueError(
            "Expected the call of an LSTM, GRU or SimpleRNN, "
            f"got {printable_line(call.constructor)}; "
            f"the inside of {call.cell_class} is not known. Fix: {_way_to_states(call)}."
        )
    samples, timesteps, units = (int(n) for n in call.h.shape)
    if not _is_index(t, timesteps, lowest=-timesteps):
        raise ValueError(
            f"Expected t to be one of the {timesteps} timesteps, 0 to {timesteps - 1}, "
            f"or -1 for the last one; got {t!r}."
        )
    if not _is_index(sample, samples):
        raise ValueError(
            f"Expected sample to be one of the {samples} samples, 0 to {samples - 1}; "
            f"got {sample!r}."
        )
    if unit is None:
        return CellStep(call, int(t) % timesteps, int(sample), None)
    if not _is_index(unit, units):
        raise ValueError(
            f"Expected unit to be one of the {units} units, 0 to {units - 1}, "
            f"or None for all; got {unit!r}."
        )
    return CellStep(call, int(t) % timesteps, int(sample), int(unit))


def _can_be_drawn(call: RecurrentCall) -> bool:
    """Return whether the inside of the call's cell is known."""
    return bool(call.cell_facts.diagram) and isinstance(
        call.weights, GateWeights
    )


def _way_to_a_call(value: Any) -> str:
    if isinstance(value, list):
        return "the layer was called more than once; pick one call, calls[0]"
    if isinstance(value, BidirectionalCall):
        return "take one half, call.forward or call.backward"
    return 'trace["lstm"]; of a Bidirectional trace["bidirectional"].forward'


def _way_to_states(call: RecurrentCall) -> str:
    """Return what shows something of a call whose inside is not known."""
    known = [k for k, cell in enumerate(call.cells) if _can_be_drawn(cell)]
    if known:
        return f"draw_cell(call.cells[{known[0]}], t) opens its cell {known[0]}"
    return "plot_states(call) shows its states"


def _is_index(value: Any, length: int, lowest: int = 0) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        return False
    return bool(lowest <= value < length)
