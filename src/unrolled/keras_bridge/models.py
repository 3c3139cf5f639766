"""What is asked of a Keras model beside its run.

Inputs, outputs, layers, what it was compiled with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import keras

from unrolled.keras_bridge.nested_layers import layers_of
from unrolled.model_io.matching import name_outputs
from unrolled.model_io.nested import Path, is_container, numbered, paths_to
from unrolled.model_io.signature import InputSpec, ModelIO, OutputSpec
from unrolled.traces.cells import Array
from unrolled.traces.layer_facts import facts_of


def read_model(model: Any) -> ModelIO:
    """Return what a built model takes and returns.

    Without inputs and outputs where it does not say.
    """
    tensors = list(getattr(model, "inputs", None) or ())
    structure = getattr(model, "_inputs_struct", None)
    counts = _id_counts(model)
    return ModelIO(
        name=str(getattr(model, "name", type(model).__name__)),
        inputs=tuple(
            _read_input(t, counts.get(k)) for k, t in enumerate(tensors)
        ),
        outputs=tuple(_read_outputs(model)),
        input_paths=tuple(_paths(structure, tensors)),
        input_structure=structure,
        output_structure=getattr(model, "_outputs_struct", None),
        takes_any_timesteps=isinstance(model, keras.Sequential),
        is_sequential=isinstance(model, keras.Sequential),
    )


@contextmanager
def naming_arrays(io: ModelIO, arrays: Sequence[Array]) -> Iterator[None]:
    """Say what a model was run on, where it stops and does not say itself what it takes.

    Raises ValueError from an error of Keras, or of the code of a subclass, whose text need not name
    an array.
    """
    try:
        yield
    except Exception as error:
        if io.inputs or "Fix: " in str(error) or not _is_about_arrays(error):
            raise
        shapes = ", ".join(f"{array.shape} {array.dtype}" for array in arrays)
        lines = [line for line in str(error).splitlines() if line.strip()]
        reason = lines[-1].strip() if lines else type(error).__name__
        raise ValueError(
            f"Expected x that {io.called} runs on, got {shapes}: {reason} "
            "Fix: pass x as model(x) takes it; a subclassed model does not say its shapes."
        ) from error


def _is_about_arrays(error: Exception) -> bool:
    """Tell whether an error is of a kind that arrays of a wrong shape or type cause.

    TensorFlow has kinds of its own.
    """
    of_backend = type(error).__module__.startswith("tensorflow")
    return of_backend or isinstance(
        error, (TypeError, ValueError, AttributeError, IndexError)
    )


def calls_of(layer: Any) -> Sequence[Any]:
    """Return Keras's records of the calls of a layer in a functional model.

    Empty where it keeps none.
    """
    return tuple(getattr(layer, "_inbound_nodes", ()))


def is_of_keras(layer: Any) -> bool:
    """Tell whether a layer is one of Keras's own."""
    return type(layer).__module__.startswith("keras.")


def embedding_names(model: Any) -> list[str]:
    """Return the names of the Embedding layers of a model, without those of nested models."""
    kind = keras.layers.Embedding
    return [layer.name for layer in model.layers if isinstance(layer, kind)]


def backend_name() -> str:
    """Return the name of Keras's backend."""
    return str(keras.backend.backend())


def is_compiled(model: Any) -> bool:
    """Tell whether a model was compiled."""
    return bool(getattr(model, "compiled", False))


def is_made_of_keras(model: Any) -> bool:
    """Tell whether Keras can make a model again: it says its inputs, and nothing in it is yours."""
    if not getattr(model, "inputs", None):
        return False
    chosen = [compiled_loss(model), *compiled_metrics(model)]
    parts = [*layers_of(model), *keras.tree.flatten(chosen)]
    return all(map(_can_be_made_again, parts))


def _can_be_made_again(part: Any) -> bool:
    """Tell whether Keras can make a layer, loss or metric from what it writes down of it."""
    if part is None or isinstance(part, str):
        return True
    if isinstance(part, keras.layers.Lambda):
        return False  # it holds code of yours
    return str(part.__module__).startswith("keras.")


def compiled_loss(model: Any) -> Any:
    """Return the loss that a model was compiled with; None where it was not, or without one."""
    return getattr(model, "loss", None) if is_compiled(model) else None


def compiled_metrics(model: Any) -> list[Any]:
    """Return the metrics that a model was compiled with, as they were named.

    Empty where Keras does not say.
    """
    compiled = getattr(model, "_compile_metrics", None)
    return list(
        keras.tree.flatten(getattr(compiled, "_user_metrics", None) or [])
    )


def has_own_loss(model: Any) -> bool:
    """Tell whether a model computes its loss in code of its own, which nothing here can read."""
    own_step = type(model).train_step is not keras.Model.train_step
    own_loss = type(model).compute_loss is not keras.Model.compute_loss
    return own_loss or (own_step and compiled_loss(model) is None)


def _read_input(tensor: Any, ids: int | None) -> InputSpec:
    maker = _maker(tensor)
    return InputSpec(
        name=tensor.name,
        shape=tuple(tensor.shape),
        dtype=str(tensor.dtype),
        layer_name=str(getattr(maker, "name", tensor.name)),
        optional=bool(getattr(maker, "optional", False)),
        ids=ids,
    )


def _read_outputs(model: Any) -> Iterator[OutputSpec]:
    tensors = list(keras.tree.flatten(getattr(model, "outputs", None) or []))
    makers = [_maker(t) for t in tensors]
    paths = (
        _paths(getattr(model, "_outputs_struct", None), tensors)
        if tensors
        else []
    )
    own = [
        str(getattr(m, "name", t.name))
        for m, t in zip(makers, tensors, strict=True)
    ]
    names = name_outputs(model, paths, own)
    for tensor, maker, name, path in zip(
        tensors, makers, names, paths, strict=True
    ):
        history = getattr(tensor, "_keras_history", None)
        yield OutputSpec(
            name=name,
            shape=tuple(tensor.shape),
            path=path,
            activation=_activation(maker, getattr(history, "tensor_index", 0)),
        )


def _activation(layer: Any, number: int) -> str:
    if not hasattr(layer, "get_config"):
        return ""
    return last_activation(type(layer).__name__, layer.get_config(), number)


def last_activation(
    kind: str, config: Mapping[str, Any], number: int = 0
) -> str:
    """Return the name of the activation that a layer ends with; empty where that is not known.

    number: which of its outputs.
    """
    if kind == "LSTM" and number == 2:
        return ""  # c is a sum, which no activation bounds
    if kind == "Softmax":
        return "softmax"
    if kind == "ReLU":
        return "" if config.get("negative_slope") else "relu"
    inner = config.get("layer")
    if kind == "TimeDistributed" and isinstance(inner, Mapping):
        return last_activation(
            str(inner.get("class_name")), inner.get("config", {})
        )
    if not facts_of(kind).ends_with_activation:
        return ""
    found = config.get("activation", "")
    return found if isinstance(found, str) else ""


def _paths(structure: Any, tensors: Sequence[Any]) -> list[Path]:
    found = paths_to(tensors, structure) if is_container(structure) else []
    return found if len(found) == len(tensors) else numbered(len(tensors))


def _maker(tensor: Any) -> Any:
    """Return the layer or operation that made a symbolic tensor; None where Keras does not say."""
    return getattr(getattr(tensor, "_keras_history", None), "operation", None)


def _id_counts(model: Any) -> dict[int, int]:
    """Return how many ids each input may hold, by its number.

    Those that an Embedding looks up, nested ones too.
    """
    entries = {
        id(_maker(t)): k
        for k, t in enumerate(getattr(model, "inputs", None) or ())
    }
    entries.pop(id(None), None)
    found: dict[int, int] = {}
    for layer in layers_of(model):
        counts = _counts_of_layer(layer, model)
        for node in calls_of(layer) if counts else ():
            for number, count in counts.items():
                entry = _entry(node, number, entries)
                if entry is not None:
                    found[entry] = min(count, found.get(entry, count))
    return found


def _counts_of_layer(layer: Any, model: Any) -> dict[int, int]:
    if isinstance(layer, keras.layers.Embedding):
        return {0: int(layer.input_dim)}
    if layer is not model and isinstance(layer, keras.Model):
        return _id_counts(layer)
    return {}


def _entry(node: Any, number: int, entries: Mapping[int, int]) -> int | None:
    """Return which input of the model a call reads as its own input of that number."""
    tensors = list(getattr(node, "input_tensors", ()))
    if number >= len(tensors):
        return None
    return entries.get(id(_maker(tensors[number])))
