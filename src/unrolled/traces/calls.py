"""What a run left behind, under one address for the other rooms: a trace and its layer calls."""

from unrolled.traces.layer_calls import LayerCall, Provenance, Weights
from unrolled.traces.recurrent_calls import BidirectionalCall, RecurrentCall
from unrolled.traces.trace import Trace

__all__ = [
    "BidirectionalCall",
    "LayerCall",
    "Provenance",
    "RecurrentCall",
    "Trace",
    "Weights",
]
