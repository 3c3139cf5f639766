"""The values that a row shows: of the drawn sample."""

from __future__ import annotations

import numpy as np

from unrolled.diagrams.rows.forms import Form
from unrolled.diagrams.rows.graph import Node
from unrolled.diagrams.rows.visibility import as_recurrent
from unrolled.traces.cells import Array
from unrolled.traces.layer_calls import LayerCall
from unrolled.traces.recurrent_calls import RecurrentCall

MAPS = (3, 4)  # axes of a column that is a map with filters


def output_of(node: Node, call: LayerCall) -> Array:
    """Return the array that a node shows."""
    if node.role == "output":
        # its number is one among the outputs of the model, of which its call has this one
        return call.outputs[0]
    return call.outputs[node.number]


def values_of(node: Node, form: Form, call: LayerCall, sample: int) -> Array:
    """Return the drawn sample of what a call returns or, of cells, computes at every step."""
    if form.kind == "recurrent":
        return _values_of_cells(as_recurrent(call), sample)
    array = output_of(node, call)
    # an array with fewer samples, such as a constant, stands for all with its last one
    last = len(array) - 1
    shown = min(sample, last)
    # of an array with the axis batch alone a sample is one number, drawn as a column of one value
    values: Array = np.atleast_1d(array[shown])
    return values


def shown_values(node: Node, form: Form, sample: int) -> tuple[Array, ...]:
    """Return the values that are drawn in each batch: of maps with filters those of one filter."""
    values = [values_of(node, form, call, sample) for call in node.calls]
    column = column_shape(form, values[0])
    if len(column) in MAPS:
        # batches that stand side by side are compared, so that all show the same filter
        # the axis of filters stays, with one filter in it
        first = shown_filter(values[0])
        only = slice(first, first + 1)
        values = [array[..., only] for array in values]
    return tuple(values)


def column_shape(form: Form, values: Array) -> tuple[int, ...]:
    """Return the shape of what one column holds: (units,), or (rows, columns, filters).

    values: of the drawn sample, before a filter is chosen.
    """
    if form.timesteps is None:
        # one column for the whole sample
        return values.shape
    return values.shape[1:]


def shown_filter(values: Array) -> int:
    """Return which filter of maps is drawn: the first one, unless all its values are the same.

    values: shape (..., filters).

    >>> shown_filter(np.array([[0.0, 1.0], [0.0, 2.0]]))
    1
    """
    # an activation such as ReLU may leave nothing but zeros of a filter
    by_filter = values.reshape(-1, values.shape[-1])
    varies = np.any(by_filter != by_filter[0], axis=0)
    # the first one too where none varies
    first = np.argmax(varies)
    return int(first)


def _values_of_cells(call: RecurrentCall, sample: int) -> Array:
    """Return what a recurrent layer returns at every step, or would, in the order of the data.

    A step that is returned has the value that was returned, which at a masked step may be 0; a step
    that is dropped has what its cell computed. Returns shape (timesteps, units).
    """
    computed = call.h
    if call.cell_output is not None:
        computed = call.cell_output
    # further outputs are its final states
    returned = call.outputs[0]
    order = slice(None)
    if call.go_backwards:
        # it returns the step first that it read first, which is the last one
        order = slice(None, None, -1)
    values: Array
    if returned.shape == computed.shape:
        values = returned[sample]
        return values[order]
    values = computed[sample].copy()
    # a layer of one's own may return something else than a step
    if returned.shape == computed[:, 0].shape:
        as_read = values[order]
        as_read[-1] = returned[sample]
    return values


def returns_zero(call: RecurrentCall, masked: Array, sample: int) -> bool:
    """Return whether a layer returns 0 at masked steps, though its state is carried past them.

    masked: the numbers of these steps, in the sample.
    """
    states = call.h[sample]
    if not np.any(states[masked]):
        # the state itself is 0 there, so that a 0 tells nothing
        return False
    values = _values_of_cells(call, sample)
    return not np.any(values[masked])


def dropped_values(call: LayerCall, sample: int) -> Array | None:
    """Return where a Dropout layer dropped values, as bool; None where it did not act."""
    if isinstance(call, RecurrentCall):
        # it drops values of what it reads, which is another row
        return None
    factor = call.dropout.get("x")
    if factor is None:
        return None
    # what is kept is multiplied by 1 / (1 - rate)
    lost: Array = factor[sample] == 0
    return lost


def passes_unchanged(node: Node, form: Form) -> bool:
    """Return whether a row passes its one input on as it is."""
    call = node.call
    if form.kind not in ("steps", "vector"):
        # an input has nothing to pass on, and a recurrent layer computes
        return False
    if call.weights.count > 0:
        # a layer whose weights happen to change nothing still is one that changes values
        return False
    counts = (len(call.inputs), len(call.outputs))
    if counts != (1, 1):
        # of several inputs it would have to be said which one is passed on
        return False
    (came,) = call.inputs
    (returned,) = call.outputs
    if came.dtype != returned.dtype:
        # a cast is no identity, even where all values are equal
        return False
    # NumPy looks for NaN in floats alone
    may_be_nan = came.dtype.kind == "f"
    is_same = np.array_equal(came, returned, equal_nan=may_be_nan)
    return bool(is_same)


def masked_steps(
    node: Node, form: Form, call: LayerCall, sample: int
) -> Array | None:
    """Return which steps of a sample are masked, as bool (timesteps,); None without a mask.

    Of a recurrent row those that it was told, of others those that it passes on.
    """
    if node.role in ("further", "output"):
        # a mask goes with the first output of a call
        return None
    mask = call.output_mask
    if form.kind == "recurrent":
        # its cells stand at the steps that it reads
        mask = call.mask
    if mask is None:
        return None
    if mask.ndim != 2:
        # a mask with further axes says nothing of a whole step
        return None
    # Keras's masks are True where a step counts
    masked: Array = ~mask[sample]
    return masked


def attention_weights(node: Node, sample: int) -> tuple[Array, ...]:
    """Return for each batch the attention weights of a sample, the mean over heads."""
    weights: list[Array] = []
    for call in node.calls:
        if call.attention is None:
            # a layer without attention has none in any batch
            return ()
        of_sample = call.attention[sample]
        # weights without the axis of heads are those of one head
        steps = of_sample.shape[-2:]
        by_head = of_sample.reshape(-1, *steps)
        weights.append(by_head.mean(axis=0))
    return tuple(weights)
