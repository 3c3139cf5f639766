"""The fix lines of check, executed: the script of each silent mistake, its fix, and check again."""

import pytest
from page_runs import stored
from reports import after_fix

import unrolled

#: mistakes of which no fix can be known from the model and the data alone, and what is missing
DECISIONS = {
    "constant-labels": "where the labels were mixed up or cut lies in front of y",
    "no-samples": "a longer series, or shorter windows",
    "one-timestep-without-a-state": "whether the samples are the rows of one series, in order",
    "pad-sequences-cut-to-integers": "the rows before they were cut",
    "real-step-is-masked": "which masked steps at the beginning of a row are padding",
}


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
    assert sum(came == "mended" for came in found.values()) > 55
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
