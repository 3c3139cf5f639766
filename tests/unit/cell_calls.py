"""Calls of a recurrent layer made without Keras, with gates and weights."""

from dataclasses import replace

import numpy as np
from fakes import array, input_call, recurrent_call

from unrolled.traces.cell_facts import cell_facts_of
from unrolled.traces.gate_weights import cut_gates
from unrolled.traces.layer_calls import Weights

KINDS = ("LSTM", "GRU", "SimpleRNN")
COUNTS = {"LSTM": 4, "GRU": 3, "SimpleRNN": 1}


def cell_call(
    seed=0,
    kind="LSTM",
    *,
    units=4,
    features=3,
    timesteps=5,
    scale=1.0,
    bias=True,
    reset_after=True,
    activation="tanh",
    recurrent_activation="sigmoid",
    name="lstm",
    mask=None,
    backwards=False,
    stateful=False,
    constructor=None,
):
    """A call with random gates, states and weights; they need not fit each other."""
    rng = np.random.default_rng(seed)
    source = input_call("x", scale * array(rng, 2, timesteps, features))
    call = recurrent_call(
        rng,
        name,
        source,
        units,
        kind=kind,
        sequences=False,
        backwards=backwards,
        stateful=stateful,
        mask=mask,
    )
    count = COUNTS[kind]
    rows = (2,) if kind == "GRU" and reset_after else ()
    weights = cut_gates(
        Weights(1, "1"),
        f"{kind}Cell",
        scale * array(rng, features, count * units),
        array(rng, units, count * units),
        scale * array(rng, *rows, count * units) if bias else None,
    )
    config = {
        "activation": activation,
        "recurrent_activation": recurrent_activation,
        "reset_after": reset_after,
    }
    return replace(
        call,
        weights=weights,
        config=config,
        constructor=constructor or call.constructor,
        states=tuple(scale * s for s in call.states),
        gates={
            n: scale * array(rng, 2, timesteps, units)
            for n in cell_facts_of(f"{kind}Cell").gates
        },
        initial_state=tuple(array(rng, 2, units) for _ in call.states)
        if stateful
        else call.initial_state,
    )


def text_of(text):
    return "".join(span.text for span in text.spans)


def texts(diagram):
    return [text_of(t) for t in diagram.scene.texts()]
