"""Every entry of the catalogue against the installed Keras: the mistake does what the entry says, the remedy runs."""

import pytest
from scripts import execute

import unrolled
from unrolled.doctor.mistakes import catalogue
from unrolled.doctor.wordings import fill

ENTRIES = list(catalogue().values())
CAUSES = [pytest.param(m, c, id=f"{m.name}-{k}") for m in ENTRIES for k, c in enumerate(m.causes)]
SPOKEN = [pytest.param(m, w, id=f"{m.name}-{w.era}") for m in ENTRIES for w in m.wordings if w.example]


@pytest.mark.parametrize(("mistake", "cause"), [p for p in CAUSES if not p.values[0].silent])
def test_mistake_raises_what_the_entry_says(mistake, cause):
    outcome = execute(cause.script, mistake.name)
    assert outcome.raised, f"{mistake.name}: nothing is raised; printed: {outcome.printed}"
    found = unrolled.explain(outcome.error)
    assert found.mistake is mistake, f"explain says {found.mistake}; the message is: {outcome.message}"
    assert found.causes[0] is cause or not cause.when, f"{mistake.name}: told as the second cause"


@pytest.mark.parametrize(("mistake", "cause"), [p for p in CAUSES if p.values[0].silent])
def test_silent_mistake_raises_nothing_and_is_found_by_check(mistake, cause):
    outcome = execute(cause.script, mistake.name)
    assert not outcome.raised, f"{mistake.name} raises now: {outcome.message}"
    report = check_of(outcome)
    assert mistake.name in [p.mistake for p in report.problems], f"{mistake.name} is not found: {report}"


@pytest.mark.parametrize(("mistake", "cause"), CAUSES)
def test_remedy_runs_and_leaves_nothing_to_say(mistake, cause):
    outcome = execute(cause.remedy, mistake.name)
    assert not outcome.raised, f"{mistake.name}: the remedy raises {outcome.raised}: {outcome.message}"
    assert cause.line in cause.remedy, f"{mistake.name}: the remedy has no line {cause.line!r}"
    if mistake.silent:
        report = check_of(outcome)
        assert mistake.name not in [p.mistake for p in report.problems], f"still found: {report}"


@pytest.mark.parametrize(("mistake", "wording"), SPOKEN)
def test_wording_of_every_era_is_explained(mistake, wording):
    found = unrolled.explain(f"\x1b[1mValueError: {wording.filled()}\x1b[0m")
    assert found.mistake is mistake, f"explain says {found.mistake and found.mistake.name}"


@pytest.mark.parametrize("mistake", ENTRIES, ids=[m.name for m in ENTRIES])
def test_texts_ask_for_no_more_than_the_wordings_give(mistake):
    for wording in mistake.wordings:
        values = dict.fromkeys(wording.pattern.groupindex, "…")
        for text in (mistake.what, *(t for c in mistake.causes for t in (c.text, c.fix))):
            assert fill(text, values)


def check_of(outcome):
    """Return what check says of the model, x and y (and loss, shuffle) that a script defined."""
    names = outcome.names
    more = {"loss": names.get("loss"), "shuffle": names.get("shuffle")}
    return unrolled.check(names["model"], names["x"], names.get("y"), **more)
