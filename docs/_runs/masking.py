"""What every layer does with a mask: run with and without, and with other values behind it."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
from blocks import Cell, code, same, table
from keras import layers

BATCH, TIMESTEPS, FEATURES, UNITS, ROWS = 2, 4, 5, 3, 6
#: True where a step counts: sample 0 is padded behind, sample 1 in front
MASK = np.array([[True, True, False, False], [False, False, True, True]])
X = (
    np.random.default_rng(0)
    .normal(size=(BATCH, TIMESTEPS, FEATURES))
    .astype("float32")
)
IMAGES = (
    np.random.default_rng(0)
    .normal(size=(BATCH, TIMESTEPS, ROWS, FEATURES))
    .astype("float32")
)
IDS = np.array([[7, 2, 0, 0], [0, 0, 5, 3]])
ZEROS = X * MASK[..., None]
Make = Callable[[], Any]
RNN = {"return_sequences": True}


@dataclass(frozen=True)
class Case:
    """A layer to look at.

    many: it takes a list of two inputs; both have a mask, or with one only the first. training:
    whether it is run as in training.
    """

    make: Make
    x: Any = field(default_factory=lambda: X)
    many: bool = False
    one: bool = False
    training: bool = False


#: the layer as a reader writes it -> how to look at it
CASES: dict[str, Case] = {
    "Embedding(8, 3, mask_zero=True)": Case(
        lambda: layers.Embedding(8, UNITS, mask_zero=True), IDS
    ),
    "Embedding(8, 3)": Case(lambda: layers.Embedding(8, UNITS), IDS),
    "Masking(0.0)": Case(lambda: layers.Masking(0.0), ZEROS),
    "LSTM(3)": Case(lambda: layers.LSTM(UNITS)),
    "LSTM(3, return_sequences=True)": Case(lambda: layers.LSTM(UNITS, **RNN)),
    "LSTM(3, return_sequences=True, zero_output_for_mask=True)": Case(
        lambda: layers.LSTM(UNITS, zero_output_for_mask=True, **RNN)
    ),
    "GRU(3)": Case(lambda: layers.GRU(UNITS)),
    "GRU(3, return_sequences=True)": Case(lambda: layers.GRU(UNITS, **RNN)),
    "SimpleRNN(3)": Case(lambda: layers.SimpleRNN(UNITS)),
    "SimpleRNN(3, return_sequences=True)": Case(
        lambda: layers.SimpleRNN(UNITS, **RNN)
    ),
    "RNN(LSTMCell(3))": Case(lambda: layers.RNN(layers.LSTMCell(UNITS))),
    "RNN(LSTMCell(3), return_sequences=True)": Case(
        lambda: layers.RNN(layers.LSTMCell(UNITS), **RNN)
    ),
    "ConvLSTM1D(3, 3)": Case(lambda: layers.ConvLSTM1D(UNITS, 3), IMAGES),
    "ConvLSTM1D(3, 3, return_sequences=True)": Case(
        lambda: layers.ConvLSTM1D(UNITS, 3, **RNN), IMAGES
    ),
    "Bidirectional(LSTM(3))": Case(
        lambda: layers.Bidirectional(layers.LSTM(UNITS))
    ),
    "Bidirectional(LSTM(3, return_sequences=True))": Case(
        lambda: layers.Bidirectional(layers.LSTM(UNITS, **RNN))
    ),
    "TimeDistributed(Dense(3))": Case(
        lambda: layers.TimeDistributed(layers.Dense(UNITS))
    ),
    "Dense(3)": Case(lambda: layers.Dense(UNITS)),
    "Activation('relu')": Case(lambda: layers.Activation("relu")),
    "Dropout(0.5)": Case(lambda: layers.Dropout(0.5)),
    "LayerNormalization()": Case(layers.LayerNormalization),
    "BatchNormalization()": Case(layers.BatchNormalization),
    "BatchNormalization(), training": Case(
        layers.BatchNormalization, training=True
    ),
    "Conv1D(3, 2)": Case(lambda: layers.Conv1D(UNITS, 2)),
    "Conv1D(3, 2, padding='causal')": Case(
        lambda: layers.Conv1D(UNITS, 2, padding="causal")
    ),
    "MaxPooling1D(2)": Case(lambda: layers.MaxPooling1D(2)),
    "AveragePooling1D(2)": Case(lambda: layers.AveragePooling1D(2)),
    "GlobalAveragePooling1D()": Case(layers.GlobalAveragePooling1D),
    "GlobalMaxPooling1D()": Case(layers.GlobalMaxPooling1D),
    "Flatten()": Case(layers.Flatten),
    "Reshape((20,))": Case(lambda: layers.Reshape((TIMESTEPS * FEATURES,))),
    "Reshape((4, 5))": Case(lambda: layers.Reshape((TIMESTEPS, FEATURES))),
    "Permute((2, 1))": Case(lambda: layers.Permute((2, 1))),
    "Cropping1D(1)": Case(lambda: layers.Cropping1D(1)),
    "ZeroPadding1D(1)": Case(lambda: layers.ZeroPadding1D(1)),
    "UpSampling1D(2)": Case(lambda: layers.UpSampling1D(2)),
    "Lambda(lambda x: 2 * x)": Case(lambda: layers.Lambda(lambda x: 2 * x)),
    "Add(), both masked": Case(layers.Add, many=True),
    "Add(), one masked": Case(layers.Add, many=True, one=True),
    "Concatenate(), both masked": Case(layers.Concatenate, many=True),
    "Concatenate(), one masked": Case(layers.Concatenate, many=True, one=True),
    "Concatenate(axis=1), both masked": Case(
        lambda: layers.Concatenate(axis=1), many=True
    ),
    "Attention(), both masked": Case(layers.Attention, many=True),
    "MultiHeadAttention(2, 3), both masked": Case(
        lambda: layers.MultiHeadAttention(2, UNITS), many=True
    ),
}


def all_layers() -> dict[str, Any]:
    """Return the table of layers, and how many there are."""
    rows = [look(name, case) for name, case in CASES.items()]
    head = [
        "layer",
        "makes",
        "uses",
        "passes on",
        "masked values reach",
        "returns",
    ]
    return {
        "table": table(head, rows, ["makes", "uses", "passes on"]),
        "count": len(rows),
    }


def look(name: str, case: Case) -> list[Cell]:
    """Return the row of one layer."""
    x = case.x
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        layer = _built(case, x)
        plain, made = call(layer, case, x, mask=False)
        given, handed = call(layer, case, x, mask=True)
        reach = _reach(layer, case, x, given)
    # of inputs that have none
    makes = yes(made is not None)
    shape = code(str(tuple(given.shape)))
    # such a layer is the first to have a mask
    if x is IDS or x is ZEROS:
        return [code(name), makes, "–", "–", "–", shape]
    uses = yes(not same(plain, given))
    hands = yes(handed is not None, _which(handed))
    # Keras warns where a mask is dropped
    warned = " ".join(str(warning.message) for warning in caught)
    if "mask" in warned:
        hands += "; Keras warns"
    return [code(name), makes, uses, hands, reach, shape]


def _built(case: Case, x: Any) -> Any:
    """Return the layer from a fixed seed, with its weights."""
    keras.utils.set_random_seed(0)
    layer = case.make()
    # the first call makes the weights
    call(layer, case, x, mask=False)
    return layer


def call(layer: Any, case: Case, x: Any, *, mask: bool) -> tuple[Any, Any]:
    """Return a layer's output for x, and the mask that it hands on."""
    tensor = keras.ops.convert_to_tensor(x)
    second = keras.ops.convert_to_tensor(x)
    # so Keras hands a mask from layer to layer
    if mask:
        tensor._keras_mask = keras.ops.convert_to_tensor(MASK)
        if not case.one:
            second._keras_mask = keras.ops.convert_to_tensor(MASK)
    if isinstance(layer, layers.MultiHeadAttention):
        out = layer(tensor, second)
    elif case.many:
        out = layer([tensor, second])
    elif case.training:
        out = layer(tensor, training=True)
    else:
        out = layer(tensor)
    handed = getattr(out, "_keras_mask", None)
    if handed is not None:
        handed = np.asarray(handed)
    return np.asarray(out), handed


def yes(is_so: bool, detail: str = "") -> str:
    """Return a yes with what else is to be said, or a no."""
    if not is_so:
        return "no"
    return f"yes{detail}"


def _which(handed: Any) -> str:
    """Return how a mask differs from the one that was given."""
    # none, or the one that was given
    if handed is None or same(handed, MASK):
        return ""
    # the number of steps may be another
    shape = ""
    if handed.shape != MASK.shape:
        shape = f", of shape {tuple(handed.shape)}"
    if handed.all():
        return f"{shape}, all True"
    return shape or ", a different one"


def _reach(layer: Any, case: Case, x: Any, given: Any) -> str:
    """Say which outputs change when the values at masked steps do."""
    # an id has no value that could reach anything
    if x is IDS:
        return ""
    other = x.copy()
    masked = x[~MASK]
    # another number for each: a mean of several would not show a constant
    shift = 1 + np.arange(masked.size, dtype=x.dtype)
    other[~MASK] += shift.reshape(masked.shape)
    out, _ = call(layer, case, other, mask=True)
    if same(out, given):
        return "nothing"
    # an output without steps, or with others, has no place for a mask
    if out.shape[:2] != MASK.shape or out.ndim < 3:
        return "the output"
    differences = np.abs(out - given)
    of_steps = differences.reshape(*MASK.shape, -1)
    changed = of_steps.max(axis=-1) > 1e-6
    if changed[MASK].any():
        return "other steps"
    return "the masked steps only"
