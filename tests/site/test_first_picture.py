"""How the picture of a gallery page gets to its top, and what is written to notebooks instead."""

from __future__ import annotations

import first_picture
import pytest
from docutils import nodes
from docutils.utils import new_document

DRAWN = '<figure class="unrolled"><svg/></figure>'


def make_page(*drawn: str) -> tuple[nodes.document, nodes.figure]:
    """Return a page with these pictures, and the place at its top."""
    page = new_document("page")
    place = nodes.figure("", nodes.caption("", "A caption."))
    page += [place, nodes.raw("", "<hr>", format="html")]
    for name in drawn:
        if name == "diagram":
            page += nodes.raw("", DRAWN, format="html")
            continue
        for theme in ("light", "dark"):
            page += nodes.image("", uri=f"/images/plot_1_{name}_{theme}.svg")
    return page, place


def test_the_first_diagram_is_moved_and_linked() -> None:
    page, place = make_page("diagram", "diagram", "figure_1")
    drawn = list(page.findall(nodes.raw))[1]
    first_picture.hoist(page, place)
    assert place[0] is drawn
    assert len(place) == 2
    assert isinstance(place[-1], nodes.caption)
    [link] = page.findall(nodes.reference)
    assert link["refid"] == first_picture.ANCHOR
    assert page.index(link.parent) == 2


def test_a_figure_is_moved_in_both_themes() -> None:
    page, place = make_page("figure_1", "figure_2", "diagram")
    first_picture.hoist(page, place)
    moved = [node["uri"] for node in place.findall(nodes.image)]
    assert moved == [
        f"/images/plot_1_figure_1_{theme}.svg" for theme in ("light", "dark")
    ]
    assert len(list(page.findall(nodes.image))) == 4


def test_a_page_without_a_picture_is_a_warning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []
    monkeypatch.setattr(
        first_picture.logger, "warning", lambda words, **_: said.append(words)
    )
    page, place = make_page()
    first_picture.hoist(page, place)
    assert said == ["the script draws no picture"]
    assert len(place) == 1


def test_only_the_first_code_is_folded() -> None:
    page = new_document("page")
    for language, text in (
        ("none", "printed"),
        ("Python", "\nimport keras\nx = 1\n"),
        ("Python", "print(x)"),
    ):
        page += nodes.literal_block(text, text, language=language)
    first_picture.fold(page)
    kinds = [type(node) for node in page]
    code = nodes.literal_block
    assert kinds == [code, nodes.raw, code, nodes.raw, code]
    assert "Data and imports, 2 lines" in page[1].astext()
