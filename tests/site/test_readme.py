"""The picture in the README is the one that the site's first case draws."""

from __future__ import annotations

import re

from built import ROOT

PICTURE = ROOT / "docs" / "_static" / "many_to_one.svg"
DRAWN = (
    ROOT
    / "docs"
    / "auto_gallery"
    / "10_data_flow"
    / "images"
    / "plot_10_many_to_one_diagram_1.svg"
)


def without_numbers(svg: str) -> str:
    """Leave out what another processor may round otherwise: the values and their colours."""
    svg = re.sub(
        r"<style>.*?</style>|<title>.*?</title>", "", svg, flags=re.DOTALL
    )
    return re.sub(r"(?<=>)−?\d+\.\d+(?=</text>)|f-v-?\d", "#", svg)


def test_picture_is_up_to_date() -> None:
    shown, drawn = (
        without_numbers(p.read_text(encoding="utf-8")) for p in (PICTURE, DRAWN)
    )
    assert shown == drawn, (
        "run `make picture` and commit docs/_static/many_to_one.svg"
    )
