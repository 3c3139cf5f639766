"""What y must be: every head by every loss by every shape of y, beside the loss's definition."""

from __future__ import annotations

import contextlib
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
DTYPES = ("float32", "float64", "int64", "bool", "str", "object", "list")
#: lines around a message that Keras and TensorFlow add to every error
FRAME = re.compile(
    "Exception encountered|Arguments received|^Graph execution error|^Detected at node"
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


def shapes() -> dict[str, Any]:
    """Return the table of shapes, the messages, and how many of them there are."""
    results = {
        case: [(s, try_shape(*case, s)) for s in SHAPES]
        for case in product(MODELS, HEADS, LOSSES)
    }
    every = [r for found in results.values() for _, r in found]
    messages = {r.message: r.error for r in every if r.message}
    head = [
        "model",
        "head",
        "loss",
        "y that fits",
        "y that passes in silence",
        "y that raises",
    ]
    rows: list[list[Cell]] = [
        [*case[:1], *map(code, case[1:]), *_cells(found, list(messages))]
        for case, found in results.items()
    ]
    return {
        "table": table(
            head, rows, ["model", "head", "loss"], model="many to one"
        ),
        "messages": table(
            ["number", "message", "page"], list(_message_rows(messages))
        ),
        "tried": len(every),
        **Counter(r.verdict for r in every),
    }


def build(model: str, head: str) -> Any:
    """Return a model with this head, from a fixed seed; many to many returns a vector a step."""
    keras.utils.set_random_seed(0)
    units, activation = HEADS[head]
    last = [layers.Dense(units, activation=activation)] if units else []
    recurrent = layers.LSTM(K, return_sequences=MODELS[model])
    return keras.Sequential(
        [keras.Input((TIMESTEPS, FEATURES)), recurrent, *last]
    )


def data(shape: tuple[int, ...], loss: str, width: int) -> tuple[Any, Any]:
    """Return an x, and a y of this shape with values that the loss is made for."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(BATCH, TIMESTEPS, FEATURES)).astype("float32")
    if loss in ("mse", "mae"):
        return x, rng.uniform(-1, 1, size=shape).astype("float32")
    y: Any = rng.integers(
        0, 2 if loss == "binary_crossentropy" else max(width, 1), size=shape
    )
    if loss == "categorical_crossentropy" and shape[-1] == K:
        y = np.eye(K)[rng.integers(0, K, size=shape[:-1])]
    elif loss == "categorical_crossentropy":
        y = rng.integers(0, 2, size=shape)
    return x, y.astype("int32" if loss.startswith("sparse") else "float32")


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
    moved = any(map(differ, untrained.weights, made.get_weights()))
    found = judge(loss, y, untrained.out, told, raw=untrained.raw, moved=moved)
    warned = any("In loss" in str(w.message) for w in caught)
    return replace(found, why=f"{found.why}; Keras warns") if warned else found


def differ(a: Any, b: Any) -> bool:
    """Tell whether any number of two arrays differs."""
    return not np.array_equal(a, b)


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
            return Result("silent" if meaning else "fits", meaning)
    return Result("silent", "another loss than the definition gives")


def meanings(
    loss: str, y: Any, out: Any, raw: Any
) -> Iterator[tuple[str, float]]:
    """Yield what Keras can have computed, in words and as a number; no words: the definition."""
    wanted = out.shape[:-1] if loss.startswith("sparse") else out.shape
    if y.size == np.prod(wanted):
        labels = y.reshape(wanted)
        yield "", define(loss, labels, out)
        if loss not in ("mse", "mae"):
            yield from _mended(loss, labels, out, raw)
    if loss in ("mse", "mae"):
        yield from _spread(loss, y, out)
    elif out.shape[-1] == 1 and out.ndim == 3:
        flat, steps = (
            out[..., 0],
            y[:, 0] if loss.startswith("sparse") else y.reshape(y.shape[:2]),
        )
        if steps.shape == flat.shape[: steps.ndim]:
            yield from (
                (f"the timesteps are taken as classes; {m}", v)
                for m, v in _mended(loss, steps, flat, raw[..., 0])
            )


def define(loss: str, y: Any, out: Any) -> float:
    """Return a loss by its definition, each output with its own label; NaN where undefined."""
    with np.errstate(all="ignore"):
        if loss == "binary_crossentropy":
            return float(-(y * np.log(out) + (1 - y) * np.log(1 - out)).mean())
        if loss in ("mse", "mae"):
            return float(
                np.abs(y - out).mean()
                if loss == "mae"
                else ((y - out) ** 2).mean()
            )
        if not np.allclose(out.sum(axis=-1), 1, atol=1e-4):
            return np.nan
        if loss.startswith("sparse"):
            return float(
                -np.log(np.take_along_axis(out, y[..., None], axis=-1)).mean()
            )
        return float(-(y * np.log(out)).sum(axis=-1).mean())


def _mended(
    loss: str, y: Any, out: Any, raw: Any
) -> Iterator[tuple[str, float]]:
    """Yield a loss of probabilities for outputs that are none, in each way that Keras has."""
    clipped = np.clip(out, 1e-7, 1 - 1e-7)
    if loss == "binary_crossentropy":
        yield (
            "computed as if the activation were sigmoid",
            define(loss, y, 1 / (1 + np.exp(-raw))),
        )
        yield "outputs are clipped to 0 … 1", define(loss, y, clipped)
        return
    powers = np.exp(raw)
    yield (
        "computed as if the activation were softmax",
        define(loss, y, powers / powers.sum(axis=-1, keepdims=True)),
    )
    yield (
        "outputs are clipped and divided by their sum",
        define(loss, y, clipped / clipped.sum(axis=-1, keepdims=True)),
    )
    scaled = np.clip(out / out.sum(axis=-1, keepdims=True), 1e-7, 1 - 1e-7)
    yield (
        "outputs are divided by their sum and clipped",
        float(-(y * np.log(scaled)).sum(axis=-1).mean())
        if (y.shape == scaled.shape)
        else np.nan,
    )


def _spread(loss: str, y: Any, out: Any) -> Iterator[tuple[str, float]]:
    """Yield a loss of more or fewer labels than outputs, in each way to spread them."""
    for given in (
        y,
        y[..., 0] if y.shape[-1] == 1 else y[..., None],
        y[..., None],
    ):
        with contextlib.suppress(ValueError):
            labels, outputs = np.broadcast_arrays(given, out)
            words = f"{y.size} labels and {out.size} outputs make {labels.size} pairs"
            yield words, define(loss, labels, outputs)


def _shorten(error: Exception) -> str:
    """Return the line of a message that matters, without the names and numbers of one run."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error))
    lines = [line for line in text.splitlines() if line.strip()]
    useful = [line for line in lines if not FRAME.search(line)] or lines
    words = re.compile("must|Incompatible|logits|labels|Received")
    found = next((line for line in useful if words.search(line)), useful[0])
    found = re.sub(r"'\{\{node.*|(?<=x=)\[\[.*", "…", found)
    found = re.sub(r"but are \d+ and \d+", "but are … and …", found)
    found = re.sub(r"[(\[][\d?, None]+[)\]]", "(…)", found).strip()
    return f"{type(error).__name__}: {found}"


def _cells(
    found: Sequence[tuple[tuple[int, ...], Result]], messages: list[str]
) -> Iterator[list[str]]:
    """Yield the three last cells of a row: what fits, what passes in silence, what raises."""
    for verdict in ("fits", "silent", "raises"):
        lines = [
            _shape(shape) + _reason(result, messages)
            for shape, result in found
            if result.verdict == verdict
        ]
        yield lines or ["–"]


def _reason(result: Result, messages: list[str]) -> str:
    """Return why a shape has its verdict: in words, or as the number of the message."""
    if result.why:
        return f": {result.why}"
    if result.message:
        return f": message {messages.index(result.message) + 1}"
    return ""


def _shape(shape: tuple[int, ...]) -> str:
    """Return a shape in words: ``(batch, 1)``."""
    return axes(shape, NAMES, sizes=False)


def _message_rows(messages: Mapping[str, str]) -> Iterator[list[Cell]]:
    for number, (message, error) in enumerate(messages.items(), 1):
        yield [
            str(number),
            code(message),
            explained(error, "[what it means]({page})", "–"),
        ]


def dtypes() -> dict[str, Block]:
    """Return which dtypes of y train, for a loss of numbers and one of classes."""
    rows: list[list[Cell]] = []
    for dtype, (loss, head) in product(
        DTYPES,
        {
            "mse": "Dense(1)",
            "sparse_categorical_crossentropy": "Dense(k, softmax)",
        }.items(),
    ):
        made = build("many to one", head)
        made.compile("sgd", loss)
        x, y = data((BATCH,), "sparse", K)
        labels = y.tolist() if dtype == "list" else y.astype(dtype)
        try:
            made.fit(x, labels, verbose=0)
            came: Cell = "trains"
        except Exception as error:
            message = code(_shorten(error))
            came = explained(
                error_chain(error), "{text} ([what it means]({page}))", message
            )
        rows.append([code(dtype), code(loss), came])
    return {"dtypes": table(["y", "loss", "what comes"], rows)}
