"""The fix lines of check, executed: the script of each silent mistake, its fix, and check again."""

import pytest
from page_runs import stored
from script_jobs import after_fix

#: what a fix may come to: a remark for the reader is to be marked as one, as it cannot be executed
GOOD = ("mended", "to be decided")


def fixes():
    """Return what came of each fix that check names for the script of a silent mistake."""
    return {
        f"{name} {number}: {problem}": came
        for name, run in stored("mistakes").items()
        for number, cause in enumerate(run["causes"], 1)
        for problem, came in cause.get("fixes", {}).items()
    }


def test_each_fix_that_check_names_mends_its_problem():
    found = fixes()
    wrong = [f"{where}: {came}" for where, came in found.items() if came not in GOOD]
    assert len(found) > 50
    assert not wrong, f"{len(wrong)} of {len(found)} fixes do not mend:\n" + "\n".join(wrong)


@pytest.fixture(scope="module")
def swapped():
    """Return the names of a script whose x has its axes swapped, and what check says of it."""
    import keras
    import numpy as np

    model = keras.Sequential([keras.Input((5, 2)), keras.layers.LSTM(3), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return {"model": model, "x": np.ones((4, 5, 2)), "y": np.full((4, 1), np.nan)}


@pytest.mark.parametrize(
    ("fix", "came"),
    [
        ("y = np.ones((4, 1))", "mended"),
        ("y = y", "still there"),
        ("# decide what y means", "to be decided"),
        ("y = z", "NameError: name 'z' is not defined"),
        ("y = ", "SyntaxError"),
    ],
)
def test_what_comes_of_a_fix(swapped, fix, came):
    assert after_fix("nan-or-infinity", fix, swapped).startswith(came)
