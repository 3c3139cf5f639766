"""Inputs and outputs in dicts and nested lists: read as Keras reads them, and checked without a
false alarm.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keras import Input, Model, layers, tree

import unrolled
from unrolled.model_io.nested import (
    leaves,
    pack,
    paths_to,
    spell,
    spell_all,
    walk,
)

RNG = np.random.default_rng(0)
A, B, C = (
    RNG.uniform(-0.9, 0.9, shape).astype("float32")
    for shape in ((4, 5, 2), (4, 3), (4, 5, 2))
)
ONE, TWO, THREE = (
    RNG.uniform(-0.9, 0.9, (4, n)).astype("float32") for n in (1, 2, 3)
)

NESTED = st.recursive(
    st.just("leaf"),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.lists(inner, min_size=1, max_size=3).map(tuple)
        | st.dictionaries(
            st.sampled_from("cabd"), inner, min_size=1, max_size=3
        )
    ),
    max_leaves=8,
)


def _filled(shape: Any, numbers: Iterator[int]) -> Any:
    """Return the same structure with an array of another value at each leaf."""
    if isinstance(shape, dict):
        return {key: _filled(part, numbers) for key, part in shape.items()}
    if isinstance(shape, (list, tuple)):
        return type(shape)(_filled(part, numbers) for part in shape)
    return np.full((2,), next(numbers))


@given(NESTED)
def test_arrays_are_found_where_keras_has_them(shape: Any) -> None:
    value = _filled(shape, iter(range(100)))
    known = dict(walk(value))
    flat = tree.flatten(value)
    assert [known[path] for path in paths_to(flat, value)] == flat
    again = pack(value, [2 * a for a in leaves(value)])
    tree.assert_same_structure(again, value)
    assert all(
        (a == 2 * b).all()
        for a, b in zip(tree.flatten(again), tree.flatten(value), strict=True)
    )


@given(NESTED)
def test_written_as_python_reads_it(shape: Any) -> None:
    value = _filled(shape, iter(range(100)))
    for path, leaf in walk(value):
        assert eval(spell("value", path), {"value": value}) is leaf
    words = [f"a{k}" for k, _ in enumerate(leaves(value))]
    written = eval(
        spell_all([path for path, _ in walk(value)], words),
        dict(zip(words, leaves(value), strict=True)),
    )
    assert [path for path, _ in walk(written)] == [
        path for path, _ in walk(value)
    ]
    assert all(
        a is b for a, b in zip(leaves(written), leaves(value), strict=True)
    )


def _inputs() -> tuple[Any, Any, Any]:
    return (
        Input((5, 2), name="a"),
        Input((3,), name="b"),
        Input((5, 2), name="c"),
    )


def _body(a: Any, b: Any, c: Any) -> Any:
    joined = layers.Concatenate()([layers.LSTM(3)(a), b, layers.GRU(2)(c)])
    return layers.Dense(1, name="out")(joined)


def _taking(arrange: Any) -> Model:
    a, b, c = _inputs()
    return Model(arrange(a, b, c), _body(a, b, c))


def _returning(arrange: Any) -> Model:
    a, b, c = _inputs()
    one = _body(a, b, c)
    return Model(
        [a, b, c],
        arrange(
            one,
            layers.Dense(2, name="two")(one),
            layers.Dense(3, name="three")(one),
        ),
    )


class Keyed(Model):
    """Takes a dict that holds a list, and returns a dict that holds a list."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm, self.dense = (
            layers.LSTM(3, return_state=True),
            layers.Dense(1),
        )

    def call(self, x: Any) -> Any:
        h, *states = self.lstm(x["series"][0] + x["series"][1])
        return {"value": self.dense(h) + x["bias"], "states": states}


def _keyed() -> Model:
    model = Keyed()
    model({"series": [A, C], "bias": ONE})
    return model


def _optional() -> Model:
    a, b = Input((5, 2), name="a"), Input((3,), name="b", optional=True)
    return Model([a, b], Shifted()(layers.LSTM(3)(a), b))


class Shifted(layers.Layer):
    """Adds its second input where there is one."""

    def call(self, x: Any, by: Any = None) -> Any:
        return x if by is None else x + by

    def compute_output_shape(self, x_shape: Any, by_shape: Any = None) -> Any:
        return x_shape


TAKES: dict[str, tuple[Any, Any]] = {
    "lists in a list": (
        lambda: _taking(lambda a, b, c: [[a, b], c]),
        [[A, B], C],
    ),
    "tuples in a tuple": (
        lambda: _taking(lambda a, b, c: ((a, b), c)),
        ((A, B), C),
    ),
    "dicts in a dict": (
        lambda: _taking(lambda a, b, c: {"z": {"d": a, "c": b}, "e": c}),
        {"z": {"d": A, "c": B}, "e": C},
    ),
    "a flat list": (lambda: _taking(lambda a, b, c: [[a, b], c]), [A, B, C]),
    "a list in a dict": (
        lambda: _taking(lambda a, b, c: {"ab": [a, b], "c": c}),
        {"ab": [A, B], "c": C},
    ),
    "keys of their own": (
        lambda: _taking(lambda a, b, c: {"z": a, "y": b, "x": c}),
        {"z": A, "y": B, "x": C},
    ),
    "names of the inputs": (
        lambda: _taking(lambda a, b, c: [a, b, c]),
        {"c": C, "b": B, "a": A},
    ),
    "a key too many at the end": (
        lambda: _taking(lambda a, b, c: {"a": a, "b": b, "c": c}),
        {"a": A, "b": B, "c": C, "date": B},
    ),
    "a subclass": (_keyed, {"series": [A, C], "bias": ONE}),
    "an optional input left out": (_optional, [A, None]),
    "an optional input": (_optional, [A, THREE]),
}

RETURNS: dict[str, tuple[Any, Any]] = {
    "one key": (
        lambda: _returning(lambda one, two, three: {"y": one}),
        {"y": ONE},
    ),
    "keys": (
        lambda: _returning(lambda one, two, three: {"k": one, "j": two}),
        {"k": ONE, "j": TWO},
    ),
    "a list for keys": (
        lambda: _returning(lambda one, two, three: {"k": one, "j": two}),
        [TWO, ONE],
    ),
    "names of layers": (
        lambda: _returning(lambda one, two, three: [one, two]),
        {"two": TWO, "out": ONE},
    ),
    "lists in a list": (
        lambda: _returning(lambda one, two, three: [one, [two, three]]),
        [ONE, [TWO, THREE]],
    ),
    "a list in a dict": (
        lambda: _returning(
            lambda one, two, three: {"b": one, "a": [two, three]}
        ),
        {"b": ONE, "a": [TWO, THREE]},
    ),
    "dicts in a dict": (
        lambda: _returning(
            lambda one, two, three: {"b": {"z": one, "c": two}, "a": three}
        ),
        {"b": {"z": ONE, "c": TWO}, "a": THREE},
    ),
}


@pytest.mark.parametrize("case", TAKES)
@pytest.mark.filterwarnings(
    "ignore:.*structure.*", "ignore:When providing `inputs`"
)
def test_inputs_of_any_structure(case: str) -> None:
    make, x = TAKES[case]
    keras.utils.set_random_seed(0)
    model = make()
    model.compile(run_eagerly=True)
    trace = unrolled.trace(model, x)
    expected = tree.flatten(model.predict(x, verbose=0))
    assert all(
        np.allclose(a, b, atol=1e-6)
        for a, b in zip(trace.outputs, expected, strict=True)
    )
    assert len(unrolled.trace(model, x, batch_size=2).batches) == 2
    assert unrolled.draw(model, x).words() == unrolled.draw(trace).words()
    report = unrolled.check(model, x)
    assert report.ok, report
    assert unrolled.sensitivity(model, x).reads


@pytest.mark.parametrize("case", RETURNS)
def test_outputs_of_any_structure(case: str) -> None:
    make, y = RETURNS[case]
    keras.utils.set_random_seed(0)
    model, x = make(), [A, B, C]
    model.compile("adam", "mse", run_eagerly=True)
    model.fit(x, y, verbose=0)
    report = unrolled.check(model, x, y)
    assert report.ok, report
    words = unrolled.draw(model, x, y).words()
    assert "does not fit" not in words
    assert words.count("Labels y") == len(leaves(y))


def test_memory_of_an_output_by_its_key() -> None:
    keyed = _returning(lambda one, two, three: {"k": one, "j": two})
    by_key, by_number = (
        unrolled.sensitivity(keyed, [A, B, C], output=output)
        for output in ("k", 1)
    )
    assert by_key.of == "unit 0 of output k"
    assert np.array_equal(by_key["a"].gradients, by_number["a"].gradients)
    named = _returning(lambda one, two, three: [one, two])
    assert (
        unrolled.sensitivity(named, [A, B, C], output="two", unit=1).of
        == "unit 1 of output two"
    )
    with pytest.raises(
        ValueError, match="output to be one of 'out', 'two'; got 'k'"
    ):
        unrolled.sensitivity(named, [A, B, C], output="k")
    with pytest.raises(
        ValueError, match="a number, as the outputs have no names; got 'k'"
    ):
        unrolled.sensitivity(_pair(), A, output="k")
    assert (
        unrolled.sensitivity(
            _keyed(), {"series": [A, C], "bias": ONE}, output="value"
        ).of
        == "unit 0 of output value"
    )


class Pair(Model):
    """Returns two arrays in a tuple."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm, self.dense = layers.LSTM(3), layers.Dense(1)

    def call(self, x: Any) -> Any:
        h = self.lstm(x)
        return h, self.dense(h)


def _pair() -> Model:
    model = Pair()
    model(A)
    return model


def test_labels_of_a_subclass_that_returns_a_dict() -> None:
    model, x = _keyed(), {"series": [A, C], "bias": ONE}
    y = {"value": ONE, "states": [THREE, THREE]}
    trace = unrolled.trace(model, x)
    assert trace.output_paths == (("states", 0), ("states", 1), ("value",))
    assert trace.output_names == ("states[0]", "states[1]", "value")
    assert unrolled.check(model, x, y, loss="mse").ok
    assert (
        "Labels y for value (batch 4, targets 1)"
        in unrolled.draw(model, x, y).words()
    )


def test_a_wrong_width_is_told_by_its_key() -> None:
    model = _returning(lambda one, two, three: {"k": one, "j": two})
    report = unrolled.check(
        model, [A, B, C], {"k": ONE, "j": THREE}, loss="mse"
    )
    assert [p.mistake for p in report.problems] == ["labels-of-another-width"]
    assert "y['j']" in str(report)


PARTIAL: dict[str, tuple[Any, Any, Any]] = {
    "a loss for one key": (
        lambda one, two, three: {"k": one, "j": two},
        {"k": "mse"},
        {"k": ONE},
    ),
    "None for the other": (
        lambda one, two, three: {"k": one, "j": two},
        {"k": "mse", "j": None},
        {"k": ONE},
    ),
    "an array alone": (
        lambda one, two, three: {"k": one, "j": two},
        {"k": "mse", "j": None},
        ONE,
    ),
    "None in a list": (
        lambda one, two, three: [one, two],
        ["mse", None],
        [ONE],
    ),
    "labels without a loss": (
        lambda one, two, three: {"k": one, "j": two},
        {"k": "mse"},
        {"k": ONE, "j": THREE},
    ),
    "losses in their order": (
        lambda one, two, three: {"k": one, "j": two},
        ["mae", "mse"],
        {"k": ONE, "j": TWO},
    ),
    "nested": (
        lambda one, two, three: {"b": one, "a": [two, three]},
        {"b": "mse", "a": ["mae", "mse"]},
        {"b": ONE, "a": [TWO, THREE]},
    ),
}


@pytest.mark.filterwarnings("ignore:Gradients do not exist")
@pytest.mark.parametrize("case", PARTIAL)
def test_losses_of_any_structure(case: str) -> None:
    arrange, loss, y = PARTIAL[case]
    model, x = _returning(arrange), [A, B, C]
    model.compile("adam", loss, run_eagerly=True)
    model.fit(x, y, verbose=0)
    report = unrolled.check(model, x, y)
    assert report.ok, report


WRONG: dict[str, tuple[Any, Any, Any, str]] = {
    "names for keys": (
        lambda one, two, three: {"k": one, "j": two},
        "mse",
        {"out": ONE, "two": TWO},
        "expected-float32-but-got-a-of-type-str",
    ),
    "a key left out": (
        lambda one, two, three: {"k": one, "j": two},
        "mse",
        {"k": ONE},
        "the-path-in-the-loss-argument-can-t-be-found",
    ),
    "a key too many": (
        lambda one, two, three: {"k": one, "j": two},
        "mse",
        {"k": ONE, "j": TWO, "q": TWO},
        "y-true-and-y-pred-have-different-structures",
    ),
    "names of the losses": (
        lambda one, two, three: [one, two],
        {"out": "mse", "second": "mse"},
        [ONE, TWO],
        "expected-keys-in-loss-dict",
    ),
    "keys of the losses": (
        lambda one, two, three: {"k": one, "j": two},
        {"k": "mse", "q": "mse"},
        {"k": ONE, "j": TWO},
        "the-path-in-the-loss-argument-can-t-be-found",
    ),
}


#: what JAX and PyTorch say of a key that was taken for the labels
ELSEWHERE = {"expected-float32-but-got-a-of-type-str": "invalid-dtype-str"}


@pytest.mark.parametrize("case", WRONG)
def test_parts_that_stop_keras_are_named(case: str) -> None:
    arrange, loss, y, mistake = WRONG[case]
    model, x = _returning(arrange), [A, B, C]
    model.compile("adam", loss)
    with pytest.raises((TypeError, KeyError, ValueError)) as caught:
        model.fit(x, y, verbose=0)
    report = unrolled.check(model, x, y)
    assert [(p.level, p.mistake) for p in report.problems] == [
        ("raises", mistake)
    ]
    told = (
        ELSEWHERE.get(mistake, mistake)
        if keras.backend.backend() != "tensorflow"
        else mistake
    )
    assert unrolled.explain(caught.value).page == f"errors/{told}.html"
    fixed = _fixed(report.problems[0].fix, y=y, loss=loss)
    model.compile("adam", fixed["loss"], run_eagerly=True)
    model.fit(x, fixed["y"], verbose=0)


def _fixed(line: str, **known: Any) -> dict[str, Any]:
    """Run the line that mends it, with an array of labels for each variable that it asks for."""
    names = {"y_out": ONE, "y_k": ONE, "y_two": TWO, "y_j": TWO} | known
    exec(line, names)
    return names


@pytest.mark.parametrize(
    ("arrange", "loss", "fix"),
    [
        (
            lambda one, two, three: [one, two],
            {"second": "mae", "out": "mse"},
            "loss = [loss['out'], loss['second']]",
        ),
        (
            lambda one, two, three: [one, two],
            {"two": "mae"},
            "loss = [None, loss['two']]",
        ),
        (
            lambda one, two, three: {"k": one, "j": two},
            {"k": "mse", "q": "mae", "r": None},
            "loss = {'j': loss['q'], ",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore:Gradients do not exist")
def test_the_mended_losses_go_to_the_outputs_that_they_name(
    arrange: Any, loss: Any, fix: str
) -> None:
    model, x = _returning(arrange), [A, B, C]
    y = {"k": ONE, "j": TWO} if "k" in loss else [ONE, TWO]
    problem = unrolled.check(model, x, y, loss=loss).problems[0]
    assert problem.fix.startswith(fix)
    model.compile(
        "adam", _fixed(problem.fix, loss=loss)["loss"], run_eagerly=True
    )
    model.fit(x, y, verbose=0)


def test_labels_by_the_name_of_an_operation() -> None:
    i = Input((5, 2))
    h = layers.LSTM(3, name="lstm")(i)
    model = Model(i, [h, keras.ops.sum(h, axis=-1, keepdims=True)])
    model.compile("adam", "mse", run_eagerly=True)
    y = dict(zip(model.output_names, (THREE, ONE), strict=True))
    model.fit(A, y, verbose=0)
    assert unrolled.check(model, A, y).ok
    assert "does not fit" not in unrolled.draw(model, A, y).words()
    assert (
        unrolled.sensitivity(model, A, output=model.output_names[1]).of
        == f"unit 0 of output {model.output_names[1]}"
    )


def test_a_loss_that_keras_does_not_know_stops_no_picture() -> None:
    model = _returning(lambda one, two, three: [one, two])
    model.compile("adam", "binary_crosentropy")
    assert (
        "does not fit"
        not in unrolled.draw(model, [A, B, C], [ONE, TWO]).words()
    )


def test_keys_that_name_no_input() -> None:
    model = _taking(lambda a, b, c: {"a": a, "b": b, "c": c})
    with pytest.raises(
        ValueError,
        match=r"keys 'a', 'b', 'c' for .*, got a dict with the keys 'a', 'b', 'd', without 'c'",
    ):
        unrolled.trace(model, {"a": A, "b": B, "d": C})
    (problem,) = unrolled.check(model, {"a": A, "b": B, "d": C}).problems
    assert (problem.mistake, problem.fix) == (
        "missing-data-for-input",
        "x = {'a': x_a, 'b': x_b, 'c': x_c}",
    )


def test_a_key_that_moves_the_others_is_refused_where_it_moves_them() -> None:
    keras.utils.set_random_seed(0)
    past, known = Input((5, 2), name="past"), Input((5, 2), name="known")
    joined = layers.Concatenate()([layers.LSTM(3)(past), layers.GRU(2)(known)])
    model = Model({"past": past, "known": known}, layers.Dense(1)(joined))
    x = {"past": A, "known": C, "hour": A}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wrong = model.predict(x, verbose=0)
        right = model.predict({"past": A, "known": C}, verbose=0)
    if np.allclose(wrong, right):  # Keras 3.16 leaves the key out
        assert unrolled.check(model, x).ok
        trace = unrolled.trace(model, x)
        assert np.allclose(trace.outputs[0], right, atol=1e-6)
        return
    with pytest.raises(
        ValueError,
        match=r"x\['hour'\] for the input 'known'; x\['known'\] for the input 'past'",
    ):
        unrolled.trace(model, x)
    (problem,) = unrolled.check(model, x).problems
    assert (problem.level, problem.mistake) == ("wrong", "a-key-too-many-in-x")
    fixed = _fixed(problem.fix, x=x)["x"]
    assert np.allclose(model.predict(fixed, verbose=0), right)
    assert unrolled.check(model, fixed).ok


def test_datasets_of_dicts() -> None:
    tf = pytest.importorskip("tensorflow")
    model = _returning(lambda one, two, three: {"k": one, "j": two})
    parts = ({"a": A, "b": B, "c": C}, {"k": ONE, "j": TWO})
    dataset = tf.data.Dataset.from_tensor_slices(parts).batch(2)
    assert unrolled.trace(model, dataset).samples == len(A)
    assert "does not fit" not in unrolled.draw(model, dataset).words()
    assert unrolled.check(model, dataset).ok
    keyed = tf.data.Dataset.from_tensor_slices(
        {"series": (A, C), "bias": ONE}
    ).batch(2)
    assert unrolled.trace(_keyed(), keyed).samples == len(A)
    assert unrolled.check(_keyed(), keyed).ok


def test_labels_too_many_are_refused_in_one_line() -> None:
    model = _returning(lambda one, two, three: [one, [two, three]])
    with pytest.raises(
        ValueError,
        match=r"3 arrays of labels \(out, two, three\), got 2. Fix: y = \[y_out, \[y_two",
    ):
        unrolled.draw(model, [A, B, C], [ONE, TWO])


def test_a_long_x_is_cut_as_it_is_nested() -> None:
    model = _taking(lambda a, b, c: [[a, b], c])
    many: Sequence[Any] = [
        [np.repeat(A, 20, 0), np.repeat(B, 20, 0)],
        np.repeat(C, 20, 0),
    ]
    assert unrolled.draw(model, many, sample=70)._batches[0].samples == 16


def test_the_state_c_has_no_bounds() -> None:
    i = Input((5, 2))
    model = Model(
        i,
        dict(
            zip(
                ("y", "h", "c"),
                layers.LSTM(3, return_state=True)(i),
                strict=True,
            )
        ),
    )
    within, beyond = np.full((4, 3), 0.5), np.full((4, 3), 1.5)
    assert unrolled.check(
        model, A, {"y": within, "h": within, "c": beyond}, loss="mse"
    ).ok
    report = unrolled.check(
        model, A, {"y": within, "h": beyond, "c": within}, loss="mse"
    )
    assert [p.mistake for p in report.problems] == ["labels-out-of-reach"]
    assert "y['h']" in str(report)
