"""Batches of a model, run one after the other, each from the states that the one before left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from math import inf
from typing import Any

import keras
import numpy as np

from unrolled.keras_bridge.copies import functions_of
from unrolled.keras_bridge.kept_runs import keep_newest, kept_runs
from unrolled.keras_bridge.layer_configs import reading_once
from unrolled.keras_bridge.model_inputs import ModelInputs
from unrolled.keras_bridge.model_runs import ModelRun
from unrolled.keras_bridge.nested_layers import layers_of
from unrolled.traces.cells import Array
from unrolled.traces.trace import Trace

Batch = Sequence[Array]

#: runs of more steps than this are compiled first, which takes for each loop as long as some
#: hundred steps
EAGER_STEPS = 150
#: a short run is compiled when it is asked for once more than this: compiling takes as long as
#: several short runs
EAGER_RUNS = 2


def run_batches(
    model: Any,
    inputs: ModelInputs,
    batches: Iterable[Batch],
    *,
    training: bool = False,
    x_made_up: bool = False,
    most_bytes: float = inf,
) -> list[Trace]:
    """Run the batches one after the other, and return their traces.

    A batch is read when it is run, but for the few that tell how the run is best made.

    Raises ValueError where the traces hold more than ``most_bytes``.
    """
    rest = iter(batches)
    ahead, steps = _look_ahead(rest)
    runs = _Runs(
        model,
        inputs,
        training=training,
        hands_on=len(ahead) > 1,
        is_long=steps > EAGER_STEPS,
    )
    made: list[Trace] = []
    held = 0
    with reading_once():
        for batch in chain(ahead, rest):
            run = runs.run_for(batch)
            made.append(run.run(batch, x_made_up=x_made_up))
            held += run.nbytes
            if held > most_bytes:
                raise _too_much(len(made), held, most_bytes)
    return made


def _look_ahead(batches: Iterator[Batch]) -> tuple[list[Batch], int]:
    """Return the first batches and their steps: two at least, and as many as make a long run."""
    ahead: list[Batch] = []
    steps = 0
    for batch in batches:
        # an array of one axis has no timesteps
        lengths = chain.from_iterable(array.shape[1:2] for array in batch)
        steps += max(lengths, default=1)
        ahead.append(batch)
        is_followed = len(ahead) > 1
        if is_followed and steps > EAGER_STEPS:
            break
    return ahead, steps


def _too_much(count: int, held: int, most: float) -> ValueError:
    fits = max(1, count - 1)
    return ValueError(
        f"Expected a dataset whose trace holds up to {most / 1e9:.2g} GB, got one whose first "
        f"{count} batches make {held / 1e9:.2g} GB, with no end so far: every state and gate of "
        f"every step is kept. Fix: dataset.take({fits}), or the x of a few batches."
    )


class _Runs:
    """The runs of one model on batches of any shapes.

    hands_on: whether one batch follows another. is_long: whether the batches have so many steps
    that compiling pays.
    """

    def __init__(
        self,
        model: Any,
        inputs: ModelInputs,
        *,
        training: bool,
        hands_on: bool,
        is_long: bool,
    ) -> None:
        self._model, self._inputs = model, inputs
        self._training, self._hands_on = training, hands_on
        self._is_long = is_long
        self._shared = kept_runs(model)
        self._known: dict[Any, ModelRun] = {}

    def run_for(self, batch: Batch) -> ModelRun:
        """Return the run for batches of this shape: a new one, or one that was kept."""
        shapes = tuple(map(np.shape, batch))
        key = (shapes, self._training, self._inputs.key())
        if key not in self._known:
            self._known[key] = self._find_or_make(key)
        return self._known[key]

    def _find_or_make(self, key: Any) -> ModelRun:
        kept: ModelRun | None = self._shared.compiled.get(key)
        # a run that was built for one batch may drop what it assigns
        if kept is not None and (kept.carries or not self._hands_on):
            return kept
        eager_runs = self._shared.eager.get(key, 0)
        pays = self._is_long or eager_runs >= EAGER_RUNS
        compiled = pays and _can_be_compiled(self._model)
        shapes = key[0]
        run = ModelRun(
            self._model,
            self._inputs,
            shapes,
            compiled=compiled,
            hands_on=self._hands_on,
            training=self._training,
        )
        if compiled:
            keep_newest(self._shared.compiled, key, run)
        else:
            keep_newest(self._shared.eager, key, eager_runs + 1)
        return run


def _can_be_compiled(model: Any) -> bool:
    """Return whether a run of a model can be compiled, and is quicker then: it has a loop.

    A graph takes longer to build than a short run takes. A model with a ``tf.function`` of its own
    is never compiled: what is in it runs as plain Python, to be heard.
    """
    if keras.backend.backend() != "tensorflow":
        return False
    layers = layers_of(model)
    kinds = set(map(type, layers))
    if any(map(functions_of, kinds)):
        return False
    return any(isinstance(layer, keras.layers.RNN) for layer in layers)
