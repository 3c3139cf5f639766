"""The drawings of the reference: what unrolled makes of a few models, apart from the tables."""

from __future__ import annotations

from typing import Any

import keras
import labels as label_runs
import masking as mask_runs
import returns as return_runs
import states as state_runs
import weights_table
from blocks import Block
from drawings import figure, picture
from keras import layers

import unrolled
from unrolled.traces.cell_facts import cell_facts_of


def labels() -> dict[str, Block]:
    """Return the drawings of a y that fits each model, and of one that does not."""
    x, each = label_runs.data(
        (label_runs.BATCH, label_runs.TIMESTEPS, 1), "mse", 1
    )
    _, one = label_runs.data((label_runs.BATCH, 1), "mse", 1)
    many_to_one = label_runs.build("many to one", "Dense(1)")
    return {
        "picture_one": picture(many_to_one, x, one),
        "picture_many": picture(
            label_runs.build("many to many", "Dense(1)"), x, each
        ),
        "picture_wrong": picture(
            label_runs.build("many to one", "Dense(1)"), x, each
        ),
    }


def masking() -> dict[str, Block]:
    """Return the drawings of padding behind and in front."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((mask_runs.TIMESTEPS, mask_runs.FEATURES))
    masked = layers.Masking(0.0)(inputs)
    lstm = layers.LSTM(mask_runs.UNITS, return_sequences=True)
    model = keras.Model(inputs, lstm(masked))
    return {
        "picture_behind": picture(model, mask_runs.ZEROS[:1]),
        "picture_in_front": picture(model, mask_runs.ZEROS[1:]),
    }


def returns() -> dict[str, Block]:
    """Return the drawings of a layer with all it can return, and of both halves."""
    flags = {"return_sequences": True, "return_state": True}
    both = {"return_state": True}
    return {
        "picture_lstm": picture(*return_runs.build("LSTM", "", flags)),
        "picture_bidirectional": picture(
            *return_runs.build("Bidirectional(LSTM)", "concat", both)
        ),
    }


def states() -> dict[str, Block]:
    """Return the drawing of a stateful model that reads two batches."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input(
        batch_shape=(1, state_runs.TIMESTEPS, state_runs.FEATURES)
    )
    model = keras.Model(
        inputs, layers.LSTM(state_runs.UNITS, stateful=True)(inputs)
    )
    return {"picture": picture(model, state_runs.X[:2])}


def weights() -> dict[str, Any]:
    """Return the drawings of the weights of an LSTM and of a GRU, and the names of their gates."""
    found: dict[str, Any] = {}
    units = weights_table.UNITS
    for name, layer in (
        ("lstm", layers.LSTM(units, name="lstm")),
        ("gru", layers.GRU(units, name="gru")),
    ):
        model, _ = weights_table.build(layer, (weights_table.TIMESTEPS, 2))
        found[f"picture_{name}"] = figure(
            unrolled.plot_weights, model.layers[-1]
        )
        words = cell_facts_of(f"{name.upper()}Cell").words
        found[f"names_{name}"] = ", ".join(
            f"{gate} {word}" for gate, word in words.items()
        )
    return found
