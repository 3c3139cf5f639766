"""The entries of the site: mistakes, claims, idioms and questions, each with its scripts.

A script is a file in docs/_entries; what is written about it stands in a TOML file beside it, of
a mistake in the catalogue of the library. No Keras is needed here.
"""

from __future__ import annotations

import keyword
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from unrolled.explanations.mistakes import Mistake, catalogue

FOLDER = Path(__file__).resolve().parents[1] / "_entries"
OLD_FILES = FOLDER / "old_files"
#: kind of entry -> the table of its TOML files, and which keys an entry must and may have
TABLES: Mapping[str, tuple[str, frozenset[str], frozenset[str]]] = {
    "claims": (
        "claim",
        frozenset({"name", "says", "verdict", "right"}),
        frozenset({"see"}),
    ),
    "idioms": (
        "idiom",
        frozenset({"name", "old", "does", "write"}),
        frozenset({"note", "files"}),
    ),
    "questions": (
        "question",
        frozenset({"name", "title", "answer"}),
        frozenset({"asked", "picture", "see"}),
    ),
}


@dataclass(frozen=True)
class Script:
    """One file that is run.

    name: its address below docs/_entries, without the suffix. files: what lies in its folder while
    it runs. draws: what is drawn of it: ``diagram`` is the script's own, ``model`` that model with
    its x, ``labelled model`` with its y too; empty for nothing. checks: whether ``unrolled.check``
    looks at its model.
    """

    name: str
    files: tuple[str, ...] = ()
    draws: str = ""
    checks: bool = False

    @property
    def path(self) -> Path:
        """Where it is."""
        return FOLDER / f"{self.name}.py"

    @property
    def text(self) -> str:
        """Its text, as readers see it."""
        text = self.path.read_text(encoding="utf-8")
        # a block of code on a page has no empty lines around it
        return text.strip("\n")

    @property
    def data(self) -> list[Path]:
        """What lies in its folder while it runs."""
        return [OLD_FILES / name for name in self.files]


@dataclass(frozen=True)
class Entry:
    """One mistake, claim, idiom or question.

    texts: what its TOML file says of it. scripts: in the order of the page.
    """

    kind: str
    name: str
    texts: Mapping[str, Any]
    scripts: tuple[Script, ...]
    mistake: Mistake | None = None


@dataclass(frozen=True)
class Page:
    """The entries that stand on one page of the site, with what its TOML file says of them all."""

    name: str
    texts: Mapping[str, Any] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()


def module_name(name: str) -> str:
    """Return the name of a file or folder for an entry: one that Python could import.

    >>> module_name("expected-ndim-3"), module_name("lambda")
    ('expected_ndim_3', 'lambda_')
    """
    plain = name.replace("-", "_")
    # ``import lambda`` would be an error
    if keyword.iskeyword(plain):
        return f"{plain}_"
    return plain


def read_pages(kind: str) -> Iterator[Page]:
    """Yield the pages of claims, idioms or questions in the order of their files."""
    for path in sorted((FOLDER / kind).glob("*.toml")):
        # in front of the name is a number, which says the place of the page
        _, _, folder = path.stem.partition("_")
        text = path.read_text(encoding="utf-8")
        yield read_page(kind, folder, text)


def read_page(kind: str, folder: str, text: str) -> Page:
    """Return the page that a TOML text holds.

    Raises ValueError for a key that is missing or unknown.
    """
    table, needed, optional = TABLES[kind]
    raw: dict[str, Any] = tomllib.loads(text)
    entries = []
    for row in raw.pop(table):
        _check_keys(row, needed, optional)
        entry = _entry(kind, folder, row)
        entries.append(entry)
    name = folder
    # the pages of questions keep the addresses that they had first
    if kind != "questions":
        name = folder.replace("_", "-")
    return Page(name, raw, tuple(entries))


def read_mistakes() -> Iterator[Entry]:
    """Yield the mistakes in the order of the catalogue."""
    for mistake in catalogue().values():
        folder = f"mistakes/{module_name(mistake.name)}"
        drawn = "labelled model"
        # what raises leaves no model to look at: its fix alone is drawn
        checks = mistake.silent
        drawn_before = drawn if mistake.silent else ""
        scripts: list[Script] = []
        for number, _ in enumerate(mistake.causes, 1):
            cause = f"{folder}/cause_{number}"
            wrong = Script(cause, draws=drawn_before, checks=checks)
            fixed = Script(f"{cause}_fixed", draws=drawn, checks=checks)
            scripts += [wrong, fixed]
        texts: dict[str, Any] = {}
        # shapes to compare, and pages that say more
        page = FOLDER / folder / "page.toml"
        if page.exists():
            text = page.read_text(encoding="utf-8")
            texts = tomllib.loads(text)
        yield Entry("mistakes", mistake.name, texts, tuple(scripts), mistake)


def read_reference() -> Iterator[Script]:
    """Yield the scripts that the reference shows, each by its group and its key."""
    found = sorted((FOLDER / "reference").glob("*/*.py"))
    for path in found:
        address = path.relative_to(FOLDER).with_suffix("")
        name = address.as_posix()
        yield Script(name)


def scripts_of(pages: Iterable[Page]) -> Iterator[Script]:
    """Yield the scripts of all entries of some pages."""
    for page in pages:
        for entry in page.entries:
            yield from entry.scripts


def all_scripts() -> Iterator[Script]:
    """Yield every script."""
    mistakes = tuple(read_mistakes())
    pages = [Page("mistakes", entries=mistakes)]
    for kind in TABLES:
        pages += read_pages(kind)
    yield from scripts_of(pages)
    # these belong to no entry
    yield from read_reference()


def _entry(kind: str, folder: str, row: Mapping[str, Any]) -> Entry:
    """Return the entry of one row, with its scripts."""
    texts: dict[str, Any] = {}
    for key, value in row.items():
        # TOML's long strings have line breaks around them
        texts[key] = value.strip() if isinstance(value, str) else value
    name = texts["name"]
    address = f"{kind}/{folder}/{module_name(name)}"
    files = tuple(texts.get("files", ()))
    draws = ""
    if kind == "claims":
        draws = "diagram"
    elif texts.get("picture"):
        draws = "model"
    scripts = [Script(address, files, draws)]
    if kind == "idioms":
        # what was written in Keras 2, and what to write now
        now = Script(f"{address}_now", files)
        scripts.append(now)
    return Entry(kind, name, texts, tuple(scripts))


def _check_keys(
    row: Mapping[str, Any], needed: frozenset[str], optional: frozenset[str]
) -> None:
    """Raise ValueError where a row lacks a key or has one that nobody reads."""
    keys = set(row)
    missing = needed - keys
    unknown = keys - needed - optional
    if not missing and not unknown:
        return
    name = row.get("name", "an entry")
    raise ValueError(
        f"{name}: "
        f"expected the keys {_listed(needed)} and perhaps {_listed(optional)}; "
        f"missing: {_listed(missing)}, unknown: {_listed(unknown)}."
    )


def _listed(keys: frozenset[str] | set[str]) -> str:
    listed = ", ".join(sorted(keys))
    return listed or "none"
