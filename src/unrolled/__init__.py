"""unrolled: how data flows through Keras recurrent networks, traced and drawn from the real model.

``import unrolled`` is quick: Keras and Matplotlib are imported when a function first needs them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from unrolled.celldiagrams import CellDiagram, draw_cell
    from unrolled.diagrams import Diagram, draw
    from unrolled.gateweights import GateWeights
    from unrolled.gradients import memory
    from unrolled.memories import Memory
    from unrolled.memoryplots import plot_memory
    from unrolled.plots import plot_gates, plot_states
    from unrolled.runs import trace
    from unrolled.steps import TraceError
    from unrolled.stories import Log, Tanks, simulate_log, simulate_tanks
    from unrolled.traces import BidirectionalCall, LayerCall, RecurrentCall, Trace, Weights
    from unrolled.weightplots import draw_weights

__all__ = [
    "BidirectionalCall",
    "CellDiagram",
    "Diagram",
    "GateWeights",
    "LayerCall",
    "Log",
    "Memory",
    "RecurrentCall",
    "Tanks",
    "Trace",
    "TraceError",
    "Weights",
    "draw",
    "draw_cell",
    "draw_weights",
    "memory",
    "plot_gates",
    "plot_memory",
    "plot_states",
    "simulate_log",
    "simulate_tanks",
    "trace",
]

_HOMES = {
    "BidirectionalCall": "traces",
    "CellDiagram": "celldiagrams",
    "Diagram": "diagrams",
    "GateWeights": "gateweights",
    "LayerCall": "traces",
    "Log": "stories",
    "Memory": "memories",
    "RecurrentCall": "traces",
    "Tanks": "stories",
    "Trace": "traces",
    "TraceError": "steps",
    "Weights": "traces",
    "draw": "diagrams",
    "draw_cell": "celldiagrams",
    "draw_weights": "weightplots",
    "memory": "gradients",
    "plot_gates": "plots",
    "plot_memory": "memoryplots",
    "plot_states": "plots",
    "simulate_log": "stories",
    "simulate_tanks": "stories",
    "trace": "runs",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'unrolled' has no attribute {name!r}")
    return getattr(import_module(f"unrolled.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
