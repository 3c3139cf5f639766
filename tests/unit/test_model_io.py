"""What a model takes and returns as plain data: arrays matched, findings, guesses of losses. No
Keras is needed.
"""

from dataclasses import replace

import numpy as np
import pytest

from unrolled.model_io.arrays import read_array
from unrolled.model_io.inputs import cut_batches, make_up_inputs, read_x
from unrolled.model_io.labels import read_loose_y, read_y
from unrolled.model_io.loss_shapes import (
    aligned,
    pair_by_class,
    pair_by_value,
)
from unrolled.model_io.losses import (
    LossSpec,
    describe_loss,
    guess_name,
    spread_loss,
)
from unrolled.model_io.nested import leaves
from unrolled.model_io.signature import InputSpec, ModelIO

SERIES = InputSpec(name="series", shape=(None, 5, 2), dtype="float32")
IDS = InputSpec(name="ids", shape=(None, 4), dtype="int32", ids=9)


def model(*specs, **more):
    paths = tuple((k,) for k in range(len(specs))) if len(specs) > 1 else ((),)
    return ModelIO(name="m", inputs=specs, input_paths=paths, **more)


@pytest.mark.parametrize(
    ("x", "code", "fix"),
    [
        (np.zeros((3, 2, 5)), "swapped-timesteps-and-features", "x = np.swapaxes(x, 1, 2)"),
        (np.zeros((5, 2)), "sample-without-batch-axis", "x = x[np.newaxis]"),
        (np.zeros((3, 5, 2, 1)), "last-axis-dropped", "x = x[..., 0]"),
        (np.zeros((3, 10)), "invalid-input-shape-for-input-tensor", "x = x.reshape(len(x), 5, 2)"),
        (np.zeros((3, 7, 2)), "timesteps-other-than-built", "x = x[:, -5:]"),
        (
            np.zeros((30, 2)),
            "invalid-input-shape-for-input-tensor",
            "x = unrolled.windows(x, timesteps=5).x",
        ),
    ],
)  # fmt: skip
def test_the_fix_of_a_shape_gives_the_shape(x, code, fix):
    import unrolled

    (finding,) = read_x(model(SERIES), x).findings
    assert finding.code == code
    assert finding.fix.startswith(fix)
    assert not finding.fix_is_example
    names = {"x": x, "np": np, "unrolled": unrolled}
    exec(finding.fix, names)
    assert names["x"].shape[1:] == (5, 2)
    assert read_x(model(SERIES), names["x"]).findings == ()


def test_a_shape_that_is_to_be_decided_is_an_example():
    for x in (
        np.zeros((3, 9)),
        np.zeros((3, 5, 4)),
        np.zeros((3, 3, 2)),
        np.zeros((4, 2)),
    ):
        (finding,) = read_x(model(SERIES), x).findings
        assert finding.fix_is_example


def test_a_sequential_model_runs_on_with_other_timesteps():
    x = np.zeros((3, 7, 2))
    given = read_x(model(SERIES, takes_any_timesteps=True), x)
    assert [f.stops for f in given.findings] == [False]
    assert given.require()[0] is x
    with pytest.raises(
        ValueError, match=r"got \(batch 3, timesteps 7, features 2\)"
    ):
        read_x(model(SERIES), x).require()


@pytest.mark.parametrize(
    ("ids", "codes"),
    [
        ([[0, 8]], []),
        ([[0, 9]], ["indices-is-not-in"]),
        ([[-1, 7]], ["negative-id"]),
        ([[-1, 9]], ["indices-is-not-in", "negative-id"]),
        ([[0.5, 1]], ["ids-with-fractions"]),
        ([[np.nan, 1]], ["ids-with-fractions", "nan-or-infinity"]),
    ],
)
def test_ids_from_0_to_one_less_than_their_count(ids, codes):
    spec = InputSpec(name="ids", shape=(None, 2), dtype="int32", ids=9)
    assert [
        f.code for f in read_x(model(spec), np.array(ids)).findings
    ] == codes


def test_a_negative_id_is_moved_where_the_embedding_has_room():
    spec = InputSpec(name="ids", shape=(None, 2), dtype="int32", ids=9)
    room, full = ([[-2, 6]], False), ([[-2, 8]], True)
    for ids, is_example in (room, full):
        (finding,) = read_x(model(spec), np.array(ids)).findings
        assert finding.fix.startswith("x = x + 2")
        assert finding.fix_is_example is is_example


def test_findings_come_in_the_order_of_the_inputs_and_all_at_once():
    given = read_x(
        model(SERIES, IDS), [np.zeros((3, 2, 5)), np.full((4, 4), 9)]
    )
    codes = [
        "swapped-timesteps-and-features",
        "indices-is-not-in",
        "data-cardinality-is-ambiguous",
    ]
    assert [f.code for f in given.findings] == codes
    assert "input 'series'" in given.findings[0].of
    assert [a.variable for a in given.arguments] == ["x[0]", "x[1]"]


def test_optional_inputs_may_be_left_out():
    optional = InputSpec(
        name="more", shape=(None, 3), dtype="float32", optional=True
    )
    given = read_x(model(SERIES, optional), [np.zeros((3, 5, 2)), None])
    assert (given.absent, given.findings, len(given.arguments)) == ({1}, (), 1)
    refused = read_x(model(optional, SERIES), [np.zeros((3, 3)), None])
    assert refused.findings[0].is_type


def test_a_dict_is_read_by_the_names_and_one_key_too_many_is_seen():
    keyed = ModelIO(
        name="m",
        inputs=(IDS, SERIES),
        input_paths=(("b",), ("c",)),
        input_structure={"c": 1, "b": 0},
        reads_sorted_keys=True,
    )
    x = {"c": np.zeros((3, 5, 2)), "b": np.zeros((3, 4), int), "a": np.zeros(3)}
    (finding,) = read_x(keyed, x).findings
    assert finding.came == "x['a'] for the input 'b'; x['b'] for the input 'c'"
    by_key = replace(keyed, reads_sorted_keys=False)
    for io, given in ((by_key, x), (keyed, {"b": x["b"], "c": x["c"]})):
        read = read_x(io, given)
        assert [a.name for a in read.arguments] == ["ids", "series"]
        assert not read.findings


def test_batches_of_the_model_s_own_size():
    fixed = model(InputSpec(name="x", shape=(2, 5, 2), dtype="float32"))
    x = np.arange(60).reshape(6, 5, 2)
    assert [len(part[0]) for part in cut_batches(fixed, [x], None)] == [2, 2, 2]
    assert [len(part[0]) for part in cut_batches(model(SERIES), [x], 4)] == [
        4,
        2,
    ]
    with pytest.raises(
        ValueError, match=r"multiple of 2 samples.*got 5.*Fix: pass 4 samples"
    ):
        list(cut_batches(fixed, [x[:5]], None))
    with pytest.raises(ValueError, match="batch_size=2"):
        list(cut_batches(fixed, [x], 3))


def test_made_up_inputs_fit():
    text = InputSpec(name="text", shape=(None, 1), dtype="string")
    fixed = InputSpec(name="x", shape=(4, None, 2), dtype="float32")
    ids, words, series = make_up_inputs(model(IDS, text, fixed))
    assert (ids.shape, words.shape, series.shape) == ((4, 4), (4, 1), (4, 5, 2))
    assert ids.dtype == np.int32
    assert 0 <= ids.min() < ids.max() < 9
    assert -1 <= series.min() < 0 < series.max() <= 1


@pytest.mark.parametrize(
    ("activation", "labels", "outputs", "name"),
    [
        (
            "softmax",
            np.array([0, 1]),
            (2, 3),
            "sparse_categorical_crossentropy",
        ),
        ("softmax", np.eye(3)[:2], (2, 3), "categorical_crossentropy"),
        (
            "softmax",
            np.eye(3, dtype=int)[:2],
            (2, 3),
            "categorical_crossentropy",
        ),
        ("softmax", np.zeros((2, 1)), (2, 1), "mse"),
        ("linear", np.array([0, 1]), (2, 3), "sparse_categorical_crossentropy"),
        ("linear", np.array([0.5, 1]), (2, 3), "mse"),
        ("linear", np.array([0, 1]), (2, 1), "mse"),
        ("sigmoid", np.array([0, 1]), (2, 1), "binary_crossentropy"),
        ("sigmoid", np.array([0.5, 1]), (2, 1), "mse"),
        ("tanh", np.array([0, 1]), (2, 1), "mse"),
    ],
)
def test_a_loss_is_guessed_from_activation_and_labels(
    activation, labels, outputs, name
):
    assert guess_name(activation, labels, outputs) == name


def test_losses_are_spread_over_outputs():
    paths, names = [(0,), (1, 0), (1, 1)], ["a", "b", "c"]
    assert spread_loss(["x", "y", "z"], paths, names) == ["x", "y", "z"]
    assert spread_loss(["x", ["y", None]], paths, names) == ["x", "y", None]
    assert spread_loss({"c": "x"}, paths, names) == [None, None, "x"]
    assert spread_loss("x", paths, names) == ["x"] * 3
    assert spread_loss([["x", "y"]], [()], ["a"]) == ["x"]


def _stretching(y, p):
    return np.mean((y - p) ** 2)


def _sums(y, p):
    return np.sum(y) + np.sum(p)


def _by_class(y, p):
    return np.mean(np.take_along_axis(p, y.astype(int)[..., None], axis=-1))


@pytest.mark.parametrize(
    ("call", "labels", "outputs", "verdict"),
    [
        (_stretching, (4, 6), (4, 1), "wrong"),
        (_stretching, (4, 1), (4, 6, 1), "raises"),
        (_stretching, (4, 1), (4, 6), "ok"),
        (_stretching, (4, 6), (4, 6), "ok"),
        (_by_class, (4, 6), (4, 6, 5), "ok"),
        (_stretching, (4, 6), (4, 5), "raises"),
        (_stretching, (4, 6), (4, 1, 6), "wrong"),
        (_stretching, (4, 2), (4, 6), "raises"),
        (_sums, (4, 6), (4, 1), "ok"),
    ],
)
def test_what_a_loss_of_your_own_does_with_two_shapes(
    call, labels, outputs, verdict
):
    assert (
        LossSpec(name="own", call=call, is_keras=False).verdict(
            labels, outputs
        )[0]
        == verdict
    )


def test_a_loss_of_your_own_is_not_taken_for_keras_s_by_its_name():
    for name in (
        "ctc",
        "sparse_categorical_crossentropy",
        "hinge",
        "binary_crossentropy",
    ):
        own = describe_loss(name, _stretching, is_keras=False)
        takes = (
            own.takes_ids,
            own.takes_classes,
            own.takes_probabilities,
            own.takes_signs,
            own.aligns,
        )
        assert not any(takes)
        assert not own.is_ctc


def test_shapes_are_aligned_as_keras_does():
    assert aligned((8, 5, 1), (8, 5)) == ((8, 5), (8, 5))
    assert aligned((8, 5), (8, 5, 3)) == ((8, 5), (8, 5, 3))


@pytest.mark.parametrize(
    ("labels", "outputs", "by_value", "by_class"),
    [
        ((8,), (8, 1), True, True),
        ((8, 1), (8, 1), True, True),
        ((8, 1), (8, 5), False, True),
        ((8, 5), (8, 1), False, False),
        ((8,), (8, 5), False, True),
        ((8, 5), (8, 5, 1), True, True),
        ((8, 1), (8, 5, 1), False, False),
        ((8, 5), (8, 5, 3), False, True),
        ((7, 5), (8, 5), False, False),
    ],
)
def test_which_shapes_of_labels_and_outputs_pair(
    labels, outputs, by_value, by_class
):
    assert pair_by_value(labels, outputs) is by_value
    assert pair_by_class(labels, outputs) is by_class


def test_the_arrays_of_a_nested_value_come_in_the_order_of_keras():
    first, second, third = (np.zeros(size) for size in (1, 2, 3))
    nested = {"b": [second, (third,)], "a": first}
    assert [len(array) for array in leaves(nested)] == [1, 2, 3]
    assert [len(array) for array in leaves([third, first])] == [3, 1]


@pytest.mark.parametrize(
    "value", [None, object(), "text", [[1], [1, 2]], np.array([1j]), iter([1])]
)
def test_what_is_not_an_array_says_why(value):
    argument = read_array("x", value, "x")
    assert argument.array is None
    assert argument.problem


def test_labels_are_read_by_output_and_say_what_does_not_fit():
    paths, names = [("a",), ("b",)], ["a", "b"]
    y = {"b": [[1.0], [2.0]], "a": np.zeros((2, 3))}
    given = read_y(y, paths, names)
    assert [a.variable for a in given.arguments] == ["y['a']", "y['b']"]
    assert [array.shape for array in given.require(samples=2)] == [
        (2, 3),
        (2, 1),
    ]
    with pytest.raises(ValueError, match=r"one row per sample of x \(3\)"):
        given.require(samples=3)
    short = read_y(y["a"], paths, names)
    assert (short.arguments, "got 1" in short.misfit) == ((), True)
    with pytest.raises(ValueError, match="Expected 2 arrays of labels"):
        short.require(samples=2)
    ragged = read_y([[1], [1, 2]], [()], ["out"])
    with pytest.raises(TypeError, match="numbers for y, got rows of different"):
        ragged.require(samples=2)


def test_labels_of_unknown_outputs_are_read_as_they_stand():
    given = read_loose_y([np.zeros(2), {"z": np.ones(2)}])
    assert [a.variable for a in given.arguments] == ["y[0]", "y[1]['z']"]
    assert [len(array) for array in given.require(samples=2)] == [2, 2]
