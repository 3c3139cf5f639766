"""What a recurrent layer begins with, and what sets its states back: seen in the states."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import keras
import numpy as np
from blocks import Cell, same, table
from keras import layers

BATCH, TIMESTEPS, FEATURES, UNITS = 2, 3, 5, 4
BEFORE = (
    np.random.default_rng(1)
    .normal(size=(BATCH, TIMESTEPS, FEATURES))
    .astype("float32")
)
X = (
    np.random.default_rng(2)
    .normal(size=(2 * BATCH, TIMESTEPS, FEATURES))
    .astype("float32")
)
OTHER = (
    np.random.default_rng(3)
    .normal(size=(BATCH, TIMESTEPS, FEATURES))
    .astype("float32")
)
FIRST, SECOND = X[:BATCH], X[BATCH:]
Y = np.zeros((2 * BATCH, UNITS), "float32")
#: a compiled step comes to the same, as the tests say, and takes ten times as long
EAGERLY = True
Event = Callable[[Any], Any]


def _saved(model: Any, *, whole: bool) -> Any:
    """Return a model that was loaded from a file, or one that got the weights of a file."""
    with TemporaryDirectory() as folder:
        if whole:
            path = Path(folder, "model.keras")
            model.save(path)
            return keras.models.load_model(path)
        path = Path(folder, "model.weights.h5")
        model.save_weights(path)
        other = build(stateful=model.layers[0].stateful)
        other.load_weights(path)
        return other


def _cloned(model: Any) -> Any:
    clone = keras.models.clone_model(model)
    clone.set_weights(model.get_weights())
    return clone


def _compile(model: Any) -> None:
    """Compile for a training that moves no weight."""
    model.compile(keras.optimizers.SGD(0.0), "mse", run_eagerly=EAGERLY)


def _fit(model: Any, **options: Any) -> None:
    model.fit(X, Y, batch_size=BATCH, verbose=0, **options)


def _reset(model: Any) -> None:
    layer = model.layers[0]
    # another has none to reset
    if layer.stateful:
        layer.reset_state()


#: what a reader does after the model has read a batch
EVENTS: dict[str, Event] = {
    "a call, `model(x)`": lambda m: m(FIRST),
    "a call with `training=True`": lambda m: m(FIRST, training=True),
    "`train_on_batch`": lambda m: m.train_on_batch(FIRST, Y[:BATCH]),
    "`predict`, two batches": lambda m: m.predict(
        X, batch_size=BATCH, verbose=0
    ),
    "`evaluate`, two batches": lambda m: m.evaluate(
        X, Y, batch_size=BATCH, verbose=0
    ),
    "`fit` with `shuffle=False`, one epoch of two batches": lambda m: _fit(
        m, shuffle=False
    ),
    "`fit` with `shuffle=False`, two epochs": lambda m: _fit(
        m, shuffle=False, epochs=2
    ),
    "`fit` with `shuffle=True`, the default": lambda m: _fit(m),
    "`fit` with `shuffle=False` and `validation_data`": lambda m: _fit(
        m,
        shuffle=False,
        validation_data=(OTHER, Y[:BATCH]),
        validation_batch_size=BATCH,
    ),
    "`layer.reset_state()`": _reset,
    "`model.compile(…)`": _compile,
    "`model.set_weights(model.get_weights())`": lambda m: m.set_weights(
        m.get_weights()
    ),
}
#: what makes another model of it, which is called next
COPIES: dict[str, Event] = {
    "`clone_model` and `set_weights`": _cloned,
    "`save` and `load_model`": lambda m: _saved(m, whole=True),
    "`save_weights`, and `load_weights` in a new model": lambda m: _saved(
        m, whole=False
    ),
}


def all_events() -> dict[str, Any]:
    """Return the table of events, and how many there are."""
    rows: list[list[Cell]] = []
    for event in (*EVENTS, *COPIES):
        stateless = begins(event, stateful=False)
        stateful = begins(event, stateful=True)
        rows.append([event, stateless, stateful])
    head = [
        "after",
        "`stateful=False`: the next call begins with",
        "`stateful=True`",
    ]
    return {"table": table(head, rows), "events": len(rows)}


def build(*, stateful: bool) -> Any:
    """Return a model of one LSTM whose weights are always the same, and stay so in training."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input(batch_shape=(BATCH, TIMESTEPS, FEATURES)),
            layers.LSTM(UNITS, stateful=stateful),
        ]
    )
    _compile(model)
    return model


def begins(event: str, *, stateful: bool) -> str:
    """Return in words with which states the next call begins, after a batch and an event.

    Raises RuntimeError where they are none of those that can be named, or more than one.
    """
    model = build(stateful=stateful)
    model(BEFORE)
    if event in COPIES:
        model = COPIES[event](model)
    else:
        EVENTS[event](model)
    out = model(OTHER)
    known = next_outputs()
    found = [words for words, h in known.items() if same(out, h)]
    # two that are alike by chance would leave open which one it is
    if len(found) != 1:
        raise RuntimeError(
            f"Expected one of the known states after {event}, got {found}."
        )
    return found[0]


@cache
def twin() -> Any:
    """Return a stateless layer with the weights of every model of ``build``."""
    layer = layers.LSTM(UNITS, return_state=True)
    layer.build((BATCH, TIMESTEPS, FEATURES))
    layer.set_weights(build(stateful=False).get_weights())
    return layer


def final(x: Any, states: Any) -> Any:
    """Return h and c after x, from these states."""
    return twin()(x, initial_state=states)[1:]


@cache
def candidates() -> dict[str, Any]:
    """Return every pair of states that a call can begin with, by what they are in words."""
    zeros = [np.zeros((BATCH, UNITS), "float32")] * 2
    before = final(BEFORE, zeros)
    one = final(FIRST, before)
    epoch = final(SECOND, one)
    # nothing sets the states back between two epochs
    again = final(FIRST, epoch)
    second_epoch = final(SECOND, again)
    validation = final(OTHER, epoch)
    orders = dict(_orders(before))
    return {
        "zeros": zeros,
        "the states from before it": before,
        "the final states of its batch": one,
        "the final states of its last batch, which began where the first ended": epoch,
        "the final states of the second epoch, which began where the first ended": second_epoch,
        "the final states of the validation, which began where the training ended": validation,
        **orders,
    }


@cache
def next_outputs() -> dict[str, Any]:
    """Return what the next call gives from every pair of states, by what they are in words."""
    outputs = {}
    for words, states in candidates().items():
        h, _ = final(OTHER, states)
        outputs[words] = h
    return outputs


def _orders(before: Any) -> Iterator[tuple[str, Any]]:
    """Yield the final states of an epoch for every order of the samples but their own."""
    # the first is their own
    _, *orders = permutations(range(2 * BATCH))
    for order in orders:
        first, second = list(order[:BATCH]), list(order[BATCH:])
        pairs = []
        for i, j in zip(first, second, strict=True):
            pairs.append(f"sample {j} began with the states of sample {i}")
        between = final(X[first], before)
        states = final(X[second], between)
        listed = " and ".join(pairs)
        words = f"the final states of its last batch, in which {listed}"
        yield words, states
