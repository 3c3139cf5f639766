"""How the picture of a gallery page gets to its top, and what is written to notebooks instead."""

from __future__ import annotations

import first_picture
import pytest
from docutils import nodes
from docutils.utils import new_document

DRAWN = '<figure class="unrolled"><svg/></figure>'


def make_page(kind: str, number: int) -> tuple[nodes.document, nodes.figure]:
    """Return a page with two diagrams and a figure in two themes, and the place at its top."""
    page = new_document("page")
    place = nodes.figure("", nodes.caption("", "A caption."))
    place["picture"] = (kind, number)
    page += place
    for name in ("one", "two"):
        page += nodes.raw("", f"{DRAWN}{name}", format="html")
    for theme in ("light", "dark"):
        page += nodes.image("", uri=f"/images/plot_10_figure_1_{theme}.svg")
    return page, place


def test_the_diagram_is_moved_and_linked() -> None:
    page, place = make_page("diagram", 2)
    first_picture.hoist(page, place)
    drawn = [node.astext()[len(DRAWN) :] for node in page.findall(nodes.raw)]
    assert drawn == ["two", "one"]
    assert isinstance(place[-1], nodes.caption)
    [link] = page.findall(nodes.reference)
    assert link["refid"] == first_picture.ANCHOR


def test_a_figure_is_moved_in_both_themes() -> None:
    page, place = make_page("figure", 1)
    first_picture.hoist(page, place)
    assert len(place) == 3
    assert list(page.findall(nodes.image)) == place[:2]


@pytest.mark.parametrize(("kind", "number"), [("diagram", 3), ("figure", 2)])
def test_a_picture_that_is_not_there_is_a_warning(
    kind: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[tuple[object, ...]] = []
    monkeypatch.setattr(
        first_picture.logger, "warning", lambda *words, **_: said.append(words)
    )
    page, place = make_page(kind, number)
    first_picture.hoist(page, place)
    assert said == [("the script shows no %s %d", kind, number)]
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
