"""What can be said of a layer in one line: its output, its count, its start, its training."""

from __future__ import annotations

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
    return "returns " + ", ".join(
        code(str(tuple(a.shape))) for a in keras.tree.flatten(side.built()[1])
    )


def computed(side: Side) -> str:
    """Return the shape of the output without a run: not every processor has the operation."""
    return f"returns {code(str(tuple(side.make().compute_output_shape(side.x.shape))))}"


def values(side: Side) -> str:
    """Return the output of sample 0."""
    first = keras.tree.flatten(side.built()[1])[0]
    return f"sample 0: {_few(first[0])}"


def count(side: Side) -> str:
    """Return the number of weights."""
    return f"{side.built()[0].count_params()} weights"


def start(side: Side, name: str) -> str:
    """Return the first numbers of a weight array, of a bias all of them where they fit."""
    array = weight(side.built()[0], name)
    flat = array.ravel() if name == "bias" else array[0].ravel()
    shown = 8 if name == "bias" else SHOWN
    return f"starts as {numbers(flat[:shown], 2)}{' …' if len(flat) > shown else ''}"


def penalty(side: Side) -> str:
    """Return what the layer adds to the loss."""
    layer, _ = side.built()
    return f"adds {float(sum(float(loss) for loss in layer.losses)):.4f} to the loss"


def longest(side: Side, name: str) -> str:
    """Return the length of the longest column of a weight array after one training step."""
    norms = np.linalg.norm(_trained(side, name), axis=0)
    return f"longest column after a training step: {norms.max():.2f}"


def lowest(side: Side, name: str) -> str:
    """Return the lowest number of a weight array after one training step."""
    return f"lowest number after a training step: {_trained(side, name).min() + 0.0:.3f}"


def training(side: Side) -> str:
    """Return the output of sample 0 in prediction and in training."""
    layer, plain = side.built()
    trained = layer(side.x, training=True)
    return f"predicting {_few(plain[0])}, training {_few(trained[0])}"


def twins(side: Side) -> str:
    """Tell whether two layers with the same weights drop the same in training."""
    one, two = (side.built()[0] for _ in range(2))
    keras.utils.set_random_seed(
        0
    )  # without a seed of its own a layer takes the next of these
    one, two = (_fresh(side, weights.get_weights()) for weights in (one, two))
    alike = same(one(side.x, training=True), two(side.x, training=True))
    return f"two layers drop {'the same' if alike else 'something else'}"


def _fresh(side: Side, weights: Any) -> Any:
    """Return a new layer with these weights, without setting the seed."""
    layer = side.make()
    layer.build(side.x.shape)
    layer.set_weights(weights)
    return layer


def again(side: Side) -> str:
    """Tell whether a second call with the same x returns the same."""
    layer, first = side.built()
    word = "the same" if same(first, layer(side.x)) else "something else"
    return f"a second call with the same x returns {word}"


def graph(side: Side) -> str:
    """Return how many operations the compiled layer has, and whether a loop is among them."""
    layer, _ = side.built()
    made = (
        tf.function(layer)
        .get_concrete_function(tf.TensorSpec(side.x.shape, side.x.dtype))
        .graph
    )
    loop = any("While" in operation.type for operation in made.get_operations())
    return f"{'a loop' if loop else 'no loop'}, {len(made.get_operations())} operations"


def mask(side: Side) -> str:
    """Return the mask that the layer hands on for sample 0; True where a step counts."""
    found = side.built()[0].compute_mask(tf.convert_to_tensor(side.x))
    return f"mask {'none' if found is None else code(str(np.asarray(found)[0].tolist()))}"


def masked(side: Side) -> str:
    """Return the first unit of the output at every step of sample 0, whose last step is masked."""
    keras.utils.set_random_seed(0)
    steps = np.ones(side.x.shape[:2], bool)
    steps[:, -1] = False
    out = side.make()(side.x, mask=steps)
    return f"unit 0 at each step {numbers(np.asarray(out)[0, :, 0])}"


def keywords(side: Side) -> str:
    """Return name, dtype and the number of arrays that are trained."""
    keras.backend.clear_session()
    layer, out = side.built()
    dtype = keras.backend.standardize_dtype(keras.tree.flatten(out)[0].dtype)
    trained = len(layer.trainable_weights)
    return f"named {code(layer.name)}, returns {dtype}, trains {trained} arrays"


def trained(side: Side) -> str:
    """Return how many numbers training changes."""
    layer, _ = side.built()
    count = sum(int(np.prod(w.shape)) for w in layer.trainable_weights)
    return f"{count} of {layer.count_params()} weights are trained"


def scale(side: Side) -> str:
    """Return by how much what the small matrices add is scaled: alpha / rank."""
    layer, _ = side.built()
    layer.lora_embeddings_b.assign(np.ones(layer.lora_embeddings_b.shape))
    added = np.asarray(layer(side.x)) - np.asarray(layer._embeddings)[side.x]
    return f"the small matrices add {_few(added[0])}"


def quantized(side: Side) -> str:
    """Return the output of sample 0 after ``quantize``."""
    layer, _ = side.built()
    config = layer.quantization_config
    if config is None:
        return values(side)
    layer.quantize("int8", config=config)
    return f"sample 0: {_few(layer(side.x)[0])}"


def weight(layer: Any, name: str) -> Any:
    """Return a weight array of a layer by its name."""
    return np.asarray(next(w for w in layer.weights if w.name == name))


def _trained(side: Side, name: str) -> Any:
    """Return a weight array after one training step."""
    layer, out = side.built()
    model = keras.Sequential(
        [keras.Input(batch_shape=side.x.shape, dtype=str(side.x.dtype)), layer]
    )
    model.compile(
        keras.optimizers.SGD(0.01), "mse", run_eagerly=True
    )  # one step: compiling it would take longer
    model.train_on_batch(side.x, np.zeros(out.shape))
    return weight(layer, name)


def _few(array: Any) -> str:
    """Return the first numbers of an array."""
    flat = np.asarray(array, dtype=float).ravel()
    return numbers(flat[:SHOWN]) + (" …" if len(flat) > SHOWN else "")


MEASURES: dict[str, Callable[..., str]] = {
    measure.__name__: measure
    for measure in (
        *(
            shape,
            computed,
            values,
            count,
            start,
            penalty,
            longest,
            lowest,
            training,
            twins,
            again,
            graph,
        ),
        *(mask, masked, keywords, trained, scale, quantized),
    )
}
