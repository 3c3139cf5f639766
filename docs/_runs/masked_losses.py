"""Which losses and metrics leave masked steps out: run, and compared with a mean by hand."""

from __future__ import annotations

import warnings
from typing import Any

import keras
import numpy as np
from blocks import Block, Cell, table
from keras import layers
from masking import FEATURES, MASK, TIMESTEPS, UNITS, ZEROS, yes

LOSSES = {
    "loss": "`loss='mse'`",
    "mae": "`metrics=['mae']`",
    "weighted": "`weighted_metrics=['mae']`",
    "own": "`loss=` your own function",
}


def losses() -> dict[str, Block]:
    """Return which losses and metrics leave masked steps out."""
    models = {
        "a mask to the end": [],
        "a mask dropped by `Lambda`": [layers.Lambda(lambda x: 1 * x)],
    }
    rows: list[list[Cell]] = []
    for words, between in models.items():
        model = _uncompiled(between)
        with warnings.catch_warnings():
            # that the mask is dropped is what this is about
            warnings.simplefilter("ignore")
            plain, shifted = _told(model, 0.0), _told(model, 10.0)
            by_hand = _by_hand(model)
        for key, told in LOSSES.items():
            counts = not np.isclose(plain[key], shifted[key])
            over = []
            for steps, mean in by_hand[key].items():
                if np.isclose(mean, plain[key], rtol=1e-4):
                    over.append(steps)
            mean_over = " or ".join(over) or "neither"
            rows.append([words, told, yes(counts), mean_over])
    head = ["model", "what", "labels at masked steps count", "mean over"]
    return {"losses": table(head, rows)}


def _own(y: Any, out: Any) -> Any:
    return keras.ops.mean(keras.ops.square(y - out), axis=-1)


def _uncompiled(between: list[Any]) -> Any:
    """Return a model whose output has a mask, or had one before a layer dropped it."""
    keras.utils.set_random_seed(0)
    body = [
        layers.Masking(0.0),
        layers.LSTM(UNITS, return_sequences=True),
        *between,
        layers.Dense(1),
    ]
    return keras.Sequential([keras.Input((TIMESTEPS, FEATURES)), *body])


def _told(model: Any, shift: float) -> dict[str, float]:
    """Return loss and metrics where the labels at masked steps are that much larger."""
    y = np.where(MASK, 0.0, shift)[..., None].astype("float32")
    plain = keras.metrics.MeanAbsoluteError(name="mae")
    weighted = keras.metrics.MeanAbsoluteError(name="weighted")
    model.compile(
        loss="mse",
        run_eagerly=True,
        metrics=[plain],
        weighted_metrics=[weighted],
    )
    found = dict(model.evaluate(ZEROS, y, verbose=0, return_dict=True))
    model.compile(loss=_own, run_eagerly=True)
    own = model.evaluate(ZEROS, y, verbose=0, return_dict=True)
    return found | {"own": own["loss"]}


def _by_hand(model: Any) -> dict[str, dict[str, float]]:
    """Return each loss and metric as a mean over the steps that count, and over all."""
    out = np.asarray(model(ZEROS))[..., 0]
    square, absolute = out**2, np.abs(out)
    found = {}
    for key in LOSSES:
        error = square if key in ("loss", "own") else absolute
        found[key] = {
            "the steps that count": float(error[MASK].mean()),
            "all steps": float(error.mean()),
        }
    return found
