"""What y must be: every head by every loss by every shape of y, beside the loss's definition."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import Any

import keras
import numpy as np
from blocks import Block, Cell, axes, code, explained, table
from error_lines import telling_line
from keras import layers
from loss_meanings import OF_NUMBERS, meanings
from scripts import error_chain

BATCH, TIMESTEPS, FEATURES, K = 2, 4, 5, 3
NAMES = {BATCH: "batch", TIMESTEPS: "timesteps", K: "k", 1: ""}
HEADS: dict[str, tuple[int, str]] = {
    "none: LSTM(k)": (0, ""),
    "Dense(1)": (1, "linear"),
    "Dense(1, sigmoid)": (1, "sigmoid"),
    "Dense(k)": (K, "linear"),
    "Dense(k, softmax)": (K, "softmax"),
}
LOSSES = (
    "mse",
    "mae",
    "binary_crossentropy",
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
)
SHAPES = (
    (BATCH,),
    (BATCH, 1),
    (BATCH, K),
    (BATCH, TIMESTEPS),
    (BATCH, TIMESTEPS, 1),
    (BATCH, TIMESTEPS, K),
)
MODELS = {"many to one": False, "many to many": True}
COLUMNS = (
    "model",
    "head",
    "loss",
    "y that fits",
    "y that passes in silence",
    "y that raises an error",
)
DTYPES = ("float32", "float64", "int64", "bool", "str", "object", "list")
#: a loss of numbers and one of classes, each with a head for it
DTYPE_CASES = (
    ("mse", "Dense(1)"),
    ("sparse_categorical_crossentropy", "Dense(k, softmax)"),
)


@dataclass(frozen=True)
class Result:
    """What came of one y.

    verdict: ``fits``, ``raises`` or ``silent``. why: in words. message, error: of what was raised,
    in one line and in full.
    """

    verdict: str
    why: str = ""
    message: str = ""
    error: str = ""


Tried = tuple[tuple[int, ...], Result]


def shapes() -> dict[str, Any]:
    """Return the table of shapes, the messages, and how many of them there are."""
    tried: dict[tuple[str, str, str], list[Tried]] = {}
    verdicts: Counter[str] = Counter()
    messages: dict[str, str] = {}
    for case in product(MODELS, HEADS, LOSSES):
        tried[case] = []
        for shape in SHAPES:
            result = try_shape(*case, shape)
            tried[case].append((shape, result))
            verdicts[result.verdict] += 1
            if result.message:
                # one error in full stands for all with this message
                messages[result.message] = result.error
    # the first table names a message by its number, the second says what it means
    numbers: dict[str, int] = {}
    message_rows: list[list[Cell]] = []
    for number, (message, error) in enumerate(messages.items(), 1):
        numbers[message] = number
        page = explained(error, "[what it means]({page})", "–")
        message_rows.append([str(number), code(message), page])
    rows: list[list[Cell]] = []
    for (model, head, loss), found in tried.items():
        cells = _cells(found, numbers)
        rows.append([model, code(head), code(loss), *cells])
    filters = ["model", "head", "loss"]
    return {
        "table": table(COLUMNS, rows, filters, model="many to one"),
        "messages": table(["number", "message", "page"], message_rows),
        "tried": verdicts.total(),
        **verdicts,
    }


def build(model: str, head: str) -> Any:
    """Return a model with this head, from a fixed seed; many to many returns a vector a step."""
    keras.utils.set_random_seed(0)
    last = []
    units, activation = HEADS[head]
    # one of the heads is none at all
    if units:
        dense = layers.Dense(units, activation=activation)
        last = [dense]
    recurrent = layers.LSTM(K, return_sequences=MODELS[model])
    inputs = keras.Input((TIMESTEPS, FEATURES))
    return keras.Sequential([inputs, recurrent, *last])


def data(shape: tuple[int, ...], loss: str, width: int) -> tuple[Any, Any]:
    """Return an x, and a y of this shape with values that the loss is made for."""
    rng = np.random.default_rng(1)
    # x is the same for every y
    x = rng.normal(size=(BATCH, TIMESTEPS, FEATURES)).astype("float32")
    if loss in OF_NUMBERS:
        y = rng.uniform(-1, 1, size=shape)
        return x, y.astype("float32")
    classes = 2 if loss == "binary_crossentropy" else width
    # this comes first for every loss of classes: the numbers of a seed depend on what was drawn
    ids = rng.integers(0, classes, size=shape)
    if loss.startswith("sparse"):
        return x, ids.astype("int32")
    if loss != "categorical_crossentropy":
        return x, ids.astype("float32")
    # on another axis there is no one-hot row: zeros and ones have to do
    if shape[-1] != K:
        flags = rng.integers(0, 2, size=shape)
        return x, flags.astype("float32")
    chosen = rng.integers(0, K, size=shape[:-1])
    one_hot = np.eye(K)[chosen]
    return x, one_hot.astype("float32")


def try_shape(
    model: str, head: str, loss: str, shape: tuple[int, ...]
) -> Result:
    """Train one model for one batch on one y, and compare the loss with its definition.

    A compiled step is not needed where Keras's own checks decide: it takes ten times as long and
    says the same.
    """
    try:
        return train(model, head, loss, shape, run_eagerly=True)
    except ValueError as error:
        return _raised(error)
    except Exception:
        # TensorFlow words its errors otherwise in a compiled step, which is what users run
        try:
            return train(model, head, loss, shape, run_eagerly=False)
        except Exception as error:
            return _raised(error)


def _raised(error: Exception) -> Result:
    """Return the result of a y that raises."""
    message = telling_line(error)
    chain = error_chain(error)
    return Result("raises", message=message, error=chain)


def train(
    model: str,
    head: str,
    loss: str,
    shape: tuple[int, ...],
    *,
    run_eagerly: bool,
) -> Result:
    """Train one model for one batch on one y; raises what Keras raises."""
    untrained = untrained_model(model, head)
    made = untrained.model
    made.set_weights(untrained.weights)
    units, _ = HEADS[head]
    # without a head the layer itself gives k numbers
    x, y = data(shape, loss, units or K)
    made.compile("sgd", loss, run_eagerly=run_eagerly)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        told = float(made.train_on_batch(x, y))
    trained = made.get_weights()
    still = all(map(np.array_equal, untrained.weights, trained))
    out, raw = untrained.out, untrained.raw
    found = judge(loss, y, out, told, raw=raw, moved=not still)
    for warning in caught:
        # any other is not about the shape of y
        if "In loss" in str(warning.message):
            why = f"{found.why}; Keras warns"
            return replace(found, why=why)
    return found


@dataclass(frozen=True)
class Untrained:
    """A model before its first step: its weights, its outputs, and these before the activation."""

    model: Any
    weights: list[Any]
    out: Any
    raw: Any


@cache
def untrained_model(model: str, head: str) -> Untrained:
    """Return a model with this head; it is made once, each y starts with the same weights."""
    made = build(model, head)
    x, _ = data((BATCH,), "mse", K)
    raw, out = _before_and_after(made, x)
    return Untrained(made, made.get_weights(), out, raw)


def _before_and_after(model: Any, x: Any) -> tuple[Any, Any]:
    """Return what the head gives before and after its activation; a recurrent layer has one."""
    *first, head = model.layers
    for layer in first:
        x = layer(x)
    out = np.asarray(head(x))
    if not isinstance(head, layers.Dense):
        return out, out
    raw = np.asarray(x @ head.kernel + head.bias)
    return raw, out


def judge(
    loss: str, y: Any, out: Any, told: float, *, raw: Any, moved: bool
) -> Result:
    """Say whether a loss that Keras gave is that of each output with its own label.

    y, out: the labels and the outputs. raw: the outputs before the activation of the head. told:
    the loss. moved: whether a training step changed any weight.
    """
    # nothing is compared, and nothing would ever be learnt
    if not moved and np.isclose(told, 0, atol=1e-5):
        return Result("silent", f"the loss is {told:.2f}, and no weight moves")
    # the definition comes first
    for meaning, value in meanings(loss, y, out, raw):
        if np.isclose(told, value, rtol=1e-3, atol=1e-6):
            verdict = "silent" if meaning else "fits"
            return Result(verdict, meaning)
    return Result("silent", "not the loss that the definition gives")


def _cells(
    found: Sequence[Tried], numbers: Mapping[str, int]
) -> Iterator[list[str]]:
    """Yield the three last cells of a row: what fits, what passes in silence, what raises.

    numbers: of the messages.
    """
    lines: dict[str, list[str]] = {"fits": [], "silent": [], "raises": []}
    for shape, result in found:
        line = axes(shape, NAMES, sizes=False)
        if result.why:
            line += f": {result.why}"
        elif result.message:
            # the messages stand in a table of their own
            number = numbers[result.message]
            line += f": message {number}"
        lines[result.verdict].append(line)
    for cell in lines.values():
        yield cell or ["–"]


def dtypes() -> dict[str, Block]:
    """Return which dtypes of y train, for a loss of numbers and one of classes."""
    rows: list[list[Cell]] = []
    for dtype, (loss, head) in product(DTYPES, DTYPE_CASES):
        model = build("many to one", head)
        model.compile("sgd", loss)
        x, y = data((BATCH,), "sparse", K)
        # a list of Python is no array, and has no dtype
        labels = y.tolist() if dtype == "list" else y.astype(dtype)
        came: Cell = "trains"
        try:
            model.fit(x, labels, verbose=0)
        except Exception as error:
            message = code(telling_line(error))
            known = "{text} ([what it means]({page}))"
            came = explained(error_chain(error), known, message)
        rows.append([code(dtype), code(loss), came])
    return {"dtypes": table(["y", "loss", "what happens"], rows)}
