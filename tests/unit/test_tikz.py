"""What ``save("model.tex")`` writes, read as LaTeX reads it: no LaTeX is needed."""

import re
from itertools import pairwise

import numpy as np
import pytest
from cell_calls import KINDS, cell_call
from examples import examples
from fakes import chain, traces
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from picture_shapes import boxes_of, lines_of

import unrolled
from unrolled.scenes.colors import hex_color
from unrolled.scenes.latex import escape_latex
from unrolled.scenes.scene import Scene
from unrolled.scenes.shapes import Box, Line, Span, Text, Tiles, label
from unrolled.scenes.svg import hatch_lines
from unrolled.scenes.tikz import render_tikz

#: all that the pictures need: in LaTeX itself, or loaded by TikZ
STRUCTURE = re.compile(
    "begin|end|definecolor|useasboundingbox|path|fill|draw|node|sffamily|fontsize|selectfont|"
    "frenchspacing|textbf|textit|texttt|textcolor|scalebox|raisebox"
)
SIGNS = re.compile(
    "textbackslash|textasciitilde|textasciicircum|textless|textgreater|textbar|textquoteright|"
    "textquoteleft|textellipsis|textsuperscript|textsubscript|char|ensuremath|i|ss|ae|AE|oe|OE|"
    "o|O|l|L|mathdollar|cdot|bullet|times|pm|circ|odot|oplus|otimes|neq|leq|geq|approx|infty|sum|"
    "leftarrow|uparrow|rightarrow|downarrow|leftrightarrow|[{}&#_%]"
)
GREEK = re.compile(
    "alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|mu|nu|xi|pi|rho|sigma|tau|upsilon|"
    "phi|chi|psi|omega|Gamma|Delta|Theta|Xi|Pi|Sigma|Upsilon|Phi|Psi|Omega"
)
ACCENTS = re.compile("[`'^~=\\\".uvHrdcb]")
COMMAND = re.compile(r"\\([A-Za-z]+|.)")
POINT = re.compile(r"\((-?[\d.]+),(-?[\d.]+)\)")
COLOR = re.compile(r"\b(?:fill|draw|text)=([\w-]+)|\\textcolor\{([\w-]+)\}")
HOSTILE = [
    r"\end{tikzpicture}\input{/etc/passwd}",
    "}{}}] [opt] ; a_b^c 100% #1 $x$ ~ & \\\\ {",
    "\x00\x1b[1mred\n% not a comment\r\\x",
    "-- --- ,, ?` \" ' ` <a|b>",
    "模型 й 😀 \u202e \ud800",
    "\\",
    "",
]


def code_of(tex):
    """The lines without those that are comments."""
    return [line for line in tex.splitlines() if not line.startswith("%")]


def braces_are_balanced(tex):
    depth = 0
    for token in re.findall(r"\\.|[{}]", tex, re.DOTALL):
        depth += {"{": 1, "}": -1}.get(token, 0)
        if depth < 0:
            return False
    return depth == 0


def unknown_commands(tex, *known):
    return [
        command
        for command in COMMAND.findall(tex)
        if not any(kind.fullmatch(command) for kind in known)
    ]


def numbers_in(line):
    return [(float(x), float(y)) for x, y in POINT.findall(line)]


def check(tex):
    """What holds for every file."""
    assert tex.isascii()
    assert tex.replace("\n", "").isprintable()
    code = "\n".join(code_of(tex))
    check_frame(tex)
    check_colors(code)
    assert braces_are_balanced(code)
    assert not unknown_commands(code, STRUCTURE, SIGNS, GREEK, ACCENTS)


def check_frame(tex):
    """It is one environment, and its comments stand before it; each command has its end."""
    lines = tex.splitlines()
    start = lines.index(r"\begin{tikzpicture}[")
    assert all(line.startswith("% ") for line in lines[:start])
    assert lines[-1] == r"\end{tikzpicture}%"
    inside = "\n".join(lines[start + 1 : -1])
    assert not re.search(r"(?<!\\)%|\\(begin|end)\b", inside)
    painted = re.findall(
        r"^\\(?:path|fill|draw|node|use).*$", inside, re.MULTILINE
    )
    assert painted
    assert all(line.endswith(";") for line in painted)


def check_colors(code):
    """Every colour is known, and has the hue of the light theme."""
    defined = re.findall(r"\\definecolor\{([\w-]+)\}\{HTML\}\{(\w{6})\}", code)
    assert {name: f"#{digits.lower()}" for name, digits in defined} == {
        name: hex_color(name) for name, _ in defined
    }
    used = {one or other for one, other in COLOR.findall(code)}
    assert used - {""} <= {name for name, _ in defined}


def written(*shapes):
    """The lines of the shapes alone."""
    tex = render_tikz(Scene(100, 50, list(shapes)))
    check(tex)
    lines = code_of(tex)
    ground = lines.index(
        r"\path[fill=ground, rounded corners=6bp] (0.0,0.0) rectangle (100.0,50.0);"
    )
    return lines[ground + 1 : -1]


def letters_of(tex):
    """The text of a node as its reader sees it, without styles."""
    for command in ("textbf", "textit", "texttt", r"textcolor\{[\w-]+\}", r"scalebox\{[\d.]+\}",
                    r"raisebox\{-?[\d.]+pt\}"):  # fmt: skip
        tex = re.sub(rf"\\{command}(?=\{{)", "", tex)
    return re.sub(r"[{}]", "", tex)


@settings(
    max_examples=examples(30),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(traces())
def test_every_picture_is_whole_whatever_the_names(trace):
    diagram = unrolled.draw(trace)
    tex = render_tikz(diagram.scene)
    check(tex)
    assert tex == render_tikz(unrolled.draw(trace).scene)
    nodes = [line for line in code_of(tex) if line.startswith(r"\node")]
    texts = list(diagram.scene.texts())
    for line, text in zip(nodes, texts, strict=True):
        (point,) = numbers_in(line.split(" at ")[1].split(" {")[0])
        assert point == pytest.approx((text.x, text.y), abs=0.051)
        inner = line.split(" {", 1)[1]
        expected = "".join(escape_latex(span.text) for span in text.spans)
        assert re.sub(r"[{}]", "", expected) == letters_of(inner).removesuffix(
            ";"
        )


PICTURES = [
    lambda: unrolled.draw(chain(0), y=np.zeros((3, 1))),
    *(lambda kind=kind: unrolled.draw_cell(cell_call(0, kind), 2) for kind in KINDS),
    lambda: unrolled.draw_cell(cell_call(), 2, unit=1),
    lambda: unrolled.windows({"p_1 (%)": np.arange(60.0), "T (°C)": np.arange(60.0)}, 5).draw(),
]  # fmt: skip


@pytest.mark.parametrize("made", PICTURES)
def test_each_kind_of_picture_has_its_size_and_stands_in_it(made, tmp_path):
    picture = made()
    tex = picture.save(tmp_path / "model.tex").read_text("ascii")
    check(tex)
    scene = picture.scene
    assert "x=0.75bp, y=-0.75bp," in tex
    (box,) = [line for line in code_of(tex) if "boundingbox" in line]
    assert numbers_in(box) == [
        (0, 0),
        pytest.approx((scene.width, scene.height), abs=0.051),
    ]
    for line in code_of(tex):
        for x, y in numbers_in(line.split(" {")[0]):
            assert -0.1 <= x <= scene.width + 0.1
            assert -0.1 <= y <= scene.height + 0.1


@pytest.mark.parametrize("made", PICTURES)
def test_boxes_stand_where_the_scene_has_them(made):
    scene = made().scene
    # the first one is the ground
    _, *rectangles = points_of(scene, r"\path")
    corners = [(box.bounds[:2], box.bounds[2:]) for box in boxes_of(scene)]
    assert_near(rectangles, corners)


@pytest.mark.parametrize("made", PICTURES)
def test_lines_and_heads_stand_where_the_scene_has_them(made):
    scene = made().scene
    lines = lines_of(scene)
    ways = points_of(scene, r"\draw")
    # a line that has a head ends where that begins
    assert_near(
        [points[:-1] for points in ways], [line.points[:-1] for line in lines]
    )
    heads = [
        points for points in points_of(scene, r"\fill") if len(points) == 3
    ]
    assert_near(
        [tip for tip, *_ in heads],
        [line.points[-1] for line in lines if line.head],
    )


def points_of(scene, command):
    lines = code_of(render_tikz(scene))
    return [numbers_in(line) for line in lines if line.startswith(command)]


def assert_near(found, expected):
    """Each point stands where it should, but for what rounding to one decimal moves."""
    assert len(found) == len(expected)
    for points, others in zip(found, expected, strict=True):
        assert np.ravel(points) == pytest.approx(np.ravel(others), abs=0.051)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text(name):
    tex = render_tikz(
        Scene(90, 50, [label(1, 2, name), label(3, 4, name, mono=True)], name)
    )
    check(tex)
    assert (
        len([line for line in code_of(tex) if line.startswith(r"\node")]) == 2
    )
    check(render_tikz(unrolled.draw_cell(cell_call(name=name), 2).scene))


@given(st.text())
def test_any_text_is_one_line_of_balanced_ascii(text):
    tex = escape_latex(text)
    assert tex.isascii()
    assert tex.isprintable()
    assert braces_are_balanced(tex)
    assert not unknown_commands(tex, SIGNS, GREEK, ACCENTS)
    assert not re.search(
        r"(?<!\\)[$&#_%^\"|<>]", re.sub(r"\^\{\\circ\}", "", tex)
    )
    assert not re.search(r"^ | {2}| $|(?<!-)--(?!-?\{)", tex)


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        ("LSTM(4)", "LSTM(4)"),
        (r"\{}&#_%", r"\textbackslash{}\{\}\&\#\_\%"),
        ("$", r"\ensuremath{\mathdollar}"),
        ("~^<>|", r"\textasciitilde{}\textasciicircum{}\textless{}\textgreater{}\textbar{}"),
        ("'\"`", r"\textquoteright{}\char34{}\textquoteleft{}"),
        ("4·(2+1) − 1…9", r"4\ensuremath{\cdot}(2+1) \ensuremath{-} 1\textellipsis{}9"),
        ("3×5 → y", r"3\ensuremath{\times}5 \ensuremath{\rightarrow} y"),
        ("⊙⊕≠±°✕", "".join(rf"\ensuremath{{{code}}}" for code in
         (r"\odot", r"\oplus", r"\neq", r"\pm", r"^{\circ}", r"\times"))),
        ("σΣµ", r"\ensuremath{\sigma}\ensuremath{\Sigma}\ensuremath{\mu}"),
        ("m² H₂O ½ ﬁ", r"m\textsuperscript{2} H\textsubscript{2}O 1/2 fi"),
        ("ĥ ĉ x̂ é ü ş ß", r"\^{h} \^{c} \^{x} \'{e} \"{u} \c{s} \ss{}"),
        ("--,, -", "-{}-,{},~-".replace("~", " ")),
        ("–—“”", "--{}---{}``{}''{}"),
        ("模й한\x00\U0001f600", "[U+6A21][U+0439][U+D55C][U+0000][U+1F600]"),
        (" a  b\n", "~a~ b~"),
        ("\u0301a\u00a0b", "[U+0301]a b"),
        ("a\ufffd\u200bb", "a?{}b"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_each_character_becomes(text, tex):
    assert escape_latex(text) == tex


def test_boxes_have_their_places_sides_and_corners():
    outline = "draw=line, line width=1.5bp"
    dashed = "draw=units, line width=0.75bp, dash pattern=on 3bp off 2.25bp"
    assert written(
        Box(1, 2, 30, 20, "sheet", "line", radius=4, weight=2),
        Box(5, 5, 10, 10, "v-3"),
        Box(5, 5, 10.25, 10, None, "units", dashed=True),
        Box(10, 10, 8, 8, "ink", None, radius=4),
        Box(10, 10, 20, 8, "ink", None, radius=9),
    ) == [
        rf"\path[fill=sheet, {outline}, rounded corners=3bp] (1.0,2.0) rectangle (31.0,22.0);",
        r"\path[fill=v-3] (5.0,5.0) rectangle (15.0,15.0);",
        rf"\path[{dashed}] (5.0,5.0) rectangle (15.2,15.0);",
        r"\path[fill=ink, rounded corners=3bp] (10.0,10.0) rectangle (18.0,18.0);",
        r"\path[fill=ink, rounded corners=3bp] (10.0,10.0) rectangle (30.0,18.0);",
    ]


def test_a_hatched_box_is_its_lines():
    box = Box(10, 10, 40, 30, None, "hatch", hatched=True)
    (line,) = written(box)
    assert line.startswith(r"\draw[draw=hatch, line width=0.75bp] ")
    ends = [((x1, y1), (x2, y2)) for x1, y1, x2, y2 in hatch_lines(box)]
    points = numbers_in(line)
    assert list(zip(points[::2], points[1::2], strict=True)) == ends
    assert line.count(" -- ") == len(ends)


def test_a_shaft_ends_where_its_head_begins():
    assert written(Line(((10, 40), (10, 20), (50, 20)), "h")) == [
        r"\fill[fill=h] (50.0,20.0) -- (42.0,23.6) -- (42.0,16.4) -- cycle;",
        r"\draw[draw=h, line width=1.2bp] (10.0,40.0) -- (10.0,20.0) -- (42.0,20.0);",
    ]
    assert written(
        Line(((0, 0), (5, 5)), "c", head=False, weight=1, dashed=True)
    ) == [
        r"\draw[draw=c, line width=0.75bp, dash pattern=on 3bp off 2.25bp] (0.0,0.0) -- (5.0,5.0);"
    ]


def test_tiles_are_rectangles_of_their_levels():
    assert written(Tiles(10, 20, 30, 20, ((0, 0, 8), (8, -3, 0)))) == [
        r"\fill[fill=v0] (10.0,20.0) rectangle (30.0,30.0);",
        r"\fill[fill=v8] (30.0,20.0) rectangle (40.0,30.0);",
        r"\fill[fill=v8] (10.0,30.0) rectangle (20.0,40.0);",
        r"\fill[fill=v-3] (20.0,30.0) rectangle (30.0,40.0);",
        r"\fill[fill=v0] (30.0,30.0) rectangle (40.0,40.0);",
    ]


def test_texts_have_anchors_styles_and_sizes():
    assert written(
        label(5, 9, "a", size=12),
        label(5, 9, "b", "units", 16, anchor="middle", bold=True),
        label(5, 9, "c", anchor="end", mono=True, italic=True),
    ) == [
        r"\node[anchor=base west, scale=0.903, text=ink] at (5.0,9.0) {a};",
        r"\node[anchor=base, scale=1.204, text=units] at (5.0,9.0) {\textbf{b}};",
        r"\node[anchor=base east, scale=0.903, text=ink] at (5.0,9.0) {\texttt{\textit{c}}};",
    ]


def test_spans_are_scaled_and_lowered_against_the_first_one():
    h, index, rest = (
        Span("h", "h", 10, italic=True),
        Span("t", "h", 7, drop=3),
        Span(" = o", "soft", 10),
    )
    (line,) = written(Text(1, 2, (h, index, rest)))
    assert line == (
        r"\node[anchor=base west, scale=0.753, text=h] at (1.0,2.0) {\textit{h}"
        r"\raisebox{-3.00pt}{\scalebox{0.700}{t}}\textcolor{soft}{~= o}};"
    )


def test_later_shapes_are_painted_over_earlier_ones():
    scene = unrolled.draw(chain(0)).scene
    tex = code_of(render_tikz(scene))
    texts = [t.spans[0].text for t in scene.texts() if t.spans[0].text]
    places = []
    at = 0
    for text in texts:
        at = next(
            n
            for n, line in enumerate(tex)
            if n > at
            and line.startswith(r"\node")
            and escape_latex(text) in line
        )
        places.append(at)
    assert all(a < b for a, b in pairwise(places))


def test_the_first_lines_say_how_it_is_used():
    tex = render_tikz(Scene(9, 9, [], "a\n\\input{x} é %"))
    head = [line for line in tex.splitlines() if line.startswith("%")]
    assert head[0] == r"% a\ufffd\input{x} \xe9 %"
    for part in (r"\usepackage{tikz}", r"\input", r"\resizebox{\linewidth}"):
        assert part in "\n".join(head)
