"""How labels meet the outputs of a model: by their shapes, or by a loss with a way of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from operator import attrgetter
from typing import Any

import numpy as np

from unrolled.diagrams.rows.labels import Labels, Pairing
from unrolled.model_io.labels import read_y
from unrolled.model_io.losses import LossSpec, spread_loss
from unrolled.traces.cells import Array
from unrolled.traces.compiled import CompiledLoss
from unrolled.traces.trace import Trace


def read_pairings(
    trace: Trace, compiled: CompiledLoss | None
) -> dict[int, Pairing]:
    """Return how a loss pairs outputs with labels, by the number of the output."""
    if compiled is None:
        # a model that was not compiled has no loss that could pair anything
        return {}
    numbers = range(len(trace.outputs))
    if compiled.own_method:
        # it may do anything with the labels, whatever the loss is
        own = Pairing(f"{compiled.own_method}()", is_known=False)
        return dict.fromkeys(numbers, own)
    if compiled.loss is None:
        without_loss = Pairing("")
        return dict.fromkeys(numbers, without_loss)
    return _pairings_of_losses(trace, compiled.loss)


def _pairings_of_losses(trace: Trace, loss: Any) -> dict[int, Pairing]:
    from unrolled.keras_bridge.losses import read_loss

    spread = spread_loss(loss, trace.output_paths, trace.output_names)
    pairings = {}
    for number, one in enumerate(spread):
        if one is None:
            # an output that is not trained
            continue
        try:
            read = read_loss(one)
        except ValueError:
            # a loss that Keras does not know: check reports it, the picture needs none
            continue
        if read.aligns:
            # such as CTC, which finds out itself which step has which label
            pairings[number] = Pairing(read.name)
        elif _is_own(one):
            pairings[number] = Pairing(read.name, is_known=False)
        else:
            # of any other loss of Keras the shapes say which label meets which output
            labels = _labels_of(read)
            pairings[number] = Pairing(read.name, labels=labels)
    return pairings


def _labels_of(loss: LossSpec) -> Labels:
    """Return what one label is for a loss of Keras."""
    if loss.takes_ids:
        return "ids"
    if loss.takes_classes:
        return "classes"
    return "values"


def _is_own(loss: Any) -> bool:
    """Return whether a loss is written by the reader, so that only its shapes can be compared."""
    if isinstance(loss, str):
        # names are those of Keras's own losses
        return False
    function = loss
    if isinstance(loss, partial):
        # arguments that are filled in do not change whose function it is
        function = loss.func
    # of an instance it is the module of its class
    module = getattr(function, "__module__", "")
    return not str(module).startswith("keras.")


def read_labels(
    y: Any, batches: Sequence[Trace], pairings: Mapping[int, Pairing]
) -> list[list[Array]] | None:
    """Return the labels of each batch, an array for each output; None where they are for no output.

    A model with a training step of its own may take labels that are for none of its outputs.
    """
    first = batches[0]
    given = read_y(y, first.output_paths, first.output_names)
    all_known = all(map(attrgetter("is_known"), pairings.values()))
    if given.misfit and not all_known:
        # an error would forbid what the training step may well take
        return None
    samples = list(map(attrgetter("samples"), batches))
    arrays = given.require(sum(samples))
    # labels come for all batches at once, as x does
    starts = np.cumsum(samples)[:-1]
    by_output = [np.split(array, starts) for array in arrays]
    by_batch = zip(*by_output, strict=True)
    return list(map(list, by_batch))
