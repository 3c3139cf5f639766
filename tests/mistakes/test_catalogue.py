"""Every entry of the catalogue against the installed Keras: the mistake does what the entry says, the remedy runs."""

import pytest
from page_runs import stored

import unrolled
from unrolled.explanations.mistakes import catalogue
from unrolled.explanations.patterns import fill

ENTRIES = list(catalogue().values())
CAUSES = [pytest.param(m, k, id=f"{m.name}-{k}") for m in ENTRIES for k in range(len(m.causes))]
SPOKEN = [
    pytest.param(m, w, id=f"{m.name}-{w.era}") for m in ENTRIES for w in m.wordings if w.example
]


@pytest.mark.parametrize(("mistake", "number"), [p for p in CAUSES if not p.values[0].silent])
def test_mistake_raises_what_the_entry_says(mistake, number):
    run, cause = run_of(mistake, number), mistake.causes[number]
    made = run["mistake"]
    assert made["raised"], f"{mistake.name}: nothing is raised; printed: {made['printed']}"
    told = run.get("explained")
    assert told, f"{mistake.name}: explain does not know the message: {made['message']}"
    assert told["as"] == mistake.name, (
        f"explain says {told['as']}; the message is: {made['message']}"
    )
    assert told["first"] or not cause.when, f"{mistake.name}: told as the second cause"


@pytest.mark.parametrize(("mistake", "number"), [p for p in CAUSES if p.values[0].silent])
def test_silent_mistake_raises_nothing_and_is_found_by_check(mistake, number):
    run = run_of(mistake, number)
    assert not run["mistake"]["raised"], f"{mistake.name} raises now: {run['mistake']['message']}"
    assert mistake.name in run["found"], f"{mistake.name} is not found: {run['check']}"


@pytest.mark.parametrize(("mistake", "number"), CAUSES)
def test_remedy_runs_and_leaves_nothing_to_say(mistake, number):
    run, cause = run_of(mistake, number), mistake.causes[number]
    mended = run["remedy"]
    assert not mended["raised"], (
        f"{mistake.name}: the remedy raises {mended['raised']}: {mended['message']}"
    )
    assert cause.line in cause.remedy, f"{mistake.name}: the remedy has no line {cause.line!r}"
    assert mistake.name not in run.get("left", ()), (
        f"{mistake.name} is still found after the remedy"
    )


def test_the_runs_are_those_of_this_catalogue():
    assert {n: len(r["causes"]) for n, r in stored("mistake_runs").items()} == {
        m.name: len(m.causes) for m in ENTRIES
    }


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


def run_of(mistake, number):
    """Return what came of the scripts of one cause."""
    return stored("mistake_runs")[mistake.name]["causes"][number]
