"""A Scene as SVG: it follows the page's theme, speaks to screen readers, and has no ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby

from unrolled.scenes.colors import PALETTE, THEMES, Theme, color, level_color
from unrolled.scenes.shapes import Box, Line, Scene, Shape, Span, Text, Tiles

_SANS = "'DejaVu Sans',system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
_MONO = "'DejaVu Sans Mono',ui-monospace,Menlo,Consolas,monospace"
_DARK = (
    'body[data-theme="dark"]',
    'body[data-jp-theme-light="false"]',
    "body.vscode-dark",
    'html[theme="dark"]',
)
_LIGHT = (
    'body[data-theme="light"]',
    'body[data-jp-theme-light="true"]',
    "body.vscode-light",
)
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
        drawn = [_shape(s) for s in group]
        if step is None:
            yield from drawn
        else:
            yield f'<g class="u-step" data-batch="{step[0]}" data-t="{step[1]}">'
            yield from drawn
            yield "</g>"


def _shape(shape: Shape) -> str:
    if isinstance(shape, Box):
        return _hatch(shape) if shape.hatched else _box(shape)
    if isinstance(shape, Tiles):
        return _tiles(shape)
    return _line(shape) if isinstance(shape, Line) else _text(shape)


def _box(box: Box) -> str:
    classes = [
        f"f-{box.fill}" if box.fill else "f-none",
        f"s-{box.stroke}" if box.stroke else "",
    ]
    extra = f' rx="{_number(box.radius)}"' if box.radius else ""
    if box.stroke and box.weight != 1:
        extra += f' stroke-width="{_number(box.weight)}"'
    if box.dashed:
        extra += ' stroke-dasharray="4 3"'
    head = (
        f'<rect class="{" ".join(filter(None, classes))}" '
        f'x="{_number(box.x)}" y="{_number(box.y)}" '
        f'width="{_number(box.width)}" height="{_number(box.height)}"{extra}'
    )
    return (
        f"{head}><title>{clean(box.title)}</title></rect>"
        if box.title
        else f"{head}/>"
    )


def _tiles(tiles: Tiles) -> str:
    """Return one path for each level: far fewer elements than squares."""
    paths: dict[int, list[str]] = {}
    for level, x, y, width, height in tiles.runs():
        left, top, right, bottom = (
            _number(v) for v in (x, y, x + width, y + height)
        )
        paths.setdefault(level, []).append(
            f"M{left} {top}H{right}V{bottom}H{left}z"
        )
    return "".join(
        f'<path class="f-v{level}" d="{"".join(d)}"/>'
        for level, d in sorted(paths.items())
    )


def _hatch(box: Box) -> str:
    path = "".join(
        f"M{_number(a)} {_number(b)}L{_number(c)} {_number(d)}"
        for a, b, c, d in hatch_lines(box)
    )
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
        (tip, left, right), points[-1] = arrow_head(line)
        shape = " ".join(
            f"{_number(x)},{_number(y)}" for x, y in (tip, left, right)
        )
        head = f'<polygon class="f-{line.stroke}" points="{shape}"/>'
    path = "M" + "L".join(f"{_number(x)} {_number(y)}" for x, y in points)
    dash = ' stroke-dasharray="4 3"' if line.dashed else ""
    width = f' stroke-width="{_number(line.weight)}"'
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
    anchor = "" if text.anchor == "start" else f' text-anchor="{text.anchor}"'
    full = f"<title>{clean(text.full)}</title>" if text.full else ""
    head = f'x="{_number(text.x)}" y="{_number(text.y)}"{anchor}'
    if len(text.spans) == 1:
        return f"<text {_font(text.spans[0])} {head}>{full}{clean(text.spans[0].text)}</text>"
    before = (0.0, *(s.drop for s in text.spans))
    inner = "".join(
        _tspan(span, span.drop - drop)
        for span, drop in zip(text.spans, before, strict=False)
    )
    return f"<text {head}>{full}{inner}</text>"


def _tspan(span: Span, down: float) -> str:
    shift = f' dy="{_number(down)}"' if down else ""
    return f"<tspan {_font(span)}{shift}>{clean(span.text)}</tspan>"


def _font(span: Span) -> str:
    classes = [
        f"f-{span.role}",
        "b" * span.bold,
        "m" * span.mono,
        "i" * span.italic,
    ]
    return f'class="{" ".join(filter(None, classes))}" font-size="{_number(span.size)}"'


def _style(scene: Scene) -> str:
    """Return the rules for the roles and levels of a scene: light, dark, as the page wishes."""
    used = sorted(_used(scene))
    light, dark = (
        ";".join(f"--{name}:{_hex(name, theme)}" for name in used)
        for theme in THEMES
    )
    rules = [
        f".unrolled-svg{{{light};font-family:{_SANS}}}",
        f"@media (prefers-color-scheme:dark){{.unrolled-svg{{{dark}}}}}",
        f"{_under(_LIGHT)}{{{light}}}",
        f"{_under(_DARK)}{{{dark}}}",
        _FIXED_RULES,
        f".unrolled-svg .m{{font-family:{_MONO}}}",
    ]
    rules += [
        f".unrolled-svg .f-{n}{{fill:var(--{n})}}.unrolled-svg .s-{n}{{stroke:var(--{n})}}"
        for n in used
    ]
    return "".join(rules)


def _under(pages: Iterable[str]) -> str:
    return ",".join(f"{page} .unrolled-svg" for page in pages)


def _used(scene: Scene) -> set[str]:
    names = {"ground"}
    for shape in scene.shapes:
        names.update(_names_in(shape))
    return names


def _names_in(shape: Shape) -> set[str]:
    """Return the roles and levels of one shape."""
    if isinstance(shape, Text):
        return {span.role for span in shape.spans}
    if isinstance(shape, Line):
        return {shape.stroke}
    if isinstance(shape, Tiles):
        return {f"v{level}" for row in shape.levels for level in row}
    return {name for name in (shape.fill, shape.stroke) if name}


def _hex(name: str, theme: Theme) -> str:
    return (
        color(name, theme)
        if name in PALETTE
        else level_color(int(name[1:]), theme)
    )


def _number(value: float) -> str:
    """Return a coordinate with at most one decimal."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
