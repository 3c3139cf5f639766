"""Models beside data that do not fit them, one for each thing that check says."""

import keras
import numpy as np
from keras import layers

import unrolled

SPARSE, ONE_HOT = "sparse_categorical_crossentropy", "categorical_crossentropy"


def values(*shape):
    """Return the same values whatever was asked for before."""
    rng = np.random.default_rng(0)
    return rng.normal(size=shape).astype("float32")


def sequential(*parts, shape=(5, 2), **options):
    return keras.Sequential([keras.Input(shape, **options), *parts])


def one(**dense):
    return sequential(layers.LSTM(3, name="reader"), layers.Dense(1, **dense))


def every(**options):
    lstm = layers.LSTM(3, return_sequences=True, name="reader", **options)
    return sequential(lstm, layers.Dense(1))


def classes(activation="softmax", units=3):
    end = layers.Dense(units, activation=activation)
    return sequential(layers.LSTM(3, name="reader"), end)


def stateful():
    lstm = layers.LSTM(3, stateful=True)
    return keras.Sequential([keras.Input(batch_shape=(4, 5, 2)), lstm])


def begun(layer, *sizes):
    """Return a model of one layer that is given states of these sizes, and x for it."""
    inputs = [keras.Input((5, 2)), *(keras.Input((size,)) for size in sizes)]
    model = keras.Model(inputs, layer(inputs[0], initial_state=inputs[1:]))
    return model, [values(8, 5, 2), *(values(8, size) for size in sizes)]


def encoded(*order):
    """Return a decoder that is given the states of its encoder in some order."""
    entry = keras.Input((5, 2))
    states = layers.LSTM(3, return_state=True, name="encoder")(entry)
    begin = [states[k] for k in order]
    h = layers.LSTM(3, name="decoder")(entry, initial_state=begin)
    return keras.Model(entry, h)


def padded(*steps):
    """Return x whose samples have so many padded steps at their beginning."""
    x = values(len(steps), 5, 2)
    for row, count in zip(x, steps, strict=True):
        row[:count] = 0
    return x


def masking():
    return sequential(layers.Masking(), layers.LSTM(3, name="reader"))


class Stuck(layers.Layer):
    """Stops once it is told to."""

    stops = False

    def call(self, x):
        if self.stops:
            raise ValueError("the valve is stuck")
        return x


def stuck():
    model = sequential(Stuck(), layers.LSTM(3))
    model.layers[0].stops = True
    return model


def peeking():
    series = np.arange(40.0).reshape(20, 2)
    return unrolled.windows(series, timesteps=5, horizon=0, targets=[0])


def in_x():
    x = values(12, 5, 2)
    return x, x[:, -1, 0]


def accurate():
    model = one()
    model.compile("adam", "mse", metrics=["accuracy"])
    return model


X = values(8, 5, 2)
Y = values(8, 1)

#: the arguments of check
WRONG = {
    "labels of one timestep": lambda: (every(), X, values(8, 1, 1), "mse"),
    "labels of two timesteps": lambda: (every(), X, values(8, 2, 1), "mse"),
    "labels of seven timesteps": lambda: (every(), X, values(8, 7, 1), "mse"),
    "a label at every step": lambda: (one(), X, values(8, 5), "mse"),
    "one label for all steps": lambda: (every(), X, Y, "mse"),
    "labels of another width": lambda: (one(), X, values(8, 3), "mse"),
    "another number of labels": lambda: (one(), X, values(7, 1), "mse"),
    "swapped axes": lambda: (one(), values(8, 2, 5), Y, "mse"),
    "labels with NaN": lambda: (one(), X, np.full((8, 1), np.nan), "mse"),
    "labels that are text": lambda: (one(), X, np.array(["a", "b"] * 4), "mse"),
    "labels of unequal rows": lambda: (one(), X, [[1.0]] * 7 + [[1, 2]], "mse"),
    "one-hot for a sparse loss": lambda: (
        classes(), X, np.eye(3)[np.arange(8) % 3], SPARSE,
    ),
    "ids for a one-hot loss": lambda: (classes(), X, np.arange(8) % 3, ONE_HOT),
    "one class too many": lambda: (classes(), X, np.arange(8) % 4, SPARSE),
    "classes from 1": lambda: (classes(), X, 1 + np.arange(8) % 3, SPARSE),
    "a class below 0": lambda: (classes(), X, np.arange(8) % 2 - 1, SPARSE),
    "rows of two classes": lambda: (
        classes(units=2), X, np.array([[1, 1], [0, 1], [1, 0], [0, 0]] * 2), ONE_HOT,
    ),
    "a softmax of one value": lambda: (one(activation="softmax"), X, Y, "mse"),
    "labels out of reach": lambda: (one(activation="tanh"), X, 2 + 0 * Y, "mse"),
    "a single label out of reach": lambda: (
        one(activation="tanh"), X[:1], np.array([[2.0]]), "mse",
    ),
    "logits": lambda: (one(), X, np.arange(8) % 2, "binary_crossentropy"),
    "labels all alike": lambda: (one(), values(10, 5, 2), np.ones(10), "mse"),
    "large labels": lambda: (one(kernel_initializer="zeros"), X, 1e4 * Y, "mse"),
    "large features": lambda: (one(), 1e5 * X, Y, "mse"),
    "features with NaN": lambda: (one(), np.where(X > 1, np.nan, X), Y, "mse"),
    "a label in x": lambda: (one(), *in_x(), "mse"),
    "a label in its window": lambda: (one(), peeking(), None, "mse"),
    "accuracy of a quantity": lambda: (accurate(), X, Y, None),
    "a rest of one": lambda: (stateful(), values(9, 5, 2), None, None),
    "a rest of two": lambda: (stateful(), values(10, 5, 2), None, None),
    "less than a batch": lambda: (stateful(), values(3, 5, 2), None, None),
    "a state too few": lambda: (*begun(layers.LSTM(3, name="r"), 3), None, None),
    "a state too many": lambda: (
        *begun(layers.GRU(3, name="r"), 3, 3), None, None,
    ),
    "a state of another width": lambda: (
        *begun(layers.GRU(3, name="r"), 4), None, None,
    ),
    "a state of the other half": lambda: (
        *begun(
            layers.Bidirectional(
                layers.GRU(3), backward_layer=layers.GRU(2, go_backwards=True), name="r",
            ),
            2,
            3,
        ),
        None,
        None,
    ),
    "states in another order": lambda: (encoded(2, 1), X, None, None),
    "the output as a state": lambda: (encoded(0, 1, 2), X, None, None),
    "one timestep": lambda: (
        sequential(layers.LSTM(3, name="reader"), shape=(1, 2)), values(8, 1, 2), None, None,
    ),
    "the last step first": lambda: (
        every(go_backwards=True), X, values(8, 5, 1), "mse",
    ),
    "padding in front": lambda: (masking(), padded(0, 1, 2), None, None),
    "a row of padding": lambda: (masking(), padded(0, 5, 0), None, None),
    "a run that stops": lambda: (stuck(), X, None, None),
}  # fmt: skip


def problems(name):
    """Return what check finds, as the fields that it says in words."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(0)
    model, x, y, loss = WRONG[name]()
    report = unrolled.check(model, x, y, loss=loss)
    fields = ("level", "mistake", "title", "expected", "came", "why", "fix")
    return [
        {field: getattr(problem, field) for field in fields}
        for problem in report.problems
    ]
