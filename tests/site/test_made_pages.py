"""The pages that extensions write from runs, and the words under a picture, by themselves."""

from __future__ import annotations

import doctest
import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import assembling
import changed_code
import entry_pages
import marked_texts
import mismatches
import mistake_causes
import picture_words
import pytest
import site_search
from docutils import nodes
from docutils.utils import new_document

from unrolled.explanations.mistakes import Cause, Mistake
from unrolled.explanations.patterns import Wording

CAME = {
    "printed": "made\n",
    "warned": ["take care"],
    "raised": "",
    "message": "",
    "page": "",
}
SHOWN = {"html": '<figure class="unrolled"></figure>', "words": ""}


def run(script: str, **came: Any) -> dict[str, Any]:
    """Return what came of a script, as the results hold it."""
    return {"script": script, "picture": None, **CAME, **came}


def claim(name: str, verdict: str) -> dict[str, Any]:
    texts = {
        "says": f"Says {name} | so",
        "right": f"Right {name}",
        "see": ["diagram", "api"],
    }
    return {
        "name": name,
        "verdict": verdict,
        **texts,
        "scripts": [run("x = 1", picture=SHOWN)],
    }


def idiom(name: str, does: str, **came: str) -> dict[str, Any]:
    texts = {"old": f"`{name}()`", "write": f"Write {name}"}
    return {
        "name": name,
        "does": does,
        **texts,
        "scripts": [run("old", **came), run("new")],
    }


@pytest.mark.parametrize(
    "module",
    [
        changed_code,
        entry_pages,
        marked_texts,
        mismatches,
        picture_words,
        site_search,
    ],
)
def test_examples_of_the_docstrings(module: Any) -> None:
    failed, tried = doctest.testmod(module)
    assert (failed, tried > 0) == (0, True)


def test_every_verdict_has_a_place_and_a_colour() -> None:
    assert set(entry_pages.VERDICTS) == set(assembling.VERDICTS)


def test_claims_are_listed_by_verdict_and_explained_by_source() -> None:
    about = {
        "title": "A text",
        "about": "What it is.",
        "source": "https://example.org",
    }
    claims = [claim("good", "holds"), claim("bad", "does not hold")]
    made = dict(
        entry_pages.claim_pages(
            {"text": {"position": 0, "entries": claims, **about}}
        )
    )
    index, page = made["index"], made["text"]
    assert (
        index.index("## Does not hold")
        < index.index("#claim-bad")
        < index.index("## Holds")
    )
    assert index.index("## Holds") < index.index("#claim-good")
    assert (
        "| [Says bad \\| so](#claim-bad) | Right bad | [text](text.md) |"
        in index
    )
    in_list_and_at_claim = page.count("[Does not hold]{.verdict .verdict-no}")
    assert in_list_and_at_claim == 2
    description = (
        '---\nmyst:\n  html_meta:\n    description: "A text: its claims'
    )
    assert page.startswith(description)  # a colon ends a YAML key
    assert "Source: <https://example.org>\n" in page
    assert "[Holds]{.verdict .verdict-yes} [1 claim](#verdict-yes)\n" in index
    for part in (
        "\n(claim-bad)=\n## ",
        "```python\nx = 1\n```\n",
        "\n\nmade\n````\n",
        "UserWarning: take care\n",
        "[](/diagram), [](/api)\n",
        '```{raw} html\n<figure class="unrolled">',
    ):
        assert part in page


def test_idioms_are_listed_and_explained_by_subject() -> None:
    idioms = [
        idiom(
            "gone",
            "raises TypeError",
            raised="TypeError",
            message="no gone",
            page="some-error",
        ),
        idiom("stays", "runs"),
        idiom("silent", "gives other numbers"),
    ]
    loaded = [["LSTM", "its defaults", "`a.h5`", "0.000000"]]
    group = {
        "position": 0,
        "title": "A subject",
        "about": "What.",
        "entries": idioms,
    }
    made = dict(entry_pages.idiom_pages({"old-files": group}, loaded))
    index, page = made["index"], made["old-files"]
    raises = "[Raises `TypeError`]{.verdict .verdict-no}"
    assert f"| [`gone()`](#idiom-gone) | {raises} | Write gone |" in index
    assert "[Still works]{.verdict .verdict-yes}" in index
    assert "[Runs, but gives different numbers]{.verdict .verdict-no}" in index
    assert "TypeError: no gone\n" in page
    assert page.count("[](/errors/some-error.md)") == 1
    assert "| LSTM | its defaults | `a.h5` | 0.000000 |\n" in page
    assert page.index("```python\nold") < page.index(
        "**Write instead.** Write gone"
    )


def test_a_question_shows_its_script_and_a_picture_with_ids_of_its_own() -> (
    None
):
    drawn = {"html": '<svg><g id="a"/></svg>', "words": ""}
    question = {"name": "q", "title": "Why?", "answer": "So.", "picture": True}
    question |= {
        "asked": ["how come"],
        "see": ["diagram", "auto_gallery/plot_1"],
    }
    question |= {"scripts": [run("x = 1", picture=drawn)]}
    topic = {
        "position": 0,
        "title": "A topic",
        "lead": "All.",
        "entries": [question],
    }
    page = dict(entry_pages.question_pages({"topic": topic}))["topic"]
    assert page.startswith("---\nhide-toc: true\n---\n\n# A topic\n")
    assert (
        "(question-q)=\n## Why?\n\n```{asked}\nhow come\n```\n\nSo.\n" in page
    )
    assert '<g id="q-a"/>' in page
    assert (
        "Related: [](../diagram.md), [](../auto_gallery/plot_1.rst)\n" in page
    )


CAUSES = (
    Cause("You wrote {name}.", "Write `__init__`."),
    Cause("It is *.", 'Set `padding="same"`.'),
)
MISTAKE = Mistake(
    name="some-error",
    heading="no such `thing`",
    title="There is no such thing",
    topic="States",
    what="{name} got {shape}.",
    causes=CAUSES,
    wordings=(Wording("Keras 2", "nothing like {name}", {"name": "it"}),),
)


def mistake_page(causes: tuple[Cause, ...] = CAUSES, **more: Any) -> str:
    """Return the page of an invented mistake."""
    values = {"name": "my_net", "shape": "('', '')"}
    made = run(
        "wrong", raised="ValueError", message="no such thing", values=values
    )
    runs = [{"mistake": made, "fixed": run("right")} | more for _ in causes]
    mistake = replace(MISTAKE, causes=causes)
    templates = entry_pages.environment()
    result = {"texts": {"see": ["diagram"]}, "causes": runs}
    found = mistake_causes.shown_of(mistake, result)
    return templates.get_template("entries/mistake.jinja").render(
        mistake=mistake, **found
    )


def test_the_first_line_of_a_mistake_is_its_fix() -> None:
    page = mistake_page()
    title, _, lead, first, *_ = page.split("\n")
    assert title == "# `` no such `thing` ``"
    assert lead == "{.lead .first-fix}"
    assert first == "**Fix.** You wrote `my_net`? Write `__init__`."


def test_code_in_the_prose_of_a_mistake_is_code() -> None:
    page = mistake_page()
    assert "\nThere is no such thing.\n" in page
    assert "`my_net` got `('', '')`.\n" in page
    assert "**Fix.** Write `__init__`.\n" in page
    assert "## It is \\*\n" in page
    assert '**Fix.** Set `padding="same"`.\n' in page


def test_a_mistake_shows_its_causes_its_fixes_and_older_wordings() -> None:
    page = mistake_page(check="it says so")
    places = [
        page.index(t)
        for t in (
            "(some-error-cause-1)=\n## You wrote `my_net`\n",
            '<div class="script script-wrong">',
            "✕ Raises ValueError</p>",
            "**Fix.** Write",
            '<div class="script script-right">',
            "✓ Works</p>",
            "(some-error-cause-2)=\n## It is",
        )
    ]
    assert places == sorted(places)
    assert (
        page.count("ValueError: no such thing") == 2
    )  # at the top, and at the second cause
    assert page.count("it says so\n````\n") == 2
    assert "## In other versions\n\nKeras 2:\n" in page
    assert "nothing like it\n" in page
    assert page.endswith("## Related\n\n- [](../diagram.md)\n")


def test_more_than_two_causes_are_listed_by_their_names() -> None:
    assert "What may have led to it" not in mistake_page()
    page = mistake_page(causes=(*CAUSES, Cause("Third.", "Do it.")))
    listed = "\n1. [You wrote `my_net`](#some-error-cause-1)\n2. [It is \\*]"
    assert listed in page
    assert "\n3. [Third](#some-error-cause-3)\n" in page


def test_a_long_cause_has_its_sentences_below_its_name() -> None:
    long = "It is so. And more."
    page = mistake_page(causes=(Cause(long, "Do it.", name="It is so"),))
    assert "## It is so\n\nIt is so. And more.\n" in page


def marks(code: str) -> list[str]:
    """Return the text of each mark."""
    inside = re.findall("<mark>(.*?)</mark>", code, re.DOTALL)
    return [unescape(re.sub("<[^>]*>", "", text)) for text in inside]


@pytest.mark.parametrize(
    ("wrong", "right", "gone", "added"),
    [
        ("f(8)", "f(8, g=True)", [], [", g=True"]),
        ("Input((15,))", "Input((15, 1))", [], ["1"]),
        ("f(8)", "f(\n    8\n)", [], []),
        ('x = "<b>"', 'x = "<i>"', ["<b>"], ["<i>"]),
        ("f(x)", "out = f(x)\nprint(out)", [], []),
        ("print(1)\nf(x)", "print(2)\nf(x)", ["1"], ["2"]),
    ],
)
def test_tokens_that_the_fix_changes_are_marked(
    wrong: str, right: str, gone: list[str], added: list[str]
) -> None:
    before, after = changed_code.changed_code(wrong, right)
    assert (marks(before), marks(after)) == (gone, added)
    for code, script in ((before, wrong), (after, right)):
        assert unescape(re.sub("<[^>]*>", "", code)).strip() == script
        assert "<b>" not in code


def test_pages_that_stay_the_same_are_left_alone_and_old_ones_go(
    tmp_path: Path,
) -> None:
    entry_pages.write_pages(tmp_path, {"a": "1", "b": "1"})
    before = (tmp_path / "a.md").stat().st_mtime_ns
    entry_pages.write_pages(tmp_path, {"a": "1", "c": "2"})
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {
        "a.md": "1",
        "c.md": "2",
    }
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
        "",
        f'<figure class="unrolled"><svg><desc>{words}</desc></svg></figure>',
        format="html",
    )


def test_the_first_picture_has_its_words_under_it(tmp_path: Path) -> None:
    page = worded(
        tmp_path,
        nodes.raw("", "<b>no picture</b>"),
        picture("h, 5 timesteps"),
        picture("c"),
    )
    assert [type(n).__name__ for n in page.children] == [
        "raw",
        "raw",
        "paragraph",
        "raw",
    ]
    assert page.children[2].astext() == "Words: timesteps, h"
    assert [
        x["reftarget"]
        for x in page.findall(picture_words.addnodes.pending_xref)
    ] == [
        "timesteps",
        "h",
    ]


def test_the_words_stand_after_all_formats_of_an_output(tmp_path: Path) -> None:
    bundle = nodes.container(
        "",
        picture("h"),
        nodes.literal_block("", "words"),
        nb_element="mime_bundle",
    )
    page = worded(tmp_path, bundle)
    assert [type(n).__name__ for n in page.children] == [
        "container",
        "paragraph",
    ]
    assert len(bundle.children) == 2


@pytest.mark.parametrize(
    "node", [nodes.paragraph("", "h"), picture("nothing known")]
)
def test_a_page_without_picture_or_words_stays_as_it_is(
    tmp_path: Path, node: nodes.Node
) -> None:
    assert len(worded(tmp_path, node).children) == 1
