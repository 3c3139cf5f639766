"""Every link of every page leads to a file of the site and, if it names one, to its anchor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from built import PAGES

#: attributes that name another file, or a place in this one
LINKS = ("href", "src", "xlink:href", "poster")
#: set by furo's button and by the search, where no element stands
EMPTY = ("", "#")


@dataclass
class Links(HTMLParser):
    """The links and the anchors of one page."""

    targets: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(
        self, tag: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        """Keep what an element links to and what it is called."""
        named = {name: value for name, value in attrs if value is not None}
        self.targets += [named[name] for name in LINKS if name in named]
        self.targets += sources_of(named.get("srcset", ""))
        self.anchors |= {
            named[name] for name in ("id", "name") if name in named
        }


def sources_of(srcset: str) -> list[str]:
    """Return the addresses of a list of pictures: each stands before its width or density."""
    return [entry.split()[0] for entry in srcset.split(",") if entry.strip()]


@cache
def read(page: Path) -> Links:
    """Return the links and the anchors of a page, which is read once for all links to it."""
    links = Links()
    links.feed(page.read_text(encoding="utf-8"))
    return links


def broken(page: Path) -> list[str]:
    """Return the links of a page that lead nowhere."""
    return [
        target
        for target in read(page).targets
        if not leads_somewhere(page, target)
    ]


def leads_somewhere(page: Path, target: str) -> bool:
    """Tell whether a link finds its file and its anchor; no other host is asked."""
    address = urlsplit(target)
    if target in EMPTY or address.scheme or address.netloc:
        return True
    file = page
    if address.path:
        file = (page.parent / unquote(address.path)).resolve()
    if not file.is_file():
        return False
    if not address.fragment or file.suffix != ".html":
        return True
    return unquote(address.fragment) in read(file).anchors


@pytest.mark.parametrize("address", PAGES)
def test_links_and_anchors(html: Path, address: str) -> None:
    assert broken(html / address) == []


def write(folder: Path, pages: Mapping[str, str]) -> None:
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("link", "leads"),
    [
        ('<a href="b.html">', True),
        ('<a href="c.html">', False),
        ('<a href="b.html#there">', True),
        ('<a href="b.html#not-there">', False),
        ('<a href="#not-here">', False),
        ('<img src="no.svg">', False),
        ('<img srcset="a.html, no.png 2x">', False),
        ('<a href="https://example.org/c.html#d">', True),
        ('<a href="mailto:a@example.org">', True),
    ],
)
def test_a_link_that_leads_nowhere_is_found(
    tmp_path: Path, link: str, leads: bool
) -> None:
    write(tmp_path, {"a.html": link, "b.html": '<p id="there">'})
    assert (broken(tmp_path / "a.html") == []) is leads


def test_pages_have_links(html: Path) -> None:
    found: Iterable[int] = (
        len(read(html / address).targets) for address in PAGES
    )
    assert sum(found) > 100 * len(PAGES) / 10
