"""Every public name has its place on the pages of the library, and each page is in the list."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import unrolled

PAGES = Path(__file__).parents[2] / "docs" / "api"
TEXTS = {
    path.stem: path.read_text(encoding="utf-8") for path in PAGES.glob("*.md")
}
INDEX = TEXTS.pop("index")
ENTRY = re.compile(
    r"^\.\. auto(?:class|function|exception):: (?:unrolled\.)?(\w+)$",
    re.MULTILINE,
)


@pytest.mark.parametrize(
    "name", [n for n in unrolled.__all__ if n != "example_data"]
)
def test_a_public_name_has_one_entry_and_stands_in_the_list(name: str) -> None:
    assert [
        page for page, text in TEXTS.items() if name in ENTRY.findall(text)
    ], name
    assert sum(ENTRY.findall(text).count(name) for text in TEXTS.values()) == 1
    assert re.search(rf"\b{name}\b", INDEX.partition("## Functions")[2])


@pytest.mark.parametrize("page", TEXTS)
def test_a_page_is_in_the_tree_and_says_who_uses_it(page: str) -> None:
    tree = INDEX.partition("{toctree}")[2].partition("```")[0].split()
    assert page in tree
    entries = set(ENTRY.findall(TEXTS[page])) & {*unrolled.__all__} - {
        "TraceError"
    }
    assert set(
        re.findall(r"^```\{pages-that-use\} (\w+)$", TEXTS[page], re.MULTILINE)
    ) == (entries or {"example_data"})


def test_a_data_class_has_a_page_of_its_own() -> None:
    for page, text in TEXTS.items():
        if page in unrolled.__all__:
            assert ENTRY.findall(text) == [page]
            assert text.startswith(f"# {page}\n")
