"""The words for the axes of an array: batch, timesteps, the rows and columns of a map, units."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from unrolled.diagrams.rows.parts import Axis
from unrolled.diagrams.rows.readers import Readers, reads_time
from unrolled.traces.cells import Array
from unrolled.traces.layer_calls import LayerCall
from unrolled.traces.recurrent_calls import RecurrentCall

# of an input, by how many axes it has and whether the second one is time
_INPUTS: Mapping[tuple[int, bool], tuple[str, ...]] = {
    (1, False): ("batch",),
    (2, False): ("batch", "features"),
    (2, True): ("batch", "timesteps"),
    (3, True): ("batch", "timesteps", "features"),
    (4, False): ("batch", "rows", "columns", "channels"),
    (4, True): ("batch", "timesteps", "rows", "channels"),
    (5, True): ("batch", "timesteps", "rows", "columns", "channels"),
    (6, True): ("batch", "timesteps", "planes", "rows", "columns", "channels"),
}
# of a map, by how many axes there are between the timesteps and the last one
_MAP: Mapping[int, tuple[str, ...]] = {
    1: ("rows",),
    2: ("rows", "columns"),
    3: ("planes", "rows", "columns"),
}
# of a recurrent layer inside a TimeDistributed
_TWO_TIMES = ("batch", "timesteps", "timesteps")
# of an input each step of which is read as a series: of ids by an Embedding, or of features by a
# recurrent layer; by how many axes it has
_SERIES_OF_SERIES: Mapping[int, tuple[str, ...]] = {
    3: ("batch", "timesteps", "ids"),
    4: (*_TWO_TIMES, "features"),
}
# a recurrent layer in the line of its wrapper; the rows of the maps that a ConvLSTM reads are no
# second time
_RECURRENT = re.compile(r"(?<!Conv)(LSTM|GRU|RNN)(Cell)?\(")
_WHOLE = "iu"  # the kinds of dtypes that hold ids
_NOT_MEASURED = np.ones((0, 0), dtype=bool)


def name_axes(shape: Sequence[int], words: Sequence[str]) -> tuple[Axis, ...]:
    """Return the axes of a shape with their words; without a word where there are fewer words.

    >>> name_axes((3, 5), ("batch",))
    ((3, 'batch'), (5, ''))
    """
    sizes = map(int, shape)
    # axes beyond the words get none
    nameless = [""] * len(shape)
    all_words = [*words, *nameless]
    return tuple(zip(sizes, all_words, strict=False))


def name_input(call: LayerCall, readers: Readers) -> tuple[Axis, ...]:
    """Return the axes of an input of the model, of up to six axes."""
    array = call.outputs[0]
    known = readers.of[call]
    reads_steps = any(map(reads_time, known))
    # three axes are read as a series, five and six as maps over time; two may be features or ids,
    # and four a map or maps over time
    depends = {2: _holds_steps(call, readers), 4: reads_steps}
    is_timed = depends.get(array.ndim, array.ndim > 2)
    words = _INPUTS[array.ndim, is_timed]
    are_whole = array.dtype.kind in _WHOLE
    # each step may be a series itself: of ids, or for a recurrent layer in a TimeDistributed
    holds_series = {
        3: reads_steps and are_whole,
        4: any(map(_holds_time, known)),
    }
    if holds_series.get(array.ndim, False):
        words = _SERIES_OF_SERIES[array.ndim]
    return name_axes(array.shape, words)


def _holds_steps(call: LayerCall, readers: Readers) -> bool:
    """Return whether an input of two axes holds ids or a mask of steps, and not features."""
    known = readers.of[call]
    if not known:
        # no layer reads it as data, but one may be given it as a mask
        return call in readers.masks
    if call in readers.read_as_ids:
        # by an Embedding, which casts what comes as floats
        return True
    if call.outputs[0].dtype.kind not in _WHOLE:
        # a layer of one's own is taken for a table only where whole numbers are given
        return False
    return any(map(_looks_up, known))


def _looks_up(reader: LayerCall) -> bool:
    """Return whether a call makes a vector of each number that it reads, as an Embedding."""
    if not reader.outputs:
        # it returns nothing that is an array
        return False
    if reader.outputs[0].ndim < 3:
        # it makes one vector of all of them
        return False
    # features of a sample are mixed, ids are looked up one by one
    return moves_steps(reader, 0)


def moves_steps(call: LayerCall, number: int) -> bool:
    """Return whether it was measured that steps of an output read some steps of an input alone.

    Then the second axis of the output is time: what reads all steps may have mixed them.
    """
    steps = call.outputs[number].shape[1:2]
    for argument, source in enumerate(call.inputs):
        source_steps = source.shape[1:2]
        lengths = (*steps, *source_steps)
        pair = (number, argument)
        reach = call.reach.get(pair, _NOT_MEASURED)
        if reach.shape != lengths:
            # nothing was measured, or something along another axis
            continue
        if 1 in lengths:
            # a single step reads all that there is
            continue
        if not reach.all():
            return True
    return False


def _holds_time(call: LayerCall) -> bool:
    """Return whether a TimeDistributed wraps a recurrent layer, which reads time itself."""
    if call.layer_class != "TimeDistributed":
        return False
    # the calls inside a TimeDistributed show no steps, but its line names what it wraps
    wrapped = _RECURRENT.search(call.constructor)
    return wrapped is not None


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
    # what is left beside the batch, the timesteps and the last axis are the axes of a map
    space = len(shape) - is_timed - 2
    if space == 1 and _holds_time(call):
        # what looks like the rows of a map are the steps of the layer that is wrapped
        return name_axes(shape, (*_TWO_TIMES, "units"))
    time = ["timesteps"] * is_timed
    map_words = _MAP.get(space, ())
    last = _last_word(call, shape, sources, space)
    words = ("batch", *time, *map_words, last)
    return name_axes(shape, words)


def _last_word(
    call: LayerCall,
    shape: tuple[int, ...],
    sources: Sequence[tuple[Axis, ...]],
    space: int,
) -> str:
    """Return the word for the last axis: that of what is read, where it has as many values."""
    # a class of one's own has no facts, but what has a state has units
    is_recurrent = isinstance(call, RecurrentCall)
    makes_units = is_recurrent or call.facts.makes_units
    is_convolution = "Conv" in call.layer_class
    is_map = space > 0
    match is_map, makes_units, is_convolution:
        # what makes values of its own for each place of a map has a filter for each of them
        case (True, True, _) | (True, _, True):
            return "filters"
        case (False, True, _):
            return "units"
        case (False, _, True):
            return "features"
    # a layer without weights of its own passes on what it reads first
    first_source = next(iter(sources), ())
    if len(first_source) != len(shape):
        # axes were added or taken away
        return "features"
    size, word = first_source[-1]
    if size != shape[-1]:
        # other values than those that were read
        return "features"
    return word


def name_rearranged(
    call: LayerCall, array: Array, sources: Sequence[tuple[Axis, ...]]
) -> tuple[Axis, ...]:
    """Return the axes of a box: after a Permute those that its input had.

    sources: the axes of what it reads, nothing where one of them is not known.
    """
    words = ["batch"]
    # counted from 1, as the axis batch stays where it is
    dims = call.config.get("dims") or ()
    if not call.facts.rearranges:
        # a layer of one's own may mean something else by the name
        return name_axes(array.shape, words)
    axes_read = list(map(len, sources))
    axes_expected = 1 + len(dims)
    if axes_read == [axes_expected]:
        # the words move with their axes
        (source,) = sources
        for axis in dims:
            _, word = source[axis]
            words.append(word)
    return name_axes(array.shape, words)
