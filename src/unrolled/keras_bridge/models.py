"""What is asked of a Keras model beside its run.

Inputs, outputs, layers, what it was compiled with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import keras

from unrolled.keras_bridge.key_orders import reads_sorted_keys
from unrolled.keras_bridge.layer_configs import read_config
from unrolled.keras_bridge.nested_layers import layers_of
from unrolled.model_io.matching import name_outputs
from unrolled.model_io.nested import Path, is_container, numbered, paths_to
from unrolled.model_io.signature import InputSpec, ModelIO, OutputSpec
from unrolled.traces.cells import Array
from unrolled.traces.layer_facts import facts_of

#: kinds of error that arrays of a wrong shape or type cause; TensorFlow has some of its own
_ABOUT_ARRAYS = (TypeError, ValueError, AttributeError, IndexError)
#: Keras makes the reason in its errors bold
_COLOURS = re.compile(r"\x1b\[[\d;]*m")
#: layers that are an activation
_ACTIVATIONS = {"Softmax": "softmax", "ReLU": "relu"}


def read_model(model: Any) -> ModelIO:
    """Return what a built model takes and returns.

    Without inputs and outputs where it does not say.
    """
    tensors = _inputs_of(model)
    structure = getattr(model, "_inputs_struct", None)
    # only of a dict the keys may come in another order
    sorts_keys = isinstance(structure, Mapping) and reads_sorted_keys()
    is_sequential = isinstance(model, keras.Sequential)
    name = getattr(model, "name", type(model).__name__)
    # None for an input that no Embedding looks up
    places = range(len(tensors))
    ids = map(_id_counts(model).get, places)
    inputs = map(_read_input, tensors, ids)
    return ModelIO(
        name=str(name),
        inputs=tuple(inputs),
        outputs=tuple(_read_outputs(model)),
        input_paths=tuple(_paths(structure, tensors)),
        input_structure=structure,
        output_structure=getattr(model, "_outputs_struct", None),
        takes_any_timesteps=is_sequential,
        is_sequential=is_sequential,
        reads_sorted_keys=sorts_keys,
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
        if io.inputs or "Fix: " in str(error):
            # it was known what the model takes, or the error is one of this library
            raise
        of_backend = type(error).__module__.startswith("tensorflow")
        if not of_backend and not isinstance(error, _ABOUT_ARRAYS):
            raise
        shapes = ", ".join(map("{0.shape} {0.dtype}".format, arrays))
        # Keras quotes behind the reason what the call was given
        said, _, _ = str(error).partition("\n\nArguments received by ")
        said = _COLOURS.sub("", said)
        # of an error without a text its kind is all there is to say
        lines = [type(error).__name__, *said.splitlines()]
        reason = list(filter(str.strip, lines))[-1].strip(" .")
        raise ValueError(
            f"Expected x that {io.called} runs on, got {shapes}: {reason}. "
            "Fix: pass x as model(x) takes it; a subclassed model does not say its shapes."
        ) from error


def calls_of(layer: Any) -> Sequence[Any]:
    """Return Keras's records of the calls of a layer in a functional model.

    Empty where it keeps none.
    """
    return tuple(getattr(layer, "_inbound_nodes", ()))


def is_of_keras(layer: Any) -> bool:
    """Tell whether a layer is one of Keras's own."""
    module = type(layer).__module__
    return module.startswith("keras.")


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
    if not _inputs_of(model):
        return False
    losses = keras.tree.flatten(compiled_loss(model))
    metrics = compiled_metrics(model)
    parts = [*layers_of(model), *losses, *metrics]
    return all(map(_can_be_made_again, parts))


def _can_be_made_again(part: Any) -> bool:
    """Tell whether Keras can make a layer, loss or metric from what it writes down of it."""
    if isinstance(part, (str, type(None))):
        # Keras knows it by its name, or there is none
        return True
    if isinstance(part, keras.layers.Lambda):
        # it holds code of yours
        return False
    # functions and objects of Keras both say where they are from
    module = str(part.__module__)
    return module.startswith("keras.")


def compiled_loss(model: Any) -> Any:
    """Return the loss that a model was compiled with; None where it was not, or without one."""
    # the author's own model may have another attribute of that name
    if not is_compiled(model):
        return None
    return getattr(model, "loss", None)


def compiled_metrics(model: Any) -> list[Any]:
    """Return the metrics that a model was compiled with, as they were named.

    Empty where Keras does not say.
    """
    compiled = getattr(model, "_compile_metrics", None)
    named = getattr(compiled, "_user_metrics", None)
    if named is None:
        return []
    return list(keras.tree.flatten(named))


def has_own_loss(model: Any) -> bool:
    """Tell whether a model computes its loss in code of its own, which nothing here can read."""
    kind = type(model)
    # what a class does not write anew is the very method of Keras
    if kind.compute_loss is not keras.Model.compute_loss:
        return True
    has_own_step = kind.train_step is not keras.Model.train_step
    # a step of its own may well use the loss that the model was compiled with
    return has_own_step and compiled_loss(model) is None


def _inputs_of(model: Any) -> list[Any]:
    """Return the symbolic inputs of a model; empty where it does not say them, as a subclass."""
    tensors = getattr(model, "inputs", None)
    return list(tensors or ())


def _read_input(tensor: Any, ids: int | None) -> InputSpec:
    is_optional = getattr(_maker(tensor), "optional", False)
    return InputSpec(
        name=tensor.name,
        shape=tuple(tensor.shape),
        dtype=str(tensor.dtype),
        layer_name=_maker_name(tensor),
        optional=bool(is_optional),
        ids=ids,
    )


def _read_outputs(model: Any) -> Iterator[OutputSpec]:
    # a model that does not say its outputs has None there, or nothing
    outputs = getattr(model, "outputs", None)
    if not outputs:
        return
    tensors = keras.tree.flatten(outputs)
    structure = getattr(model, "_outputs_struct", None)
    paths = _paths(structure, tensors)
    makers = list(map(_maker_name, tensors))
    names = name_outputs(model, paths, makers)
    for tensor, name, path in zip(tensors, names, paths, strict=True):
        yield OutputSpec(
            name=name,
            shape=tuple(tensor.shape),
            path=path,
            activation=_activation(tensor),
        )


def _activation(tensor: Any) -> str:
    """Return the name of the activation that a symbolic tensor ends with."""
    layer = _maker(tensor)
    if layer is None:
        return ""
    kind = type(layer).__name__
    # a subclassed model need not have one
    config = read_config(layer)
    # which of the outputs of its layer a tensor is
    history = getattr(tensor, "_keras_history", None)
    number = getattr(history, "tensor_index", 0)
    return last_activation(kind, config, number)


def last_activation(
    kind: str, config: Mapping[str, Any], number: int = 0
) -> str:
    """Return the name of the activation that a layer ends with; empty where that is not known.

    number: which of its outputs.
    """
    if kind == "LSTM" and number == 2:
        # c is a sum, which no activation bounds
        return ""
    # a ReLU that leaks is bounded by nothing
    if kind in _ACTIVATIONS and not config.get("negative_slope"):
        return _ACTIVATIONS[kind]
    if kind == "TimeDistributed":
        # Keras writes a layer in a layer down as its class and its configuration
        inner = config.get("layer", {})
        inner_kind = str(inner.get("class_name"))
        return last_activation(inner_kind, inner.get("config", {}))
    if not facts_of(kind).ends_with_activation:
        return ""
    found = config.get("activation")
    # a function of the author's own is no name
    if isinstance(found, str):
        return found
    return ""


def _paths(structure: Any, tensors: Sequence[Any]) -> list[Path]:
    """Return where each tensor stands in what a model takes or returns."""
    if is_container(structure):
        found = paths_to(tensors, structure)
        # fewer are found where the author's own class holds some of them
        if len(found) == len(tensors):
            return found
    return numbered(len(tensors))


def _maker(tensor: Any) -> Any:
    """Return the layer or operation that made a symbolic tensor; None where Keras does not say."""
    history = getattr(tensor, "_keras_history", None)
    return getattr(history, "operation", None)


def _maker_name(tensor: Any) -> str:
    """Return the name of what made a symbolic tensor; its own where Keras does not say."""
    maker = _maker(tensor)
    return str(getattr(maker, "name", tensor.name))


def _id_counts(model: Any) -> dict[int, int]:
    """Return how many ids each input may hold, by its number.

    Those that an Embedding looks up, nested ones too.
    """
    # an input is known by the InputLayer that made it
    tensors = _inputs_of(model)
    makers = map(id, map(_maker, tensors))
    numbered_makers = zip(makers, range(len(tensors)), strict=True)
    places = dict(numbered_makers)
    # what is made by nothing that is known is no input
    places.pop(id(None), None)
    found: dict[int, int] = {}
    _, *inside = layers_of(model)
    for layer in inside:
        counts = _counts_of_layer(layer)
        # a layer that is shared is called more than once
        for call in calls_of(layer):
            tensors = call.input_tensors
            # without an optional input a call has fewer of them
            numbers = counts.keys() & set(range(len(tensors)))
            for number in numbers:
                maker = id(_maker(tensors[number]))
                if maker in places:
                    place = places[maker]
                    count = counts[number]
                    # of several Embeddings the smallest one bounds the ids
                    found[place] = min(count, found.get(place, count))
    return found


def _counts_of_layer(layer: Any) -> dict[int, int]:
    """Return how many ids a layer looks up in each of its inputs, by the number of the input."""
    if isinstance(layer, keras.layers.Embedding):
        return {0: int(layer.input_dim)}
    if isinstance(layer, keras.Model):
        return _id_counts(layer)
    return {}
