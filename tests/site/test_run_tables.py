"""The directive and the role that show what runs found, without Keras: tables, scripts, pictures
and their faults.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import run_tables
from docutils import nodes
from sphinx.testing.util import SphinxTestApp

TABLE = {
    "kind": "table",
    "head": ["layer", "returns"],
    "rows": [
        ["`LSTM`", ["one `h`", "{units}`units 4`"]],
        ["`GRU`", "<b>two</b>"],
        ["`LSTM`", "–"],
    ],
    "filters": ["layer"],
    "start": {"layer": "LSTM"},
}
SCRIPT = {
    "kind": "script",
    "script": "print(1)",
    "printed": "1\n",
    "warned": ["take care"],
    "raised": "ValueError",
    "message": "no <such> thing",
    "page": "https://example.org/page",
}
PICTURE = {
    "kind": "picture",
    "html": '<svg><clipPath id="c"/><g clip-path="url(#c)"/></svg>',
    "words": "a drawing",
}
FOUND = {
    "table": TABLE,
    "script": SCRIPT,
    "picture": PICTURE,
    "count": 3,
    "bare": [1, 2],
}


@pytest.fixture
def built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], tuple[str, str]]:
    """Build one page of Markdown; returns its HTML and the warnings."""
    runs = tmp_path / "runs"
    runs.mkdir()
    (runs / "group.json").write_text(json.dumps(FOUND), encoding="utf-8")
    monkeypatch.setattr(run_tables, "RUNS", runs)

    def build(text: str) -> tuple[str, str]:
        source = tmp_path / "source"
        source.mkdir(exist_ok=True)
        (source / "conf.py").write_text(
            'extensions = ["myst_parser", "axes", "run_tables"]\n',
            encoding="utf-8",
        )
        (source / "index.md").write_text(
            f"# Page\n\n{text}\n", encoding="utf-8"
        )
        app = SphinxTestApp(
            "html", srcdir=source, builddir=tmp_path / "out", freshenv=True
        )
        app.build()
        app.cleanup()
        return (tmp_path / "out" / "html" / "index.html").read_text(
            encoding="utf-8"
        ), app.warning.getvalue()

    return build


def shown(name: str) -> str:
    return f"```{{runs}} group {name}\n```"


def test_a_table_has_its_cells_its_filter_and_nothing_unescaped(
    built: Any,
) -> None:
    html, warnings = built(shown("table"))
    assert warnings == ""
    assert html.count("<tr") == 4
    assert '<span class="ax ax-units">units 4</span>' in html
    assert "&lt;b&gt;two&lt;/b&gt;" in html
    assert '<select name="layer" data-column="0">' in html
    assert html.index("table-filter") < html.index("<table")


def test_a_script_stands_above_what_it_printed_warned_and_raised(
    built: Any,
) -> None:
    html, warnings = built(shown("script"))
    assert warnings == ""
    places = [
        html.index(t)
        for t in (
            "print",
            "take care",
            "no &lt;such&gt; thing",
            "https://example.org/page",
        )
    ]
    assert places == sorted(places)


def test_two_pictures_on_one_page_share_no_id(built: Any) -> None:
    html, _ = built(f"{shown('picture')}\n\n{shown('picture')}")
    ids = [part.split('"')[0] for part in html.split('<clipPath id="')[1:]]
    assert len(set(ids)) == 2
    assert all(f"url(#{i})" in html for i in ids)


def test_the_role_puts_a_number_into_a_sentence(built: Any) -> None:
    html, warnings = built("There are {run}`group count` of them.")
    assert "There are 3 of them." in html
    assert warnings == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            shown("nothing"),
            "Expected one of table, script, picture, count, bare, got 'nothing'",
        ),
        (shown("bare"), "Expected a table, a script or a picture"),
        (shown("count"), "Fix: the role run"),
        (
            "```{runs} nobody table\n```",
            "Expected a group with a file in build/runs, got 'nobody'",
        ),
        ("{run}`group table`", "Fix: the directive runs"),
        ("{run}`group`", "not enough values"),
        ("{run}`group missing`", "got 'missing'"),
    ],
)
def test_a_fault_is_a_warning_that_says_what_to_do(
    built: Any, text: str, told: str
) -> None:
    _, warnings = built(text)
    assert told in warnings


def test_filters_offer_each_text_once_and_start_where_they_should() -> None:
    form = run_tables.filters(TABLE)
    assert form.count("<option") == 3
    assert '<option value="LSTM" selected>LSTM</option>' in form
    assert form.startswith('<form class="table-filter" hidden')


def test_filters_escape_what_they_offer() -> None:
    form = run_tables.filters({**TABLE, "rows": [['`"><b>`', ""]], "start": {}})
    assert (
        '<option value="&quot;&gt;&lt;b&gt;">&quot;&gt;&lt;b&gt;</option>'
        in form
    )
    assert "<b>" not in form


def test_a_cell_of_several_lines_has_a_paragraph_for_each() -> None:
    made = run_tables.table(
        ["a", "b"],
        [["1", ["2", "3"]]],
        lambda text: nodes.paragraph(text, text),
    )
    entries = list(made.findall(nodes.entry))[2:]
    assert [len(entry.children) for entry in entries] == [1, 2]
