"""The site's own Sphinx extensions, by themselves."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import axes
import diagram
import freshness
import gallery_reset
import gallery_scraper
import mathml
import pytest
import site_search
from built import ROOT
from docutils import nodes
from PIL import Image

from unrolled.colors import PALETTE

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


def test_palette_has_every_role_in_three_places() -> None:
    css = axes.stylesheet()
    for role, (light, dark) in PALETTE.items():
        assert css.count(f"--un-{role}: {light};") == (1 if light != dark else 3)
        assert css.count(f"--un-{role}: {dark};") == (2 if light != dark else 3)


def test_words_of_html_leaves_out_style_and_tags() -> None:
    words = site_search.words_of_html("<svg><style>.a{}</style><text>a &lt; b</text><text>c</text></svg>")
    assert words.split() == ["a", "<", "b", "c"]


def test_checksum_sees_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("1")
    seen = {freshness.checksum(freshness.files_below(tmp_path), tmp_path)}
    (tmp_path / "a.py").write_text("2")
    seen.add(freshness.checksum(freshness.files_below(tmp_path), tmp_path))
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    seen.add(freshness.checksum(freshness.files_below(tmp_path), tmp_path))
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("tex", "parts"),
    [
        (r"a &= b \\ c &= d", ["<mtable", "tml-right"]),
        (r"\begin{cases} a & b \\ c & d \end{cases}", ["{</mo>", "<mtable"]),
        (r"h_t = o_t \odot \tanh(c_t)", ["<msub>", "⊙"]),
    ],
)
def test_formulas(tex: str, parts: list[str]) -> None:
    formulas = [{"tex": mathml.tex(nodes.math_block(tex, tex)), "block": True}]
    (answer,) = mathml.convert(ROOT / "docs" / "node_modules", formulas)
    assert all(part in answer["mathml"] for part in parts)


def test_a_wrong_formula_is_an_error_and_spoils_no_other() -> None:
    wrong, right = mathml.convert(
        ROOT / "docs" / "node_modules", [{"tex": r"\nonsense", "block": False}, {"tex": "x", "block": False}]
    )
    assert "error" in wrong
    assert "mathml" in right


class Drawn:
    """As much of a diagram as the scraper needs."""

    def svg(self) -> str:
        return "<svg/>"

    def save(self, path: str) -> None:
        Image.new("RGB", (1000, 200)).save(path)

    def _repr_html_(self) -> str:
        return "<figure><svg/></figure>"


def test_every_script_starts_with_fresh_keras_names(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    utils = SimpleNamespace(clear_session=lambda: calls.append("cleared"))
    monkeypatch.delitem(sys.modules, "keras", raising=False)
    gallery_reset.keras_names({}, "plot_1.py")
    assert calls == []
    assert "keras" not in sys.modules
    monkeypatch.setitem(sys.modules, "keras", SimpleNamespace(utils=utils))
    gallery_reset.keras_names({}, "plot_1.py")
    assert calls == ["cleared"]


def scrape(tmp_path: Path, values: list[object], **conf: object) -> tuple[set[str], dict[str, Any]]:
    main = ModuleType("__main__")
    block_vars: dict[str, Any] = {
        "target_file": str(tmp_path / "plot_1.py"),
        "fake_main": main,
        "file_conf": dict(conf),
    }
    for value in values:
        vars(main)["___"] = value
        assert gallery_scraper.diagrams(None, block_vars, {}) == ""
    return {p.name for p in (tmp_path / "images").glob("*")}, block_vars["file_conf"]


def test_scraper_keeps_each_diagram_once_and_makes_the_first_the_thumbnail(tmp_path: Path) -> None:
    first = Drawn()
    names, conf = scrape(tmp_path, ["text", first, first, Drawn()])
    assert names == {f"plot_1_diagram_{n}" for n in ("1.png", "thumbnail.png", "1.svg", "1.html", "2.svg", "2.html")}
    assert str(conf["thumbnail_path"]).endswith("plot_1_diagram_thumbnail.png")


def test_scraper_drops_what_an_earlier_run_drew(tmp_path: Path) -> None:
    scrape(tmp_path, [Drawn(), Drawn()])
    names, _ = scrape(tmp_path, [Drawn()])
    assert names == {f"plot_1_diagram_{n}" for n in ("1.png", "thumbnail.png", "1.svg", "1.html")}


def test_scraper_leaves_a_thumbnail_that_the_script_chose(tmp_path: Path) -> None:
    _, conf = scrape(tmp_path, [Drawn()], thumbnail_number=2)
    assert "thumbnail_path" not in conf
