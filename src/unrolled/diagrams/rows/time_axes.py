"""Whether the second axis of what a call returns is time."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from unrolled.diagrams.rows.axis_words import moves_steps
from unrolled.diagrams.rows.readers import Readers
from unrolled.traces.cells import Array
from unrolled.traces.layer_calls import LayerCall
from unrolled.traces.recurrent_calls import RecurrentCall

_TURNED = {"Permute", "Transpose"}
_WHOLE = "iu"  # the kinds of dtypes that hold ids


def has_time(
    call: LayerCall,
    number: int,
    readers: Readers,
    *,
    lengths: Sequence[int | None],
    reads_map: bool,
) -> bool:
    """Return whether the second axis of an output of a call is time.

    number: which output of the call. lengths: the timesteps of those of its sources that have some.
    reads_map: whether a source has more axes than batch and features, and none of them is time.
    """
    array = call.outputs[number]
    # from what is certain to what is likely
    if array.ndim < 3:
        # what stands on the second axis are features, unless each of them is looked up
        return _holds_ids(call, array, readers)
    if isinstance(call, RecurrentCall):
        # the last step alone may have three axes as well: a map
        return call.return_sequences
    if "2D" in call.layer_class:
        # its second axis holds the rows of a map
        return False
    is_attention = call.attention is not None
    if is_attention and array.ndim == 3:
        # attention ends in the steps of its query, whatever it reads
        return True
    if call.facts.rearranges:
        # what it reads says nothing of its axes, but those who read it do
        return _is_rearranged_to_time(call, array, readers)
    if "1D" in call.layer_class:
        # it goes along the second axis, which is time unless that is known to be another one
        return not reads_map
    if array.shape[1] in lengths:
        # it has the time axis of what it reads
        return True
    reads_time = len(lengths) > 0
    return _makes_time(call, number, readers, reads_time=reads_time)


def _holds_ids(call: LayerCall, array: Array, readers: Readers) -> bool:
    """Return whether a call makes ids that are looked up step by step."""
    if array.ndim != 2:
        # one number for each sample
        return False
    if array.dtype.kind not in _WHOLE:
        # features of a sample
        return False
    return call in readers.read_as_ids


def _is_rearranged_to_time(
    call: LayerCall, array: Array, readers: Readers
) -> bool:
    """Return whether a call that puts values in another order ends in timesteps."""
    if call in readers.read_as_time:
        return True
    form = (call.layer_class, array.ndim)
    if form != ("Reshape", 3):
        # such as a Permute, or a map
        return False
    # nothing reads a forecast: as an output it was brought into the shape of steps
    return call in readers.outputs


def _makes_time(
    call: LayerCall, number: int, readers: Readers, *, reads_time: bool
) -> bool:
    """Return whether an output of a call has a time axis of another length than what it reads.

    As the run has shown, or by its class, or as those who read it say.
    """
    array = call.outputs[number]
    if array.ndim > 4:
        # five and six axes are drawn as maps over time
        return True
    if reads_time and moves_steps(call, number):
        # with strides or a cut each step reads some of the steps
        return True
    if call in readers.read_as_time:
        # a layer of one's own whose steps a recurrent one goes through
        return True
    if not call.facts.makes_time:
        # nobody knows what its second axis is
        return False
    # where its axes are turned next, the second one is meant to be another one
    known = readers.of[call]
    classes = set(map(attrgetter("layer_class"), known))
    return classes.isdisjoint(_TURNED)
