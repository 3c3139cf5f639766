"""Text for LaTeX: whatever a model calls its layers, it compiles, and a reader can read it.

What is written is ASCII and needs no package. It is text for pdfLaTeX with any of its fonts, as for
XeLaTeX and LuaLaTeX.
"""

from __future__ import annotations

import re
import unicodedata

#: the printable characters of ASCII
_PLAIN = list(map(chr, range(0x20, 0x7F)))
#: characters that mean something to LaTeX, or that its oldest fonts show as another one; and signs
_COMMANDS = {
    **{char: f"\\{char}" for char in "{}&#_%"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    # by its number, as in some languages of babel the character itself is a command
    '"': r"\char34{}",
    "'": r"\textquoteright{}",
    "`": r"\textquoteleft{}",
    "\N{LEFT SINGLE QUOTATION MARK}": r"\textquoteleft{}",
    "\N{RIGHT SINGLE QUOTATION MARK}": r"\textquoteright{}",
    # signs of two letters, as monospaced fonts have other letters in the places of these
    "\N{LEFT DOUBLE QUOTATION MARK}": "``{}",
    "\N{RIGHT DOUBLE QUOTATION MARK}": "''{}",
    "\N{EN DASH}": "--{}",
    "\N{EM DASH}": "---{}",
    "\N{HYPHEN}": "-",
    "\N{HORIZONTAL ELLIPSIS}": r"\textellipsis{}",
    "\N{FRACTION SLASH}": "/",
    "\N{WORD JOINER}": "{}",
    "\N{ZERO WIDTH SPACE}": "{}",
    "\N{REPLACEMENT CHARACTER}": "?",
    "\N{LATIN SMALL LETTER DOTLESS I}": r"\i{}",
    "\N{LATIN SMALL LETTER SHARP S}": r"\ss{}",
    "\N{LATIN SMALL LETTER AE}": r"\ae{}",
    "\N{LATIN CAPITAL LETTER AE}": r"\AE{}",
    "\N{LATIN SMALL LIGATURE OE}": r"\oe{}",
    "\N{LATIN CAPITAL LIGATURE OE}": r"\OE{}",
    "\N{LATIN SMALL LETTER O WITH STROKE}": r"\o{}",
    "\N{LATIN CAPITAL LETTER O WITH STROKE}": r"\O{}",
    "\N{LATIN SMALL LETTER L WITH STROKE}": r"\l{}",
    "\N{LATIN CAPITAL LETTER L WITH STROKE}": r"\L{}",
}
#: signs that text takes from the fonts of formulas: those of text are not installed everywhere
_FORMULAS = {
    "$": r"\mathdollar",
    "\N{MIDDLE DOT}": r"\cdot",
    "\N{BULLET}": r"\bullet",
    "\N{MINUS SIGN}": "-",
    "\N{MULTIPLICATION SIGN}": r"\times",
    "\N{MULTIPLICATION X}": r"\times",
    "\N{PLUS-MINUS SIGN}": r"\pm",
    "\N{DEGREE SIGN}": r"^{\circ}",
    "\N{CIRCLED DOT OPERATOR}": r"\odot",
    "\N{CIRCLED PLUS}": r"\oplus",
    "\N{CIRCLED TIMES}": r"\otimes",
    "\N{NOT EQUAL TO}": r"\neq",
    "\N{LESS-THAN OR EQUAL TO}": r"\leq",
    "\N{GREATER-THAN OR EQUAL TO}": r"\geq",
    "\N{ALMOST EQUAL TO}": r"\approx",
    "\N{INFINITY}": r"\infty",
    "\N{N-ARY SUMMATION}": r"\sum",
    "\N{LEFTWARDS ARROW}": r"\leftarrow",
    "\N{UPWARDS ARROW}": r"\uparrow",
    "\N{RIGHTWARDS ARROW}": r"\rightarrow",
    "\N{DOWNWARDS ARROW}": r"\downarrow",
    "\N{LEFT RIGHT ARROW}": r"\leftrightarrow",
}
#: Greek letters that do not look like Latin ones: their names in LaTeX are those of Unicode
_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa mu nu xi pi rho sigma tau upsilon "
    "phi chi psi omega Gamma Delta Theta Xi Pi Sigma Upsilon Phi Psi Omega"
)
for _name in _GREEK.split():
    _size = "CAPITAL" if _name.istitle() else "SMALL"
    _letter = unicodedata.lookup(f"GREEK {_size} LETTER {_name}")
    _FORMULAS[_letter] = f"\\{_name}"
#: all that is written otherwise than by its parts
_WRITTEN = dict(zip(_PLAIN, _PLAIN, strict=True)) | _COMMANDS
for _sign, _formula in _FORMULAS.items():
    _WRITTEN[_sign] = f"\\ensuremath{{{_formula}}}"
#: combining marks, and the commands that set them over a letter or under it
_ACCENTS = {
    "\N{COMBINING GRAVE ACCENT}": "`",
    "\N{COMBINING ACUTE ACCENT}": "'",
    "\N{COMBINING CIRCUMFLEX ACCENT}": "^",
    "\N{COMBINING TILDE}": "~",
    "\N{COMBINING MACRON}": "=",
    "\N{COMBINING BREVE}": "u",
    "\N{COMBINING DOT ABOVE}": ".",
    "\N{COMBINING DIAERESIS}": '"',
    "\N{COMBINING RING ABOVE}": "r",
    "\N{COMBINING DOUBLE ACUTE ACCENT}": "H",
    "\N{COMBINING CARON}": "v",
    "\N{COMBINING DOT BELOW}": "d",
    "\N{COMBINING CEDILLA}": "c",
    "\N{COMBINING MACRON BELOW}": "b",
}
_RAISED = {"<super": r"\textsuperscript{%s}", "<sub": r"\textsubscript{%s}"}
_NUMBER = "[U+"
_SPACE = re.compile(r"\s")
# LaTeX makes one sign of two of these
_LIGATURE = re.compile(r"([-,])(?=\1)")
# LaTeX makes one space of several, and some commands leave out those at the ends
_LOST_SPACE = re.compile("^ | (?= |$)")


def escape_latex(text: str) -> str:
    r"""Return a line of text as LaTeX, in ASCII.

    A character that the usual fonts do not have is named by its number.

    >>> escape_latex("50 % of x_1 → ĥ²")
    '50 \\% of x\\_1 \\ensuremath{\\rightarrow} \\^{h}\\textsuperscript{2}'
    >>> escape_latex("模")
    '[U+6A21]'
    """
    # a letter and its mark become one character where there is one
    text = unicodedata.normalize("NFC", text)
    text = _SPACE.sub(" ", text)
    text = _LIGATURE.sub("\\1\N{WORD JOINER}", text)
    return _LOST_SPACE.sub("~", _write(text))


def _write(text: str) -> str:
    pieces: list[str] = []
    for char in text:
        accent = _ACCENTS.get(char)
        if accent and pieces:
            letter = pieces.pop()
            pieces.append(f"\\{accent}{{{letter}}}")
        elif char in _WRITTEN:
            pieces.append(_WRITTEN[char])
        else:
            pieces.append(_write_parts(char))
    return "".join(pieces)


def _write_parts(char: str) -> str:
    """Return a character by what Unicode says it is made of, else by its number."""
    number = f"{_NUMBER}{ord(char):04X}]"
    # such as "0068 0302" for a letter with a hat, "<super> 0032" for a raised 2
    tag, _, codes = unicodedata.decomposition(char).rpartition("> ")
    parts = "".join(chr(int(code, 16)) for code in codes.split())
    written = _write(parts)
    # nothing is known of it, or one of its parts cannot be written
    if not written or _NUMBER in written:
        return number
    style = _RAISED.get(tag, "%s")
    return style % written
