"""What TensorFlow alone has: models whose own code is a tf.function, whose layers are traced as in
any other model; graphs that are being built; variables of its own.
"""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from test_company import X, build

import unrolled

RNG = np.random.default_rng(0)


class Compiled(keras.Model):
    """Asks its values which of two layers to call, as AutoGraph lets a tf.function do."""

    def __init__(self):
        super().__init__()
        self.lstm, self.low, self.high = (
            layers.LSTM(3),
            layers.Dense(1),
            layers.Dense(1),
        )

    @tf.function
    def call(self, x):
        h = self.lstm(x)
        return self.high(h) if tf.reduce_sum(x) > 0 else self.low(h)


@pytest.mark.parametrize("steps", [6, 200])
@pytest.mark.parametrize("sign", [1, -1])
def test_the_layers_of_a_tf_function_are_heard(steps, sign):
    x = sign * RNG.uniform(0, 1, (3, steps, 2)).astype("float32")
    model = Compiled()
    model(x), model(-x)
    before = tf.config.functions_run_eagerly()
    trace = unrolled.trace(model, x)
    assert tf.config.functions_run_eagerly() == before
    assert [c.layer_name for c in trace.calls] == [
        model.lstm.name,
        (model.high if sign > 0 else model.low).name,
    ]
    assert np.allclose(trace.outputs[0], model.predict(x, verbose=0), atol=1e-6)
    assert "made in call()" not in unrolled.draw(trace).words()


@pytest.mark.parametrize(
    "ask", [unrolled.trace, unrolled.draw, unrolled.sensitivity]
)
def test_a_trace_while_a_graph_is_built_gets_one_clear_error(ask):
    model = build()
    with pytest.raises(RuntimeError, match="builds a graph") as error:
        tf.function(lambda: ask(model, X), autograph=False)()
    assert "Fix:" in str(error.value)


def test_a_tf_variable_of_a_layer_comes_back():
    class Counter(layers.Layer):
        def __init__(self):
            super().__init__()
            self.count = tf.Variable(0)

        def call(self, x):
            self.count.assign_add(1)
            return x

    counter = Counter()
    model = keras.Sequential([keras.Input((6, 3)), counter, layers.LSTM(2)])
    before = int(counter.count)
    unrolled.trace(model, X)
    unrolled.sensitivity(model, X)
    assert int(counter.count) == before
