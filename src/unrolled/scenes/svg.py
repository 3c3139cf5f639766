"""A Scene as SVG: it follows the page's theme, speaks to screen readers, and has no ids."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape
from itertools import groupby
from typing import Any

from unrolled.scenes.colors import Theme, hex_color
from unrolled.scenes.shapes import Box, Line, Scene, Shape, Span, Text, Tiles

_SANS = "'DejaVu Sans',system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
_MONO = "'DejaVu Sans Mono',ui-monospace,Menlo,Consolas,monospace"
# a picture on a page that says which theme it has
_DARK = (
    'body[data-theme="dark"] .unrolled-svg,'
    'body[data-jp-theme-light="false"] .unrolled-svg,'
    "body.vscode-dark .unrolled-svg,"
    'html[theme="dark"] .unrolled-svg'
)
_LIGHT = (
    'body[data-theme="light"] .unrolled-svg,'
    'body[data-jp-theme-light="true"] .unrolled-svg,'
    "body.vscode-light .unrolled-svg"
)
_DASHES = ' stroke-dasharray="4 3"'
_FIXED_RULES = (
    ".unrolled-svg .f-none{fill:none}.unrolled-svg .b{font-weight:700}"
    ".unrolled-svg .i{font-style:italic}"
)
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_svg(scene: Scene) -> str:
    """Return the scene as one SVG element, without an XML declaration: it can stand in a page."""
    width, height = _number(scene.width), _number(scene.height)
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    parts = [
        f'<svg class="unrolled-svg" xmlns="http://www.w3.org/2000/svg" role="img" {size}>',
        f"<title>{clean(scene.title)}</title>",
        f"<desc>{clean(scene.description)}</desc>",
        f"<style>{_style(scene)}</style>",
        f'<rect class="f-ground" width="{width}" height="{height}" rx="8"/>',
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
    for step, group in groupby(shapes, key=lambda s: s.step):
        if step is not None:
            batch, t = step
            yield f'<g class="u-step" data-batch="{batch}" data-t="{t}">'
        for shape in group:
            yield _WRITERS[type(shape)](shape)
        if step is not None:
            yield "</g>"


def _box(box: Box) -> str:
    if box.hatched:
        return _hatch(box)
    classes = f"f-{box.fill or 'none'}"
    extra = ""
    if box.radius:
        extra += f' rx="{_number(box.radius)}"'
    if box.stroke:
        classes += f" s-{box.stroke}"
        if box.weight != 1:
            extra += f' stroke-width="{_number(box.weight)}"'
    if box.dashed:
        extra += _DASHES
    head = (
        f'<rect class="{classes}" '
        f'x="{_number(box.x)}" y="{_number(box.y)}" '
        f'width="{_number(box.width)}" height="{_number(box.height)}"{extra}'
    )
    if box.title:
        return f"{head}>{_hover(box.title)}</rect>"
    return f"{head}/>"


def _tiles(tiles: Tiles) -> str:
    """Return one path for each level: far fewer elements than squares."""
    paths: dict[int, str] = {}
    for level, x, y, width, height in tiles.runs():
        left, right = _number(x), _number(x + width)
        top, bottom = _number(y), _number(y + height)
        run = f"M{left} {top}H{right}V{bottom}H{left}z"
        paths[level] = paths.get(level, "") + run
    text = ""
    for level, path in sorted(paths.items()):
        text += f'<path class="f-v{level}" d="{path}"/>'
    return text


def _hatch(box: Box) -> str:
    path = ""
    for x1, y1, x2, y2 in hatch_lines(box):
        path += f"M{_number(x1)} {_number(y1)}L{_number(x2)} {_number(y2)}"
    return f'<path class="s-{box.stroke} f-none" d="{path}"/>'


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
        x1, y1 = left, top + offset
        x2, y2 = left + offset, top
        if y1 > bottom:
            x1, y1 = x1 + (y1 - bottom), bottom
        if x2 > right:
            x2, y2 = right, y2 + (x2 - right)
        yield x1, y1, x2, y2
        offset += gap


def _line(line: Line) -> str:
    points, head = list(line.points), ""
    if line.head:
        corners, points[-1] = arrow_head(line)
        shape = " ".join(_point(corner, ",") for corner in corners)
        head = f'<polygon class="f-{line.stroke}" points="{shape}"/>'
    path = "M" + "L".join(map(_point, points))
    width = f' stroke-width="{_number(line.weight)}"'
    dash = _DASHES if line.dashed else ""
    return (
        f'<path class="s-{line.stroke} f-none" d="{path}"{width}{dash}/>{head}'
    )


def arrow_head(
    line: Line, size: float = 8.0
) -> tuple[tuple[tuple[float, float], ...], tuple[float, float]]:
    """Return the head's three corners, tip first, and the point where the shaft ends."""
    (x1, y1), (x2, y2) = line.points[-2:]
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5 or 1.0
    dx, dy = (x2 - x1) / length * size, (y2 - y1) / length * size
    back = (x2 - dx, y2 - dy)
    return (
        (x2, y2),
        (back[0] - dy * 0.45, back[1] + dx * 0.45),
        (back[0] + dy * 0.45, back[1] - dx * 0.45),
    ), back


def _text(text: Text) -> str:
    head = f'x="{_number(text.x)}" y="{_number(text.y)}"'
    if text.anchor != "start":
        head += f' text-anchor="{text.anchor}"'
    full = _hover(text.full) if text.full else ""
    if len(text.spans) == 1:
        (span,) = text.spans
        return f"<text {_font(span)} {head}>{full}{clean(span.text)}</text>"
    inner, drop = "", 0.0
    for span in text.spans:
        shift = ""
        if span.drop != drop:
            shift = f' dy="{_number(span.drop - drop)}"'
        inner += f"<tspan {_font(span)}{shift}>{clean(span.text)}</tspan>"
        drop = span.drop
    return f"<text {head}>{full}{inner}</text>"


def _hover(text: str) -> str:
    """Return what is shown where a pointer rests."""
    return f"<title>{clean(text)}</title>"


def _font(span: Span) -> str:
    classes = f"f-{span.role}"
    classes += " b" * span.bold + " m" * span.mono + " i" * span.italic
    return f'class="{classes}" font-size="{_number(span.size)}"'


#: how each kind of shape is written
_WRITERS: Mapping[type, Callable[[Any], str]] = {
    Box: _box,
    Line: _line,
    Text: _text,
    Tiles: _tiles,
}


def _style(scene: Scene) -> str:
    """Return the rules for the roles and levels of a scene: light, dark, as the page wishes."""
    names = {"ground"}.union(*map(_names_in, scene.shapes))
    used = sorted(filter(None, names))
    light, dark = _colors(used, "light"), _colors(used, "dark")
    rules = [
        f".unrolled-svg{{{light};font-family:{_SANS}}}",
        f"@media (prefers-color-scheme:dark){{.unrolled-svg{{{dark}}}}}",
        f"{_LIGHT}{{{light}}}",
        f"{_DARK}{{{dark}}}",
        _FIXED_RULES,
        f".unrolled-svg .m{{font-family:{_MONO}}}",
    ]
    for name in used:
        rules.append(f".unrolled-svg .f-{name}{{fill:var(--{name})}}")
        rules.append(f".unrolled-svg .s-{name}{{stroke:var(--{name})}}")
    return "".join(rules)


def _names_in(shape: Shape) -> set[str | None]:
    """Return the roles and levels of one shape; None for a side of a box that has none."""
    if isinstance(shape, Text):
        return {span.role for span in shape.spans}
    if isinstance(shape, Line):
        return {shape.stroke}
    if isinstance(shape, Tiles):
        return {f"v{level}" for level in set().union(*shape.levels)}
    return {shape.fill, shape.stroke}


def _colors(names: Iterable[str], theme: Theme) -> str:
    """Return the colours of roles and levels as custom properties."""
    return ";".join(f"--{name}:{hex_color(name, theme)}" for name in names)


def _point(point: tuple[float, float], between: str = " ") -> str:
    x, y = point
    return f"{_number(x)}{between}{_number(y)}"


def _number(value: float) -> str:
    """Return a coordinate with at most one decimal."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
