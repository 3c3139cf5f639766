"""How labels meet the outputs of a model: by their shapes, or by a loss with a way of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from unrolled.diagrams.rows.labels import Pairing
from unrolled.model_io.arrays import read_array
from unrolled.model_io.matching import by_output
from unrolled.traces.calls import Trace
from unrolled.traces.cells import Array
from unrolled.traces.compiled import CompiledLoss


def read_pairings(
    trace: Trace, compiled: CompiledLoss | None
) -> dict[int, Pairing]:
    """Return how a loss pairs outputs with labels, by the number of the output."""
    if compiled is None:
        return {}
    numbers = range(len(trace.outputs))
    if compiled.own_method:
        return dict.fromkeys(
            numbers, Pairing(f"{compiled.own_method}()", is_known=False)
        )
    if compiled.loss is None:
        return dict.fromkeys(numbers, Pairing(""))
    return _pairings_of_losses(trace, compiled.loss)


def _pairings_of_losses(trace: Trace, loss: Any) -> dict[int, Pairing]:
    from unrolled.keras_bridge.losses import read_loss
    from unrolled.model_io.losses import spread_loss

    spread = spread_loss(loss, trace.output_paths, trace.output_names)
    pairings = {}
    for number, one in enumerate(spread):
        if one is None:
            continue
        try:
            read = read_loss(one)
        except ValueError:
            # a loss that Keras does not know: check reports it, the picture needs none
            continue
        if read.aligns:
            pairings[number] = Pairing(read.name)
        elif _is_own(one):
            pairings[number] = Pairing(read.name, is_known=False)
    return pairings


def _is_own(loss: Any) -> bool:
    """Return whether a loss is written by the reader, so that only its shapes can be compared."""
    if isinstance(loss, str):
        return False
    function = loss.func if isinstance(loss, partial) else loss
    module = getattr(function, "__module__", None) or type(function).__module__
    return not str(module).startswith("keras.")


def read_labels(
    y: Any, batches: Sequence[Trace], pairings: Mapping[int, Pairing]
) -> list[list[Array]] | None:
    """Return the labels of each batch, an array for each output; None where they are for no output.

    A model with a training step of its own may take labels that are for none of its outputs.
    """
    try:
        parts = by_output(y, batches[0].output_paths, batches[0].output_names)
    except (TypeError, ValueError):
        if any(not pairing.is_known for pairing in pairings.values()):
            return None
        raise
    samples = [batch.samples for batch in batches]
    arrays = [array for _, array in parts]
    check_length(arrays, sum(samples))
    ends = np.cumsum(samples)[:-1]
    by_array = [np.split(np.asarray(array), ends) for array in arrays]
    return list(map(list, zip(*by_array, strict=True)))


def check_length(arrays: Sequence[Any], samples: int) -> None:
    """Raise ValueError where y has other samples than x, TypeError where it holds no numbers."""
    for array in arrays:
        argument = read_array("y", array, "y")
        if argument.array is None:
            raise TypeError(
                f"Expected an array of numbers for y, got {argument.problem}. "
                "Fix: y = np.asarray(y, dtype='float32'), once its rows are equally long."
            )
        came = argument.array.shape
        if not came or came[0] != samples:
            raise ValueError(
                f"Expected y with one row per sample of x ({samples}), got shape {came}. "
                "Fix: axis 0 of y is batch; cut x and y alike."
            )
