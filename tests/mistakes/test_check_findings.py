"""Findings of check that were once wrong, missed or blamed on the wrong array, and the level of
each.
"""

import subprocess
import sys

import keras
import numpy as np
import pytest
from keras import layers

import unrolled

RNG = np.random.default_rng(0)


def values(*shape):
    return RNG.normal(size=shape).astype("float32")


def mistakes(report):
    return [(p.level, p.mistake) for p in report.problems]


def fixed(problem, **names):
    """Run the fix of a problem and return what it changed."""
    assert not problem.fix_is_example
    exec(problem.fix, {"np": np, "keras": keras}, names)
    return names


# which array


def static_and_series(layer, shape=(4, 2), dtype=None):
    static, series = (
        keras.Input((3,), name="static"),
        keras.Input(shape, name="series", dtype=dtype),
    )
    h = layers.LSTM(3)(layer(series))
    return keras.Model(
        [static, series], layers.Dense(1)(layers.Concatenate()([h, static]))
    )


def test_the_padded_input_is_named():
    model = static_and_series(layers.Masking())
    x, y = [values(12, 3), values(12, 4, 2)], values(12, 1)
    x[1][2] = 0
    (problem,) = unrolled.check(model, x, y, loss="mse").problems
    assert problem.mistake == "all-padding-row"
    made = fixed(problem, x=x, y=y)
    assert [len(a) for a in (*made["x"], made["y"])] == [11, 11, 11]
    assert (
        unrolled.check(model, made["x"], made["y"], loss="mse").problems == ()
    )


@pytest.mark.parametrize("ids", [False, True])
def test_padding_in_front_is_moved_behind_in_the_input_that_has_it(ids):
    if ids:
        layer, value = layers.Embedding(9, 2, mask_zero=True), 0
        model = static_and_series(layer, (4,), "int32")
        series = RNG.integers(1, 9, (5, 4))
    else:
        layer, value = layers.Masking(mask_value=-1), -1
        model = static_and_series(layer, (4, 2), None)
        series = values(5, 4, 2)
    front = [1, 2, 2, 0, 0]
    for row, steps in zip(series, front, strict=True):
        row[:steps] = value
    x = [values(5, 3), series.copy()]
    (problem,) = unrolled.check(model, x).problems
    assert (problem.level, problem.mistake) == ("doubt", "padding-in-front")
    assert problem.came.startswith("3 of 5 samples")
    for row, made, steps in zip(
        series, fixed(problem, x=x)["x"][1], front, strict=True
    ):
        assert np.array_equal(made[: 4 - steps], row[steps:])
        assert (made[4 - steps :] == value).all()


def test_nan_is_taken_out_of_all_arrays():
    model = static_and_series(layers.Dense(2))
    x, y = [values(12, 3), values(12, 4, 2)], values(12, 1)
    x[1][5, 0, 0] = np.nan
    (problem,) = unrolled.check(model, x, y, loss="mse").problems
    made = fixed(problem, x=x, y=y)
    assert [len(a) for a in (*made["x"], made["y"])] == [11, 11, 11]


def test_inputs_of_different_lengths_are_not_blamed_on_y():
    model = static_and_series(layers.Dense(2))
    (problem,) = unrolled.check(
        model, [values(10, 3), values(8, 4, 2)]
    ).problems
    assert problem.title == "The inputs do not have the same number of samples"
    (problem,) = unrolled.check(
        model, [values(8, 3), values(8, 4, 2)], values(7, 1), loss="mse"
    ).problems
    assert problem.title == "x and y do not have the same number of samples"


# layers of one name


@pytest.mark.parametrize("turned", [False, True])
def test_a_stateful_layer_is_found_beside_a_namesake(turned):
    def nested(name, stateful):
        i = keras.Input(batch_shape=(4, 3, 2))
        return keras.Model(
            i, layers.LSTM(2, stateful=stateful, name="lstm")(i), name=name
        )

    parts = [nested("a", True), nested("b", False)]
    i = keras.Input(batch_shape=(4, 3, 2))
    joined = [part(i) for part in (parts[::-1] if turned else parts)]
    model = keras.Model(i, layers.Dense(1)(layers.Concatenate()(joined)))
    report = unrolled.check(
        model, values(10, 3, 2), values(10, 1), loss="mse", shuffle=True
    )
    assert mistakes(report) == [
        ("raises", "samples-not-a-multiple-of-the-stateful-batch"),
        ("wrong", "shuffle-with-a-stateful-model"),
    ]


# labels


@pytest.mark.parametrize("dtype", ["int64", "float32"])
def test_ctc_labels_of_any_dtype_are_checked(dtype):
    steps = [layers.LSTM(4, return_sequences=True), layers.Dense(5)]
    model = keras.Sequential([keras.Input((6, 3)), *steps])
    y = np.array([[1, 2, 9], [1, 2, 3]] * 6, dtype)
    (problem,) = unrolled.check(model, values(12, 6, 3), y, loss="ctc").problems
    assert (problem.mistake, problem.came) == (
        "labels-that-ctc-does-not-know",
        "1 to 9",
    )
    y[y == 9] = 4
    assert unrolled.check(model, values(12, 6, 3), y, loss="ctc").problems == ()


def test_ctc_labels_with_nan_are_still_checked():
    model = keras.Sequential(
        [
            keras.Input((6, 3)),
            layers.LSTM(4, return_sequences=True),
            layers.Dense(5),
        ]
    )
    y = np.array([[1, 2, np.nan], [1, 2, 7], [1, 2, 3]] * 4, "float32")
    report = unrolled.check(model, values(12, 6, 3), y, loss="ctc")
    assert mistakes(report) == [
        ("wrong", "labels-that-ctc-does-not-know"),
        ("wrong", "nan-or-infinity"),
    ]


def one(shape=(6, 2)):
    return keras.Sequential(
        [keras.Input(shape), layers.LSTM(4), layers.Dense(1)]
    )


def test_labels_beside_whole_numbers_are_compared_as_they_are():
    x = RNG.integers(0, 10, (40, 6, 2))
    y = (x[:, -1, 0] + 0.5).reshape(-1, 1)
    assert unrolled.check(one(), x, y, loss="mse").problems == ()
    (problem,) = unrolled.check(
        one(), x, x[:, -1, :1].astype(float), loss="mse"
    ).problems
    assert (problem.level, problem.mistake) == (
        "doubt",
        "label-in-its-own-window",
    )
    y[3] = np.nan
    assert mistakes(unrolled.check(one(), x, y, loss="mse")) == [
        ("wrong", "nan-or-infinity")
    ]


def test_labels_of_another_precision_are_compared():
    series = RNG.normal(size=(40, 6, 2))
    report = unrolled.check(
        one(), series.astype("float32"), series[:, 2, 1], loss="mse"
    )
    assert [p.came for p in report.problems] == [
        "y equals x[:, 2, 1] in every sample"
    ]


def test_ten_samples_are_enough_to_say_that_labels_stand_in_x():
    x = values(10, 6, 2)
    assert len(unrolled.check(one(), x, x[:, 2, 1], loss="mse").problems) == 1
    assert unrolled.check(one(), x[:9], x[:9, 2, 1], loss="mse").problems == ()


def ending_in(activation, units=1):
    return keras.Sequential(
        [keras.Input((6, 2)), layers.LSTM(4), layers.Dense(units, activation)]
    )


ABOVE = np.linspace(-3, 3, 12, dtype="float32").reshape(12, 1)
LEVELS = {
    "a loss that was given": (
        "tanh",
        ABOVE,
        "mse",
        ["wrong labels-out-of-reach"],
    ),
    "a loss that was guessed": (
        "tanh",
        ABOVE,
        None,
        ["doubt labels-out-of-reach"],
    ),
    "within, as far as float32 goes": (
        "tanh",
        ABOVE / np.float32(3),
        "mse",
        [],
    ),
    "logits": (
        None,
        np.arange(12) % 2,
        "binary_crossentropy",
        ["wrong logits-taken-for-probabilities"],
    ),
    "1 and 2": (
        "sigmoid",
        1 + np.arange(12) % 2,
        "binary_crossentropy",
        ["wrong labels-out-of-reach"],
    ),
    "hinge": ("tanh", np.arange(12) % 2 * 1.0, "hinge", []),
    "far": (None, 999 * ABOVE / 3, "mse", []),
    "farther": (None, 1001 * ABOVE / 3, "mse", ["doubt unscaled-labels"]),
    "constant": (None, np.ones(10), "mse", ["doubt constant-labels"]),
    "nine alike": (None, np.ones(9), "mse", []),
}


@pytest.mark.parametrize("case", LEVELS)
def test_levels_and_limits(case):
    activation, y, loss, expected = LEVELS[case]
    report = unrolled.check(
        ending_in(activation), values(len(y), 6, 2), y, loss=loss
    )
    assert [f"{p.level} {p.mistake}" for p in report.problems] == expected
    assert report.ok is all(word.startswith("doubt") for word in expected)
    assert report.exit_code == 1 - report.ok


@pytest.mark.parametrize(
    ("largest", "doubted"), [(999.0, False), (1001.0, True)]
)
def test_large_features_are_doubted(largest, doubted):
    x = values(5, 6, 2)
    x[0, 0, 0] = -largest
    expected = [("doubt", "unscaled-features")] if doubted else []
    assert mistakes(unrolled.check(one(), x)) == expected


@pytest.mark.parametrize(
    ("samples", "level"),
    [(8, None), (9, "wrong"), (10, "raises"), (1, "raises")],
)
def test_the_last_batch_of_a_stateful_model(samples, level):
    model = keras.Sequential(
        [keras.Input(batch_shape=(4, 6, 2)), layers.LSTM(3, stateful=True)]
    )
    problems = unrolled.check(model, values(samples, 6, 2)).problems
    assert [p.level for p in problems] == ([level] if level else [])
    if samples > 4 and problems:
        x = fixed(problems[0], x=values(samples, 6, 2))["x"]
        assert unrolled.check(model, x).problems == ()


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ([8, 1], []),
        ([9, 1], [("raises", "indices-is-not-in")]),
        ([-1, 1], [("wrong", "negative-id")]),
        ([0.5, 1], [("wrong", "ids-with-fractions")]),
        ([np.nan, 1], [("wrong", "nan-or-infinity")]),
        ([np.inf, 1], [("wrong", "nan-or-infinity")]),
    ],
)
def test_levels_of_ids(ids, expected):
    model = keras.Sequential(
        [keras.Input((2,)), layers.Embedding(9, 2), layers.LSTM(2)]
    )
    assert mistakes(unrolled.check(model, np.array([ids] * 3))) == expected


class OwnStep(layers.Layer):
    """Keeps the time axis and knows no mask."""

    def call(self, x):
        return 2.0 * x


@pytest.mark.filterwarnings("ignore:Layer .* was passed an input with a mask")
@pytest.mark.parametrize(
    ("layer", "level"),
    [(lambda: layers.Conv1D(2, 1), "wrong"), (OwnStep, "doubt")],
)
def test_a_mask_lost_in_a_layer_of_your_own_is_a_doubt(layer, level):
    steps = [layers.Masking(), layer(), layers.LSTM(3)]
    model = keras.Sequential([keras.Input((5, 2)), *steps])
    assert mistakes(unrolled.check(model, padded())) == [
        (level, "mask-is-lost")
    ]


# masks


def test_a_mask_that_initial_state_takes_away_is_missed():
    ids, state = keras.Input((None,), dtype="int32"), keras.Input((4,))
    embedded = layers.Embedding(10, 4, mask_zero=True)(ids)
    h = layers.GRU(4, name="decoder")(embedded, initial_state=state)
    model, zeros = (
        keras.Model([ids, state], layers.Dense(1)(h)),
        np.zeros((8, 4), "float32"),
    )
    rows = RNG.integers(1, 10, (8, 6))
    assert (
        unrolled.check(model, [rows, zeros], values(8, 1), loss="mse").problems
        == ()
    )
    rows[::2, 4:] = 0
    padded = model.predict([rows[:1], zeros[:1]], verbose=0)
    plain = model.predict([rows[:1, :4], zeros[:1]], verbose=0)
    found = mistakes(
        unrolled.check(model, [rows, zeros], values(8, 1), loss="mse")
    )
    assert found == (
        [] if np.allclose(padded, plain) else [("wrong", "mask-is-lost")]
    )


def masked_stack(first=layers.LSTM, passes_on=True):
    lower = first(3, return_sequences=True, name="lower")
    lower.supports_masking = passes_on  # False is what Keras 3.16 sets itself
    return keras.Sequential(
        [
            keras.Input((5, 2)),
            layers.Masking(),
            lower,
            layers.LSTM(3, name="upper"),
        ]
    )


def padded():
    x = values(4, 5, 2)
    x[0, 3:] = 0
    return x


@pytest.mark.filterwarnings("ignore:Layer .* was passed an input with a mask")
def test_a_recurrent_layer_that_passes_no_mask_on_is_found_where_it_acts():
    (problem,) = unrolled.check(
        masked_stack(passes_on=False), padded()
    ).problems
    assert (problem.level, problem.mistake) == (
        "wrong",
        "a-recurrent-layer-passes-no-mask-on",
    )
    assert "lower" in problem.title
    assert (
        unrolled.check(masked_stack(passes_on=False), values(4, 5, 2)).problems
        == ()
    )


@pytest.mark.filterwarnings("ignore:Layer .* was passed an input with a mask")
def test_no_word_where_the_mask_comes_through():
    model, x = masked_stack(), padded()
    through = np.allclose(
        model.predict(x[:1], verbose=0),
        model.predict(x[:1, :3], verbose=0),
        atol=1e-6,
    )
    assert (unrolled.check(model, x).problems == ()) is through


@pytest.mark.filterwarnings("ignore:Layer .* was passed an input with a mask")
def test_a_mask_that_nobody_behind_needs_may_end():
    lower = layers.LSTM(3, return_sequences=True)
    lower.supports_masking = False
    model = keras.Sequential(
        [keras.Input((5, 2)), layers.Masking(), lower, layers.Dense(1)]
    )
    assert unrolled.check(model, padded()).problems == ()


# states


@pytest.mark.parametrize("both", [False, True])
def test_one_timestep_is_doubted_in_any_recurrent_layer(both):
    layer = layers.LSTM(3, name="reader")
    layer = layers.Bidirectional(layer, name="reader") if both else layer
    model = keras.Sequential([keras.Input((1, 8)), layer, layers.Dense(1)])
    (problem,) = unrolled.check(model, values(6, 1, 8)).problems
    assert (problem.level, problem.mistake) == (
        "doubt",
        "one-timestep-without-a-state",
    )
    assert problem.title == "The layer reader reads a single timestep"


def test_one_timestep_is_counted_in_all_that_was_given():
    model = keras.Sequential(
        [keras.Input((1, 2)), layers.LSTM(3), layers.Dense(1)]
    )
    (problem,) = unrolled.check(model, values(64, 1, 2)).problems
    assert problem.came == "64 samples of 1 timestep"


# what is given


def test_a_generator_is_not_called_wrong():
    def batches():
        while True:
            yield values(8, 6, 2), values(8, 1)

    with pytest.raises(
        TypeError,
        match=r"got a generator, which can be read only once. Fix: x, y = next",
    ):
        unrolled.check(one(), batches())


def test_ids_of_a_nested_embedding_are_made_up_as_ids():
    inner = keras.Sequential(
        [keras.Input((5,)), layers.Embedding(10, 3), layers.LSTM(2)]
    )
    made = (
        unrolled.trace(keras.Sequential([keras.Input((5,)), inner]))
        .inputs[0]
        .outputs[0]
    )
    assert np.array_equal(made, np.round(made))
    assert made.min() >= 0
    assert 1 < made.max() < 10
    with pytest.raises(ValueError, match="ids from 0 to 9"):
        unrolled.trace(
            keras.Sequential([keras.Input((5,)), inner]), np.full((1, 5), 10)
        )


def test_a_dataset_is_read_as_far_as_it_is_needed():
    class Counted(keras.utils.PyDataset):
        reads = 0

        def __len__(self):
            return 50

        def __getitem__(self, number):
            Counted.reads += 1
            return values(4, 6, 2), values(4, 1)

    assert unrolled.check(one(), Counted(), loss="mse").ok
    assert Counted.reads == 3


# company

COMPANY = """
import threading, warnings
import keras, numpy as np, unrolled
from keras import layers

models = [keras.Sequential([keras.Input((6, 2)), layers.LSTM(4), layers.Dense(1)]) for _ in "ab"]
x, y = np.zeros((4, 6, 2)), np.zeros((4, 6))
before = list(warnings.filters)
for _ in range(5):
    work = lambda model: [unrolled.check(model, x, y, loss="mse") for _ in range(3)]
    threads = [threading.Thread(target=work, args=(model,)) for model in models]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
print("left as found" if warnings.filters == before else warnings.filters[:2])
"""


def test_checks_in_threads_leave_the_warnings_of_the_process_alone():
    ran = subprocess.run(
        [sys.executable, "-c", COMPANY],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.splitlines()[-1] == "left as found"
