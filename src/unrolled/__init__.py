"""How data flows through Keras recurrent networks, traced and drawn from the real model.

``import unrolled`` is quick: Keras and Matplotlib are imported when a function first needs them.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from unrolled import example_data
    from unrolled.cell_diagrams.diagram import CellDiagram, draw_cell
    from unrolled.checks.checking import check
    from unrolled.checks.reports import Problem, Report
    from unrolled.diagrams.diagram import Diagram, draw
    from unrolled.explanations.explanation import (
        Explanation,
        explain,
        explain_errors,
    )
    from unrolled.keras_bridge.gradients import sensitivity
    from unrolled.keras_bridge.loop_records import TraceError
    from unrolled.keras_bridge.tracing import trace
    from unrolled.plots.gates_and_states import plot_gates, plot_states
    from unrolled.plots.sensitivity import plot_sensitivity
    from unrolled.plots.weights import plot_weights
    from unrolled.traces.gate_weights import GateWeights
    from unrolled.traces.layer_calls import LayerCall, Provenance, Weights
    from unrolled.traces.recurrent_calls import (
        BidirectionalCall,
        RecurrentCall,
    )
    from unrolled.traces.sensitivities import LayerSensitivity, Sensitivity
    from unrolled.traces.trace import Trace
    from unrolled.windowing.windows import Windows, windows

    __version__: str

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

# where each name is defined, from which it is imported when it is first asked for
_HOMES = {
    "BidirectionalCall": "traces.recurrent_calls",
    "CellDiagram": "cell_diagrams.diagram",
    "Diagram": "diagrams.diagram",
    "Explanation": "explanations.explanation",
    "GateWeights": "traces.gate_weights",
    "LayerCall": "traces.layer_calls",
    "LayerSensitivity": "traces.sensitivities",
    "Problem": "checks.reports",
    "Provenance": "traces.layer_calls",
    "RecurrentCall": "traces.recurrent_calls",
    "Report": "checks.reports",
    "Sensitivity": "traces.sensitivities",
    "Trace": "traces.trace",
    "TraceError": "keras_bridge.loop_records",
    "Weights": "traces.layer_calls",
    "Windows": "windowing.windows",
    "check": "checks.checking",
    "draw": "diagrams.diagram",
    "draw_cell": "cell_diagrams.diagram",
    "explain": "explanations.explanation",
    "explain_errors": "explanations.explanation",
    "plot_gates": "plots.gates_and_states",
    "plot_sensitivity": "plots.sensitivity",
    "plot_states": "plots.gates_and_states",
    "plot_weights": "plots.weights",
    "sensitivity": "keras_bridge.gradients",
    "trace": "keras_bridge.tracing",
    "windows": "windowing.windows",
}

# a type checker that saw this would let every misspelt name pass
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        if name == "example_data":
            return import_module("unrolled.example_data")
        if name == "__version__":
            return version("unrolled")
        if name in _HOMES:
            return getattr(import_module(f"unrolled.{_HOMES[name]}"), name)
        message = f"module 'unrolled' has no attribute {name!r}"
        raise AttributeError(message, name=name, obj=sys.modules[__name__])


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "__version__"})
