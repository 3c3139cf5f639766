"""The words for the axes of an array: batch, timesteps, the rows and columns of a map, units."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from unrolled.diagrams.rows.parts import Axis
from unrolled.diagrams.rows.readers import Readers
from unrolled.traces.calls import LayerCall, RecurrentCall, Trace
from unrolled.traces.cells import Array

# the axes of a map, by how many there are between the timesteps and the last axis
_MAP: Mapping[int, tuple[str, ...]] = {
    1: ("rows",),
    2: ("rows", "columns"),
    3: ("planes", "rows", "columns"),
}
# of a recurrent layer inside a TimeDistributed
_TWO_TIMES = ("batch", "timesteps", "timesteps")


def name_axes(shape: Sequence[int], words: Sequence[str]) -> tuple[Axis, ...]:
    """Return the axes of a shape with their words; without a word where there are fewer words.

    >>> name_axes((3, 5), ("batch",))
    ((3, 'batch'), (5, ''))
    """
    nameless = [""] * len(shape)
    sizes = map(int, shape)
    return tuple(zip(sizes, [*words, *nameless], strict=False))


def name_input(
    trace: Trace, call: LayerCall, readers: Readers
) -> tuple[Axis, ...]:
    """Return the axes of an input of the model, of up to six axes."""
    array = call.outputs[0]
    if array.ndim > 2:
        words = _words_of_deep_input(array, readers.of(call))
    else:
        words = _words_of_flat_input(trace, call, readers.of(call))
    return name_axes(array.shape, words)


def _words_of_deep_input(
    array: Array, readers: Sequence[LayerCall]
) -> tuple[str, ...]:
    """Return the words for an input of three to six axes."""
    reads_time = any(map(_reads_steps, readers))
    is_timed = reads_time or array.ndim in (3, 5, 6)
    space = array.ndim - is_timed - 2
    if space == 1 and any(map(_holds_time, readers)):
        return (*_TWO_TIMES, "features")
    time = ["timesteps"] * is_timed
    if space > 0:
        return ("batch", *time, *_MAP[space], "channels")
    if reads_time and array.dtype.kind in "iu":
        return ("batch", *time, "ids")
    return ("batch", *time, "features")


def _words_of_flat_input(
    trace: Trace, call: LayerCall, readers: Sequence[LayerCall]
) -> tuple[str, ...]:
    """Return the words for an input of two axes: ids or a mask of steps, else features."""
    steps = ("batch", "timesteps")
    is_flat = call.outputs[0].ndim == 2
    if is_flat and any(_reads_ids(reader, call) for reader in readers):
        return steps
    masks = [masked.mask_source for masked in trace.calls]
    if is_flat and not readers and call in masks:
        return steps
    return ("batch", "features")


def _reads_ids(reader: LayerCall, call: LayerCall) -> bool:
    """Return whether a call makes a vector of each number that it reads, as an Embedding."""
    if reader.facts.reads_ids:
        return True
    if not reader.outputs or call.outputs[0].dtype.kind not in "iu":
        return False
    return reader.outputs[0].ndim >= 3 and moves_steps(reader, 0)


def moves_steps(call: LayerCall, number: int) -> bool:
    """Return whether it was measured that steps of an output read some steps of an input alone.

    Then the second axis of the output is time: what reads all steps may have mixed them.
    """
    steps = call.outputs[number].shape[1:2]
    for argument, source in enumerate(call.inputs):
        reach = call.reach.get((number, argument))
        if reach is None or 1 in reach.shape or reach.all():
            continue
        if reach.shape == (*steps, *source.shape[1:2]):
            return True
    return False


def _reads_steps(call: LayerCall) -> bool:
    return (
        isinstance(call, RecurrentCall) or call.layer_class == "TimeDistributed"
    )


def _holds_time(call: LayerCall) -> bool:
    """Return whether a TimeDistributed wraps a recurrent layer, which reads time itself."""
    if call.layer_class != "TimeDistributed":
        return False
    # a ConvLSTM reads maps
    wrapped = re.search(r"(Conv)?(LSTM|GRU|RNN)(Cell)?\(", call.constructor)
    return wrapped is not None and not wrapped[1]


def name_output(
    call: LayerCall,
    array: Array,
    sources: Sequence[tuple[Axis, ...]],
    *,
    is_timed: bool,
) -> tuple[Axis, ...]:
    """Return the axes of an array that a call returns.

    sources: the axes of what it reads. is_timed: whether the second axis of the array is time.
    """
    shape = array.shape
    space = len(shape) - is_timed - 2
    if space == 1 and _holds_time(call):
        return name_axes(shape, (*_TWO_TIMES, "units"))
    time = ["timesteps"] * is_timed
    last = _last_word(call, shape, sources, space)
    return name_axes(shape, ("batch", *time, *_MAP.get(space, ()), last))


def _last_word(
    call: LayerCall,
    shape: tuple[int, ...],
    sources: Sequence[tuple[Axis, ...]],
    space: int,
) -> str:
    """Return the word for the last axis: that of what is read, where it has as many values."""
    makes_units = isinstance(call, RecurrentCall) or call.facts.makes_units
    if makes_units or "Conv" in call.layer_class:
        if space > 0:
            return "filters"
        return "units" if makes_units else "features"
    if not sources or len(sources[0]) != len(shape):
        return "features"
    size, word = sources[0][-1]
    if size != shape[-1]:
        return "features"
    return word


def name_rearranged(
    call: LayerCall, array: Array, sources: Sequence[tuple[Axis, ...]]
) -> tuple[Axis, ...]:
    """Return the axes of a box: after a Permute those that its input had.

    sources: the axes of what it reads, nothing where one of them is not known.
    """
    dims = call.config.get("dims")
    if not call.facts.rearranges or dims is None or len(sources) != 1:
        return name_axes(array.shape, ("batch",))
    (source,) = sources
    if len(source) != len(dims) + 1:
        return name_axes(array.shape, ("batch",))
    words = [source[axis][1] for axis in dims]
    return name_axes(array.shape, ("batch", *words))
