"""Every page of the built site: nothing from outside, no error, accessible, and room on a phone."""

from __future__ import annotations

from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest
from built import CHECKED, PAGES, THEMES

AXE = (
    files("axe_playwright_python")
    .joinpath("axe.min.js")
    .read_text(encoding="utf-8")
)

# What is wider than the screen, unless it stands in something that scrolls by itself.
OVERFLOWING = """() => {
  const scrolls = (e) => e && (["auto", "scroll"].includes(getComputedStyle(e).overflowX)
    && e.matches("figure.unrolled, pre, .highlight, .table-wrapper, .math, .sidebar-scroll,"
      + ".cell_output *")
    || scrolls(e.parentElement));
  const shown = (e) => e.checkVisibility({visibilityProperty: true})
    && getComputedStyle(e).clipPath === "none";
  return [...document.querySelectorAll(".content, .content *")]
    .filter((e) => !(e instanceof SVGElement) || e.tagName === "svg")
    .filter((e) => e.getBoundingClientRect().right > window.innerWidth + 1)
    .filter((e) => shown(e) && !scrolls(e.parentElement))
    .map((e) => e.outerHTML.slice(0, 120));
}"""

# Text of a drawing that sticks out of it.
OUTSIDE_SVG = """() => [...document.querySelectorAll("article svg[viewBox]")].flatMap((svg) => {
  const view = svg.getBoundingClientRect();
  return [...svg.querySelectorAll("text")].filter((text) => {
    const box = text.getBoundingClientRect();
    return box.width > 0 && (box.left < view.left - 1 || box.right > view.right + 1
      || box.top < view.top - 1 || box.bottom > view.bottom + 1);
  }).map((text) => text.textContent);
})"""

AXE_RUN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
  .map((v) => `${v.id}: ${v.help}: `
    + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 150)).join(" | "))"""


# What a page starts after it has loaded has run when two frames have been drawn.
SETTLED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"

#: what sphinx-gallery writes for each section of an index
REPEATED = {"sg-tag-list"}
IDS = "[...document.querySelectorAll('[id]')].map((e) => e.id)"


def test_there_are_pages(html: Path) -> None:
    assert {"index.html", "search.html", "auto_gallery/index.html"} <= set(
        PAGES
    )


@pytest.mark.parametrize("address", PAGES)
def test_page_on_a_phone(visit, address: str) -> None:
    seen = visit(address, "phone")
    seen.page.evaluate(SETTLED)
    assert seen.outside == []
    assert seen.errors == []
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert seen.page.evaluate(OVERFLOWING) == []
    assert seen.page.evaluate(OUTSIDE_SVG) == []
    ids = Counter(seen.page.evaluate(IDS))
    assert {name for name, times in ids.items() if times > 1} <= REPEATED


@pytest.mark.parametrize("address", CHECKED)
def test_page_in_both_themes(visit, address: str) -> None:
    seen = visit(address)
    for theme in THEMES:
        seen.show(theme)
        seen.page.evaluate(SETTLED)
    assert seen.outside == []
    assert seen.errors == []
    seen.page.evaluate(
        AXE
    )  # which asks for style sheets that it may not have from disk
    for theme in THEMES:
        seen.show(theme)
        seen.page.evaluate(SETTLED)
        assert seen.page.evaluate(AXE_RUN) == [], theme
