"""Put the results of jobs together: a group for each kind of entry, and those of the reference.

What the scripts found is compared with what their entries say. Keras is not needed: what an error
means is looked up in its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from entries import (
    TABLES,
    Entry,
    Page,
    Script,
    read_mistakes,
    read_pages,
    read_reference,
)
from reference_jobs import GROUPS, FunctionJob, read_group
from script_jobs import ScriptJob
from store import Store

from unrolled.explanations.explanation import Explanation, explain

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
        scripts: list[Script] = []
        for page in pages:
            for entry in page.entries:
                scripts += entry.scripts
        return all(map(self.has, scripts))

    def of(self, script: Script) -> Result:
        """Return what a script printed, warned and raised, its picture and its report."""
        keys = self._jobs[script.name].keys
        found: Result = dict(self._store.get(keys["run"]))
        found["script"] = script.text
        for part in ("picture", "report"):
            found[part] = None
            if part in keys:
                found[part] = self._store.get(keys[part])
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
    groups: dict[str, Result] = {}
    mistakes = Page("mistakes", entries=tuple(read_mistakes()))
    if results.have([mistakes]):
        groups["mistakes"] = {}
        for entry in mistakes.entries:
            causes = list(_causes(entry, results))
            texts = dict(entry.texts)
            groups["mistakes"][entry.name] = {"texts": texts, "causes": causes}
    wrong: list[str] = []
    for kind in TABLES:
        pages = list(read_pages(kind))
        if results.have(pages):
            groups[kind], found = _group(pages, results)
            wrong += found
    groups |= _reference(results, functions, store)
    return groups, wrong


def _group(pages: Sequence[Page], results: Results) -> tuple[Result, list[str]]:
    """Return each page with what the scripts of its entries did, and what is wrong with these."""
    group: Result = {}
    wrong: list[str] = []
    for position, page in enumerate(pages):
        entries = []
        for entry in page.entries:
            scripts = _scripts(entry, results)
            wrong += faults(entry, {"scripts": scripts})
            entries.append({**entry.texts, "scripts": scripts})
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
    wrong_scripts, fixed_scripts = entry.scripts[::2], entry.scripts[1::2]
    for cause, wrong_script, fixed_script in zip(
        entry.mistake.causes, wrong_scripts, fixed_scripts, strict=True
    ):
        wrong, fixed = results.of(wrong_script), results.of(fixed_script)
        found: Result = {"mistake": wrong, "fixed": fixed}
        explanation = explained(wrong.pop("chain"))
        fixed.pop("chain")
        wrong["values"] = dict(explanation.values)
        if explanation.mistake:
            name = explanation.mistake.name
            first = explanation.causes[0] == cause
            found["explained"] = {"as": name, "first": first}
        before, after = wrong.pop("report"), fixed.pop("report")
        if before is not None:
            found["check"] = before["text"]
            found["found"] = before["problems"]
            found["left"] = after["problems"]
            found["fixes"] = before["fixes"]
        yield found


def _scripts(entry: Entry, results: Results) -> list[Result]:
    """Return what the scripts of an entry did, with the error page of each."""
    scripts = []
    for script in entry.scripts:
        result = results.of(script)
        result["page"] = page_of(result.pop("chain"))
        result.pop("report")
        scripts.append(result)
    return scripts


def faults(entry: Entry, found: Result) -> Iterator[str]:
    """Yield in which way the scripts of an entry do something else than the entry says."""
    first, last = found["scripts"][0], found["scripts"][-1]
    if entry.kind == "idioms":
        yield from _idiom(entry, first, last)
        return
    raised, message = first["raised"], first["message"]
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
    stated, found = entry.texts["does"], does(then)
    if not DOES.fullmatch(stated) or found != stated:
        yield f"{entry.name}: expected that it {stated}, got that it {found}. {then['message']}"
    if does(now) != "runs":
        message = now["message"]
        yield f"{entry.name}: expected that what is written now runs, got {does(now)}. {message}"
    if stated == "gives other numbers" and not now["results"].get("as_meant"):
        printed = now["printed"]
        yield f"{entry.name}: expected as_meant to be True in what is written now.\n{printed}"


def does(result: Result) -> str:
    """Return what a script does, in the words of an idiom's ``does``."""
    if result["raised"]:
        return f"raises {result['raised']}"
    if result["warned"]:
        return "warns"
    as_meant = result["results"].get("as_meant", True)
    return "runs" if as_meant else "gives other numbers"


def _reference(
    results: Results, functions: Mapping[str, FunctionJob], store: Store
) -> dict[str, Result]:
    """Return the groups of the reference, with the scripts that it shows."""
    shown: dict[str, dict[str, Script]] = {group: {} for group in GROUPS}
    for script in read_reference():
        _, group, key = script.name.split("/")
        shown[group][key] = script
    groups: dict[str, Result] = {}
    for group, names in GROUPS.items():
        keys = [functions[name].key for name in names]
        if not all(map(store.has, keys)):
            continue
        scripts = shown[group]
        if not all(map(results.has, scripts.values())):
            continue
        found = read_group(group, functions, store)
        groups[group] = resolve(found)
        for key, script in scripts.items():
            groups[group][key] = _block(script, results)
    return groups


def _block(script: Script, results: Results) -> Result:
    """Return a script as run_tables.py shows it."""
    found = results.of(script)
    page = page_of(found["chain"])
    return {
        "kind": "script",
        "script": found["script"],
        "printed": found["printed"],
        "warned": found["warned"],
        "raised": found["raised"],
        "message": found["message"],
        "page": f"../errors/{page}.md" if page else "",
    }


def resolve(value: Any) -> Any:
    """Return a result whose texts about errors (``blocks.explained``) link to the error pages."""
    if isinstance(value, list):
        return list(map(resolve, value))
    if not isinstance(value, dict):
        return value
    if "explain" not in value:
        return {key: resolve(each) for key, each in value.items()}
    page = page_of(value["explain"])
    if not page:
        return value["text"]
    address = f"../errors/{page}.md"
    return value["known"].format(text=value["text"], page=address)


@cache
def explained(error: str) -> Explanation:
    """Return what an error means; a false explanation where nothing was raised."""
    return explain(error) if error else Explanation()


def page_of(error: str) -> str:
    """Return the name of the page that explains an error, empty where there is none."""
    mistake = explained(error).mistake
    return mistake.name if mistake else ""
