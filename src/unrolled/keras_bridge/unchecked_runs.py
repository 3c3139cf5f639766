"""Run a model on arrays that may not fit it, and keep what came of it.

A trace, or Keras's own error.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unrolled.keras_bridge.snapshots import kept
from unrolled.keras_bridge.tracing import Program, is_long
from unrolled.traces.calls import Trace
from unrolled.traces.cells import Array


def run_unchecked(
    model: Any, x: Any, batch: Sequence[Array]
) -> tuple[Trace | None, Exception | None, bool]:
    """Run one batch as Keras takes it, and leave the model as it was.

    Returns
    -------
    trace : Trace or None
        None where the run stopped.
    error : Exception or None
        Keras's own.
    adds_losses : bool
        Whether a layer added a loss of its own (``add_loss``).
    """
    try:
        with kept(model):
            program = Program(model, x, list(batch), compiled=is_long(model, [batch]))
            trace = program.run(list(batch))
            return trace, None, _adds_losses(model)
    except Exception as error:
        return None, error, False


def _adds_losses(model: Any) -> bool:
    """Tell whether the last call added losses, those of regularizers left out."""
    regularizers = [v for v in model.trainable_variables if getattr(v, "regularizer", None)]
    return len(model.losses) > len(regularizers)
