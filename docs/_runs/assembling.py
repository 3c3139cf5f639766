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
        return all(
            self._store.has(key)
            for key in self._jobs[script.name].keys.values()
        )

    def have(self, pages: Sequence[Page]) -> bool:
        """Whether every script of some pages was made."""
        entries = (entry for page in pages for entry in page.entries)
        return all(
            self.has(script) for entry in entries for script in entry.scripts
        )

    def of(self, script: Script) -> Result:
        """Return what a script printed, warned and raised, its picture and its report."""
        keys = self._jobs[script.name].keys
        found: Result = dict(self._store.get(keys["run"]))
        found["script"] = script.text
        found["picture"] = (
            self._store.get(keys["picture"]) if "picture" in keys else None
        )
        found["report"] = (
            self._store.get(keys["report"]) if "report" in keys else None
        )
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
        groups["mistakes"] = {
            m.name: {"texts": dict(m.texts), "causes": _causes(m, results)}
            for m in mistakes.entries
        }
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
        entries = [
            {**entry.texts, **_entry(entry, results)} for entry in page.entries
        ]
        group[page.name] = {
            "position": position,
            **page.texts,
            "entries": entries,
        }
        for entry, found in zip(page.entries, entries, strict=True):
            wrong += faults(entry, found)
    return group, wrong


def _causes(entry: Entry, results: Results) -> list[Result]:
    """Return for each cause of a mistake what its two scripts did."""
    pairs = zip(entry.scripts[::2], entry.scripts[1::2], strict=True)
    return [
        _cause(entry, k, results.of(a), results.of(b))
        for k, (a, b) in enumerate(pairs)
    ]


def _cause(entry: Entry, number: int, wrong: Result, fixed: Result) -> Result:
    """Return one cause, with the entries that ``explain`` and ``check`` lead to.

    first: whether the cause comes first among those that ``explain`` names. found, left: what
    ``check`` finds before and after the fix.
    """
    assert entry.mistake is not None
    found: Result = {"mistake": wrong, "fixed": fixed}
    explanation = explained(wrong.pop("chain"))
    fixed.pop("chain")
    wrong["values"] = dict(explanation.values)
    if explanation.mistake:
        first = explanation.causes[0] == entry.mistake.causes[number]
        found["explained"] = {"as": explanation.mistake.name, "first": first}
    reports = wrong.pop("report"), fixed.pop("report")
    if reports[0] is not None:
        found["check"], found["found"] = (
            reports[0]["text"],
            reports[0]["problems"],
        )
        found["left"] = reports[1]["problems"]
        found["fixes"] = reports[0]["fixes"]
    return found


def _entry(entry: Entry, results: Results) -> Result:
    """Return what the scripts of an entry did, with the error page of each."""
    found = []
    for script in entry.scripts:
        result = results.of(script)
        result["page"] = page_of(result.pop("chain"))
        result.pop("report")
        found.append(result)
    return {"scripts": found}


def faults(entry: Entry, found: Result) -> Iterator[str]:
    """Yield in which way the scripts of an entry do something else than the entry says."""
    first, last = found["scripts"][0], found["scripts"][-1]
    ends = entry.kind != "idioms" and first["raised"]
    if ends:
        yield f"{entry.name}: expected the script to run, got {ends}: {first['message']}"
    elif entry.kind == "claims":
        yield from _verdict(entry, first)
    elif entry.kind == "questions" and not first["printed"].strip():
        yield f"{entry.name}: expected the script to print what the answer says. Fix: print it."
    elif entry.kind == "idioms":
        yield from _idiom(entry, first, last)


def _verdict(entry: Entry, result: Result) -> Iterator[str]:
    """Yield what is wrong where a claim's script comes to another verdict than the claim states."""
    stated, computed = entry.texts["verdict"], result["results"].get("verdict")
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
    return (
        "runs"
        if result["results"].get("as_meant", True)
        else "gives other numbers"
    )


def _reference(
    results: Results, functions: Mapping[str, FunctionJob], store: Store
) -> dict[str, Result]:
    """Return the groups of the reference, with the scripts that it shows."""
    groups: dict[str, Result] = {}
    scripts = list(read_reference())
    for group, names in GROUPS.items():
        own = [s for s in scripts if s.name.split("/")[1] == group]
        if all(store.has(functions[n].key) for n in names) and all(
            map(results.has, own)
        ):
            found = read_group(group, functions, store)
            groups[group] = resolve(found) | {
                s.name.split("/")[2]: _block(s, results) for s in own
            }
    return groups


def _block(script: Script, results: Results) -> Result:
    """Return a script as run_tables.py shows it."""
    found = results.of(script)
    page = page_of(found["chain"])
    kept = {
        key: found[key]
        for key in ("script", "printed", "warned", "raised", "message")
    }
    return {
        "kind": "script",
        **kept,
        "page": f"../errors/{page}.md" if page else "",
    }


def resolve(value: Any) -> Any:
    """Return a result whose texts about errors (``blocks.explained``) link to the error pages."""
    if isinstance(value, list):
        return [resolve(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "explain" not in value:
        return {key: resolve(each) for key, each in value.items()}
    page = page_of(value["explain"])
    if not page:
        return value["text"]
    return value["known"].format(
        text=value["text"], page=f"../errors/{page}.md"
    )


@cache
def explained(error: str) -> Explanation:
    """Return what an error means; a false explanation where nothing was raised."""
    return explain(error) if error else Explanation()


def page_of(error: str) -> str:
    """Return the name of the page that explains an error, empty where there is none."""
    mistake = explained(error).mistake
    return mistake.name if mistake else ""
