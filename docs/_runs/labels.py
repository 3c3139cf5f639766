"""What y must be: every head by every loss by every shape of y, beside the loss's definition."""

from __future__ import annotations

import re
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
#: lines around a message that Keras and TensorFlow add to every error
FRAME = re.compile(
    "Exception encountered|Arguments received|^Graph execution error|^Detected at node"
)

TELLING = re.compile("must|Incompatible|logits|labels|Received")


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
                messages[result.message] = result.error
    numbers = {message: k for k, message in enumerate(messages, 1)}
    rows: list[list[Cell]] = []
    for (model, head, loss), found in tried.items():
        cells = _cells(found, numbers)
        rows.append([model, code(head), code(loss), *cells])
    return {
        "table": table(
            COLUMNS, rows, ["model", "head", "loss"], model="many to one"
        ),
        "messages": table(
            ["number", "message", "page"], list(_message_rows(messages))
        ),
        "tried": verdicts.total(),
        **verdicts,
    }


def build(model: str, head: str) -> Any:
    """Return a model with this head, from a fixed seed; many to many returns a vector a step."""
    keras.utils.set_random_seed(0)
    last = []
    units, activation = HEADS[head]
    if units:
        last = [layers.Dense(units, activation=activation)]
    recurrent = layers.LSTM(K, return_sequences=MODELS[model])
    inputs = keras.Input((TIMESTEPS, FEATURES))
    return keras.Sequential([inputs, recurrent, *last])


def data(shape: tuple[int, ...], loss: str, width: int) -> tuple[Any, Any]:
    """Return an x, and a y of this shape with values that the loss is made for."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(BATCH, TIMESTEPS, FEATURES)).astype("float32")
    if loss in OF_NUMBERS:
        y = rng.uniform(-1, 1, size=shape)
        return x, y.astype("float32")
    classes = 2 if loss == "binary_crossentropy" else width
    ids = rng.integers(0, classes, size=shape)
    if loss.startswith("sparse"):
        return x, ids.astype("int32")
    if loss != "categorical_crossentropy":
        return x, ids.astype("float32")
    one_hot: Any
    if shape[-1] == K:
        one_hot = np.eye(K)[rng.integers(0, K, size=shape[:-1])]
    else:
        one_hot = rng.integers(0, 2, size=shape)
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
        return Result(
            "raises", message=_shorten(error), error=error_chain(error)
        )
    except Exception:
        # TensorFlow words its errors otherwise in a compiled step, which is what users run
        try:
            return train(model, head, loss, shape, run_eagerly=False)
        except Exception as error:
            return Result(
                "raises", message=_shorten(error), error=error_chain(error)
            )


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
    x, y = data(shape, loss, HEADS[head][0] or K)
    made.compile("sgd", loss, run_eagerly=run_eagerly)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        told = float(made.train_on_batch(x, y))
    still = all(map(np.array_equal, untrained.weights, made.get_weights()))
    found = judge(
        loss, y, untrained.out, told, raw=untrained.raw, moved=not still
    )
    for warning in caught:
        if "In loss" in str(warning.message):
            return replace(found, why=f"{found.why}; Keras warns")
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
    return np.asarray(x @ head.kernel + head.bias), out


def judge(
    loss: str, y: Any, out: Any, told: float, *, raw: Any, moved: bool
) -> Result:
    """Say whether a loss that Keras gave is that of each output with its own label.

    y, out: the labels and the outputs. raw: the outputs before the activation of the head. told:
    the loss. moved: whether a training step changed any weight.
    """
    if not moved and np.isclose(told, 0, atol=1e-5):
        return Result("silent", f"the loss is {told:.2f}, and no weight moves")
    for meaning, value in meanings(loss, y, out, raw):
        if np.isclose(told, value, rtol=1e-3, atol=1e-6):
            verdict = "silent" if meaning else "fits"
            return Result(verdict, meaning)
    return Result("silent", "not the loss that the definition gives")


def _shorten(error: Exception) -> str:
    """Return the line of a message that matters, without the names and numbers of one run."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error))
    lines = list(filter(str.strip, text.splitlines()))
    useful = [line for line in lines if not FRAME.search(line)] or lines
    telling = filter(TELLING.search, useful)
    found = next(telling, useful[0])
    found = re.sub(r"'\{\{node.*|(?<=x=)\[\[.*", "…", found)
    found = re.sub(r"but are \d+ and \d+", "but are … and …", found)
    found = re.sub(r"[(\[][\d?, None]+[)\]]", "(…)", found).strip()
    return f"{type(error).__name__}: {found}"


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
            line += f": message {numbers[result.message]}"
        lines[result.verdict].append(line)
    for cell in lines.values():
        yield cell or ["–"]


def _message_rows(messages: Mapping[str, str]) -> Iterator[list[Cell]]:
    for number, (message, error) in enumerate(messages.items(), 1):
        page = explained(error, "[what it means]({page})", "–")
        yield [str(number), code(message), page]


def dtypes() -> dict[str, Block]:
    """Return which dtypes of y train, for a loss of numbers and one of classes."""
    rows: list[list[Cell]] = []
    for dtype, (loss, head) in product(DTYPES, DTYPE_CASES):
        model = build("many to one", head)
        model.compile("sgd", loss)
        x, y = data((BATCH,), "sparse", K)
        labels = y.tolist() if dtype == "list" else y.astype(dtype)
        came: Cell = "trains"
        try:
            model.fit(x, labels, verbose=0)
        except Exception as error:
            message = code(_shorten(error))
            known = "{text} ([what it means]({page}))"
            came = explained(error_chain(error), known, message)
        rows.append([code(dtype), code(loss), came])
    return {"dtypes": table(["y", "loss", "what happens"], rows)}
