"""Run a model on arrays that may not fit it, and keep what came of it.

A trace, or Keras's own error.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unrolled.keras_bridge.batch_runs import run_batches
from unrolled.keras_bridge.model_inputs import ModelInputs
from unrolled.keras_bridge.models import read_model
from unrolled.keras_bridge.snapshots import left_as_found
from unrolled.keras_bridge.tracing import check_may_run
from unrolled.traces.cells import Array
from unrolled.traces.trace import Trace


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
    check_may_run()
    try:
        with left_as_found(model) as scope:
            trace = run_batches(
                model, ModelInputs(read_model(model), x, batch), [batch]
            )[0]
            return trace, None, bool(scope.losses)
    except Exception as error:
        return None, error, False
