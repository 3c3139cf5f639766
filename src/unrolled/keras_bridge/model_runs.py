"""Runs of the real model on batches of one shape, with every tensor that was heard as a result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from weakref import ref

import keras

from unrolled.keras_bridge.hooks import hearing
from unrolled.keras_bridge.lineage import Lineage, find_lineage
from unrolled.keras_bridge.loop_checks import returns_turned
from unrolled.keras_bridge.model_inputs import ModelInputs
from unrolled.keras_bridge.nested_layers import variables_of
from unrolled.keras_bridge.recorder import Recorder
from unrolled.keras_bridge.run_results import RunResults
from unrolled.keras_bridge.snapshots import stateless
from unrolled.keras_bridge.tensors import ArrayOf, Tensor, tensors_in
from unrolled.keras_bridge.trace_building import read_trace
from unrolled.model_io.nested import Path, paths_to
from unrolled.traces.cells import Array
from unrolled.traces.trace import Trace


class ModelRun:
    """A run of one model on batches of one shape.

    compiled: on TensorFlow, run as one graph; an eager step costs 10 to 20 times as much.
    hands_on: whether one batch follows another, so that what a run assigns must reach the next one.
    training: as the model's own argument.
    """

    def __init__(
        self,
        model: Any,
        inputs: ModelInputs,
        shapes: Sequence[tuple[int, ...]],
        *,
        compiled: bool,
        hands_on: bool = False,
        training: bool = False,
    ) -> None:
        # no strong reference, so that a run can be kept for as long as its model lives
        self._model = ref(model)
        self._inputs, self._shapes = inputs, shapes
        self._compiled, self._training = compiled, training
        self._hands_on = hands_on
        self._carried: list[keras.Variable] = []
        self._changed: list[keras.Variable] = []
        self._turned: set[int] = set()
        self._is_compared = False
        self._function: Callable[..., list[Tensor]] = self._listen
        self._recorder: Recorder
        self._input_tensors: list[Tensor]
        self._lineage: Lineage
        self._results: RunResults
        self._paths: list[Path]
        if compiled:
            self._build()

    @property
    def carries(self) -> bool:
        """Whether all that a run assigns reaches the next one."""
        # an eager run assigns to the variables themselves, and changes none here
        carried = set(map(id, self._carried))
        return carried.issuperset(map(id, self._changed))

    @property
    def nbytes(self) -> int:
        """How many bytes the arrays of the last batch hold."""
        return self._results.nbytes

    def run(self, batch: Sequence[Array], *, x_made_up: bool = False) -> Trace:
        """Run one batch and return its Trace."""
        run_once = self._run
        if not self._is_compared:
            run_once = self._run_and_compare
        array_of = run_once(batch)
        names = self._inputs.names
        return read_trace(
            self._model(),
            self._recorder,
            dict(zip(names, self._input_tensors, strict=True)),
            array_of,
            self._lineage.read(array_of),
            self._paths,
            x_made_up=x_made_up,
        )

    def _run(self, batch: Sequence[Array]) -> ArrayOf:
        """Run one batch; return what gives the array of each tensor that was heard."""
        states = map(keras.ops.copy, self._carried)
        inputs = self._inputs.tensors(batch)
        results = list(self._function(*inputs, *states))
        # a compiled run returns behind all else what it assigned
        for variable in reversed(self._changed):
            variable.assign(results.pop())
        return self._results.read(results)

    def _run_and_compare(self, batch: Sequence[Array]) -> ArrayOf:
        """Run one batch, each loop of which is compared with the one of its layer.

        Where a layer's own loop returns its steps the other way round it is run once more, so that
        the layers behind it read what they read in the model.
        """
        variables = variables_of(self._model())
        values = [variable.value for variable in variables]
        before = list(zip(variables, values, strict=True))
        array_of = self._run(batch)
        self._turned = self._compare(array_of, before)
        self._is_compared = True
        if not self._turned:
            return array_of
        for variable, value in before:
            variable.assign(value)
        if self._compiled:
            self._build()
        return self._run(batch)

    def _compare(
        self, array_of: ArrayOf, values: Sequence[tuple[Any, Tensor]]
    ) -> set[int]:
        """Return the places of the calls whose layer returns its steps the other way round.

        values: each variable of the model with what it held before the run.
        """
        turned: set[int] = set()
        for place, call in enumerate(self._recorder.calls):
            for loop in call.loops:
                arrays = map(array_of, loop.tensors())
                if any(array is None for array in arrays):
                    continue
                # what the compared run assigns is read by no other run
                with stateless(values):
                    if returns_turned(call.called, loop, array_of):
                        turned.add(place)
        return turned

    def _build(self) -> None:
        """Compile the run; again where it assigns variables that it must then take as inputs."""
        import tensorflow as tf

        dtypes = self._inputs.dtypes
        inputs = list(map(tf.TensorSpec, self._shapes, dtypes))
        while True:
            states = [tf.TensorSpec(v.shape, v.dtype) for v in self._carried]
            function = tf.function(self._listen, autograph=False)
            self._function = function.get_concrete_function(*inputs, *states)
            if not self._hands_on or self.carries:
                return
            self._carried = list(self._changed)

    def _listen(self, *tensors: Tensor) -> list[Tensor]:
        """Run the model and return all that was heard, each tensor once.

        Compiled, then what variables were assigned.
        """
        if not self._compiled:
            return self._hear(tensors)
        count = len(self._inputs.names)
        inputs, states = tensors[:count], tensors[count:]
        given = list(zip(self._carried, states, strict=True))
        before = dict(zip(map(id, self._carried), states, strict=True))
        with stateless(given) as scope:
            results = self._hear(inputs)
            self._changed = []
            for variable in variables_of(self._model()):
                # both are None where it was neither given nor assigned
                now = scope.get_current_value(variable)
                if now is not before.get(id(variable)):
                    self._changed.append(variable)
                    results.append(now)
        return results

    def _hear(self, tensors: Sequence[Tensor]) -> list[Tensor]:
        model: Any = self._model()
        recorder = Recorder(training=self._training, turned=self._turned)
        with hearing(recorder):
            made = model(self._inputs.arrange(tensors), training=self._training)
        self._paths = paths_to(tensors_in(made), made)
        stacked: list[Tensor] = []
        for call in recorder.calls:
            for loop in call.loops:
                stacked += loop.wide
        self._results = RunResults(
            [*tensors, *recorder.tensors()], stacked, compiled=self._compiled
        )
        self._recorder, self._input_tensors = recorder, list(tensors)
        self._lineage = find_lineage(recorder.calls)
        # so that a run can be kept for as long as its model lives
        recorder.calls[0].operation = None
        recorder.calls[0].called = None
        return self._results.tensors()
