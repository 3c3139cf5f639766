"""What Keras 3.15 does otherwise on JAX, or not at all; traces tell it. A test that fails here is
good news.
"""

import keras
import numpy as np
import pytest
from keras import layers

import unrolled

RNG = np.random.default_rng(0)


def test_predict_forgets_the_states_of_a_stateful_layer():
    model = keras.Sequential(
        [
            keras.Input(batch_shape=(2, 3, 1)),
            layers.LSTM(2, stateful=True, name="cell"),
        ]
    )
    x = np.tile(RNG.normal(size=(2, 3, 1)).astype("float32"), (2, 1, 1))
    first, second = np.split(model.predict(x, batch_size=2, verbose=0), 2)
    np.testing.assert_array_equal(first, second)
    model.layers[0].reset_state()
    first, second = np.split(unrolled.trace(model, x).outputs[0], 2)
    called = [keras.ops.convert_to_numpy(model(x[:2])) for _ in range(2)]
    np.testing.assert_allclose([first, second], called, rtol=1e-5, atol=1e-6)
    assert np.abs(first - second).max() > 1e-3


def masked_from_the_start(**options):
    """A layer that starts from an h of 0.5; its first and last steps are masked."""
    series, mask, start = (
        keras.Input((3, 2)),
        keras.Input((3,), dtype="bool"),
        keras.Input((2,)),
    )
    layer = layers.RNN(
        layers.SimpleRNNCell(2), return_sequences=True, name="reader", **options
    )
    model = keras.Model(
        [series, mask, start], layer(series, mask=mask, initial_state=start)
    )
    x = [
        np.ones((1, 3, 2), "float32"),
        np.array([[False, True, False]]),
        np.full((1, 2), 0.5, "float32"),
    ]
    call = unrolled.trace(model, x)["reader"]
    np.testing.assert_allclose(
        call.outputs[0],
        keras.ops.convert_to_numpy(model(x)),
        rtol=1e-5,
        atol=1e-6,
    )
    return call


def test_before_the_first_step_that_is_not_masked_the_output_is_the_initial_state_not_zero():
    assert masked_from_the_start().outputs[0][0, 0].tolist() == [0.5, 0.5]


def test_unrolled_it_is_zero_as_everywhere():
    assert masked_from_the_start(unroll=True).outputs[0][0, 0].tolist() == [
        0.0,
        0.0,
    ]


def test_an_unrolled_loop_does_not_zero_the_outputs_of_masked_steps():
    assert (
        not masked_from_the_start(zero_output_for_mask=True)
        .outputs[0][0, 2]
        .any()
    )
    assert (
        masked_from_the_start(zero_output_for_mask=True, unroll=True)
        .outputs[0][0, 2]
        .all()
    )


def maps(samples, rows):
    frames, mask = keras.Input((5, rows, 2)), keras.Input((5,), dtype="bool")
    model = keras.Model(
        [frames, mask], layers.ConvLSTM1D(2, 1)(frames, mask=mask)
    )
    return model, [
        RNG.normal(size=(samples, 5, rows, 2)).astype("float32"),
        RNG.random((samples, 5)) < 0.5,
    ]


def test_maps_cannot_be_masked():
    model, x = maps(3, rows=4)
    with pytest.raises(
        ValueError, match="Incompatible shapes for broadcasting"
    ):
        model(x)
    with pytest.raises(
        ValueError, match=r"got maps of shape \(3, 4, 2\).*batch_size=1"
    ):
        unrolled.trace(model, x)


def test_as_many_rows_as_samples_are_masked_by_row_and_not_traced():
    model, x = maps(4, rows=4)
    alone = unrolled.trace(model, x, batch_size=1).outputs[0]
    each = [
        keras.ops.convert_to_numpy(model([a[k : k + 1] for a in x]))
        for k in range(4)
    ]
    np.testing.assert_allclose(
        alone, np.concatenate(each), rtol=1e-5, atol=1e-6
    )
    assert np.abs(keras.ops.convert_to_numpy(model(x)) - alone).max() > 1e-2
    with pytest.raises(ValueError, match="lays the mask over their rows"):
        unrolled.trace(model, x)


def test_a_float64_cell_computes_its_tanh_in_float32():
    import jax

    with jax.enable_x64(True):
        model = keras.Sequential(
            [keras.Input((3, 2)), layers.LSTM(2, dtype="float64", name="cell")]
        )
        call = unrolled.trace(model)["cell"]
    assert {name: gate.dtype.name for name, gate in call.gates.items()} == {
        "i": "float64", "f": "float64", "c": "float32", "o": "float64",
    }  # fmt: skip
    assert call.h.dtype == "float64"
