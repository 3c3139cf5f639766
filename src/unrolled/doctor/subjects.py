"""What is known of a model and its data before anything is judged: inputs, outputs, losses, and one run of a batch."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
from keras.src import tree

from unrolled.doctor.losses import Judge, guess_loss, read_loss, spread_loss
from unrolled.tracing.cells import Array
from unrolled.tracing.datasets import is_dataset, read_batches
from unrolled.tracing.inputs import by_input, fixed_batch, flatten, read_specs
from unrolled.tracing.pairings import Shape
from unrolled.tracing.runs import Program, check_model, id_ranges, is_long, kept
from unrolled.tracing.traces import LayerCall, Trace

_BATCH = 32  # Keras's own batch size: enough to run
_BATCHES = 3  # of a dataset are looked at


@dataclass(frozen=True)
class Given:
    """One array that came, x or y.

    name: of the input or output. value: as it came. array: the same in NumPy, None where it is no array of numbers.
    problem: why not. shape, dtype: what the model was built for, None and "" where it does not tell. ids: how many
    ids an Embedding looks up. variable: how the reader would write it.
    """

    name: str
    value: Any
    array: Array | None
    variable: str
    problem: str = ""
    shape: tuple[int | None, ...] | None = None
    dtype: str = ""
    ids: int | None = None


@dataclass(frozen=True)
class Output:
    """One output of the model with its labels.

    shape: for the batch that was run, None where it is not known. judge: its loss, None without labels. values: what
    came out. call: the call that made it. activation: the last thing done to it, ``""`` where that is not known.
    """

    name: str
    shape: Shape | None
    labels: Given | None = None
    judge: Judge | None = None
    values: Array | None = None
    call: LayerCall | None = None
    activation: str = ""


@dataclass(frozen=True)
class Subject:
    """A model and its data.

    samples: how many came. size: how many of them were run. trace: that run, None where it stopped. error: Keras's
    own error. misfit: x or y do not have the parts that the model has. unbatched: x is a dataset of single samples.
    """

    model: Any
    inputs: tuple[Given, ...]
    outputs: tuple[Output, ...]
    labels: tuple[Given, ...]
    samples: int
    size: int
    trace: Trace | None = None
    error: Exception | None = None
    misfit: str = ""
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
    unbatched = is_dataset(x) and _is_unbatched(model, x)
    if is_dataset(x):
        x, y = _read_dataset(x, y, join=np.stack if unbatched else np.concatenate)
    inputs, misfit = _read_inputs(model, x)
    arrays = [given.array for given in inputs if given.array is not None]
    samples = min((len(a) for a in arrays), default=0)
    size = min(samples, fixed_batch(model) or _BATCH)
    trace, error = None, None
    if not misfit and size and len(arrays) == len(inputs):
        trace, error = _run(model, x, [_runnable(given)[:size] for given in inputs])
    outputs = _read_outputs(model, trace, size, arrays)
    labels, missed = _read_labels(model, y, [o.name for o in outputs])
    if loss is None and getattr(model, "compiled", False):
        loss = getattr(model, "loss", None)
    layers = {layer.name: layer for layer in model._flatten_layers()}
    told = [_with_labels(o, given, each, size) for o, given, each in _matched(outputs, labels, loss)]
    judged = tuple(told) if told else outputs
    found = misfit or missed
    return Subject(model, inputs, judged, labels, samples, size, trace, error, found, shuffle, layers, unbatched)


def read_given(name: str, value: Any, variable: str, **more: Any) -> Given:
    """Return an array with all that could be read of it; it raises nothing."""
    value = value.detach().cpu() if hasattr(value, "detach") else value
    try:
        array = np.asarray(value)
    except ValueError as error:
        return Given(name, value, None, variable, f"rows of different lengths ({error})", **more)
    if array.dtype.kind in "OSU" and more.get("dtype") == "string":
        return Given(name, value, array, variable, **more)
    if array.dtype.kind not in "fiub" and array.dtype.name != "bfloat16":
        return Given(name, value, None, variable, f"dtype {array.dtype}", **more)
    return Given(name, value, array, variable, **more)


def _is_unbatched(model: Any, x: Any) -> bool:
    """Tell whether the elements of a dataset have the shapes of single samples."""
    parts = flatten(next(read_batches(x, 1))[0])
    shapes = [shape[1:] for _, shape, _ in read_specs(model)]
    return len(parts) == len(shapes) > 0 and all(
        len(part.shape) == len(shape) and all(want in (None, n) for n, want in zip(part.shape, shape, strict=True))
        for part, shape in zip(parts, shapes, strict=True)
    )


def _read_dataset(x: Any, y: Any, join: Callable[[list[Array]], Array]) -> tuple[Any, Any]:
    """Return x and y of the first batches, one after the other."""
    parts, labels = zip(*read_batches(x, _BATCHES), strict=True)
    joined = tree.map_structure(lambda *same: join([np.asarray(a) for a in same]), *parts)
    if y is None and labels[0] is not None:
        y = tree.map_structure(lambda *same: join(list(same)), *labels)
    return joined, y


def _read_inputs(model: Any, x: Any) -> tuple[tuple[Given, ...], str]:
    """Return the arrays of x in the model's order, and what is missing."""
    specs, ranges = read_specs(model), id_ranges(model)
    try:
        values = by_input(x, [name for name, _, _ in specs]) if specs else flatten(x)
    except ValueError as error:
        return (), str(error)
    if specs and len(values) != len(specs):
        return (), f"{len(values)} array" + "s" * (len(values) != 1)
    if not specs:
        return tuple(read_given("x", v, "x" if len(values) == 1 else f"x[{k}]") for k, v in enumerate(values)), ""
    whole = x if len(values) > 1 or isinstance(x, Mapping) else None  # one input: a list is all of it
    return tuple(
        read_given(name, value, _variable("x", whole, k, name), shape=shape, dtype=dtype, ids=ranges.get(name))
        for k, (value, (name, shape, dtype)) in enumerate(zip(values, specs, strict=True))
    ), ""


def _variable(word: str, whole: Any, number: int, name: str) -> str:
    """Return how the reader writes one of several arrays: ``x``, ``x[0]`` or ``x['name']``."""
    if isinstance(whole, Mapping):
        return f"{word}[{name!r}]"
    return f"{word}[{number}]" if isinstance(whole, (list, tuple)) and len(whole) > 1 else word


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
        with warnings.catch_warnings(), kept(model):
            warnings.simplefilter("ignore")
            return Program(model, x, batch, compiled=is_long(model, [batch])).run(batch), None
    except Exception as error:
        return None, error


def _read_outputs(model: Any, trace: Trace | None, size: int, arrays: Sequence[Array]) -> tuple[Output, ...]:
    """Return the outputs of the run, or without one what the model tells of them."""
    tensors = tree.flatten(getattr(model, "outputs", None) or [])
    keys = list(model.output_names) if getattr(model, "output_names", None) else []
    if trace is not None:
        made = zip(trace.outputs, trace.output_sources, strict=True)
        return tuple(
            Output(_name(source, keys, k), values.shape, values=values, call=source, activation=_last(source))
            for k, (values, source) in enumerate(made)
        )
    told = []
    for k, tensor in enumerate(tensors):
        shape = tuple(size if axis == 0 else n for axis, n in enumerate(tensor.shape))
        whole = None if None in shape else shape
        maker = tensor._keras_history.operation
        told.append(Output(keys[k] if keys else maker.name, whole, activation=_activation(maker)))
    return tuple(told)


def _name(source: LayerCall | None, keys: Sequence[str], number: int) -> str:
    return keys[number] if number < len(keys) else "" if source is None else source.layer_name


def _last(call: LayerCall | None) -> str:
    """Return the activation of the call that made an output, also where a wrapper or a nested model hides it."""
    if call is None:
        return ""
    if call.is_model and call.inside:
        return _last(call.inside[-1])
    return _named(call.layer_class, call.config)


def _activation(layer: Any) -> str:
    return _named(type(layer).__name__, layer.get_config()) if hasattr(layer, "get_config") else ""


def _named(kind: str, config: Mapping[str, Any]) -> str:
    """Return the name of the activation that a layer ends with."""
    if kind in ("Softmax", "ReLU"):
        return kind.lower() if kind == "Softmax" or not config.get("negative_slope") else ""
    inner = config.get("layer")
    if kind == "TimeDistributed" and isinstance(inner, Mapping):
        return _named(str(inner.get("class_name")), inner.get("config", {}))
    found = config.get("activation", "") if kind in _ENDS_WITH_ACTIVATION else ""
    return found if isinstance(found, str) else ""


#: layers whose result is within the range of their ``activation``, or unbounded where that is linear
_ENDS_WITH_ACTIVATION = ("Dense", "EinsumDense", "Activation", "Conv1D", "Conv2D", "LSTM", "GRU", "SimpleRNN")


def _read_labels(model: Any, y: Any, names: Sequence[str]) -> tuple[tuple[Given, ...], str]:
    """Return the labels in the order of the outputs, and what is missing."""
    if y is None:
        return (), ""
    values = y
    if isinstance(y, Mapping):
        layers = [t._keras_history.operation.name for t in tree.flatten(getattr(model, "outputs", None) or [])]
        order = next((order for order in (names, layers) if set(order) == set(y)), None)
        if order is None:
            return (), f"a dict with the keys {list(y)}"
        values = [y[name] for name in order]
    elif not isinstance(y, (list, tuple)) or not any(hasattr(part, "shape") for part in y):
        values = [y]
    if names and len(values) != len(names):
        return (), f"{len(values)} array" + "s" * (len(values) != 1)
    whole = y if len(values) > 1 or isinstance(y, Mapping) else None
    made = (
        read_given(name, v, _variable("y", whole, k, name))
        for k, (v, name) in enumerate(zip(values, names, strict=False))
    )
    return tuple(made), ""


def _matched(outputs: Sequence[Output], labels: Sequence[Given], loss: Any) -> list[tuple[Output, Given, Any]]:
    """Return each output with its labels and its loss, where there are labels at all."""
    if len(labels) != len(outputs):
        return []
    return list(zip(outputs, labels, spread_loss(loss, [o.name for o in outputs]), strict=True))


def _with_labels(output: Output, labels: Given, loss: Any, size: int) -> Output:
    """Return an output with what judges it."""
    judge = None
    if labels.array is not None and output.shape is not None and labels.array.ndim:
        judge = guess_loss(output.activation, labels.array[:size], output.shape) if loss is None else read_loss(loss)
    return Output(output.name, output.shape, labels, judge, output.values, output.call, output.activation)


def is_plain(value: Any) -> bool:
    """Tell whether a value is a plain Python list, which ``fit`` does not take as an array."""
    return isinstance(value, (list, tuple)) and not hasattr(value, "shape")


def backend() -> str:
    """Return the name of Keras's backend."""
    return str(keras.backend.backend())
