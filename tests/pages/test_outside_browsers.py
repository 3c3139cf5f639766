"""What ``save`` writes, drawn by programs that are no browsers: resvg, and librsvg in libvips."""

import io
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import pyvips
import resvg_py
from fakes import chain
from matplotlib.image import imread

from unrolled import draw
from unrolled.scenes.colors import PALETTE, channels, hex_color
from unrolled.scenes.scene import Scene
from unrolled.scenes.shapes import Box, Line, Span, Text, Tiles
from unrolled.scenes.svg import render_svg

NAMES = [*PALETTE, *(f"v{step}" for step in range(-8, 9))]
PAINTED = {"rect", "path", "polygon", "text", "tspan"}


def by_resvg(svg):
    png = bytes(resvg_py.svg_to_bytes(svg_string=svg))
    return imread(io.BytesIO(png))[..., :3] * 255


def by_librsvg(svg):
    image = pyvips.Image.new_from_buffer(svg.encode(), "")
    return image.flatten(background=[255, 255, 255]).numpy()[..., :3]


PROGRAMS = pytest.mark.parametrize("drawn", [by_resvg, by_librsvg])


@PROGRAMS
def test_every_role_and_level_has_its_colour(drawn):
    scene = Scene(width=20 * len(NAMES), height=20)
    for place, name in enumerate(NAMES):
        scene.add(Box(20 * place, 0, 20, 20, fill=name))
    pixels = drawn(render_svg(scene))
    for place, name in enumerate(NAMES):
        found = pixels[10, 20 * place + 10]
        np.testing.assert_allclose(
            found, channels(hex_color(name)), atol=1, err_msg=name
        )


@PROGRAMS
def test_outlines_arrows_and_images_have_theirs(drawn):
    scene = Scene(width=100, height=60)
    scene.add(
        Box(10, 10, 20, 20, stroke="warn", weight=6),
        Line(((50, 55), (50, 5)), "units", weight=6, head=True),
        Tiles(70, 10, 20, 20, ((8,), (-8,))),
    )
    pixels = drawn(render_svg(scene))
    for (x, y), name in {
        (20, 10): "warn",
        (20, 20): "ground",
        (50, 40): "units",
        (50, 10): "units",
        (80, 15): "v8",
        (80, 25): "v-8",
    }.items():
        np.testing.assert_allclose(
            pixels[y, x], channels(hex_color(name)), atol=1, err_msg=name
        )


@PROGRAMS
def test_spaces_between_the_words_of_a_shape_stay(drawn):
    def ink_of(*spans):
        scene = Scene(width=300, height=40)
        scene.add(Text(10, 25, spans))
        columns = np.flatnonzero(
            drawn(render_svg(scene)).min(axis=(0, 2)) < 200
        )
        return columns.max() - columns.min()

    shape = (Span("(4 "), Span("batch, ", "batch"), Span("5)"))
    whole = ink_of(Span("(4 batch, 5)"))
    assert abs(ink_of(*shape) - whole) <= 2


@PROGRAMS
def test_a_diagram_is_mostly_light(drawn):
    pixels = drawn(draw(chain(0)).svg())
    assert (pixels.max(axis=2) < 60).mean() < 0.1
    assert (pixels.min(axis=2) > 230).mean() > 0.5


def test_every_element_says_its_colour_itself():
    """Some programs, such as MuPDF, read no style sheet."""
    root = ET.fromstring(draw(chain(0)).svg())
    for element in root.iter():
        kind = element.tag.rpartition("}")[2]
        has_spans = kind == "text" and len(element) > 0 and element.text is None
        if kind in PAINTED and not has_spans:
            assert {"fill", "stroke"} & set(element.attrib), element.attrib
