"""What a loss of Keras can have computed: its definition, and what it makes of other arrays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

#: the losses of numbers; the others are of classes
OF_NUMBERS = ("mse", "mae")


def meanings(
    loss: str, y: Any, out: Any, raw: Any
) -> Iterator[tuple[str, float]]:
    """Yield what Keras can have computed, in words and as a number; no words: the definition."""
    sparse = loss.startswith("sparse")
    # ids have no axis of classes
    wanted = out.shape[:-1] if sparse else out.shape
    # with or without an axis of length 1
    if y.size == np.prod(wanted):
        labels = y.reshape(wanted)
        yield "", define(loss, labels, out)
        if loss not in OF_NUMBERS:
            yield from _mended(loss, labels, out, raw)
    if loss in OF_NUMBERS:
        yield from _spread(loss, y, out)
    elif out.shape[-1] == 1 and out.ndim == 3:
        # one number a step
        numbers = out[..., 0]
        raw_numbers = raw[..., 0]
        yield from _over_timesteps(loss, y, numbers, raw_numbers)


def define(loss: str, y: Any, out: Any) -> float:
    """Return a loss by its definition, each output with its own label; NaN where undefined."""
    # outputs that are no probabilities have a loss that is not a number
    with np.errstate(all="ignore"):
        if loss == "mae":
            return float(np.abs(y - out).mean())
        if loss == "mse":
            return float(((y - out) ** 2).mean())
        if loss == "binary_crossentropy":
            positive = y * np.log(out)
            negative = (1 - y) * np.log(1 - out)
            likelihood = positive + negative
            return float(-likelihood.mean())
        # the others are defined for probabilities of classes
        sums = out.sum(axis=-1)
        if not np.allclose(sums, 1, atol=1e-4):
            return np.nan
        if loss.startswith("sparse"):
            chosen = np.take_along_axis(out, y[..., None], axis=-1)
            return float(-np.log(chosen).mean())
        likelihood = (y * np.log(out)).sum(axis=-1)
        return float(-likelihood.mean())


def _mended(
    loss: str, y: Any, out: Any, raw: Any
) -> Iterator[tuple[str, float]]:
    """Yield a loss of probabilities for outputs that are none, in each way that Keras has."""
    clipped = np.clip(out, 1e-7, 1 - 1e-7)
    if loss == "binary_crossentropy":
        sigmoid = 1 / (1 + np.exp(-raw))
        words = "computed as if the activation were sigmoid"
        yield words, define(loss, y, sigmoid)
        yield "outputs are clipped to 0 … 1", define(loss, y, clipped)
        return
    powers = np.exp(raw)
    softmax = powers / powers.sum(axis=-1, keepdims=True)
    words = "computed as if the activation were softmax"
    yield words, define(loss, y, softmax)
    divided = clipped / clipped.sum(axis=-1, keepdims=True)
    words = "outputs are clipped and divided by their sum"
    yield words, define(loss, y, divided)
    shares = out / out.sum(axis=-1, keepdims=True)
    scaled = np.clip(shares, 1e-7, 1 - 1e-7)
    # ids have no axis of classes
    if y.shape == scaled.shape:
        likelihood = (y * np.log(scaled)).sum(axis=-1)
        words = "outputs are divided by their sum and clipped"
        yield words, float(-likelihood.mean())


def _spread(loss: str, y: Any, out: Any) -> Iterator[tuple[str, float]]:
    """Yield a loss of more or fewer labels than outputs, in each way to spread them."""
    ways = [y, y[..., None]]
    # Keras drops an axis of length 1, or adds one
    if y.shape[-1] == 1:
        ways.insert(1, y[..., 0])
    for given in ways:
        try:
            labels, outputs = np.broadcast_arrays(given, out)
        except ValueError:
            # they do not fit each other this way
            continue
        pairs = labels.size
        words = f"{y.size} labels and {out.size} outputs make {pairs} pairs"
        yield words, define(loss, labels, outputs)


def _over_timesteps(
    loss: str, y: Any, out: Any, raw: Any
) -> Iterator[tuple[str, float]]:
    """Yield a loss of classes for one output a step: the timesteps are taken as classes."""
    samples, timesteps = y.shape[:2]
    labels = y.reshape(samples, timesteps)
    # one id a sample
    if loss.startswith("sparse"):
        labels = labels[:, 0]
    if labels.shape != out.shape[: labels.ndim]:
        return
    for meaning, value in _mended(loss, labels, out, raw):
        yield f"the timesteps are taken as classes; {meaning}", value
