"""The fix of every silent mistake, run after the lines that made it: it fixes, or is marked as an example."""

import keras
import numpy as np
import pytest
from keras import layers
from scripts import execute

import unrolled
from unrolled.explanations.mistakes import catalogue

CAUSES = [
    pytest.param(mistake, number, id=f"{mistake.name}-{number}")
    for mistake in catalogue().values()
    if mistake.silent
    for number in range(len(mistake.causes))
]
#: mistakes of which no fix can be known from the model and the data alone
DECISIONS = {
    "a-recurrent-layer-passes-no-mask-on", "a-softmax-in-front-of-ctc", "class-ids-with-fractions", "constant-labels",
    "features-other-than-built", "go-backwards-returns-the-last-step-first", "ids-with-fractions",
    "label-in-its-own-window", "labels-longer-than-the-output-of-ctc", "labels-of-another-number-of-timesteps",
    "labels-of-another-width", "labels-out-of-reach", "labels-that-ctc-does-not-know", "logits-taken-for-probabilities",
    "mask-is-lost", "more-states-than-the-layer-has", "nan-or-infinity", "negative-id", "no-samples",
    "one-hot-rows-that-do-not-sum-to-1", "one-label-for-outputs-at-every-step", "one-timestep-without-a-state",
    "pad-sequences-cut-to-integers", "real-step-is-masked", "shuffle-with-a-stateful-model", "softmax-over-one-value",
    "states-in-the-wrong-order", "timesteps-other-than-built", "unscaled-features", "windows-that-hold-their-label",
}  # fmt: skip


def check(names):
    more = {"loss": names.get("loss"), "shuffle": names.get("shuffle")}
    return unrolled.check(names["model"], names["x"], names.get("y"), **more)


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::SyntaxWarning")
@pytest.mark.parametrize(("mistake", "number"), CAUSES)
def test_a_fix_fixes_or_is_an_example(mistake, number):
    made = execute(mistake.causes[number].script, mistake.name)
    assert made.error is None
    found = [p for p in check(made.names).problems if p.mistake == mistake.name]
    assert found
    code = compile(found[0].fix, "<fix>", "exec")
    assert "..." not in found[0].fix.split("#")[0].replace("[..., np.newaxis]", "").replace(
        "[..., 0]", ""
    )
    if found[0].fix_is_example:
        assert mistake.name in DECISIONS
        return
    names = {"keras": keras, "layers": layers, "np": np, "unrolled": unrolled} | made.names
    exec(code, names)
    assert check(names).problems == ()


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
    fix, example = (unrolled.Problem(**words, fix_is_example=flag) for flag in (False, True))
    assert "   fix:       f = 1" in str(fix)
    assert "   example:   f = 1" in str(example)
    assert "example</th>" in unrolled.Report((example,), "s")._repr_html_()
