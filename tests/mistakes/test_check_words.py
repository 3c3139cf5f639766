"""What check says of a problem: its numbers, names and reasons, and how a report shows them."""

import keras
import numpy as np
import pytest
from keras import layers

import unrolled

RNG = np.random.default_rng(0)


def values(*shape):
    return RNG.normal(size=shape).astype("float32")


def sequential(*steps, shape=(5, 2)):
    return keras.Sequential([keras.Input(shape), *steps])


def only(model, x, y=None, **given):
    """Return the one problem that is found."""
    (problem,) = unrolled.check(model, x, y, **given).problems
    return problem


class Stuck(layers.Layer):
    """Stops once it is told to."""

    stops = False

    def call(self, x):
        if self.stops:
            raise ValueError("the valve is stuck\nat every step")
        return x


def test_a_run_that_stops_gives_the_reason_and_not_its_frame():
    model = sequential(Stuck(name="valve"), layers.LSTM(3))
    model.layers[0].stops = True
    problem = only(model, values(4, 5, 2))
    assert problem.why == "the valve is stuck"
    assert problem.came == "(batch 4, timesteps 5, features 2)"


def test_the_states_that_a_layer_takes_are_named():
    inputs = [keras.Input((5, 2)), keras.Input((3,))]
    layer = layers.LSTM(3, name="reader")
    model = keras.Model(inputs, layer(inputs[0], initial_state=inputs[1:]))
    problem = only(model, [values(8, 5, 2), values(8, 3)])
    assert problem.expected == "initial_state=[h, c]"
    assert problem.came == "1 state"


def test_a_list_of_samples_is_counted_and_measured():
    problem = only(sequential(layers.LSTM(3)), [*values(4, 5, 2)])
    assert problem.title == "x is a list of 4 arrays, the model has one input"
    assert problem.came == "a list of 4 arrays (5, 2)"


def test_one_of_several_outputs_is_named():
    entry = keras.Input((5, 2))
    h = layers.LSTM(3)(entry)
    outputs = {
        name: layers.Dense(1, name=name)(h) for name in ("level", "flow")
    }
    model = keras.Model(entry, outputs)
    model.compile("adam", {"level": "mse", "flow": "mse"})
    y = {"level": values(8, 1), "flow": values(8, 3)}
    assert only(model, values(8, 5, 2), y).title.endswith("(output 'flow')")
    model = sequential(layers.GRU(3), layers.Dense(1))
    single = only(model, values(8, 5, 2), values(8, 2), loss="mse")
    assert "output '" not in single.title


def test_the_ids_that_a_loss_takes_are_counted_from_0():
    model = sequential(layers.LSTM(3), layers.Dense(3, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy")
    x, one_hot = values(6, 5, 2), np.eye(3)[[0, 1, 2] * 2]
    assert "ids from 0 to 2, as the loss" in only(model, x, one_hot).expected
    too_large = only(model, x, np.arange(6))
    assert too_large.expected.startswith("ids from 0 to 2, one for each")
    assert too_large.came == "0 to 5"


@pytest.mark.parametrize(
    ("count", "expected"),
    [(1, "1 loss, one for each of a"), (2, "2 losses, one for each of a, b")],
)
def test_losses_are_counted(count, expected):
    entry = keras.Input((5, 2))
    h = layers.LSTM(3)(entry)
    outputs = [layers.Dense(1, name=name)(h) for name in "ab"[:count]]
    model = keras.Model(entry, outputs)
    losses = ["mse"] * (count + 1)
    y = [values(8, 1) for _ in range(count)]
    problem = only(model, values(8, 5, 2), y, loss=losses)
    assert problem.expected == expected
    assert problem.came == f"a list of {count + 1} losses"


@pytest.mark.parametrize(
    ("loss", "metrics", "doubted"),
    [
        ("mse", ["accuracy"], True),
        ("mse", ["mae"], False),
        ("binary_crossentropy", ["acc"], False),
    ],
)
def test_accuracy_of_a_quantity_is_doubted(loss, metrics, doubted):
    model = sequential(layers.LSTM(3), layers.Dense(1, activation="sigmoid"))
    model.compile("adam", loss, metrics=metrics)
    y = RNG.uniform(0.1, 0.9, size=(8, 1))
    found = [
        p.mistake for p in unrolled.check(model, values(8, 5, 2), y).problems
    ]
    assert found == ["accuracy-of-a-quantity"] * doubted


def test_whole_numbers_may_be_asked_for_their_accuracy():
    model = sequential(layers.LSTM(3), layers.Dense(1))
    model.compile("adam", "mse", metrics=["accuracy"])
    assert not unrolled.check(model, values(8, 5, 2), np.arange(8.0)).problems


def test_rows_of_two_classes_are_added_up_as_well():
    model = sequential(layers.LSTM(3), layers.Dense(2, activation="softmax"))
    model.compile("adam", "categorical_crossentropy")
    problem = only(
        model, values(4, 5, 2), np.array([[1, 1], [0, 1], [1, 0], [0, 0]])
    )
    assert problem.mistake == "one-hot-rows-that-do-not-sum-to-1"
    assert problem.came == "2 of 4 rows, sums 0 to 2"


@pytest.mark.parametrize(("scale", "found"), [(0.5, False), (1.5, True)])
def test_an_unknown_end_counts_as_logits_where_it_leaves_0_to_1(scale, found):
    class Scaled(layers.Layer):
        def call(self, x):
            return 0 * x + scale

    model = sequential(layers.LSTM(1), Scaled())
    model.compile("adam", "binary_crossentropy")
    report = unrolled.check(model, values(4, 5, 2), np.array([0, 1, 0, 1]))
    mistakes = [p.mistake for p in report.problems]
    assert ("logits-taken-for-probabilities" in mistakes) is found


def test_a_loss_is_guessed_where_no_layer_adds_one():
    class Adds(layers.Layer):
        def call(self, x):
            self.add_loss(keras.ops.mean(x))
            return x

    x, y = values(8, 5, 2), values(8, 3)
    plain = only(sequential(layers.LSTM(3), layers.Dense(1)), x, y)
    assert "(guessed: none was given)" in plain.why
    adding = sequential(Adds(), layers.LSTM(3), layers.Dense(1))
    assert not unrolled.check(adding, x, y).problems


def test_a_report_shows_code_as_code_and_no_list_without_problems():
    model = sequential(layers.LSTM(3), layers.Dense(1))
    good = unrolled.check(model, values(8, 5, 2), values(8, 1), loss="mse")
    bad = unrolled.check(model, values(8, 2, 5), values(8, 1), loss="mse")
    doubtful = unrolled.check(model, values(12, 5, 2), np.ones(12), loss="mse")
    assert "<ol>" not in good._repr_html_()
    assert "<ol><li>" in bad._repr_html_()
    for report in (bad, doubtful):
        fix = report.problems[0].fix
        assert f"<code>{fix}</code>" in report._repr_html_()


def test_the_lines_of_a_fix_stand_below_each_other():
    x = values(8, 5, 2)
    x[2, 1] = np.nan
    model = sequential(layers.LSTM(3), layers.Dense(1))
    report = unrolled.check(model, x, values(8, 1), loss="mse")
    lines = str(report).splitlines()
    (first,) = (k for k, line in enumerate(lines) if "fix:" in line)
    assert lines[first + 1].index("x = x[keep]") == lines[first].index("keep =")
