"""A Scene as SVG: it follows the page's theme, speaks to screen readers, and has no ids."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape
from itertools import groupby
from operator import attrgetter
from typing import Any

from unrolled.scenes.colors import Theme, hex_color
from unrolled.scenes.scene import Scene
from unrolled.scenes.shapes import Box, Line, Shape, Span, Text, Tiles

_SANS = "'DejaVu Sans',system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
_MONO = "'DejaVu Sans Mono',ui-monospace,Menlo,Consolas,monospace"
#: how pages and notebooks say that they are dark or light, whatever the reader's system wishes:
#: furo, pydata-sphinx-theme and Docusaurus; Jupyter; Bootstrap; Material for MkDocs; Colab;
#: VS Code; marimo, MyST and Tailwind; Quarto
_DARK = (
    "[data-theme=dark],[data-jp-theme-light=false],[data-bs-theme=dark],"
    "[data-md-color-scheme=slate],[theme=dark],.vscode-dark,"
    ".vscode-high-contrast:not(.vscode-high-contrast-light),.dark,.quarto-dark"
)
_LIGHT = (
    "[data-theme=light],[data-jp-theme-light=true],[data-bs-theme=light],"
    "[data-md-color-scheme=default],[theme=light],.vscode-light,"
    ".vscode-high-contrast-light,.light,.quarto-light"
)
_DASHES = ' stroke-dasharray="4 3"'
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_svg(scene: Scene) -> str:
    """Return the scene as one SVG element, without an XML declaration: it can stand in a page."""
    width, height = _number(scene.width), _number(scene.height)
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    head = f'<svg class="unrolled-svg" xmlns="http://www.w3.org/2000/svg" role="img" {size}'
    parts = [
        f'{head} font-family="{_SANS}">',
        f"<title>{clean(scene.title)}</title>",
        f"<desc>{clean(scene.description)}</desc>",
        f"<style>{_style(scene)}</style>",
        f'<rect {_paint("ground")} width="{width}" height="{height}" rx="8"/>',
        *_grouped(scene.shapes),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def clean(text: str) -> str:
    r"""Return text that is safe inside SVG and HTML, in an element or an attribute.

    >>> clean('<b>"x"&' + chr(0))
    '&lt;b&gt;&quot;x&quot;&amp;\ufffd'
    """
    return escape(_NO_XML.sub("\ufffd", text))


def _grouped(shapes: Iterable[Shape]) -> Iterator[str]:
    """Yield the shapes, those of one timestep in a group of their own."""
    for step, group in groupby(shapes, key=attrgetter("step")):
        elements = [_WRITERS[type(shape)](shape) for shape in group]
        if step is not None:
            batch, t = step
            start = f'<g class="u-step" data-batch="{batch}" data-t="{t}">'
            elements = [start, *elements, "</g>"]
        yield from elements


def _box(box: Box) -> str:
    if box.hatched:
        return _hatch(box)
    paint = _paint(box.fill, box.stroke)
    x, y = _number(box.x), _number(box.y)
    width, height = _number(box.width), _number(box.height)
    head = f'<rect {paint} x="{x}" y="{y}" width="{width}" height="{height}"'
    if box.radius:
        head += f' rx="{_number(box.radius)}"'
    if box.stroke and box.weight != 1:
        head += f' stroke-width="{_number(box.weight)}"'
    if box.dashed:
        head += _DASHES
    if box.title:
        return f"{head}>{_hover(box.title)}</rect>"
    return f"{head}/>"


def _tiles(tiles: Tiles) -> str:
    """Return one path for each level: far fewer elements than squares."""
    paths: defaultdict[int, str] = defaultdict(str)
    for level, x, y, width, height in tiles.runs():
        left, right = _number(x), _number(x + width)
        top, bottom = _number(y), _number(y + height)
        paths[level] += f"M{left} {top}H{right}V{bottom}H{left}z"
    text = ""
    for level, path in sorted(paths.items()):
        text += f'<path {_paint(f"v{level}")} d="{path}"/>'
    return text


def _hatch(box: Box) -> str:
    """Return the lines of a box as one path."""
    path = ""
    for x1, y1, x2, y2 in hatch_lines(box):
        start, end = _point((x1, y1)), _point((x2, y2))
        path += f"M{start}L{end}"
    return f'<path {_paint(stroke=box.stroke)} d="{path}"/>'


def hatch_lines(
    box: Box, gap: float = 8.0
) -> Iterator[tuple[float, float, float, float]]:
    """Yield diagonal lines (x1, y1, x2, y2) across a box.

    >>> list(hatch_lines(Box(0, 0, 8, 8)))
    [(0, 8.0, 8.0, 0)]
    """
    left, top, right, bottom = box.bounds
    offset = gap
    while offset < box.width + box.height:
        # from the left side up to the top
        x1, y1 = left, top + offset
        x2, y2 = left + offset, top
        # a line that would leave the box starts at its bottom, and ends at its right side
        if y1 > bottom:
            x1 += y1 - bottom
            y1 = bottom
        if x2 > right:
            y2 += x2 - right
            x2 = right
        yield x1, y1, x2, y2
        offset += gap


def _line(line: Line) -> str:
    points = list(line.points)
    head = ""
    if line.head:
        # the shaft ends where the head begins, so that the tip stays sharp
        corners, points[-1] = arrow_head(line)
        around = " ".join(_point(corner, ",") for corner in corners)
        head = f'<polygon {_paint(line.stroke)} points="{around}"/>'
    path = "L".join(map(_point, points))
    style = f'stroke-width="{_number(line.weight)}"'
    if line.dashed:
        style += _DASHES
    paint = _paint(stroke=line.stroke)
    return f'<path {paint} d="M{path}" {style}/>{head}'


def arrow_head(
    line: Line, size: float = 8.0
) -> tuple[tuple[tuple[float, float], ...], tuple[float, float]]:
    """Return the head's three corners, tip first, and the point where the shaft ends."""
    (x1, y1), (x2, y2) = line.points[-2:]
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    # a line of no length points nowhere: its head is a dot
    length = length or 1.0
    dx = (x2 - x1) / length * size
    dy = (y2 - y1) / length * size
    back_x, back_y = x2 - dx, y2 - dy
    # across the shaft, to both sides of it
    across_x, across_y = dy * 0.45, dx * 0.45
    tip = (x2, y2)
    one = (back_x - across_x, back_y + across_y)
    other = (back_x + across_x, back_y - across_y)
    return (tip, one, other), (back_x, back_y)


def _text(text: Text) -> str:
    head = f'x="{_number(text.x)}" y="{_number(text.y)}"'
    if text.anchor != "start":
        head += f' text-anchor="{text.anchor}"'
    inner = ""
    if text.full:
        inner = _hover(text.full)
    # most texts have one style: they need no element inside
    if len(text.spans) == 1:
        (span,) = text.spans
        inner += clean(span.text)
        return f"<text {_font(span)} {head}>{inner}</text>"
    drop = 0.0
    for span in text.spans:
        style = _font(span)
        # SVG counts dy from the span before, we count it from the baseline
        if span.drop != drop:
            style += f' dy="{_number(span.drop - drop)}"'
        inner += f"<tspan {style}>{clean(span.text)}</tspan>"
        drop = span.drop
    # else librsvg leaves out the spaces between spans
    return f'<text xml:space="preserve" {head}>{inner}</text>'


def _hover(text: str) -> str:
    """Return what is shown where a pointer rests."""
    return f"<title>{clean(text)}</title>"


def _font(span: Span) -> str:
    style = _paint(span.role)
    if span.bold:
        style += ' font-weight="700"'
    if span.mono:
        style += f' font-family="{_MONO}"'
    if span.italic:
        style += ' font-style="italic"'
    return f'{style} font-size="{_number(span.size)}"'


def _paint(fill: str | None = None, stroke: str | None = None) -> str:
    """Return what colours an element: classes for the theme of a page, and the light colours.

    Programs that draw SVG outside a browser know no custom properties, and some no style sheets.
    """
    classes, colors = "", ' fill="none"'
    if fill:
        classes = f"f-{fill}"
        colors = f' fill="{hex_color(fill)}"'
    if stroke:
        classes += f" s-{stroke}"
        colors += f' stroke="{hex_color(stroke)}"'
    return f'class="{classes.strip()}"{colors}'


#: how each kind of shape is written
_WRITERS: Mapping[type, Callable[[Any], str]] = {
    Box: _box,
    Line: _line,
    Text: _text,
    Tiles: _tiles,
}


def _style(scene: Scene) -> str:
    """Return the rules for a page: light or dark, as it says, else as the reader's system wishes.

    On paper a picture is light, also where the screen is dark. Programs outside a browser skip a
    block with ``@supports``, and take the colours that stand at each element.
    """
    used = sorted({"ground"} | scene.roles())
    light, dark = _colors(used, "light"), _colors(used, "dark")
    rules = [
        f".unrolled-svg{{{light}}}",
        "@media screen{",
        f"@media(prefers-color-scheme:dark){{.unrolled-svg{{{dark}}}}}",
        f":is({_LIGHT}) .unrolled-svg{{{light}}}",
        f":is({_DARK}) .unrolled-svg{{{dark}}}",
        "}",
    ]
    for name in used:
        rules.append(f".unrolled-svg .f-{name}{{fill:var(--{name})}}")
        rules.append(f".unrolled-svg .s-{name}{{stroke:var(--{name})}}")
    return f"@supports(fill:var(--ink)){{{''.join(rules)}}}"


def _colors(names: Iterable[str], theme: Theme) -> str:
    """Return the colours of roles and levels as custom properties."""
    properties: list[str] = []
    for name in names:
        value = hex_color(name, theme)
        properties.append(f"--{name}:{value}")
    return ";".join(properties)


def _point(point: tuple[float, float], between: str = " ") -> str:
    x, y = point
    return f"{_number(x)}{between}{_number(y)}"


def _number(value: float) -> str:
    """Return a coordinate with at most one decimal."""
    text = f"{value:.1f}".removesuffix(".0")
    if text == "-0":
        return "0"
    return text
