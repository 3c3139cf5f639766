"""Gallery pages begin with their answer: a sentence and a picture with its caption, then code."""

from __future__ import annotations

from typing import Any

import pytest
from built import EXAMPLES

LOOK = """() => {
  const article = document.querySelector("article");
  const figure = article.querySelector("figure.first-picture");
  const code = article.querySelector(".highlight-Python");
  const picture = [...figure.querySelectorAll("svg.unrolled-svg, img")]
    .find((each) => each.checkVisibility());
  const first = (a, b) =>
    Boolean(a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING);
  const said = [...article.querySelectorAll("h1 ~ p")].filter((p) => first(p, figure));
  return {
    sentences: said.map((p) => p.textContent),
    points: [...article.querySelectorAll(".first-picture ~ ul li")].length,
    caption: figure.querySelector("figcaption .caption-text").textContent.trim(),
    top: picture.getBoundingClientRect().top + window.scrollY,
    height: picture.getBoundingClientRect().height,
    pictureFirst: first(figure, code),
    links: article.querySelectorAll('.hoisted a[href="#first-picture"]').length,
    codeIsSeen: code.checkVisibility(),
    summary: code.closest("details.set-up")?.querySelector("summary").textContent,
    lines: code.querySelector("pre").textContent.trim().split("\\n").length,
    folds: article.querySelectorAll("details.set-up").length,
  };
}"""

DESK = {"width": 1440, "height": 900}
USUAL = {"width": 1280, "height": 720}  # of a new context


@pytest.fixture
def look(visit):
    """Return what a reader sees first, and put the window's size back."""
    pages = []

    def go(address: str) -> dict[str, Any]:
        page = visit(address).page
        pages.append(page)
        page.set_viewport_size(DESK)
        return page.evaluate(LOOK)

    yield go
    for page in pages:
        page.set_viewport_size(USUAL)


@pytest.mark.parametrize("address", EXAMPLES)
def test_page_begins_with_its_answer(look, address: str) -> None:
    seen = look(address)
    question, answer = seen["sentences"][0], seen["sentences"][-1]
    assert "?" in question
    assert answer.endswith(".")
    assert seen["caption"].endswith(".")
    assert seen["pictureFirst"], "code stands above the picture"
    assert seen["height"] > 100
    assert seen["top"] < 620
    assert 2 <= seen["points"] <= 4
    assert seen["links"] == 1, "the picture is shown once, and linked once"


@pytest.mark.parametrize("address", EXAMPLES)
def test_set_up_is_folded(look, address: str) -> None:
    seen = look(address)
    assert seen["folds"] == 1
    assert not seen["codeIsSeen"]
    assert seen["summary"] == f"Data and imports, {seen['lines']} lines"
