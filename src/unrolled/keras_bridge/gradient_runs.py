"""One way forwards and back through the real model, on batches of one shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from unrolled.keras_bridge.gradient_targets import Target
from unrolled.keras_bridge.hooks import hearing
from unrolled.keras_bridge.model_entries import Probe
from unrolled.keras_bridge.model_inputs import ModelInputs
from unrolled.keras_bridge.models import read_model
from unrolled.keras_bridge.nested_layers import variables_of
from unrolled.keras_bridge.probes import Mark, Prober
from unrolled.keras_bridge.pullbacks import make_pull
from unrolled.keras_bridge.tensors import Tensor
from unrolled.traces.cells import Array
from unrolled.traces.sensitivities import LayerSensitivity

_ROWS = 2**16  # samples · timesteps that go through the model at once


def samples_at_once(batch: Sequence[Array]) -> int:
    """Return how many samples go through a model at once: one, however long it is."""
    timesteps = [1]
    for array in batch:
        timesteps += array.shape[1:2]
    return max(1, _ROWS // max(timesteps))


class GradientRun:
    """The way forwards and back of one model on batches of one shape. names: of its inputs."""

    def __init__(
        self, model: Any, x: Any, batch: Sequence[Array], target: Target
    ) -> None:
        self._model, self._target = model, target
        self._io = read_model(model)
        self._inputs = ModelInputs(self._io, x, batch)
        self.names = self._inputs.names
        # what a run may change is an input: compiled on JAX it would keep that of the first batch
        self._variables = [v for v in variables_of(model) if not v.trainable]
        self._pull = make_pull(self._listen)
        self._probes: list[Probe]
        self._places: list[int]

    def run(self, batch: Sequence[Array]) -> list[LayerSensitivity]:
        """Run one batch; return for each read how strongly its steps move the output."""
        target = self._target
        gradients, extras = self._pull_units(batch, [target.first_unit])
        if target.takes_all:
            gradients = self._add_units(batch, gradients)
        given = dict(zip(self.names, batch, strict=True))
        reads = []
        for probe, gradient in zip(self._probes, gradients, strict=True):
            mask = values = None
            if probe.mask is not None:
                mask = extras.pop(0).astype(bool)
            if probe.layer_class == "InputLayer":
                values = np.asarray(given[probe.name])
            read = LayerSensitivity(
                name=probe.name,
                layer_class=probe.layer_class,
                gradients=gradient,
                mask=mask,
                go_backwards=probe.go_backwards,
                is_recurrent=probe.is_recurrent,
                values=values,
            )
            reads.append(read)
        for variable, value in zip(self._variables, extras, strict=True):
            # the states from which the next batch starts
            variable.assign(value)
        return reads

    def _add_units(
        self, batch: Sequence[Array], first: Sequence[Array]
    ) -> list[Array]:
        """Return the root of the sum of squares over all units; first: the gradients of unit 0."""
        totals = [np.square(g, dtype="float64") for g in first]
        # a batch of a fixed size cannot be made longer: one unit after the other
        size = 1
        if not self._io.fixed_batch:
            size = max(1, samples_at_once(batch) // len(batch[0]))
        rest = list(range(1, self._target.units))
        # as many each time, so that one program serves all
        count = min(size, len(rest))
        for start in range(0, len(rest), size):
            units = rest[start : start + size]
            missing = count - len(units)
            padded = units + units[-1:] * missing
            gradients, _ = self._pull_units(batch, padded)
            for total, gradient in zip(totals, gradients, strict=True):
                each = gradient.reshape(count, *total.shape)[: len(units)]
                total += np.square(each, dtype="float64").sum(axis=0)
        pairs = zip(totals, first, strict=True)
        return [np.sqrt(total).astype(g.dtype) for total, g in pairs]

    def _pull_units(
        self, batch: Sequence[Array], units: Sequence[int]
    ) -> tuple[list[Array], list[Array]]:
        """Run the batch once for each unit, all at the same time; return gradients and extras.

        One sample does not touch another in an inference run: so many copies of the batch are one
        longer batch.
        """
        tensors: list[Tensor] = []
        for array, dtype in zip(batch, self._inputs.dtypes, strict=True):
            tiled = np.concatenate([array] * len(units))
            tensors.append(keras.ops.convert_to_tensor(tiled, dtype=dtype))
        tensors += map(keras.ops.convert_to_tensor, self._variables)
        picked = np.repeat(np.asarray(units, dtype="int32"), len(batch[0]))
        gradients, extras = self._pull(
            tensors, keras.ops.convert_to_tensor(picked)
        )
        arrays: list[Array] = []
        for place in self._places:
            array = keras.ops.convert_to_numpy(gradients[place])
            if array.dtype.kind != "f":
                # bfloat16, with which NumPy cannot calculate
                array = array.astype("float32")
            arrays.append(array)
        return arrays, list(map(keras.ops.convert_to_numpy, extras))

    def _listen(
        self, mark: Mark, tensors: Sequence[Tensor], units: Tensor
    ) -> tuple[Tensor, list[Tensor]]:
        """Run the model on copies of what it reads; return the sum of the chosen numbers.

        The extras are the masks and the values that variables get: in a stateless run they are not
        assigned.
        """
        places: dict[int, int] = {}

        def mark_counted(tensor: Tensor) -> Tensor:
            copy = mark(tensor)
            if copy is not tensor:
                places[id(copy)] = len(places)
            return copy

        prober = Prober(mark_counted)
        count = len(self.names)
        given = list(zip(self._variables, tensors[count:], strict=True))
        with keras.StatelessScope(given) as scope, hearing(prober):
            entered = list(map(prober.enter, self.names, tensors[:count]))
            outputs = self._model(self._inputs.arrange(entered), training=False)
        chosen = self._target.choose(outputs, self._model, prober)
        self._probes = prober.probes()
        self._places = [places[id(p.copy)] for p in self._probes]
        extras = [p.mask for p in self._probes if p.mask is not None]
        extras += map(scope.get_current_value, self._variables)
        picked = keras.ops.take_along_axis(chosen, units[:, None], axis=1)
        return keras.ops.sum(picked), extras
