"""The fix lines of check, executed: the script of each silent mistake, its fix, and check again."""

import pytest
from page_runs import stored
from reports import after_fix

import unrolled

#: mistakes of which no fix can be known from the model and the data alone
DECISIONS = {
    "a-recurrent-layer-passes-no-mask-on", "a-softmax-in-front-of-ctc", "class-ids-with-fractions",
    "constant-labels", "features-other-than-built", "go-backwards-returns-the-last-step-first",
    "ids-with-fractions", "label-in-its-own-window", "labels-longer-than-the-output-of-ctc",
    "labels-of-another-number-of-timesteps", "labels-of-another-width", "labels-out-of-reach",
    "labels-that-ctc-does-not-know", "logits-taken-for-probabilities", "mask-is-lost",
    "more-states-than-the-layer-has", "nan-or-infinity", "negative-id", "no-samples",
    "one-hot-rows-that-do-not-sum-to-1", "one-label-for-outputs-at-every-step",
    "one-timestep-without-a-state", "pad-sequences-cut-to-integers", "real-step-is-masked",
    "shuffle-with-a-stateful-model", "softmax-over-one-value", "states-in-the-wrong-order",
    "timesteps-other-than-built", "unscaled-features", "windows-that-hold-their-label",
}  # fmt: skip


def fixes():
    """Return what came of each fix that check names for the script of a silent mistake."""
    return {
        f"{name} {number}: {problem}": came
        for name, run in stored("mistakes").items()
        for number, cause in enumerate(run["causes"], 1)
        for problem, came in cause.get("fixes", {}).items()
    }


def is_good(where, came):
    """Return whether a fix mends, or is an example where no fix can be known."""
    return came == "mended" or (
        came == "an example" and where.rpartition(": ")[2] in DECISIONS
    )


def test_each_fix_that_check_names_mends_its_problem():
    found = fixes()
    wrong = [
        f"{where}: {came}"
        for where, came in found.items()
        if not is_good(where, came)
    ]
    assert len(found) > 50
    assert sum(came == "mended" for came in found.values()) > 20
    assert not wrong, (
        f"{len(wrong)} of {len(found)} fixes do not mend:\n" + "\n".join(wrong)
    )


@pytest.fixture(scope="module")
def swapped():
    """Return the names of a script whose x has its axes swapped, and what check says of it."""
    import keras
    import numpy as np

    model = keras.Sequential(
        [keras.Input((5, 2)), keras.layers.LSTM(3), keras.layers.Dense(1)]
    )
    model.compile("sgd", "mse")
    return {
        "model": model,
        "x": np.ones((4, 5, 2)),
        "y": np.full((4, 1), np.nan),
    }


@pytest.mark.parametrize(
    ("fix", "came"),
    [
        ("y = np.ones((4, 1))", "mended"),
        ("y = y", "still there"),
        ("# decide what y means", "still there"),
        ("y = z", "NameError: name 'z' is not defined"),
        ("y = ", "SyntaxError"),
    ],
)
def test_what_comes_of_a_fix(swapped, fix, came):
    assert after_fix("nan-or-infinity", fix, swapped).startswith(came)


def test_an_example_is_called_so():
    words = {
        "mistake": "m",
        "level": "doubt",
        "title": "T",
        "expected": "a",
        "came": "b",
        "why": "w",
        "fix": "f = 1",
    }
    fix, example = (
        unrolled.Problem(**words, fix_is_example=flag) for flag in (False, True)
    )
    assert "   fix:       f = 1" in str(fix)
    assert "   example:   f = 1" in str(example)
    assert "example</th>" in unrolled.Report((example,), "s")._repr_html_()
