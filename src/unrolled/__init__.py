"""unrolled: how data flows through Keras recurrent networks, traced and drawn from the real model.

``import unrolled`` is quick: Keras and Matplotlib are imported when a function first needs them.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from unrolled import example_data
    from unrolled.cell_diagrams.diagram import CellDiagram, draw_cell
    from unrolled.checks.checking import check
    from unrolled.checks.reports import Problem, Report
    from unrolled.diagrams.diagram import Diagram, draw
    from unrolled.explanations.explanation import Explanation, explain, explain_errors
    from unrolled.keras_bridge.gradients import sensitivity
    from unrolled.keras_bridge.loop_records import TraceError
    from unrolled.keras_bridge.tracing import trace
    from unrolled.plots.gates_and_states import plot_gates, plot_states
    from unrolled.plots.sensitivity import plot_sensitivity
    from unrolled.plots.weights import plot_weights
    from unrolled.traces.calls import (
        BidirectionalCall,
        LayerCall,
        Provenance,
        RecurrentCall,
        Trace,
        Weights,
    )
    from unrolled.traces.gate_weights import GateWeights
    from unrolled.traces.sensitivities import LayerSensitivity, Sensitivity
    from unrolled.windowing.windows import Windows, windows

__all__ = [
    "BidirectionalCall",
    "CellDiagram",
    "Diagram",
    "Explanation",
    "GateWeights",
    "LayerCall",
    "LayerSensitivity",
    "Problem",
    "Provenance",
    "RecurrentCall",
    "Report",
    "Sensitivity",
    "Trace",
    "TraceError",
    "Weights",
    "Windows",
    "check",
    "draw",
    "draw_cell",
    "example_data",
    "explain",
    "explain_errors",
    "plot_gates",
    "plot_sensitivity",
    "plot_states",
    "plot_weights",
    "sensitivity",
    "trace",
    "windows",
]

_HOMES = {
    "BidirectionalCall": "traces.calls",
    "CellDiagram": "cell_diagrams.diagram",
    "Diagram": "diagrams.diagram",
    "Explanation": "explanations.explanation",
    "GateWeights": "traces.gate_weights",
    "LayerCall": "traces.calls",
    "LayerSensitivity": "traces.sensitivities",
    "Provenance": "traces.calls",
    "Sensitivity": "traces.sensitivities",
    "Problem": "checks.reports",
    "RecurrentCall": "traces.calls",
    "Report": "checks.reports",
    "Trace": "traces.calls",
    "TraceError": "keras_bridge.loop_records",
    "Weights": "traces.calls",
    "Windows": "windowing.windows",
    "check": "checks.checking",
    "draw": "diagrams.diagram",
    "draw_cell": "cell_diagrams.diagram",
    "plot_weights": "plots.weights",
    "explain": "explanations.explanation",
    "explain_errors": "explanations.explanation",
    "sensitivity": "keras_bridge.gradients",
    "plot_gates": "plots.gates_and_states",
    "plot_sensitivity": "plots.sensitivity",
    "plot_states": "plots.gates_and_states",
    "trace": "keras_bridge.tracing",
    "windows": "windowing.windows",
}


if not TYPE_CHECKING:  # a type checker that saw this would let every misspelt name pass

    def __getattr__(name: str) -> Any:
        if name == "example_data":
            return import_module("unrolled.example_data")
        if name == "__version__":
            return version("unrolled")
        if name not in _HOMES:
            raise AttributeError(f"module 'unrolled' has no attribute {name!r}")
        return getattr(import_module(f"unrolled.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
