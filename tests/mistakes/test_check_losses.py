"""Losses of any kind and structure: what check says against what fit does, and what a loss of your
own does.
"""

import keras
import numpy as np
import pytest
from keras import layers, ops

import unrolled

RNG = np.random.default_rng(0)


def one():
    return keras.Sequential(
        [keras.Input((5, 2)), layers.LSTM(3), layers.Dense(1, name="out")]
    )


def named():
    i = keras.Input((5, 2))
    return keras.Model(i, layers.Dense(1, name="out")(layers.LSTM(3)(i)))


def two():
    i = keras.Input((5, 2))
    h = layers.LSTM(3)(i)
    return keras.Model(
        i, [layers.Dense(1, name="a")(h), layers.Dense(1, name="b")(h)]
    )


def keyed():
    i = keras.Input((5, 2))
    h = layers.LSTM(3)(i)
    return keras.Model(i, {"a": layers.Dense(1)(h), "b": layers.Dense(1)(h)})


X, Y = RNG.normal(size=(4, 5, 2)), RNG.normal(size=(4, 1))
FORMS = [
    *((one, Y, loss) for loss in (
        "mse", ["mse"], {"out": "mse"}, {"a": "mse"}, {}, [], [None], ["mse", "mae"], [["mse"]],
        {"out": ["mse"]}
    )),
    *(
        (named, Y, loss)
        for loss in ({"out": "mse"}, {"a": "mse"}, {}, [], [None], {"out": ["mse"]})
    ),
    *((two, [Y, Y], loss) for loss in (
        "mse", ["mse"], ["mse", "mae"], [], ["mse", "mae", "mse"], [None, None], [None, "mse"],
        {"a": "mse"},
        {"a": "mse", "b": None}, {}, ("mse", "mae"), {"a": ["mse", "mae"], "b": "mse"},
    )),
    *((keyed, {"a": Y, "b": Y}, loss) for loss in (
        "mse", {"a": "mse"}, {"a": "mse", "b": ["mae"]}, {"a": "mse", "c": "mae"}, ["mse", "mae"],
        {"b": "mae"}, []
    )),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:Gradients do not exist")
@pytest.mark.parametrize(
    ("build", "y", "loss"),
    FORMS,
    ids=[f"{build.__name__} {loss}" for build, _, loss in FORMS],
)
def test_losses_at_which_fit_stops(build, y, loss):
    report = unrolled.check(build(), X, y, loss=loss)
    model = build()
    model.compile("adam", loss, run_eagerly=True)
    try:
        model.fit(X, y, verbose=0)
    except Exception:
        stops = True
    else:
        stops = False
    assert [p.level for p in report.problems] == ["raises"] * stops, str(report)
    if not stops:
        return
    problem = report.problems[0]
    names = {"loss": loss}
    exec(problem.fix, names)
    model.compile("adam", names["loss"], run_eagerly=True)
    model.fit(X, y, verbose=0)
    assert unrolled.check(build(), X, y, loss=names["loss"]).problems == ()


def test_what_is_not_a_loss_is_said():
    with pytest.raises(
        ValueError,
        match=r"Expected a loss as compile takes it .* got 3. Fix: loss='mse'",
    ):
        unrolled.check(one(), X, Y, loss=3)


def own_ctc(y_true, y_pred):
    ones = ops.ones((ops.shape(y_pred)[0],), "int32")
    lengths = ones * ops.shape(y_true)[1], ones * ops.shape(y_pred)[1]
    return ops.ctc_loss(ops.cast(y_true, "int32"), y_pred, *lengths)


def masked_loss(y_true, y_pred):
    loss = keras.losses.sparse_categorical_crossentropy(
        y_true, y_pred, from_logits=True
    )
    mask = ops.cast(y_true != 0, loss.dtype)
    return ops.sum(loss * mask) / ops.sum(mask)


def likelihood(y_true, y_pred):
    mean, deviation = y_pred[..., :1], ops.softplus(y_pred[..., 1:]) + 1e-3
    return ops.mean(
        ops.square((y_true - mean) / deviation) + ops.log(deviation)
    )


def own_mse(y_true, y_pred):
    return ops.mean(ops.square(y_true - y_pred), axis=-1)


def sequences(units, activation=None):
    i = keras.Input((20, 5))
    h = layers.LSTM(8, return_sequences=True)(i)
    return keras.Model(i, layers.Dense(units, activation=activation)(h))


def single(units):
    i = keras.Input((20, 5))
    return keras.Model(i, layers.Dense(units)(layers.LSTM(8)(i)))


LONG = RNG.normal(size=(16, 20, 5)).astype("float32")
IDS, STEPS = RNG.integers(1, 11, (16, 6)), RNG.integers(0, 11, (16, 20))
QUANTITIES = RNG.normal(size=(16, 20)).astype("float32")


def ctc(y_true, y_pred):
    """Return CTC by another arrangement, under Keras's name."""
    return own_ctc(y_true, y_pred)


@pytest.mark.parametrize(
    ("model", "y", "loss"),
    [
        (sequences(11), IDS, own_ctc),
        (sequences(11, "softmax"), IDS, own_ctc),
        (sequences(11, "softmax"), IDS, ctc),
        (sequences(11), STEPS, masked_loss),
        (single(2), QUANTITIES[:, :1], likelihood),
        (sequences(2), QUANTITIES[..., None], likelihood),
        (single(1), QUANTITIES[:, 0], own_mse),
        (sequences(1), QUANTITIES, own_mse),
    ],
)
def test_a_right_loss_of_your_own_is_not_doubted(model, y, loss):
    model.compile("adam", loss, run_eagerly=True)
    assert unrolled.check(model, LONG, y).problems == ()


@pytest.mark.parametrize(
    ("model", "y", "loss"),
    [(sequences(11), IDS, own_ctc), (sequences(11), STEPS, masked_loss)],
)
def test_the_picture_says_that_your_loss_pairs_labels_itself(model, y, loss):
    model.compile("adam", loss, run_eagerly=True)
    words = unrolled.draw(model, LONG, y).words().splitlines()[-1]
    assert "does not fit" not in words


@pytest.mark.parametrize("model", [single(1), sequences(1)])
def test_a_loss_of_your_own_that_stretches_is_doubted(model):
    y = QUANTITIES if model.output.shape[1:] == (1,) else QUANTITIES[:, :1]
    (problem,) = unrolled.check(model, LONG, y, loss=own_mse).problems
    assert problem.level == "doubt"
    assert "The loss own_mse stretches" in problem.why
    plain, mse = (
        unrolled.check(model, LONG, y, loss="mse").problems[0],
        "The loss mean_squared_error stretches",
    )
    assert (plain.level, plain.mistake, plain.why[: len(mse)]) == (
        "wrong",
        problem.mistake,
        mse,
    )


def test_a_loss_of_your_own_that_stops_is_said():
    def strict(y_true, y_pred):
        if y_true.shape != y_pred.shape:
            raise ValueError("the shapes differ")
        return own_mse(y_true, y_pred)

    (problem,) = unrolled.check(
        single(1), LONG, QUANTITIES, loss=strict
    ).problems
    assert problem.level == "raises"
    assert problem.why == "The loss strict stops: the shapes differ"


class Ranker(keras.Model):
    """Computes its loss in code of its own."""

    def compute_loss(
        self, x=None, y=None, y_pred=None, sample_weight=None, training=True
    ):
        return ops.mean(ops.square(y_pred["score"] - ops.cast(y, "float32")))


def ranker():
    i = keras.Input((5, 2))
    h = layers.GRU(4)(i)
    model = Ranker(i, {"score": layers.Dense(1)(h), "query": h})
    model.compile("adam", run_eagerly=True)
    return model


def test_a_model_with_a_loss_of_its_own_is_not_judged():
    model = ranker()
    model.fit(X, Y, verbose=0)
    assert unrolled.check(model, X, Y).problems == ()
    (problem,) = unrolled.check(model, X, Y[:3]).problems
    assert problem.mistake == "data-cardinality-is-ambiguous"


class Endpoint(layers.Layer):
    """Adds the loss itself, of labels that the model takes as an input."""

    def call(self, labels, output):
        self.add_loss(ops.mean(ops.abs(labels - output)))
        return output


def test_a_model_that_adds_its_loss_is_not_guessed_at():
    i, labels = keras.Input((5, 2)), keras.Input((5,))
    model = keras.Model(
        [i, labels], Endpoint()(labels, layers.Dense(5)(layers.LSTM(3)(i)))
    )
    model.compile("adam", run_eagerly=True)
    x = [X, RNG.normal(size=(4, 5))]
    model.fit(x, verbose=0)
    assert unrolled.check(model, x).problems == ()
    assert unrolled.check(model, x, Y).problems == ()


def test_a_regularizer_is_no_loss_of_its_own():
    i = keras.Input((5, 2))
    h = layers.LSTM(3, kernel_regularizer="l2")(i)
    problems = unrolled.check(
        keras.Model(i, layers.Dense(1)(h)), X, RNG.normal(size=(4, 5))
    ).problems
    assert [p.mistake for p in problems] == [
        "labels-at-every-step-for-one-output"
    ]
    assert "(guessed: none was given)" in problems[0].why
