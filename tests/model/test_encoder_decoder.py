"""Models in which one layer starts from the states of another."""

import keras
import numpy as np
import pytest
from keras import layers
from picture_shapes import boxes_of, lines_of
from step_by_step import run_cells
from test_geometry import assert_tidy

import unrolled
from unrolled.scenes.shapes import Text

RNG = np.random.default_rng(0)
KINDS = {"LSTM": layers.LSTM, "GRU": layers.GRU, "SimpleRNN": layers.SimpleRNN}


def encoder_decoder(kind, *, positional=False):
    keras.utils.set_random_seed(1)
    source, target = (
        keras.Input((5, 2), name="source"),
        keras.Input((4, 3), name="target"),
    )
    _, *states = KINDS[kind](3, return_state=True, name="encoder")(source)
    decoder = KINDS[kind](3, return_sequences=True, name="decoder")
    sequence = (
        decoder(target, states)
        if positional
        else decoder(target, initial_state=states)
    )
    return keras.Model([source, target], layers.Dense(2)(sequence))


@pytest.mark.parametrize("positional", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_the_decoder_starts_where_the_encoder_ends(kind, positional):
    model = encoder_decoder(kind, positional=positional)
    x = [RNG.normal(size=(2, 5, 2)), RNG.normal(size=(2, 4, 3))]
    trace = unrolled.trace(model, x)
    encoder, decoder = trace["encoder"], trace["decoder"]
    assert [s.path for s in decoder.sources] == [
        "target",
        *["encoder"] * len(encoder.final_state),
    ]
    for end, start in zip(
        encoder.final_state, decoder.initial_state, strict=True
    ):
        np.testing.assert_array_equal(end, start)
    (loop,) = run_cells(
        model.get_layer("decoder"), decoder.x, decoder.initial_state, None
    )
    np.testing.assert_allclose(
        decoder.states, loop.states, rtol=1e-5, atol=1e-5
    )
    for name, gate in loop.gates.items():
        np.testing.assert_allclose(
            decoder.gates[name], gate, rtol=1e-5, atol=1e-5
        )
    diagram = unrolled.draw(trace)
    assert_tidy(diagram.scene)
    assert "starting from the states that encoder gives" in diagram.words()


@pytest.mark.parametrize("kind", ["GRU", "SimpleRNN"])
def test_a_decoder_that_starts_from_an_output_stands_beside_its_encoder(kind):
    source, target = keras.Input((5, 2)), keras.Input((4, 3))
    state = KINDS[kind](3, name="encoder")(source)
    decoder = KINDS[kind](3, return_sequences=True, name="decoder")
    sequence = decoder(target, initial_state=state)
    scene = unrolled.draw(keras.Model([source, target], sequence)).scene
    assert_tidy(scene)
    first, second = (s for s in boxes_of(scene) if s.fill == "band")
    assert first.bounds[2] < second.x, "each has columns of its own"
    assert first.y == pytest.approx(second.y)


def test_a_decoder_that_starts_from_h_twice_is_not_given_c():
    source, target = keras.Input((5, 2)), keras.Input((4, 3))
    h = layers.LSTM(3, name="encoder")(source)
    last = layers.LSTM(3, name="decoder")(target, initial_state=[h, h])
    scene = unrolled.draw(keras.Model([source, target], last)).scene
    assert_tidy(scene)
    thick = [s for s in lines_of(scene) if s.weight > 2 and s.stroke == "c"]
    assert not thick, "no c goes from one layer to the other"


def joined_states():
    """Return the trace of a decoder that starts from the joined states of a Bidirectional."""
    source, target = keras.Input((5, 2)), keras.Input((4, 3))
    _, fh, fc, bh, bc = layers.Bidirectional(
        layers.LSTM(2, return_state=True, name="both")
    )(source)
    states = [
        layers.Concatenate(name="join_h")([fh, bh]),
        layers.Concatenate(name="join_c")([fc, bc]),
    ]
    model = keras.Model(
        [source, target],
        layers.LSTM(4, name="decoder")(target, initial_state=states),
    )
    return unrolled.trace(model)


def test_states_that_pass_through_other_layers_are_named():
    trace = joined_states()
    assert [s.path for s in trace["decoder"].sources[1:]] == [
        "join_h",
        "join_c",
    ]
    words = unrolled.draw(trace).words()
    assert "starting from the states that join_h, join_c gives" in words
    assert (
        "reads the final state h of forward_both, the final state h of backward_both"
        in words
    )


def test_states_that_pass_through_other_layers_are_drawn_on_their_way():
    scene = unrolled.draw(joined_states()).scene
    assert_tidy(scene)
    lines = [
        s
        for s in lines_of(scene)
        if s.stroke in ("h", "c") and len(s.points) > 2
    ]
    cells = [s.x for s in boxes_of(scene) if s.step == (0, 0) and s.width == 52]
    assert len(lines) == 6, (
        "four final states on their way up, two vectors into the decoder"
    )
    assert {"h", "c"} == {
        s.stroke for s in lines if s.points[-1][0] == max(cells)
    }


def test_the_states_of_every_batch_are_returned():
    x = [RNG.normal(size=(4, 5, 2)), RNG.normal(size=(4, 4, 3))]
    diagram = unrolled.draw(
        unrolled.trace(encoder_decoder("LSTM"), x, batch_size=2)
    )
    assert_tidy(diagram.scene)
    texts = [
        s.spans[0].text for s in diagram.scene.shapes if isinstance(s, Text)
    ]
    assert texts.count("returned") == 4, (
        "h and c of the encoder, in two batches"
    )
    assert texts.count("✕") == 2, "h and c of the decoder between the batches"
    assert "only its final state is read" in diagram.words()
