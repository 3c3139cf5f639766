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
    """Return what a recurrent layer returns at every step, or would: (timesteps, units), as the data.

    A step that is returned has the value that was returned, which at a masked step may be 0; a step
    that is dropped has what its cell computed.
    """
    computed = call.h if call.cell_output is None else call.cell_output
    values: Array = computed[sample]
    output = call.outputs[0] if call.outputs else computed
    if call.return_sequences and output.shape == computed.shape:
        values = output[sample]
        return values[::-1] if call.go_backwards else values
    if not call.return_sequences and output.shape == computed[:, 0].shape:
        values = values.copy()
        values[0 if call.go_backwards else -1] = output[sample]
    return values


def shown_filter(values: Array) -> int:
    """Return which filter of maps is drawn: the first one, unless all its values are the same.

    values: shape (..., filters).

    >>> shown_filter(np.array([[0.0, 1.0], [0.0, 2.0]]))
    1
    """
    for index in range(values.shape[-1]):
        one = values[..., index]
        if np.any(one != one.flat[0]):
            return index
    return 0


def returns_zero_at(call: RecurrentCall, sample: int) -> bool:
    """Return whether a layer returns 0 at masked steps, though its state is carried past them."""
    if call.mask is None:
        return False
    masked = ~call.mask[sample]
    is_carried = bool(np.any(call.h[sample][masked]))
    return is_carried and not np.any(cell_values(call, sample)[masked])


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
