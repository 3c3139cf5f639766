"""The Markdown of every error page: what is code stays code, whatever Markdown does with quotes."""

import re

import pytest
from entry_pages import mistake_pages
from page_runs import stored

PAGES = dict(mistake_pages(stored("mistakes")))
BLOCKS = re.compile(
    r"^(`{3,})\{?.*?^\1$|^---$.*?^---$", re.DOTALL | re.MULTILINE
)
INLINE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
#: what Markdown would change: quotes into curly ones, underscores and stars into emphasis
CHANGED = re.compile(
    r"[\"“”‘’]|(?<!\w)'|'(?![a-z])|(?<!\\)_|\\?_\w|(?<![\\*])\*(?![\\*])"
)


def prose_of(page):
    """Return the lines of a page without its code."""
    text = BLOCKS.sub("", page)
    text = re.sub(r"\]\([^)]*\)|^\([\w-]+\)=$", "", text, flags=re.MULTILINE)
    return INLINE.sub("", text.replace("**Fix.**", "")).splitlines()


@pytest.mark.parametrize("name", PAGES)
def test_no_code_stands_in_the_prose(name):
    for line in prose_of(PAGES[name]):
        assert not CHANGED.search(line), line


@pytest.mark.parametrize(
    "name", [n for n in PAGES if n not in ("index", "silent")]
)
def test_each_page_begins_with_its_fix(name):
    lines = PAGES[name].splitlines()
    assert lines[0].startswith("# ")
    assert lines[3].startswith("**Fix.** ")
    assert PAGES[name].count("✓ Works") == PAGES[name].count(
        '"script script-wrong"'
    )


def test_the_tokens_of_most_fixes_are_marked():
    parts = re.findall(
        r'"script script-wrong".*?"script script-right".*?</pre>',
        "".join(PAGES.values()),
        re.DOTALL,
    )
    unmarked = [part for part in parts if "<mark>" not in part]
    assert len(parts) > 380
    assert not unmarked
