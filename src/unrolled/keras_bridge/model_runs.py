"""Runs of the real model on batches of one shape, with every tensor that was heard as a result."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from weakref import ref

import keras

from unrolled.keras_bridge.copies import has_functions
from unrolled.keras_bridge.hooks import hearing
from unrolled.keras_bridge.kept_runs import kept_runs
from unrolled.keras_bridge.layer_configs import reading_once
from unrolled.keras_bridge.lineage import Origin, find_origins
from unrolled.keras_bridge.loop_records import compare_with_layer
from unrolled.keras_bridge.nested_layers import layers_of, variables_of
from unrolled.keras_bridge.recorder import CallTap, Recorder
from unrolled.keras_bridge.run_results import RunResults
from unrolled.keras_bridge.snapshots import stateless
from unrolled.keras_bridge.tensors import ArrayOf, Tensor, tensors_in
from unrolled.keras_bridge.trace_building import read_trace
from unrolled.model_io.datasets import is_dataset, read_batches
from unrolled.model_io.inputs import read_x
from unrolled.model_io.matching import with_absent
from unrolled.model_io.nested import Path, pack, paths_to, spell, walk
from unrolled.model_io.signature import ModelIO
from unrolled.traces.calls import Trace
from unrolled.traces.cells import Array

#: runs of more steps than this are compiled first, which takes for each loop as long as some
#: hundred steps
EAGER_STEPS = 150
#: a short run is compiled when it is asked for once more than this: compiling takes as long as
#: several short runs
EAGER_RUNS = 2


class ModelInputs:
    """How the arrays of a batch go into a model.

    names: of the inputs that are given. dtypes: as Keras's ``predict`` casts them.
    """

    def __init__(self, io: ModelIO, x: Any, batch: Sequence[Array]) -> None:
        if is_dataset(x):
            x = next(read_batches(x, 1))[0]
        self._absent = set() if x is None else set(read_x(io, x).absent)
        count = len(batch) + len(self._absent)
        given = sorted(set(range(count)) - self._absent)
        names = [spec.layer_name for spec in io.inputs] or _names_in(x)
        self.names = [names[k] for k in given]
        self.dtypes = [_dtype_in_predict(a) for a in batch]
        if io.inputs:
            self.dtypes = [io.inputs[k].dtype for k in given]
        self._like = None if io.inputs else x
        self._structure = io.input_structure

    def tensors(self, batch: Sequence[Array]) -> list[Tensor]:
        """Return the arrays as tensors of the model's dtypes."""
        pairs = zip(batch, self.dtypes, strict=True)
        return [
            keras.ops.convert_to_tensor(array, dtype=dtype)
            for array, dtype in pairs
        ]

    def arrange(self, tensors: Sequence[Tensor]) -> Any:
        """Return the tensors as the model takes them, with None for an input that is left out."""
        tensors = with_absent(tensors, self._absent)
        if self._like is not None:
            return pack(self._like, tensors)
        if len(tensors) == 1 and not isinstance(self._structure, dict):
            return tensors[0]
        return keras.tree.pack_sequence_as(self._structure, tensors)

    def key(self) -> tuple[Any, ...]:
        """Return what two runs must have in common to take their inputs alike."""
        return (*self.names, *self.dtypes, *sorted(self._absent))


class ModelRun:
    """A run of one model on batches of one shape.

    compiled: on TensorFlow, run as one graph; an eager step costs 10 to 20 times as much.
    carries: whether one batch follows another, so that what a run assigns must reach the next one.
    training: as the model's own argument.
    """

    def __init__(
        self,
        model: Any,
        inputs: ModelInputs,
        shapes: Sequence[tuple[int, ...]],
        *,
        compiled: bool,
        carries: bool = False,
        training: bool = False,
    ) -> None:
        # no strong reference, so that a run can be kept for as long as its model lives
        self._model = ref(model)
        self._inputs, self._shapes = inputs, shapes
        self._compiled, self._training = compiled, training
        self._carried: list[keras.Variable] = []
        self._changed: list[keras.Variable] = []
        self._is_compared = False
        self._function: Callable[..., list[Tensor]] = self._listen
        self._recorder: Recorder
        self._input_tensors: list[Tensor]
        self._origins: Mapping[int, Origin]
        self._results: RunResults
        self._paths: list[Path]
        if compiled:
            self._build(carries)

    @property
    def carries(self) -> bool:
        """Whether all that a run assigns reaches the next one."""
        return not self._compiled or {id(v) for v in self._changed} <= {
            id(v) for v in self._carried
        }

    def run(self, batch: Sequence[Array], *, x_made_up: bool = False) -> Trace:
        """Run one batch and return its Trace."""
        states = [keras.ops.copy(v) for v in self._carried]
        results = list(self._function(*self._inputs.tensors(batch), *states))
        if self._compiled:
            count = len(results) - len(self._changed)
            for variable, assigned in zip(
                self._changed, results[count:], strict=True
            ):
                variable.assign(assigned)
            results = results[:count]
        value = self._results.read(results)
        if not self._is_compared:
            self._compare(value)
        inputs = dict(zip(self._inputs.names, self._input_tensors, strict=True))
        return read_trace(
            self._model(),
            self._recorder,
            inputs,
            value,
            self._origins,
            self._paths,
            x_made_up=x_made_up,
        )

    def _compare(self, value: ArrayOf) -> None:
        """Compare each loop with the one of its layer, once for a run that is used again."""
        with stateless():
            for tap in self._recorder.calls:
                for loop in tap.loops:
                    if all(value(t) is not None for t in loop.tensors()):
                        compare_with_layer(tap.operation, loop, value)
        self._is_compared = True

    def _build(self, carries: bool) -> None:
        """Compile the run; again where it assigns variables that it must then take as inputs."""
        import tensorflow as tf

        while True:
            specs = [
                tf.TensorSpec(shape, dtype)
                for shape, dtype in zip(
                    self._shapes, self._inputs.dtypes, strict=True
                )
            ]
            specs += [tf.TensorSpec(v.shape, v.dtype) for v in self._carried]
            function = tf.function(self._listen, autograph=False)
            self._function = function.get_concrete_function(*specs)
            if not carries or self.carries:
                return
            self._carried = list(self._changed)

    def _listen(self, *tensors: Tensor) -> list[Tensor]:
        """Run the model and return all that was heard, each tensor once.

        Compiled, then what variables were assigned.
        """
        if not self._compiled:
            return self._hear(tensors)
        inputs = tensors[: len(self._inputs.names)]
        given = list(zip(self._carried, tensors[len(inputs) :], strict=True))
        before = {id(v): value for v, value in given}
        with stateless(given) as scope:
            heard = self._hear(inputs)
            pairs = [
                (v, scope.get_current_value(v))
                for v in variables_of(self._model())
            ]
        changed = [
            (v, t)
            for v, t in pairs
            if t is not None and t is not before.get(id(v))
        ]
        self._changed = [v for v, _ in changed]
        return [*heard, *(t for _, t in changed)]

    def _hear(self, tensors: Sequence[Tensor]) -> list[Tensor]:
        model: Any = self._model()
        recorder = Recorder(training=self._training)
        with hearing(recorder):
            made = model(self._inputs.arrange(tensors), training=self._training)
        self._paths = paths_to(tensors_in(made), made)
        loops = [loop for tap in recorder.calls for loop in tap.loops]
        self._results = RunResults(
            [*tensors, *recorder.tensors()],
            [t for loop in loops for t in loop.wide],
            compiled=self._compiled,
        )
        self._recorder, self._input_tensors = recorder, list(tensors)
        self._origins = find_origins(recorder.calls)
        _forget_model(recorder.calls[0])
        return self._results.tensors()


def run_batches(
    model: Any,
    inputs: ModelInputs,
    batches: Sequence[Sequence[Array]],
    *,
    training: bool = False,
    x_made_up: bool = False,
) -> list[Trace]:
    """Run the batches one after the other, each from the states that the one before left.

    Return their traces.
    """
    with reading_once():
        return list(
            _run_each(
                model, inputs, batches, training=training, x_made_up=x_made_up
            )
        )


def _run_each(
    model: Any,
    inputs: ModelInputs,
    batches: Sequence[Sequence[Array]],
    *,
    training: bool,
    x_made_up: bool,
) -> Iterator[Trace]:
    runs: dict[Any, ModelRun] = {}
    shared = kept_runs(model)
    for batch in batches:
        shapes = tuple(a.shape for a in batch)
        key = (shapes, training, inputs.key())
        if key not in runs:
            carries = len(batches) > 1
            run = shared.compiled.get(key)
            if run is None or (carries and not run.carries):
                compiled = _pays(
                    model, batches, runs_before=shared.eager.get(key, 0)
                )
                run = ModelRun(
                    model,
                    inputs,
                    shapes,
                    compiled=compiled,
                    carries=carries,
                    training=training,
                )
                shared.keep(key, run) if compiled else shared.count_eager(key)
            runs[key] = run
        yield runs[key].run(batch, x_made_up=x_made_up)


def _pays(
    model: Any, batches: Sequence[Sequence[Array]], *, runs_before: int
) -> bool:
    """Return whether compiling the run pays: a graph takes longer to build than a short run takes.

    It pays for a long run, and for one that is asked for again and again. A model with a
    ``tf.function`` of its own is never compiled: what is in it runs as plain Python, to be heard.
    """
    if keras.backend.backend() != "tensorflow":
        return False
    layers = layers_of(model)
    loops = any(isinstance(layer, keras.layers.RNN) for layer in layers)
    if not loops or any(has_functions(layer) for layer in layers):
        return False
    steps = sum(
        max(a.shape[1] if a.ndim > 1 else 1 for a in batch) for batch in batches
    )
    return runs_before >= EAGER_RUNS or steps > EAGER_STEPS


def _forget_model(root: CallTap) -> None:
    """Take the model out of the record of its call.

    So that a run can be kept for as long as its model lives.
    """
    root.operation = None


def _names_in(x: Any) -> list[str]:
    """Return names for the inputs of a model that does not know them.

    The keys of a dict, or x, x1, ...
    """
    paths = [path for path, _ in walk(x)]
    if isinstance(x, Mapping):
        return [spell(str(path[0]), path[1:]) for path in paths]
    return [f"x{k}" if k else "x" for k in range(len(paths))]


def _dtype_in_predict(array: Array) -> str:
    """Return the dtype that Keras's predict would give an array.

    Floats become the configured float.
    """
    return (
        keras.config.floatx() if array.dtype.kind == "f" else str(array.dtype)
    )
