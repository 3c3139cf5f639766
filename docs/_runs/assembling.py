"""Put the results of jobs together: a group for each kind of entry, and those of the reference.

What the scripts found is compared with what their entries say. Keras is not needed: what an error
means is looked up in its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from entries import (
    TABLES,
    Entry,
    Page,
    Script,
    read_mistakes,
    read_pages,
    read_reference,
    scripts_of,
)
from error_links import address_of, explained, page_of, resolve
from reference_jobs import GROUPS, FunctionJob, read_group
from script_jobs import ScriptJob
from store import Store

VERDICTS = (
    "does not hold",
    "holds with a condition",
    "no longer exists in Keras 3",
    "cannot be settled by a run",
    "holds",
)
DOES = re.compile(r"runs|warns|gives other numbers|raises \w+")
Result = dict[str, Any]


class Results:
    """What came of each script, by its name."""

    def __init__(self, jobs: Mapping[str, ScriptJob], store: Store) -> None:
        self._jobs, self._store = jobs, store

    def has(self, script: Script) -> bool:
        """Whether every part of a script was made."""
        keys = self._jobs[script.name].keys
        return all(map(self._store.has, keys.values()))

    def have(self, pages: Sequence[Page]) -> bool:
        """Whether every script of some pages was made."""
        scripts = scripts_of(pages)
        return all(map(self.has, scripts))

    def of(self, script: Script) -> Result:
        """Return what a script printed, warned and raised, its picture and its report."""
        keys = self._jobs[script.name].keys
        found: Result = dict(self._store.get(keys["run"]))
        found["script"] = script.text
        # not every script is drawn and checked
        for part in ("picture", "report"):
            found[part] = None
            if part in keys:
                key = keys[part]
                found[part] = self._store.get(key)
        return found


def assemble(
    scripts: Mapping[str, ScriptJob],
    functions: Mapping[str, FunctionJob],
    store: Store,
) -> tuple[dict[str, Result], list[str]]:
    """Return all groups, and what is wrong of each entry that says something else than its scripts.

    A group of which a job failed is left out: the file of the last good run stays.
    """
    results = Results(scripts, store)
    # of a mistake the causes are told, of the others whether they do what is said
    groups: dict[str, Result] = {}
    mistakes = Page("mistakes", entries=tuple(read_mistakes()))
    if results.have([mistakes]):
        groups["mistakes"] = {}
        for entry in mistakes.entries:
            found = {
                "texts": dict(entry.texts),
                "causes": list(_causes(entry, results)),
            }
            groups["mistakes"][entry.name] = found
    wrong: list[str] = []
    for kind in TABLES:
        pages = list(read_pages(kind))
        if results.have(pages):
            groups[kind], faulty = _group(pages, results)
            wrong += faulty
    groups |= _reference(results, functions, store)
    return groups, wrong


def _group(pages: Sequence[Page], results: Results) -> tuple[Result, list[str]]:
    """Return each page with what the scripts of its entries did, and what is wrong with these."""
    group: Result = {}
    wrong: list[str] = []
    for position, page in enumerate(pages):
        entries = []
        for entry in page.entries:
            scripts = []
            for script in entry.scripts:
                result = results.of(script)
                chain = result.pop("chain")
                result["page"] = page_of(chain)
                # none of these is checked
                result.pop("report")
                scripts.append(result)
            found = {"scripts": scripts}
            wrong += faults(entry, found)
            shown = {**entry.texts, **found}
            entries.append(shown)
        group[page.name] = {
            "position": position,
            **page.texts,
            "entries": entries,
        }
    return group, wrong


def _causes(entry: Entry, results: Results) -> Iterator[Result]:
    """Yield what the two scripts of each cause did, with what ``explain`` and ``check`` lead to.

    first: whether the cause comes first among those that ``explain`` names. found, left: what
    ``check`` finds before and after the fix.
    """
    assert entry.mistake is not None
    # each cause has its script, and behind it the same with the fix
    wrong_scripts = entry.scripts[::2]
    fixed_scripts = entry.scripts[1::2]
    for cause, wrong_script, fixed_script in zip(
        entry.mistake.causes, wrong_scripts, fixed_scripts, strict=True
    ):
        wrong = results.of(wrong_script)
        fixed = results.of(fixed_script)
        found: Result = {"mistake": wrong, "fixed": fixed}
        chain = wrong.pop("chain")
        # it raises nothing
        fixed.pop("chain")
        explanation = explained(chain)
        wrong["values"] = dict(explanation.values)
        if explanation.mistake:
            name = explanation.mistake.name
            first = explanation.causes[0] == cause
            found["explained"] = {"as": name, "first": first}
        before = wrong.pop("report")
        after = fixed.pop("report")
        # what raises was not checked
        if before is not None:
            found["check"] = before["text"]
            found["found"] = before["problems"]
            found["left"] = after["problems"]
            found["fixes"] = before["fixes"]
        yield found


def faults(entry: Entry, found: Result) -> Iterator[str]:
    """Yield in which way the scripts of an entry do something else than the entry says."""
    first, last = found["scripts"][0], found["scripts"][-1]
    # that the old form raises may be what is said of it
    if entry.kind == "idioms":
        yield from _idiom(entry, first, last)
        return
    raised = first["raised"]
    message = first["message"]
    if raised:
        yield f"{entry.name}: expected the script to run, got {raised}: {message}"
    elif entry.kind == "claims":
        yield from _verdict(entry, first)
    elif not first["printed"].strip():
        yield f"{entry.name}: expected the script to print what the answer says. Fix: print it."


def _verdict(entry: Entry, result: Result) -> Iterator[str]:
    """Yield what is wrong where a claim's script comes to another verdict than the claim states."""
    stated = entry.texts["verdict"]
    computed = result["results"].get("verdict")
    # both may be the same wrong word
    if stated not in VERDICTS or computed != stated:
        yield (
            f"{entry.name}: expected the verdict {stated!r}, got {computed!r}. "
            "Fix: look at what the script prints, and state the verdict that follows.\n"
            f"{result['printed']}"
        )
    if not result["printed"].strip():
        yield f"{entry.name}: expected the script to print what it found."


def _idiom(entry: Entry, then: Result, now: Result) -> Iterator[str]:
    """Yield what is wrong where an idiom does something else, or the new form does not run."""
    stated = entry.texts["does"]
    found = does(then)
    if not DOES.fullmatch(stated) or found != stated:
        message = then["message"]
        yield f"{entry.name}: expected that it {stated}, got that it {found}. {message}"
    came = does(now)
    if came != "runs":
        message = now["message"]
        yield f"{entry.name}: expected that what is written now runs, got {came}. {message}"
    # the new form has to give the numbers that the old one gave in Keras 2
    if stated == "gives other numbers" and not now["results"].get("as_meant"):
        printed = now["printed"]
        yield f"{entry.name}: expected as_meant to be True in what is written now.\n{printed}"


def does(result: Result) -> str:
    """Return what a script does, in the words of an idiom's ``does``."""
    if result["raised"]:
        return f"raises {result['raised']}"
    if result["warned"]:
        return "warns"
    # most scripts have no numbers to compare
    as_meant = result["results"].get("as_meant", True)
    return "runs" if as_meant else "gives other numbers"


def _reference(
    results: Results, functions: Mapping[str, FunctionJob], store: Store
) -> dict[str, Result]:
    """Return the groups of the reference, with the scripts that it shows."""
    shown: dict[str, dict[str, Script]] = {group: {} for group in GROUPS}
    for script in read_reference():
        # docs/_entries/reference/labels/model.py is the key "model" of the group "labels"
        _, group, key = script.name.split("/")
        shown[group][key] = script
    groups: dict[str, Result] = {}
    for group, names in GROUPS.items():
        keys = [functions[name].key for name in names]
        if not all(map(store.has, keys)):
            continue
        scripts = shown[group]
        has_scripts = all(map(results.has, scripts.values()))
        if not has_scripts:
            continue
        found = read_group(group, functions, store)
        resolved: Result = resolve(found)
        for key, script in scripts.items():
            came = results.of(script)
            # as run_tables.py shows it
            resolved[key] = {
                "kind": "script",
                "script": came["script"],
                "printed": came["printed"],
                "warned": came["warned"],
                "raised": came["raised"],
                "message": came["message"],
                "page": address_of(came["chain"]),
            }
        groups[group] = resolved
    return groups
