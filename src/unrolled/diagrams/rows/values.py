"""The values that a row shows: of the drawn sample."""

from __future__ import annotations

import numpy as np

from unrolled.diagrams.rows.axes import Form
from unrolled.diagrams.rows.graph import Node
from unrolled.traces.calls import LayerCall, RecurrentCall
from unrolled.traces.cells import Array

_MAPS = (3, 4)  # axes of a column that is a map with filters


def sample_of(array: Array, sample: int) -> Array:
    """Return one sample of an array; the last one of an array with fewer, such as a constant."""
    picked: Array = np.atleast_1d(array[min(sample, len(array) - 1)])
    return picked


def output_of(node: Node, call: LayerCall) -> Array:
    """Return the array that a node shows."""
    return call.outputs[0 if node.role == "output" else node.number]


def values_of(node: Node, form: Form, call: LayerCall, sample: int) -> Array:
    """Return the drawn sample of what a call returns or, of cells, computes at every step."""
    if form.kind == "recurrent" and isinstance(call, RecurrentCall):
        return cell_values(call, sample)
    return sample_of(output_of(node, call), sample)


def shown_values(node: Node, form: Form, sample: int) -> tuple[Array, ...]:
    """Return the values that are drawn in each batch: of maps with filters those of one filter."""
    values = [values_of(node, form, call, sample) for call in node.calls]
    if len(column_shape(node, form)) not in _MAPS:
        return tuple(values)
    shown = shown_filter(values[0])
    return tuple(array[..., shown : shown + 1] for array in values)


def column_shape(node: Node, form: Form) -> tuple[int, ...]:
    """Return the shape of what one column holds: (units,), or (rows, columns, filters)."""
    call = node.call
    if form.kind == "recurrent" and isinstance(call, RecurrentCall):
        return _computed(call).shape[2:]
    return tuple(
        size for size, _ in form.axes[2 if form.returns_steps else 1 :]
    )


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


def cell_values(call: RecurrentCall, sample: int) -> Array:
    """Return what a recurrent layer returns at every step, or would, in the order of the data.

    A step that is returned has the value that was returned, which at a masked step may be 0; a step
    that is dropped has what its cell computed. Returns shape (timesteps, units).
    """
    computed = _computed(call)
    values: Array = computed[sample]
    output = call.outputs[0] if call.outputs else computed
    if call.return_sequences and output.shape == computed.shape:
        values = output[sample]
        return values[::-1] if call.go_backwards else values
    if not call.return_sequences and output.shape == computed[:, 0].shape:
        values = values.copy()
        values[0 if call.go_backwards else -1] = output[sample]
    return values


def _computed(call: RecurrentCall) -> Array:
    return call.h if call.cell_output is None else call.cell_output


def returns_zero(call: RecurrentCall, sample: int) -> bool:
    """Return whether a layer returns 0 at masked steps, though its state is carried past them."""
    if call.mask is None:
        return False
    masked = ~call.mask[sample]
    is_carried = bool(np.any(call.h[sample][masked]))
    return is_carried and not np.any(cell_values(call, sample)[masked])


def dropped_values(node: Node, call: LayerCall, sample: int) -> Array | None:
    """Return where a Dropout layer dropped values, as bool; None where it did not act."""
    factor = call.dropout.get("x")
    if factor is None or node.role != "call" or isinstance(call, RecurrentCall):
        return None
    if not call.outputs or factor.shape != call.outputs[0].shape:
        return None
    lost: Array = factor[sample] == 0
    return lost


def passes_unchanged(node: Node, form: Form) -> bool:
    """Return whether a row passes its one input on as it is."""
    call = node.call
    if (
        node.role != "call"
        or form.kind not in ("steps", "vector")
        or call.weights.count
    ):
        return False
    if len(call.inputs) != 1 or len(call.outputs) != 1:
        return False
    x, y = call.inputs[0], call.outputs[0]
    if x.shape != y.shape or x.dtype != y.dtype:
        return False
    return bool(np.array_equal(x, y, equal_nan=x.dtype.kind == "f"))


def masked_steps(
    node: Node, form: Form, call: LayerCall, sample: int
) -> Array | None:
    """Return which steps of a sample are masked, as bool (timesteps,); None without a mask.

    Of a recurrent row those that it was told, of others those that it passes on.
    """
    if node.role in ("further", "output"):
        return None
    mask = call.mask if form.kind == "recurrent" else call.output_mask
    if mask is None or mask.ndim != 2:
        return None
    masked: Array = ~mask[sample]
    return masked


def attention_weights(node: Node, sample: int) -> tuple[Array, ...]:
    """Return for each batch the attention weights of a sample, the mean over heads."""
    weights: list[Array] = []
    for call in node.calls:
        if call.attention is not None:
            one = call.attention[sample]
            weights.append(one if one.ndim == 2 else one.mean(axis=0))
    return tuple(weights)
