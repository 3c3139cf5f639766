"""A Scene as TikZ: a picture for papers, in the fonts of a LaTeX document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import compress
from typing import Any

from unrolled.plain_text import printable_line
from unrolled.scenes.colors import hex_color
from unrolled.scenes.latex import escape_latex
from unrolled.scenes.scene import Scene
from unrolled.scenes.shapes import Box, Line, Span, Text, Tiles
from unrolled.scenes.svg import arrow_head, hatch_lines

Point = tuple[float, float]

_BP = 0.75  # big points (72 in an inch) in a pixel (96 in an inch)
_PT = 72.27 / 96  # points of TeX in a pixel
#: every font of LaTeX exists at this size, in points of TeX: letters are set in it, then scaled
_FONT_SIZE = 10.0
_ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}
# by whether a line is dashed
_DASHES = {False: "", True: ", dash pattern=on 3bp off 2.25bp"}
_HEAD = r"""
% Needs: \usepackage{tikz}; where babel is loaded also \usetikzlibrary{babel}.
% To use it: \input this file in a figure, or wherever an image could stand.
% To scale it, letters too: \resizebox{\linewidth}{!}{\input{...}}, \scalebox{0.8}{\input{...}}.
% Coordinates are pixels, y downwards. Letters have the document's sans and monospaced fonts.
\begin{tikzpicture}[
  x=0.75bp, y=-0.75bp,
  every node/.style={
    inner sep=0pt, outer sep=0pt,
    font=\sffamily\fontsize{10}{12}\selectfont\frenchspacing,
  },
]
""".strip()


def render_tikz(scene: Scene) -> str:
    r"""Return the scene as one ``tikzpicture`` in ASCII, for a document that loads TikZ.

    Its colours are the light ones, known inside the picture alone.

    >>> print(render_tikz(Scene(40, 20, [Line(((5, 9), (30, 9)), "h", head=False)])))
    ... # doctest: +ELLIPSIS
    % ...
    \draw[draw=h, line width=1.2bp] (5.0,9.0) -- (30.0,9.0);
    \end{tikzpicture}%
    """
    title = printable_line(scene.title).encode("ascii", "backslashreplace")
    lines = [f"% {title.decode()}", _HEAD]
    for role in sorted({"ground"} | scene.roles()):
        digits = hex_color(role).removeprefix("#").upper()
        lines.append(rf"\definecolor{{{role}}}{{HTML}}{{{digits}}}")
    corner = _point((scene.width, scene.height))
    # letters of other fonts do not change the size
    lines.append(rf"\useasboundingbox (0,0) rectangle {corner};")
    ground = Box(0, 0, scene.width, scene.height, "ground", radius=8)
    for shape in (ground, *scene.shapes):
        lines += _WRITERS[type(shape)](shape)
    # the sign at the end keeps the line's end from becoming a space
    lines.append(r"\end{tikzpicture}%")
    return "\n".join(lines) + "\n"


def _box(box: Box) -> Iterator[str]:
    if box.hatched:
        yield _hatch(box)
        return
    style: list[str] = []
    if box.fill:
        style.append(f"fill={box.fill}")
    if box.stroke:
        style.append(_stroke(box.stroke, box.weight, dashed=box.dashed))
    radius = min(box.radius, box.width / 2, box.height / 2)
    if radius:
        style.append(f"rounded corners={_bp(radius)}")
    left, top, right, bottom = box.bounds
    start = _point((left, top))
    end = _point((right, bottom))
    yield rf"\path[{', '.join(style)}] {start} rectangle {end};"


def _stroke(role: str, weight: float, *, dashed: bool) -> str:
    return f"draw={role}, line width={_bp(weight)}{_DASHES[dashed]}"


def _hatch(box: Box) -> str:
    """Return the lines of a box as one path."""
    style = _stroke(str(box.stroke), 1.0, dashed=False)
    path = ""
    for x1, y1, x2, y2 in hatch_lines(box):
        start, end = _point((x1, y1)), _point((x2, y2))
        path += f" {start} -- {end}"
    return rf"\draw[{style}]{path};"


def _tiles(tiles: Tiles) -> Iterator[str]:
    for level, x, y, width, height in tiles.runs():
        start = _point((x, y))
        end = _point((x + width, y + height))
        yield rf"\fill[fill=v{level}] {start} rectangle {end};"


def _line(line: Line) -> Iterator[str]:
    points = list(line.points)
    style = _stroke(line.stroke, line.weight, dashed=line.dashed)
    if line.head:
        # the shaft ends where the head begins, so that the tip stays sharp
        corners, points[-1] = arrow_head(line)
        around = " -- ".join(map(_point, corners))
        yield rf"\fill[fill={line.stroke}] {around} -- cycle;"
    way = " -- ".join(map(_point, points))
    yield rf"\draw[{style}] {way};"


def _text(text: Text) -> Iterator[str]:
    first = text.spans[0]
    scale = first.size * _PT / _FONT_SIZE
    style = (
        f"anchor={_ANCHORS[text.anchor]}, scale={scale:.3f}, text={first.role}"
    )
    inner = ""
    for span in text.spans:
        inner += _span(span, first)
    yield rf"\node[{style}] at {_point((text.x, text.y))} {{{inner}}};"


def _span(span: Span, first: Span) -> str:
    """Return a span of a text whose letters are scaled to the size of the first one."""
    written = escape_latex(span.text)
    wanted = (span.italic, span.bold, span.mono)
    for command in compress(("textit", "textbf", "texttt"), wanted):
        written = rf"\{command}{{{written}}}"
    if span.size != first.size:
        written = rf"\scalebox{{{span.size / first.size:.3f}}}{{{written}}}"
    if span.drop:
        raised = -span.drop * _FONT_SIZE / first.size
        written = rf"\raisebox{{{raised:.2f}pt}}{{{written}}}"
    if span.role != first.role:
        written = rf"\textcolor{{{span.role}}}{{{written}}}"
    return written


#: how each kind of shape is written
_WRITERS: Mapping[type, Callable[[Any], Iterator[str]]] = {
    Box: _box,
    Line: _line,
    Text: _text,
    Tiles: _tiles,
}


def _point(point: Point) -> str:
    x, y = point
    return f"({x:.1f},{y:.1f})"


def _bp(pixels: float) -> str:
    """Return a length: lines and letters do not follow the units of the coordinates."""
    return f"{_BP * pixels:g}bp"
