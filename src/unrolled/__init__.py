"""unrolled: how data flows through Keras recurrent networks, traced and drawn from the real model.

``import unrolled`` is quick: Keras and Matplotlib are imported when a function first needs them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from unrolled.cellview.celldiagrams import CellDiagram, draw_cell
    from unrolled.diagrams import Diagram, draw
    from unrolled.doctor.checks import check
    from unrolled.doctor.explanations import Explanation, explain, explaining
    from unrolled.doctor.reports import Problem, Report
    from unrolled.doctor.windowing import Windows, windows
    from unrolled.plotting.memoryplots import plot_memory
    from unrolled.plotting.plots import plot_gates, plot_states
    from unrolled.plotting.weightplots import draw_weights
    from unrolled.remembering.gradients import memory
    from unrolled.remembering.memories import LayerMemory, Memory
    from unrolled.stories import Log, Tanks, simulate_log, simulate_tanks
    from unrolled.tracing.gateweights import GateWeights
    from unrolled.tracing.runs import trace
    from unrolled.tracing.steps import TraceError
    from unrolled.tracing.traces import BidirectionalCall, LayerCall, Making, RecurrentCall, Trace, Weights

__all__ = [
    "BidirectionalCall",
    "CellDiagram",
    "Diagram",
    "Explanation",
    "GateWeights",
    "LayerCall",
    "LayerMemory",
    "Log",
    "Making",
    "Memory",
    "Problem",
    "RecurrentCall",
    "Report",
    "Tanks",
    "Trace",
    "TraceError",
    "Weights",
    "Windows",
    "check",
    "draw",
    "draw_cell",
    "draw_weights",
    "explain",
    "explaining",
    "memory",
    "plot_gates",
    "plot_memory",
    "plot_states",
    "simulate_log",
    "simulate_tanks",
    "trace",
    "windows",
]

_HOMES = {
    "BidirectionalCall": "tracing.traces",
    "CellDiagram": "cellview.celldiagrams",
    "Diagram": "diagrams",
    "Explanation": "doctor.explanations",
    "GateWeights": "tracing.gateweights",
    "LayerCall": "tracing.traces",
    "LayerMemory": "remembering.memories",
    "Log": "stories",
    "Making": "tracing.traces",
    "Memory": "remembering.memories",
    "Problem": "doctor.reports",
    "RecurrentCall": "tracing.traces",
    "Report": "doctor.reports",
    "Tanks": "stories",
    "Trace": "tracing.traces",
    "TraceError": "tracing.steps",
    "Weights": "tracing.traces",
    "Windows": "doctor.windowing",
    "check": "doctor.checks",
    "draw": "diagrams",
    "draw_cell": "cellview.celldiagrams",
    "draw_weights": "plotting.weightplots",
    "explain": "doctor.explanations",
    "explaining": "doctor.explanations",
    "memory": "remembering.gradients",
    "plot_gates": "plotting.plots",
    "plot_memory": "plotting.memoryplots",
    "plot_states": "plotting.plots",
    "simulate_log": "stories",
    "simulate_tanks": "stories",
    "trace": "tracing.runs",
    "windows": "doctor.windowing",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'unrolled' has no attribute {name!r}")
    return getattr(import_module(f"unrolled.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
