"""How labels meet the outputs of a model: by their shapes, or by a loss with a way of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from unrolled.diagrams.rows.labels import Pairing
from unrolled.model_io.labels import read_y
from unrolled.traces.cells import Array
from unrolled.traces.compiled import CompiledLoss
from unrolled.traces.trace import Trace


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
    given = read_y(y, batches[0].output_paths, batches[0].output_names)
    all_known = all(pairing.is_known for pairing in pairings.values())
    if given.misfit and not all_known:
        return None
    samples = [batch.samples for batch in batches]
    arrays = given.require(sum(samples))
    starts = np.cumsum([0, *samples])
    return [[array[i:j] for array in arrays] for i, j in pairwise(starts)]
