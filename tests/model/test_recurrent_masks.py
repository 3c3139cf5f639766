"""Masks that recurrent layers do not pass on (Keras 3.16): found and explained on each version.

The judge is the model itself: padding that reaches a layer as data changes what is predicted.
"""

import warnings

import keras
import numpy as np
import pytest
from keras import layers

import unrolled

ENTRY = "a-recurrent-layer-passes-no-mask-on"
#: the first sample has two steps of padding
IDS = np.array([[3, 1, 4, 0, 0], [5, 9, 2, 6, 5]], "int32")
LOWER = {
    "LSTM": lambda: layers.LSTM(4, return_sequences=True),
    "GRU": lambda: layers.GRU(4, return_sequences=True),
    "SimpleRNN": lambda: layers.SimpleRNN(4, return_sequences=True),
    "RNN": lambda: layers.RNN(
        [layers.GRUCell(3), layers.LSTMCell(4)], return_sequences=True
    ),
    "Bidirectional": lambda: layers.Bidirectional(
        layers.LSTM(2, return_sequences=True)
    ),
    "TimeDistributed": lambda: layers.TimeDistributed(layers.Dense(4)),
}
ABOUT_MASKS = pytest.mark.filterwarnings(
    "ignore:Layer .* was passed an input with a mask"
)


def stacked(lower):
    """Return a masked model of two layers of time, as one writes it."""
    keras.utils.set_random_seed(0)
    embedding = layers.Embedding(10, 4, mask_zero=True)
    steps = [
        keras.Input((None,), dtype="int32"),
        embedding,
        lower,
        layers.LSTM(3, name="upper"),
        layers.Dense(1),
    ]
    return keras.Sequential(steps)


def reads_padding(model):
    """Return whether the model's numbers for a sample depend on the padding behind it."""
    padded, bare = (
        keras.ops.convert_to_numpy(model(ids)) for ids in (IDS[:1], IDS[:1, :3])
    )
    return not np.allclose(padded, bare, atol=1e-6)


def found(model):
    return [(p.level, p.mistake) for p in unrolled.check(model, IDS).problems]


def heard(work):
    """Return what Keras warns of while work runs."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        work()
    return [
        str(warning.message)
        for warning in caught
        if "mask" in str(warning.message)
    ]


@ABOUT_MASKS
@pytest.mark.parametrize("kind", LOWER)
def test_a_stacked_masked_model_is_found_where_its_numbers_depend_on_the_padding(
    kind,
):
    lower = LOWER[kind]()
    model = stacked(lower)
    assert reads_padding(model) is not lower.supports_masking
    assert found(model) == ([("wrong", ENTRY)] if reads_padding(model) else [])


@ABOUT_MASKS
@pytest.mark.parametrize("kind", LOWER)
def test_a_stacked_layer_that_passes_no_mask_on_is_found_on_every_version(kind):
    lower = LOWER[kind]()
    lower.supports_masking = False
    model = stacked(lower)
    assert reads_padding(model)
    (problem,) = unrolled.check(model, IDS).problems
    assert (problem.level, problem.mistake) == ("wrong", ENTRY)
    assert problem.title == f"The layer {lower.name} passes no mask on"
    assert kind in problem.came


@pytest.mark.parametrize("kind", LOWER)
def test_keras_warns_where_no_mask_is_passed_on_and_explain_knows_the_words(
    kind,
):
    lower = LOWER[kind]()
    passes_on = lower.supports_masking
    messages = heard(lambda: stacked(lower))
    assert (messages == []) is passes_on
    lower = LOWER[kind]()
    lower.supports_masking = False
    messages += heard(lambda: stacked(lower))
    assert any(
        f"'{lower.name}' (of type {kind})" in message for message in messages
    )
    assert {unrolled.explain(message).mistake.name for message in messages} == {
        ENTRY
    }
    named = [unrolled.explain(message).values["layer"] for message in messages]
    assert lower.name in named


@ABOUT_MASKS
@pytest.mark.parametrize("kind", LOWER)
def test_a_mask_given_by_name_keeps_the_padding_out_on_every_version(kind):
    keras.utils.set_random_seed(0)
    ids = keras.Input((None,), dtype="int32")
    h = LOWER[kind]()(layers.Embedding(10, 4, mask_zero=True)(ids))
    h = layers.LSTM(3)(h, mask=keras.ops.not_equal(ids, 0))
    model = keras.Model(ids, layers.Dense(1)(h))
    assert not reads_padding(model)
    assert found(model) == []


@ABOUT_MASKS
@pytest.mark.parametrize("kind", ["LSTM", "Bidirectional"])
def test_a_single_masked_layer_is_right_on_every_version(kind):
    layer = (
        layers.LSTM(3)
        if kind == "LSTM"
        else layers.Bidirectional(layers.LSTM(3))
    )
    embedding = layers.Embedding(10, 4, mask_zero=True)
    model = keras.Sequential(
        [keras.Input((None,), dtype="int32"), embedding, layer, layers.Dense(1)]
    )
    assert not reads_padding(model)
    assert found(model) == []


@ABOUT_MASKS
def test_a_trace_holds_the_masks_that_the_layers_got_on_this_version():
    lower = layers.LSTM(4, return_sequences=True, name="lower")
    trace = unrolled.trace(stacked(lower), IDS)
    assert (trace.call("lower").mask == (IDS != 0)).all()
    assert (trace.call("upper").mask is None) is not lower.supports_masking
