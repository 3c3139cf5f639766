"""Every entry of the catalogue: what its scripts did, and what explain and check say of it."""

from page_runs import stored

import unrolled
from unrolled.explanations.mistakes import catalogue
from unrolled.explanations.patterns import fill

ENTRIES = list(catalogue().values())


def runs():
    """Yield each cause with its entry, its number, and what came of its scripts."""
    for mistake in ENTRIES:
        for number, run in enumerate(
            stored("mistakes")[mistake.name]["causes"]
        ):
            yield mistake, number, mistake.causes[number], run


def listed(problems):
    """Fail with all problems at once, each named by its entry."""
    found = "\n".join(problems)
    assert not found, f"{len(found.splitlines())} problems:\n{found}"


def test_the_runs_are_those_of_this_catalogue():
    counts = {
        name: len(run["causes"]) for name, run in stored("mistakes").items()
    }
    assert counts == {m.name: len(m.causes) for m in ENTRIES}


def test_each_mistake_raises_what_its_entry_says():
    problems = []
    for mistake, number, cause, run in runs():
        if mistake.silent:
            continue
        where, made, told = (
            f"{mistake.name} {number + 1}:",
            run["mistake"],
            run.get("explained"),
        )
        if not made["raised"]:
            problems.append(
                f"{where} nothing is raised; printed: {made['printed']!r}"
            )
        elif not told:
            problems.append(
                f"{where} explain does not know: {made['message']!r}"
            )
        elif told["as"] != mistake.name:
            problems.append(
                f"{where} explain says {told['as']} of: {made['message']!r}"
            )
        elif cause.when and not told["first"]:
            problems.append(f"{where} is not explained as the first cause")
    listed(problems)


def test_each_silent_mistake_raises_nothing_and_is_found_by_check():
    problems = []
    for mistake, number, _, run in runs():
        if not mistake.silent:
            continue
        if run["mistake"]["raised"]:
            problems.append(
                f"{mistake.name} {number + 1}: raises {run['mistake']['message']!r}"
            )
        elif mistake.name not in run["found"]:
            problems.append(
                f"{mistake.name} {number + 1}: is not found: {run['check']}"
            )
    listed(problems)


def test_each_fix_runs_and_leaves_nothing_to_say():
    problems = []
    for mistake, number, cause, run in runs():
        where, fixed = f"{mistake.name} {number + 1}:", run["fixed"]
        if fixed["raised"]:
            problems.append(
                f"{where} the fixed script raises {fixed['message']!r}"
            )
        if cause.line not in fixed["script"]:
            problems.append(
                f"{where} the fixed script has no line {cause.line!r}"
            )
        if mistake.name in run.get("left", ()):
            problems.append(f"{where} is still found in the fixed script")
    listed(problems)


def test_wording_of_every_era_is_explained():
    problems = []
    for mistake in ENTRIES:
        for wording in mistake.wordings:
            if wording.example:
                found = unrolled.explain(
                    f"\x1b[1mValueError: {wording.filled()}\x1b[0m"
                ).mistake
                if found is not mistake:
                    problems.append(
                        f"{mistake.name}, {wording.era}: {found and found.name}"
                    )
    listed(problems)


def test_texts_ask_for_no_more_than_the_wordings_give():
    for mistake in ENTRIES:
        for wording in mistake.wordings:
            values = dict.fromkeys(wording.pattern.groupindex, "…")
            for text in (
                mistake.what,
                *(t for c in mistake.causes for t in (c.text, c.fix)),
            ):
                assert fill(text, values), mistake.name
