"""Who reads a call as data, and whether its second axis is read as time."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from unrolled.traces.layer_calls import LayerCall, Provenance
from unrolled.traces.recurrent_calls import RecurrentCall
from unrolled.traces.trace import Trace


class Readers:
    """Which calls read a call, and what they take it for.

    Attributes
    ----------
    of : mapping of LayerCall to list of LayerCall
        The calls that read what a call returns, as data and not as an initial state.
    read_as_time, read_as_ids : sets of LayerCall
        The calls the second axis of whose output is read as time further up; those whose output is
        looked up in a table.
    masks, outputs : sets of LayerCall
        The calls whose output is given to another one as its mask; those that make an output of the
        model.
    """

    def __init__(self, trace: Trace) -> None:
        self.of: defaultdict[LayerCall, list[LayerCall]] = defaultdict(list)
        self.read_as_time: set[LayerCall] = set()
        self.read_as_ids: set[LayerCall] = set()
        self.masks: set[LayerCall | None] = set()
        self.outputs = set(trace.output_sources)
        # a reader is called after what it reads: from the last call to the first it is known
        # already how the axes of a reader are read in their turn
        for reader in reversed(trace.calls):
            sources = _data_sources(reader)
            for source in sources:
                self.of[source].append(reader)
            if self._takes_time(reader):
                self.read_as_time.update(sources)
            if reader.facts.reads_ids:
                self.read_as_ids.update(sources)
            self.masks.add(reader.mask_source)

    def _takes_time(self, reader: LayerCall) -> bool:
        """Return whether the second axis of what a call reads is taken as time, by it or above."""
        if reads_time(reader):
            # by the layer itself, whatever becomes of the steps
            return True
        if reader.attention is not None:
            # what it weighs are the steps of what it reads
            return True
        if "1D" in reader.layer_class:
            # a convolution or a pooling along one axis, which is the second one
            return True
        if not reader.facts.keeps_axes:
            # those who read it say nothing of the axes of its input
            return False
        return reader in self.read_as_time


def reads_time(call: LayerCall) -> bool:
    """Return whether a call goes through the second axis of its input step by step."""
    if isinstance(call, RecurrentCall):
        # a class of one's own has no facts, but a loop over time
        return True
    return call.facts.reads_time


def _data_sources(call: LayerCall) -> list[LayerCall]:
    """Return the calls that a call reads, each once, without those of its initial states.

    A value that ``call()`` made of a call step by step, such as ids after a cast, counts as that
    call.
    """
    inputs = len(call.sources)
    if isinstance(call, RecurrentCall):
        # the data come first, then the initial states
        inputs = 1
    sources = list(call.sources[:inputs])
    # None where a layer made the input
    provenances = call.made_from[:inputs]
    made_in_call = filter(None, provenances)
    for made_from in made_in_call:
        sources += _sources_in_order(made_from)
    each_once = dict.fromkeys(sources)
    # None where nobody can see the source
    return list(filter(None, each_once))


def _sources_in_order(made_from: Provenance) -> list[LayerCall]:
    """Return the sources of a value whose steps are its own ones."""
    sources = []
    # the reach may be missing altogether
    measured = zip(made_from.sources, made_from.reach, strict=False)
    for place, reach in measured:
        source, _ = place
        if reach is None:
            # nothing is claimed of what was not measured
            continue
        # each step is made of the step of the same number alone
        straight = np.eye(*reach.shape)
        is_in_order = np.array_equal(reach, straight)
        if is_in_order:
            sources.append(source)
    return sources
