"""The values that a row shows: of the drawn sample."""

from __future__ import annotations

import numpy as np

from unrolled.traces.calls import LayerCall, RecurrentCall
from unrolled.traces.cells import Array


def sample_of(array: Array, sample: int) -> Array:
    """Return one sample of an array; the last one of an array that has fewer, such as a constant."""
    picked: Array = np.atleast_1d(array[min(sample, len(array) - 1)])
    return picked


def cell_values(call: RecurrentCall, sample: int) -> Array:
    """Return what a recurrent layer computes at every step, returned or not: (timesteps, units)."""
    every = call.h if call.cell_output is None else call.cell_output
    picked: Array = every[sample]
    return picked


def dropped_values(call: LayerCall, sample: int) -> Array | None:
    """Return where a Dropout layer dropped values of a sample, as bool; None where it did not act."""
    factor = call.dropout.get("x")
    if factor is None or isinstance(call, RecurrentCall) or not call.outputs:
        return None
    if factor.shape != call.outputs[0].shape:
        return None
    lost: Array = factor[sample] == 0
    return lost


def is_unchanged(call: LayerCall) -> bool:
    """Return whether a call passes its one input on as it is."""
    if len(call.inputs) != 1 or len(call.outputs) != 1 or call.weights.count:
        return False
    x, y = call.inputs[0], call.outputs[0]
    if x.shape != y.shape or x.dtype != y.dtype:
        return False
    return bool(np.array_equal(x, y, equal_nan=x.dtype.kind == "f"))


def masked_steps(call: LayerCall, sample: int, *, as_read: bool) -> Array | None:
    """Return which steps of a sample are masked, None without a mask. as_read: what came, not what goes."""
    mask = call.mask if as_read else call.output_mask
    if mask is None or mask.ndim != 2:
        return None
    masked: Array = ~mask[sample]
    return masked
