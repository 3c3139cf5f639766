"""What can be said of a layer in one line: its output, its count, its start, its training."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from blocks import code, numbers, same

SHOWN = 4


@dataclass(frozen=True)
class Side:
    """One side of a pair: how to make the layer, and its input."""

    make: Callable[[], Any]
    x: Any

    def built(self) -> tuple[Any, Any]:
        """Return a new layer from a fixed seed, and what it returned for x."""
        keras.utils.set_random_seed(0)
        layer = self.make()
        return layer, layer(self.x)


def shape(side: Side) -> str:
    """Return the shape of everything that comes back."""
    _, returned = side.built()
    arrays = keras.tree.flatten(returned)
    shapes = [code(str(tuple(array.shape))) for array in arrays]
    listed = ", ".join(shapes)
    return f"returns {listed}"


def computed(side: Side) -> str:
    """Return the shape of the output without a run: not every processor has the operation."""
    layer = side.make()
    shape = layer.compute_output_shape(side.x.shape)
    text = code(str(tuple(shape)))
    return f"returns {text}"


def values(side: Side) -> str:
    """Return the output of sample 0."""
    _, returned = side.built()
    # of an output and states the output
    first = keras.tree.flatten(returned)[0]
    few = _few(first[0])
    return f"sample 0: {few}"


def count(side: Side) -> str:
    """Return the number of weights."""
    layer, _ = side.built()
    return f"{layer.count_params()} weights"


def start(side: Side, name: str) -> str:
    """Return the first numbers of a weight array, of a bias all of them where they fit."""
    layer, _ = side.built()
    array = weight(layer, name)
    # the gates of a bias differ in how they start
    if name == "bias":
        flat, shown = array.ravel(), 8
    else:
        flat, shown = array[0].ravel(), SHOWN
    more = " …" if len(flat) > shown else ""
    first = numbers(flat[:shown], 2)
    return f"starts as {first}{more}"


def penalty(side: Side) -> str:
    """Return what the layer adds to the loss."""
    layer, _ = side.built()
    added = sum(map(float, layer.losses))
    return f"adds {added:.4f} to the loss"


def longest(side: Side, name: str) -> str:
    """Return the length of the longest column of a weight array after one training step."""
    array = _trained(side, name)
    norms = np.linalg.norm(array, axis=0)
    return f"longest column after a training step: {norms.max():.2f}"


def lowest(side: Side, name: str) -> str:
    """Return the lowest number of a weight array after one training step."""
    array = _trained(side, name)
    # with the zero added, none has a minus in front
    number = array.min() + 0.0
    return f"lowest number after a training step: {number:.3f}"


def training(side: Side) -> str:
    """Return the output of sample 0 in prediction and in training."""
    layer, plain = side.built()
    trained = layer(side.x, training=True)
    predicting = _few(plain[0])
    training = _few(trained[0])
    return f"predicting {predicting}, training {training}"


def twins(side: Side) -> str:
    """Tell whether two layers with the same weights drop the same in training."""
    layer, _ = side.built()
    weights = layer.get_weights()
    # without a seed of its own a layer takes the next of these
    keras.utils.set_random_seed(0)
    one, two = _fresh(side, weights), _fresh(side, weights)
    first = one(side.x, training=True)
    second = two(side.x, training=True)
    word = "the same" if same(first, second) else "something different"
    return f"two layers drop {word}"


def _fresh(side: Side, weights: Any) -> Any:
    """Return a new layer with these weights, without setting the seed."""
    layer = side.make()
    layer.build(side.x.shape)
    layer.set_weights(weights)
    return layer


def again(side: Side) -> str:
    """Tell whether a second call with the same x returns the same."""
    layer, first = side.built()
    second = layer(side.x)
    word = "the same" if same(first, second) else "something different"
    return f"a second call with the same x returns {word}"


def graph(side: Side) -> str:
    """Return how many operations the compiled layer has, and whether a loop is among them."""
    layer, _ = side.built()
    spec = tf.TensorSpec(side.x.shape, side.x.dtype)
    compiled = tf.function(layer).get_concrete_function(spec)
    operations = compiled.graph.get_operations()
    kinds = " ".join(operation.type for operation in operations)
    # While, or StatelessWhile
    loop = "a loop" if "While" in kinds else "no loop"
    return f"{loop}, {len(operations)} operations"


def mask(side: Side) -> str:
    """Return the mask that the layer hands on for sample 0; True where a step counts."""
    layer, _ = side.built()
    found = layer.compute_mask(tf.convert_to_tensor(side.x))
    if found is None:
        return "mask none"
    steps = np.asarray(found)[0].tolist()
    listed = code(str(steps))
    return f"mask {listed}"


def masked(side: Side) -> str:
    """Return the first unit of the output at every step of sample 0, whose last step is masked."""
    keras.utils.set_random_seed(0)
    steps = np.ones(side.x.shape[:2], bool)
    steps[:, -1] = False
    layer = side.make()
    out = np.asarray(layer(side.x, mask=steps))
    unit = numbers(out[0, :, 0])
    return f"unit 0 at each step {unit}"


def keywords(side: Side) -> str:
    """Return name, dtype and the number of arrays that are trained."""
    keras.backend.clear_session()
    layer, returned = side.built()
    first = keras.tree.flatten(returned)[0]
    dtype = keras.backend.standardize_dtype(first.dtype)
    trained = len(layer.trainable_weights)
    name = code(layer.name)
    return f"named {name}, returns {dtype}, trains {trained} arrays"


def trained(side: Side) -> str:
    """Return how many numbers training changes."""
    layer, _ = side.built()
    shapes = [array.shape for array in layer.trainable_weights]
    count = sum(map(math.prod, shapes))
    return f"{count} of {layer.count_params()} weights are trained"


def scale(side: Side) -> str:
    """Return by how much what the small matrices add is scaled: alpha / rank."""
    layer, _ = side.built()
    ones = np.ones(layer.lora_embeddings_b.shape)
    layer.lora_embeddings_b.assign(ones)
    out = np.asarray(layer(side.x))
    # before the small matrices: no public name has it
    plain = np.asarray(layer._embeddings)[side.x]
    added = out - plain
    few = _few(added[0])
    return f"the small matrices add {few}"


def quantized(side: Side) -> str:
    """Return the output of sample 0 after ``quantize``."""
    layer, _ = side.built()
    config = layer.quantization_config
    if config is None:
        return values(side)
    layer.quantize("int8", config=config)
    out = layer(side.x)
    few = _few(out[0])
    return f"sample 0: {few}"


def weight(layer: Any, name: str) -> Any:
    """Return a weight array of a layer by its name, the first that has it."""
    first = next(array for array in layer.weights if array.name == name)
    return np.asarray(first)


def _trained(side: Side, name: str) -> Any:
    """Return a weight array after one training step."""
    layer, out = side.built()
    inputs = keras.Input(batch_shape=side.x.shape, dtype=str(side.x.dtype))
    model = keras.Sequential([inputs, layer])
    optimizer = keras.optimizers.SGD(0.01)
    # one step: compiling it would take longer
    model.compile(optimizer, "mse", run_eagerly=True)
    model.train_on_batch(side.x, np.zeros(out.shape))
    return weight(layer, name)


def _few(array: Any) -> str:
    """Return the first numbers of an array."""
    flat = np.asarray(array, dtype=float).ravel()
    more = " …" if len(flat) > SHOWN else ""
    first = numbers(flat[:SHOWN])
    return f"{first}{more}"


MEASURES: dict[str, Callable[..., str]] = {
    "shape": shape,
    "computed": computed,
    "values": values,
    "count": count,
    "start": start,
    "penalty": penalty,
    "longest": longest,
    "lowest": lowest,
    "training": training,
    "twins": twins,
    "again": again,
    "graph": graph,
    "mask": mask,
    "masked": masked,
    "keywords": keywords,
    "trained": trained,
    "scale": scale,
    "quantized": quantized,
}
