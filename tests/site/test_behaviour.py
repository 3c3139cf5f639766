"""What the pages do: copy, download, switch colours, link; and what the offline file holds."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import offline
import pytest
from built import EXAMPLES


@pytest.mark.parametrize("address", EXAMPLES)
def test_downloads(html: Path, address: str) -> None:
    page = html / address
    found = dict(
        re.findall(
            r'href="([^"]*_downloads/[^"]*\.(py|ipynb))"',
            page.read_text(encoding="utf-8"),
        )
    )
    assert sorted(found.values()) == ["ipynb", "py"]
    files = {
        kind: (page.parent / link).resolve() for link, kind in found.items()
    }
    compile(files["py"].read_text(encoding="utf-8"), "script", "exec")
    assert json.loads(files["ipynb"].read_text(encoding="utf-8"))["cells"]


@pytest.mark.parametrize("address", EXAMPLES)
def test_an_example_shows_a_diagram(html: Path, address: str) -> None:
    assert '<figure class="unrolled"' in (html / address).read_text(
        encoding="utf-8"
    )


def test_copy_buttons(visit) -> None:
    page = visit(EXAMPLES[0]).page
    page.wait_for_selector("button.copybtn", state="attached")
    assert (
        page.locator("div.highlight pre").count()
        == page.locator("button.copybtn").count()
    )


def test_theme_button_changes_the_drawing(visit) -> None:
    page = visit(EXAMPLES[0]).page
    color = "getComputedStyle(document.body).getPropertyValue('--un-timesteps').trim()"
    seen = {page.evaluate(color)}
    for _ in range(2):
        page.locator(".theme-toggle-content .theme-toggle").click()
        seen.add(page.evaluate(color))
    page.evaluate("localStorage.clear()")
    assert len(seen) == 2


def test_home_has_a_diagram_and_every_case(html: Path) -> None:
    home = (html / "index.html").read_text(encoding="utf-8")
    assert '<figure class="unrolled"' in home
    assert [e for e in EXAMPLES if f'href="{e}"' not in home] == []


def test_a_wide_diagram_stays_readable_and_scrolls(visit) -> None:
    page = visit(EXAMPLES[0], "phone").page
    natural, drawn, index = page.evaluate(
        """() => {
          const figure = document.querySelector("figure.unrolled");
          const svg = figure.querySelector("svg");
          return [svg.viewBox.baseVal.width, svg.getBoundingClientRect().width, figure.tabIndex];
        }"""
    )
    assert drawn >= 0.849 * natural  # 85 %, rounded to what the screen can show
    assert index == 0


def test_no_colab_without_a_host(html: Path) -> None:
    text = (html / EXAMPLES[0]).read_text(encoding="utf-8")
    assert ("colab.research" in text) == (html / "notebooks").exists()


def test_offline_file_is_the_site(html: Path, tmp_path: Path, visit) -> None:
    target = tmp_path / "site.zip"
    offline.pack(html, target)
    again = tmp_path / "again.zip"
    offline.pack(html, again)
    assert target.read_bytes() == again.read_bytes()
    with zipfile.ZipFile(target) as archive:
        archive.extractall(tmp_path)
    unpacked = tmp_path / offline.FOLDER
    for path in html.rglob("*"):
        if path.is_file() and path.name not in offline.LEFT_OUT:
            assert (
                unpacked / path.relative_to(html)
            ).read_bytes() == path.read_bytes()
    seen = visit("search.html?q=contributing", base=unpacked)
    seen.page.wait_for_selector("#search-results li")
    assert seen.outside == []
    assert seen.errors == []
