"""The site's own Sphinx extensions, by themselves."""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import axes
import contents
import diagram
import gallery_figures
import gallery_reset
import gallery_scraper
import numpy as np
import page_heads
import pytest
import sidebar
import site_search
from fakes import input_call, recurrent_call
from matplotlib.figure import Figure
from PIL import Image
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

import unrolled
from unrolled.scenes.colors import PALETTE, Theme, color

SVG = (
    '<svg aria-labelledby="t d"><title id="t">T</title><desc id="d">D</desc><clipPath id="c"/>'
    '<g clip-path="url(#c)"/><use href="#c"/><a href="#elsewhere"/></svg>'
)


def test_unique_ids_renames_ids_and_what_refers_to_them() -> None:
    html = diagram.unique_ids(SVG, "x-")
    assert html.count("x-") == 7
    assert 'aria-labelledby="x-t x-d"' in html
    assert "url(#x-c)" in html
    assert 'href="#elsewhere"' in html


def test_unique_ids_does_not_confuse_names_that_start_alike() -> None:
    html = diagram.unique_ids('<a id="c"/><a id="c1"/><use href="#c1"/>', "x-")
    assert html == '<a id="x-c"/><a id="x-c1"/><use href="#x-c1"/>'


def entry(link: str) -> str:
    return f'<li class="toctree-l2"><a class="reference internal" href="{link}">x</a></li>\n'


@pytest.mark.parametrize(
    ("here", "same", "other"),
    [
        ("glossary", False, False),
        ("reference/index", False, False),
        ("errors/expected-ndim-3-found-ndim-2", True, False),
    ],
)
def test_the_sidebar_lists_the_error_pages_of_the_topic_alone(
    here: str, same: bool, other: bool
) -> None:
    of_x = entry("errors/expected-ndim-3-found-ndim-4.html")
    of_y = entry("errors/incompatible-shapes.html")
    always = (
        entry("errors/silent.html")
        + entry("questions/states.html")
        + entry("#")
    )
    tree = sidebar.prune(
        f"<ul>{of_x}{of_y}{always}</ul><ul>\n{of_y}</ul>", here
    )
    assert (of_x in tree, of_y in tree, always in tree) == (same, other, True)
    assert "<ul>\n</ul>" not in tree


#: a site with a page in two places of its tree, a page in none, a caption and a link to elsewhere
PAGES = {
    "index": "A\n=\n\n.. toctree::\n   :caption: Parts\n\n   part/index\n   alone\n\n"
    ".. toctree::\n   :hidden:\n\n   Elsewhere <https://example.org/x.html>\n   alone\n",
    "part/index": "Part\n====\n\n.. toctree::\n\n   one\n   deep/two\n",
    "part/one": "One\n===\n\nBelow\n-----\n\nx\n",
    "part/deep/two": "Two\n===\n\n.. toctree::\n\n   three\n",
    "part/deep/three": "Three\n=====\n",
    "alone": "Alone\n=====\n",
    "loose": ":orphan:\n\nLoose\n=====\n",
}


def test_the_sidebar_is_the_tree_that_sphinx_makes_for_each_page(
    tmp_path: Path,
) -> None:
    for name, text in PAGES.items():
        path = tmp_path / f"{name}.rst"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    out = str(tmp_path / "html")
    with docutils_namespace():
        app = Sphinx(
            str(tmp_path), None, out, out, "html", status=None, warning=None
        )
        app.build()
        how = {"collapse": False, "titles_only": True, "includehidden": True}
        whole = sidebar.whole_tree(app.builder, tuple(sorted(how.items())))
        assert "https://example.org/x.html" in whole
        for name in PAGES:
            expected = app.builder._get_local_toctree(name, maxdepth=-1, **how)
            assert sidebar.as_seen_from(whole, name) == expected
    assert 'class="current reference internal" href="#"' in (
        sidebar.as_seen_from(whole, "part/deep/three")
    )


def test_palette_has_every_role_in_three_places() -> None:
    css = axes.stylesheet()
    for role, (light, dark) in PALETTE.items():
        assert css.count(f"--un-{role}: {light};") == (
            1 if light != dark else 3
        )
        assert css.count(f"--un-{role}: {dark};") == (2 if light != dark else 3)


def test_words_of_html_leaves_out_style_and_tags() -> None:
    words = site_search.words_of_html(
        "<svg><style>.a{}</style><text>a &lt; b</text><text>c</text></svg>"
    )
    assert words.split() == ["a", "<", "b", "c"]


class Drawn:
    """As much of a diagram as the scraper needs."""

    def svg(self) -> str:
        return "<svg/>"

    def save(self, path: str) -> None:
        Image.new("RGB", (1000, 200)).save(path)

    def _repr_html_(self) -> str:
        return "<figure><svg/></figure>"


def test_every_script_starts_with_fresh_keras_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[str] = []
    utils = SimpleNamespace(clear_session=lambda: calls.append("cleared"))
    monkeypatch.delitem(sys.modules, "keras", raising=False)
    gallery_reset.keras_names({}, "plot_1.py")
    assert calls == []
    assert "keras" not in sys.modules
    monkeypatch.setitem(sys.modules, "keras", SimpleNamespace(utils=utils))
    gallery_reset.keras_names({}, "plot_1.py")
    assert calls == ["cleared"]


def scrape(
    tmp_path: Path, values: list[object], **conf: object
) -> tuple[set[str], dict[str, Any], str]:
    """Scrape blocks that end in these values; return the files, the script's settings, and what is
    shown.
    """
    main, shown = ModuleType("__main__"), ""
    block_vars: dict[str, Any] = {
        "target_file": str(tmp_path / "plot_1.py"),
        "fake_main": main,
        "file_conf": dict(conf),
    }
    for value in values:
        vars(main)["___"] = value
        shown += gallery_scraper.diagrams(
            None, block_vars, {"src_dir": str(tmp_path)}
        )
    return (
        {p.name for p in (tmp_path / "images").glob("*")},
        block_vars["file_conf"],
        shown,
    )


def test_scraper_keeps_each_diagram_once_and_makes_the_first_the_thumbnail(
    tmp_path: Path,
) -> None:
    first = Drawn()
    names, conf, shown = scrape(tmp_path, ["text", first, first, Drawn()])
    assert shown == ""
    assert names == {
        f"plot_1_diagram_{n}"
        for n in (
            "1.png",
            "thumbnail.png",
            "1.svg",
            "1.html",
            "2.svg",
            "2.html",
        )
    }
    assert str(conf["thumbnail_path"]).endswith("plot_1_diagram_thumbnail.png")


def test_scraper_drops_what_an_earlier_run_drew(tmp_path: Path) -> None:
    scrape(tmp_path, [Drawn(), Drawn()])
    names, *_ = scrape(tmp_path, [Drawn()])
    assert names == {
        f"plot_1_diagram_{n}"
        for n in ("1.png", "thumbnail.png", "1.svg", "1.html")
    }


def test_scraper_leaves_a_thumbnail_that_the_script_chose(
    tmp_path: Path,
) -> None:
    _, conf, _ = scrape(tmp_path, [Drawn()], thumbnail_number=2)
    assert "thumbnail_path" not in conf


def states(**options: Any) -> Figure:
    rng = np.random.default_rng(0)
    source = input_call("x", rng.normal(size=(2, 5, 2)))
    return unrolled.plot_states(
        recurrent_call(rng, "lstm", source, 3), **options
    )


def test_a_figure_of_the_library_is_shown_in_both_themes(
    tmp_path: Path,
) -> None:
    first = states()
    names, conf, shown = scrape(tmp_path, [first, first, states(sample=1)])
    svgs = {
        f"plot_1_figure_{n}_{theme}.svg"
        for n in (1, 2)
        for theme in ("light", "dark")
    }
    assert names == svgs | {
        "plot_1_figure_1.png",
        "plot_1_figure_thumbnail.png",
    }
    assert conf["thumbnail_path"].endswith("plot_1_figure_thumbnail.png")
    assert shown.count(".. image:: /images/plot_1_figure_1_") == 2
    alt = "   :alt: lstm: LSTM(3, return_sequences=True), sample 1\n   :class: plot only-dark\n"
    assert shown.count(alt) == 1
    for theme, other in (("light", "dark"), ("dark", "light")):
        for number in (1, 2):
            svg = (
                tmp_path / "images" / f"plot_1_figure_{number}_{theme}.svg"
            ).read_text()
            assert_colors(svg, theme, other)


def assert_colors(svg: str, theme: Theme, other: Theme) -> None:
    assert color("ground", theme) in svg
    assert color("ink", theme) in svg
    assert color("ink", other) not in svg


def test_figures_have_the_same_bytes_in_every_build(tmp_path: Path) -> None:
    written = []
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        names, *_ = scrape(tmp_path / folder, [states()])
        written.append(
            [
                (tmp_path / folder / "images" / name).read_bytes()
                for name in sorted(names)
            ]
        )
    assert written[0] == written[1]
    assert b"<dc:date>" not in b"".join(written[0])


def test_a_figure_of_the_scripts_own_is_shown_as_it_is(tmp_path: Path) -> None:
    own = Figure(figsize=(3, 2))
    own.subplots().set_title("My\nown")
    given = states(figure=Figure(figsize=(8, 6)))
    names, _, shown = scrape(tmp_path, [own, given])
    assert {n for n in names if n.endswith("svg")} == {
        "plot_1_figure_1_light.svg",
        "plot_1_figure_2_light.svg",
    }
    assert "   :alt: My own\n   :class: plot plot-card\n" in shown
    assert gallery_figures.heading(Figure()) == "A figure without a heading"


def test_a_figure_of_pyplot_is_left_to_sphinx_gallery(tmp_path: Path) -> None:
    from matplotlib import pyplot

    figure = pyplot.figure()
    names, _, shown = scrape(tmp_path, [figure])
    pyplot.close(figure)
    assert (names, shown) == (set(), "")


@pytest.mark.parametrize("first", ["figure", "diagram"])
def test_what_is_shown_first_stands_for_the_page(
    tmp_path: Path, first: str
) -> None:
    shown = [states(), Drawn()]
    if first == "diagram":
        shown.reverse()
    _, conf, _ = scrape(tmp_path, shown)
    assert conf["thumbnail_path"].endswith(f"plot_1_{first}_thumbnail.png")
    _, conf, _ = scrape(
        tmp_path, [states(), Drawn()], thumbnail_path="mine.png"
    )
    assert conf["thumbnail_path"] == "mine.png"


def test_every_plot_of_the_library_has_a_dark_theme() -> None:
    public = {name: getattr(unrolled, name) for name in unrolled.__all__}
    plots = {
        n: f
        for n, f in public.items()
        if inspect.isfunction(f) and "figure" in inspect.signature(f).parameters
    }
    assert {
        "plot_gates",
        "plot_states",
        "plot_weights",
        "plot_sensitivity",
    } <= set(plots)
    assert all(
        "theme" in inspect.signature(function).parameters
        for function in plots.values()
    )


CHAPTERS = "Page\n====\n\nFirst.\n\n" + "".join(
    f"Part {k} ``<&>``\n{'-' * 20}\n\nx\n\n" for k in range(4)
)


@pytest.mark.parametrize(
    ("hides", "chapters", "listed"),
    [(True, 4, True), (True, 3, False), (False, 4, False)],
)
def test_sections_are_listed_where_the_right_column_is_given_away(
    tmp_path: Path, hides: bool, chapters: int, listed: bool
) -> None:
    text = CHAPTERS.partition(f"Part {chapters} ")[0]
    (tmp_path / "index.rst").write_text(
        "Home\n====\n\n.. toctree::\n\n   page\n"
    )
    (tmp_path / "page.rst").write_text(text)
    out = tmp_path / "html"

    def hide(*arguments: Any) -> None:
        arguments[3]["furo_hide_toc"] = hides

    with docutils_namespace():
        app = Sphinx(
            str(tmp_path), None, str(out), str(out), "html", status=None
        )
        contents.setup(app)
        app.connect("html-page-context", hide, priority=900)
        app.build()
    html = (out / "page.html").read_text()
    assert ('<nav class="contents"' in html) is listed
    if listed:
        start = html.index('<nav class="contents"')
        assert html.index("First.") < start < html.index("<h2>")
        assert '<a href="#part-0">Part 0 &lt;&amp;&gt;</a>' in html


HEADS = {
    "index": "Home\n====\n\n.. toctree::\n\n   code\n   own\n",
    "code": 'A "``<page>``"\n==============\n\nWhat & why. '
    + "word " * 60
    + "\n\n.. code-block:: python\n\n   x = 1\n",
    "own": ".. meta::\n   :description: Its own.\n\nOwn\n===\n\nFirst.\n",
}


@pytest.fixture(scope="module")
def heads(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The pages of a small site, by name."""
    folder = tmp_path_factory.mktemp("heads")
    for name, text in HEADS.items():
        (folder / f"{name}.rst").write_text(text)
    (folder / "static").mkdir()
    for name in ("copybutton.css", "site.css", "sg_gallery.css"):
        (folder / "static" / name).write_text("")
    (folder / "conf.py").write_text(
        "html_static_path = ['static']\n"
        "html_css_files = ['copybutton.css', 'site.css', 'sg_gallery.css']\n"
    )
    source, target = str(folder), str(folder / "html")
    with docutils_namespace():
        app = Sphinx(source, source, target, target, "html", status=None)
        page_heads.setup(app)
        app.build()
    return {name: Path(target, f"{name}.html").read_text() for name in HEADS}


def described(page: str) -> list[str]:
    return re.findall(r'name="description" content="(.*?)"', page)


def test_a_head_describes_its_page(heads: dict[str, str]) -> None:
    (found,) = described(heads["code"])
    assert found.startswith("What &amp; why. word")
    assert len(found) < 170
    assert "&lt;page&gt;" in heads["code"].partition('og:title"')[2][:60]


def test_a_page_may_describe_itself(heads: dict[str, str]) -> None:
    assert described(heads["own"]) == []
    assert 'content="Its own."' in heads["own"]


@pytest.mark.parametrize(("name", "uses"), [("code", True), ("own", False)])
def test_a_head_loads_what_its_page_uses(
    heads: dict[str, str], name: str, uses: bool
) -> None:
    assert ("copybutton.css" in heads[name]) is uses
    assert "site.css" in heads[name]
    assert "sg_gallery.css" not in heads[name]
