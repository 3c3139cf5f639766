"""The line that makes a layer: what it holds, and that it makes such a layer again."""

import keras
import numpy as np
import pytest
from keras import layers, ops

import unrolled
from unrolled.keras_bridge.constructors import describe


def clipped_relu(x):
    return ops.clip(x, 0, 20)


#: Keras 3.16 does not take its operation for the activation of this name, and keeps the function
TANH = (
    "'tanh'"
    if isinstance(keras.activations.serialize(ops.tanh), str)
    else "tanh"
)


class Leaning:
    """An activation without a name, which Keras cannot write into a configuration."""

    def __call__(self, x):
        return ops.leaky_relu(x)


@pytest.mark.parametrize(
    ("layer", "line"),
    [
        (
            layers.Dense(2, activation=clipped_relu),
            "Dense(2, activation=clipped_relu)",
        ),
        (layers.Activation(clipped_relu), "Activation(clipped_relu)"),
        (
            layers.Dense(2, activation=Leaning()),
            "Dense(2, activation=Leaning())",
        ),
        (
            layers.GRU(
                4, activation=clipped_relu, recurrent_activation=clipped_relu
            ),
            "GRU(4, activation=clipped_relu, recurrent_activation=clipped_relu)",
        ),
        (
            layers.Dense(2, activation=layers.LeakyReLU(0.1)),
            "Dense(2, activation=LeakyReLU(negative_slope=0.1))",
        ),
        (
            layers.LSTM(3, zero_output_for_mask=True),
            "LSTM(3, zero_output_for_mask=True)",
        ),
        (layers.LSTM(3), "LSTM(3)"),
        (
            layers.Bidirectional(layers.LSTM(3, return_sequences=True)),
            "Bidirectional(LSTM(3, return_sequences=True))",
        ),
        (layers.Dense(2, activation=ops.tanh), f"Dense(2, activation={TANH})"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_line_names_what_was_written(layer, line):
    assert describe(layer) == line
    functions = {
        "clipped_relu": clipped_relu,
        "tanh": ops.tanh,
        "Leaning": Leaning,
    }
    names = vars(layers) | functions
    again = eval(line, dict(names))
    assert describe(again) == line


def test_halves_of_a_bidirectional_do_not_name_what_it_sets():
    both = layers.Bidirectional(
        layers.LSTM(3, return_sequences=True), name="both"
    )
    model = keras.Sequential([keras.Input((4, 2)), both])
    trace = unrolled.trace(model, np.zeros((1, 4, 2)))
    assert trace["both"].forward.constructor == "LSTM(3, return_sequences=True)"
    assert both.forward_layer.zero_output_for_mask
