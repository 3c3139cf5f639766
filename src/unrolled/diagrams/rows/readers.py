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
        self._readers: dict[LayerCall, list[LayerCall]] = defaultdict(list)
        for call in trace.calls:
            for source in _data_sources(call):
                self._readers[source].append(call)
        self._as_time: dict[LayerCall, bool] = {}
        for call in (*reversed(trace.calls), *trace.inputs):
            # a reader is called after what it reads, so that its own answer is known already
            self._as_time[call] = any(map(self._reads_time, self.of(call)))

    def of(self, call: LayerCall) -> list[LayerCall]:
        """Return the calls that read what a call returns, as data and not as an initial state."""
        return self._readers[call]

    def read_as_time(self, call: LayerCall) -> bool:
        """Return whether the second axis of what a call returns is read as time further up."""
        return self._as_time[call]

    def _reads_time(self, reader: LayerCall) -> bool:
        if reads_time(reader) or "1D" in reader.layer_class:
            return True
        # what it returns has the same axes, and is read in its turn
        return reader.facts.keeps_axes and self._as_time.get(reader, False)


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
        inputs = 1
    sources = [*call.sources[:inputs]]
    for made_from in call.made_from[:inputs]:
        if made_from is not None:
            sources += _sources_in_order(made_from)
    return list(filter(None, dict.fromkeys(sources)))


def _sources_in_order(made_from: Provenance) -> list[LayerCall]:
    """Return the sources of a value whose steps are its own ones."""
    sources = []
    pairs = zip(made_from.sources, made_from.reach, strict=False)
    for (source, _), reach in pairs:
        if reach is None:
            continue
        straight = np.eye(*reach.shape)
        if np.array_equal(reach, straight):
            sources.append(source)
    return sources
