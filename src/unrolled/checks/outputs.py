"""The outputs of a model, each with its labels and the loss that judges it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from keras.src import tree

from unrolled.checks.arrays import Given, Parts, count_parts, read_given
from unrolled.checks.losses import Judge, guess_loss, read_loss
from unrolled.model_io.loss_shapes import Shape
from unrolled.model_io.matching import by_output, has_keys, name_outputs, output_paths
from unrolled.model_io.nested import Path, spell
from unrolled.traces.calls import LayerCall, Trace
from unrolled.traces.cells import Array


@dataclass(frozen=True)
class Output:
    """One output of the model with its labels.

    shape: for the batch that was run, None where it is not known. path: where it stands in what the model returns.
    judge: its loss, None without labels. values: what came out. call: the call that made it. activation: the last thing
    done to it, ``""`` where that is not known.
    """

    name: str
    shape: Shape | None
    path: Path = ()
    labels: Given | None = None
    judge: Judge | None = None
    values: Array | None = None
    call: LayerCall | None = None
    activation: str = ""


def read_outputs(model: Any, trace: Trace | None, size: int) -> tuple[Output, ...]:
    """Return the outputs of the run, or without one what the model tells of them."""
    if trace is not None:
        made = zip(trace.outputs, trace.output_names, trace.output_paths, strict=True)
        sources = zip(trace.output_sources, trace.output_indices, strict=True)
        return tuple(
            Output(
                name,
                values.shape,
                path,
                values=values,
                call=source,
                activation=_last(source, number),
            )
            for (values, name, path), (source, number) in zip(made, sources, strict=True)
        )
    told = []
    tensors = tree.flatten(getattr(model, "outputs", None) or [])
    makers = [tensor._keras_history.operation for tensor in tensors]
    paths = output_paths(model) if tensors else []
    names = name_outputs(model, paths, [maker.name for maker in makers])
    for tensor, maker, name, path in zip(tensors, makers, names, paths, strict=True):
        shape = tuple(size if axis == 0 else n for axis, n in enumerate(tensor.shape))
        activation = _activation(maker, tensor._keras_history.tensor_index)
        told.append(Output(name, None if None in shape else shape, path, activation=activation))
    return tuple(told)


def _last(call: LayerCall | None, number: int = 0) -> str:
    """Return the activation of the call that made an output, also where a wrapper or a nested model hides it.

    number: which of the call's outputs it is.
    """
    if call is None:
        return ""
    if call.is_model and call.inside:
        return _last(call.inside[-1])
    return _named(call.layer_class, call.config, number)


def _activation(layer: Any, number: int) -> str:
    return (
        _named(type(layer).__name__, layer.get_config(), number)
        if hasattr(layer, "get_config")
        else ""
    )


def _named(kind: str, config: Mapping[str, Any], number: int = 0) -> str:
    """Return the name of the activation that a layer ends with."""
    if kind == "LSTM" and number == 2:
        return ""  # c is a sum, which no activation bounds
    if kind in ("Softmax", "ReLU"):
        return kind.lower() if kind == "Softmax" or not config.get("negative_slope") else ""
    inner = config.get("layer")
    if kind == "TimeDistributed" and isinstance(inner, Mapping):
        return _named(str(inner.get("class_name")), inner.get("config", {}))
    found = config.get("activation", "") if kind in _ENDS_WITH_ACTIVATION else ""
    return found if isinstance(found, str) else ""


#: layers whose result is within the range of their ``activation``, or unbounded where that is linear
_ENDS_WITH_ACTIVATION = (
    "Dense",
    "EinsumDense",
    "Activation",
    "Conv1D",
    "Conv2D",
    "LSTM",
    "GRU",
    "SimpleRNN",
)


def read_labels(
    outputs: Sequence[Output], y: Any, losses: Sequence[Any]
) -> tuple[dict[int, Given], Parts | None]:
    """Return the labels by the number of their output, and what is missing.

    An output that has no loss, where others have one, needs no labels.
    """
    if y is None:
        return {}, None
    judged = [k for k, loss in enumerate(losses) if loss is not None]
    for numbers in (list(range(len(outputs))), judged):
        chosen = [outputs[k] for k in numbers]
        try:
            found = (
                by_output(y, [o.path for o in chosen], [o.name for o in chosen]) if chosen else []
            )
        except ValueError:
            continue
        if found or not outputs:
            given = (
                read_given(o.name, v, spell("y", path))
                for o, (path, v) in zip(chosen, found, strict=True)
            )
            return dict(zip(numbers, given, strict=True)), None
    return {}, count_parts(y)


def find_loss_misfit(model: Any, outputs: Sequence[Output], loss: Any) -> Parts | None:
    """Return what came, where a dict of losses has keys that Keras does not look for, or lacks some."""
    if not isinstance(loss, Mapping) or not outputs:
        return None
    paths, names = [o.path for o in outputs], getattr(model, "output_names", None)
    if has_keys(paths):
        fits = {key for key in loss if loss[key] is not None} <= {path[0] for path in paths}
    else:
        fits = not names or set(loss) == set(names)
    return None if fits else count_parts(loss)


def add_judge(output: Output, labels: Given, loss: Any, size: int, *, guess: bool) -> Output:
    """Return an output with its labels and what judges it; a loss is guessed where the model has none at all."""
    judge = None
    if labels.array is not None and output.shape is not None and labels.array.ndim:
        if loss is not None:
            judge = read_loss(loss)
        elif guess:
            judge = guess_loss(output.activation, labels.array[:size], output.shape)
    return replace(output, labels=labels, judge=judge)
