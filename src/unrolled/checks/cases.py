"""What is known of a model and its data before anything is judged: inputs, outputs, losses, and one run of a batch."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np

from unrolled.checks.arrays import Given, Parts, is_unbatched, join_batches, read_x
from unrolled.checks.losses import spread_loss
from unrolled.checks.outputs import Output, add_judge, find_loss_misfit, read_labels, read_outputs
from unrolled.keras_bridge.tracing import check_model, trace_batch
from unrolled.model_io.datasets import is_dataset
from unrolled.model_io.inputs import fixed_batch
from unrolled.model_io.matching import misplaced
from unrolled.traces.calls import Trace
from unrolled.traces.cells import Array

_BATCH = 32  # Keras's own batch size: enough to run


@dataclass(frozen=True)
class Subject:
    """A model and its data.

    samples: how many came. size: how many of them were run. trace: that run, None where it stopped. error: Keras's
    own error. x_misfit, y_misfit, loss_misfit: what came, where it does not have the parts that the model has.
    misplaced: inputs, and the key of x that Keras reads for each instead. unbatched: x is a dataset of single samples.
    """

    model: Any
    inputs: tuple[Given, ...]
    outputs: tuple[Output, ...]
    labels: tuple[Given, ...]
    samples: int
    size: int
    trace: Trace | None = None
    error: Exception | None = None
    x_misfit: Parts | None = None
    y_misfit: Parts | None = None
    loss_misfit: Parts | None = None
    misplaced: tuple[tuple[str, str], ...] = ()
    shuffle: bool | None = None
    layers: Mapping[str, Any] = field(default_factory=dict)
    unbatched: bool = False

    @property
    def fixed(self) -> int | None:
        """The batch size that the model was built for."""
        return fixed_batch(self.model)

    @property
    def stateful(self) -> bool:
        """Whether a layer keeps its states from batch to batch."""
        return any(getattr(layer, "stateful", False) is True for layer in self.layers.values())


def read_subject(model: Any, x: Any, y: Any, loss: Any, shuffle: bool | None) -> Subject:
    """Return what is known; the model is run on one batch where the data allow it, and left as it was."""
    check_model(model)
    unbatched = is_dataset(x) and is_unbatched(model, x)
    if is_dataset(x):
        x, y = join_batches(x, y, join=np.stack if unbatched else np.concatenate)
    inputs, x_misfit = read_x(model, x)
    arrays = [given.array for given in inputs if given.array is not None]
    samples = min((len(a) for a in arrays), default=0)
    size = min(samples, fixed_batch(model) or _BATCH)
    trace, error = None, None
    if not x_misfit and size and len(arrays) == len(inputs):
        trace, error = _run(model, x, [_runnable(given)[:size] for given in inputs])
    outputs = read_outputs(model, trace, size)
    if loss is None and getattr(model, "compiled", False):
        loss = getattr(model, "loss", None)
    losses = spread_loss(loss, [o.path for o in outputs], [o.name for o in outputs])
    labels, y_misfit = read_labels(outputs, y, losses)
    judged = tuple(
        add_judge(o, labels[k], losses[k], size, guess=loss is None) if k in labels else o
        for k, o in enumerate(outputs)
    )
    return Subject(
        model,
        inputs,
        judged,
        tuple(labels.values()),
        samples,
        size,
        trace,
        error,
        x_misfit,
        y_misfit,
        find_loss_misfit(model, outputs, loss),
        tuple(misplaced(model, x)),
        shuffle,
        {layer.name: layer for layer in model._flatten_layers()},
        unbatched,
    )


def _runnable(given: Given) -> Array:
    """Return the values that can be run: no NaN, and no id that an Embedding does not have."""
    array = given.array
    assert array is not None
    if given.ids:
        return np.clip(array, 0, given.ids - 1)
    return np.nan_to_num(array, posinf=0, neginf=0) if array.dtype.kind == "f" else array


def _run(model: Any, x: Any, batch: list[Array]) -> tuple[Trace | None, Exception | None]:
    """Run one batch as it is: what Keras makes of it, or its error."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return trace_batch(model, x, batch), None
    except Exception as error:
        return None, error


def backend() -> str:
    """Return the name of Keras's backend."""
    return str(keras.backend.backend())
