"""Who reads a call as data, and whether its second axis is read as time."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from unrolled.traces.layer_calls import LayerCall, Provenance
from unrolled.traces.recurrent_calls import RecurrentCall
from unrolled.traces.trace import Trace


class Readers:
    """Which calls read a call, and whether one of them reads its second axis as time."""

    def __init__(self, trace: Trace) -> None:
        self._readers: defaultdict[LayerCall, list[LayerCall]] = defaultdict(
            list
        )
        self._read_as_time: set[LayerCall] = set()
        self._masks: set[LayerCall | None] = set()
        self._outputs = set(trace.output_sources)
        # a reader is called after what it reads: from the last call to the first it is known
        # already how the axes of a reader are read in their turn
        for reader in reversed(trace.calls):
            sources = _data_sources(reader)
            for source in sources:
                self._readers[source].append(reader)
            if self._reads_time(reader):
                self._read_as_time.update(sources)
            self._masks.add(reader.mask_source)

    def of(self, call: LayerCall) -> list[LayerCall]:
        """Return the calls that read what a call returns, as data and not as an initial state."""
        return self._readers[call]

    def read_as_time(self, call: LayerCall) -> bool:
        """Return whether the second axis of what a call returns is read as time further up."""
        return call in self._read_as_time

    def is_mask(self, call: LayerCall) -> bool:
        """Return whether what a call returns was given to another one as its mask."""
        return call in self._masks

    def is_output(self, call: LayerCall) -> bool:
        """Return whether the model returns what a call returns."""
        return call in self._outputs

    def _reads_time(self, reader: LayerCall) -> bool:
        """Return whether a call, or what reads it in its turn, takes the second axis as time."""
        # a pooling or a convolution along one axis goes along the second one
        if reads_time(reader) or "1D" in reader.layer_class:
            return True
        # what it returns has the same axes
        is_read_as_time = self.read_as_time(reader)
        return reader.facts.keeps_axes and is_read_as_time


def reads_time(call: LayerCall) -> bool:
    """Return whether a call goes through the second axis of its input step by step."""
    return isinstance(call, RecurrentCall) or call.facts.reads_time


def _data_sources(call: LayerCall) -> list[LayerCall]:
    """Return the calls that a call reads, each once, without those of its initial states.

    A value that ``call()`` made of a call step by step, such as ids after a cast, counts as that
    call.
    """
    inputs = len(call.sources)
    if isinstance(call, RecurrentCall):
        # the data come first, then the initial states
        inputs = 1
    sources = [*call.sources[:inputs]]
    made_in_call = filter(None, call.made_from[:inputs])
    for made_from in made_in_call:
        sources += _sources_in_order(made_from)
    each_once = dict.fromkeys(sources)
    return list(filter(None, each_once))


def _sources_in_order(made_from: Provenance) -> list[LayerCall]:
    """Return the sources of a value whose steps are its own ones."""
    sources = []
    pairs = zip(made_from.sources, made_from.reach, strict=False)
    for (source, _), reach in pairs:
        if reach is None:
            # it was not measured which steps move which
            continue
        straight = np.eye(*reach.shape)
        if np.array_equal(reach, straight):
            sources.append(source)
    return sources
