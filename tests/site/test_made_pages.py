"""The pages that extensions write from runs, and the line of words under a picture, by themselves."""

from __future__ import annotations

import doctest
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import claim_pages
import claim_runs
import markdown_blocks
import migration_pages
import migration_runs
import picture_words
import pytest
from docutils import nodes
from docutils.utils import new_document

CAME = {"printed": "made\n", "warned": [], "raised": "", "message": "", "page": ""}


def claim(name: str, verdict: str) -> dict[str, Any]:
    shown = {"html": '<figure class="unrolled"></figure>', "words": ""}
    texts = {
        "says": f"Says {name} | so",
        "right": f"Right {name}",
        "script": "x = 1",
        "see": ("diagram",),
    }
    return {"name": name, "verdict": verdict, "picture": shown, **texts, **CAME}


def idiom(name: str, does: str, **came: str) -> dict[str, Any]:
    texts = {
        "old": f"`{name}()`",
        "write": f"Write {name}",
        "note": "",
        "script": "old",
        "instead": "new",
    }
    return {"name": name, "does": does, **texts, "then": CAME | came, "now": CAME}


@pytest.mark.parametrize("module", [markdown_blocks, migration_runs, picture_words])
def test_examples_of_the_docstrings(module) -> None:
    failed, tried = doctest.testmod(module)
    assert (failed, tried > 0) == (0, True)


def test_every_verdict_has_a_place_and_a_colour() -> None:
    assert set(claim_pages.VERDICTS) == set(claim_runs.VERDICTS)


def test_claims_are_listed_by_verdict_and_told_by_source() -> None:
    about = {"title": "A text", "about": "What it is.", "source": "https://example.org"}
    claims = [claim("good", "holds"), claim("bad", "does not hold")]
    made = dict(
        claim_pages.pages({"A text": {"place": 0, "page": "text", "claims": claims, **about}})
    )
    index, page = made["index"], made["text"]
    assert index.index("## Does not hold") < index.index("#claim-bad") < index.index("## Holds")
    assert index.index("## Holds") < index.index("#claim-good")
    assert "| [Says bad \\| so](#claim-bad) | Right bad | [text](text.md) |" in index
    assert (
        page.count("[Does not hold]{.verdict .verdict-no}") == 2
    )  # in the list at the top, and at the claim
    assert page.startswith(
        '---\nmyst:\n  html_meta:\n    description: "A text: its claims'
    )  # a colon ends a YAML key
    assert "Source: <https://example.org>" in page
    assert "[Holds]{.verdict .verdict-yes} [1 claim](#verdict-yes)" in index
    for part in (
        "(claim-bad)=\n",
        "```python\nx = 1\n```",
        "\n\nmade\n",
        "[](/diagram)",
        '<figure class="unrolled">',
    ):
        assert part in page


def test_idioms_are_listed_and_told_by_subject() -> None:
    idioms = [
        idiom("gone", "raises TypeError", raised="TypeError", message="no gone", page="some-error"),
        idiom("stays", "runs"),
        idiom("silent", "gives other numbers"),
    ]
    loaded = [["LSTM", "its defaults", "`a.h5`", "0.000000"]]
    group = {"place": 0, "title": "A subject", "about": "What.", "idioms": idioms, "loaded": loaded}
    made = dict(migration_pages.pages({"subject": group}))
    index, page = made["index"], made["subject"]
    assert (
        "| [`gone()`](#idiom-gone) | [Raises `TypeError`]{.verdict .verdict-no} | Write gone |"
        in index
    )
    assert "[Still works]{.verdict .verdict-yes}" in index
    assert "[Runs, and gives other numbers]{.verdict .verdict-no}" in index
    assert "TypeError: no gone" in page
    assert page.count("[](/errors/some-error.md)") == 1
    assert "| LSTM | its defaults | `a.h5` | 0.000000 |" in page


def test_pages_that_stay_the_same_are_left_alone_and_old_ones_go(tmp_path: Path) -> None:
    markdown_blocks.write_pages(tmp_path, {"a": "1", "b": "1"})
    before = (tmp_path / "a.md").stat().st_mtime_ns
    markdown_blocks.write_pages(tmp_path, {"a": "1", "c": "2"})
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"a.md": "1", "c.md": "2"}
    assert (tmp_path / "a.md").stat().st_mtime_ns == before


def worded(tmp_path: Path, *pictures: nodes.Node) -> nodes.document:
    """Return a page of pictures with its words."""
    (tmp_path / "glossary.md").write_text(
        "```{glossary}\ntimesteps\nt\n  Time.\n\nh\n  State.\n\nc\n  Other.\n```\n"
    )
    page = new_document("page")
    page += pictures
    env = SimpleNamespace(docname="page", note_dependency=lambda path: None)
    picture_words.add_words(SimpleNamespace(srcdir=tmp_path, env=env), page)  # type: ignore[arg-type]
    return page


def picture(words: str) -> nodes.raw:
    return nodes.raw(
        "", f'<figure class="unrolled"><svg><desc>{words}</desc></svg></figure>', format="html"
    )


def test_the_first_picture_has_its_words_under_it(tmp_path: Path) -> None:
    page = worded(
        tmp_path, nodes.raw("", "<b>no picture</b>"), picture("h, 5 timesteps"), picture("c")
    )
    assert [type(n).__name__ for n in page.children] == ["raw", "raw", "paragraph", "raw"]
    assert page.children[2].astext() == "Words: timesteps, h"
    assert [x["reftarget"] for x in page.findall(picture_words.addnodes.pending_xref)] == [
        "timesteps",
        "h",
    ]


def test_the_words_stand_after_all_formats_of_an_output(tmp_path: Path) -> None:
    bundle = nodes.container(
        "", picture("h"), nodes.literal_block("", "words"), nb_element="mime_bundle"
    )
    page = worded(tmp_path, bundle)
    assert [type(n).__name__ for n in page.children] == ["container", "paragraph"]
    assert len(bundle.children) == 2


@pytest.mark.parametrize("node", [nodes.paragraph("", "h"), picture("nothing known")])
def test_a_page_without_picture_or_words_stays_as_it_is(tmp_path: Path, node: nodes.Node) -> None:
    assert len(worded(tmp_path, node).children) == 1
