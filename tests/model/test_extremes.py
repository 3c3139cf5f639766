"""Models at the edges of what Keras takes: scalars, hostile names, very many steps, very many
calls.
"""

import keras
import numpy as np
import pytest
from keras import layers, ops
from test_geometry import assert_tidy

import unrolled

RNG = np.random.default_rng(0)


def test_a_scalar_output_is_drawn():
    start = keras.Input((4, 2))
    model = keras.Model(start, ops.mean(layers.LSTM(3)(start)))
    diagram = unrolled.draw(model, RNG.normal(size=(2, 4, 2)))
    assert_tidy(diagram.scene)
    assert "the model's output" in diagram.words()


class Mean(keras.Model):
    """Returns one number for the whole batch."""

    def __init__(self):
        super().__init__()
        self.reader = layers.LSTM(3)

    def call(self, x):
        return ops.mean(self.reader(x))


def test_a_scalar_that_a_subclass_returns_is_drawn():
    model, x = Mean(), RNG.normal(size=(2, 4, 2)).astype("float32")
    model(x)
    diagram = unrolled.draw(model, x)
    assert_tidy(diagram.scene)
    assert "the model's output" in diagram.words()


def test_an_output_that_is_an_input_is_told():
    start = keras.Input((4, 2))
    diagram = unrolled.draw(
        keras.Model(start, [start, layers.LSTM(2)(start)]),
        RNG.normal(size=(2, 4, 2)),
    )
    assert diagram.words().count("the model's output") == 2


def test_no_timesteps_get_one_clear_error():
    model = keras.Sequential([keras.Input((None, 2)), layers.LSTM(3)])
    with pytest.raises(ValueError, match="axis of size 0") as error:
        unrolled.trace(model, np.zeros((2, 0, 2)))
    assert "Fix:" in str(error.value)


@pytest.mark.parametrize(
    "name",
    [
        '<script>"&amp;',
        "two\nlines",
        "\x1b[31mred",
        "שלום",
        "é" * 90,
        "]]> %s {{x}} 😀",
    ],
)
def test_any_name_is_drawn_whole(name):
    start = keras.Input((4, 2), name=name)
    read = layers.LSTM(3, return_sequences=True, name=name + "1")(start)
    model = keras.Model(
        start,
        layers.Add(name=name + "2")(
            [read, layers.Dense(3, name=name + "3")(read)]
        ),
        name=name,
    )
    diagram = unrolled.draw(model, RNG.normal(size=(2, 4, 2)))
    assert_tidy(diagram.scene)
    assert not set("\x1b\x00\x07") & set(diagram.svg() + diagram.words())
    assert "<script" not in diagram.svg()


def test_ten_thousand_steps_take_no_more_room():
    model = keras.Sequential(
        [
            keras.Input((None, 1)),
            layers.LSTM(8, return_sequences=True),
            layers.GRU(4),
        ]
    )
    diagram = unrolled.draw(model, RNG.normal(size=(2, 10_000, 1)))
    assert_tidy(diagram.scene)
    assert diagram.scene.width < 1200


def test_a_layer_called_many_times_does_not_fill_pages():
    class Loop(keras.Model):
        def __init__(self):
            super().__init__()
            self.cell, self.out = (
                layers.GRUCell(3, name="cell"),
                layers.Dense(1, name="out"),
            )

        def call(self, x):
            h, made = ops.zeros((len(x), 3)), []
            for t in range(x.shape[1]):
                y, h = self.cell(x[:, t], h)
                made.append(self.out(y))
            return ops.stack(made, axis=1)

    model, x = Loop(), RNG.normal(size=(2, 50, 2)).astype("float32")
    model(x)
    scene = unrolled.draw(model, x).scene
    assert_tidy(scene)
    assert scene.height <= 4000
