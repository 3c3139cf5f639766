"""The traced numbers against a run of the cells step by step, for random models.

`make conformance` does the same for thousands.
"""

import os
from functools import cache

import pytest
from comparisons import compare
from random_models import build

import unrolled
from unrolled.traces.recurrent_calls import RecurrentCall

pytestmark = pytest.mark.filterwarnings("ignore:Layer 'inner':UserWarning")


#: how many random models: the backends have their own number, make test-jax
SEEDS = range(int(os.environ.get("UNROLLED_SEEDS", "80")))


@pytest.mark.parametrize("seed", SEEDS)
def test_states_and_gates_are_those_of_the_cells(seed):
    compare(seed)


@pytest.mark.parametrize(
    "field",
    ["inputs", "outputs", "initial_state", "states", "final_state", "gates"],
)
def test_a_wrong_number_is_found(field, monkeypatch):
    monkeypatch.setattr(unrolled, "trace", spoil(unrolled.trace, field))
    name = "gate f" if field == "gates" else field.replace("_", " ")
    with pytest.raises(AssertionError, match=f"lstm.* {name}"):
        compare(seed_of("LSTM"))


def spoil(trace, field):
    """Return a trace function whose first LSTM has one number of a field off by a thousandth."""

    def spoiled(*args, **kwargs):
        made = trace(*args, **kwargs)
        call = next(c for c in made.batches[0].calls if c.layer_class == "LSTM")
        arrays = getattr(call, field)
        named = dict(arrays) if field == "gates" else dict(enumerate(arrays))
        key = "f" if field == "gates" else 0
        named[key] = named[key].copy()
        named[key].flat[0] += 1e-3
        object.__setattr__(
            call, field, named if field == "gates" else tuple(named.values())
        )
        return made

    return spoiled


@cache
def seed_of(layer_class):
    """Return the first seed whose model has a layer of this class, alone and with nothing around
    it.
    """
    return next(
        s
        for s in range(300)
        if type(build(s).model.layers[-2]).__name__ == layer_class
    )


@pytest.mark.parametrize("seed", range(0, 300, 25))
def test_every_random_model_is_drawn(seed):
    from test_geometry import assert_tidy

    made = build(seed)
    trace = unrolled.trace(made.model, made.x)
    diagram = unrolled.draw(trace)
    assert_tidy(diagram.scene)
    words = diagram.words()
    for call in trace.calls:
        assert (
            isinstance(call.parent, RecurrentCall) or call.layer_name in words
        )
