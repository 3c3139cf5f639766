"""Two versions of a script as HTML: highlighted, and marked where they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape
from itertools import groupby

from pygments.lexers import PythonLexer
from pygments.token import STANDARD_TYPES, Whitespace

#: what a script gets only for the page: a name for what is printed
_FOR_THE_PAGE = (["out", "="],)
#: the class of each kind of token; what stands between two words has no colour
_STYLES = STANDARD_TYPES | {Whitespace: ""}


@dataclass(frozen=True)
class Token:
    """A piece of code, and the class by which a style sheet colours it."""

    text: str
    style: str


def changed_code(wrong: str, right: str) -> tuple[str, str]:
    """Return two scripts as HTML, in each what the other does not have as ``<mark>``.

    Line breaks and indents make no difference, nor does a last line that prints.

    >>> before, after = changed_code("LSTM(8)", "LSTM(8, go=True)")
    >>> after.count("<mark>"), before.count("<mark>")
    (1, 0)
    """
    old, new = read_tokens(wrong), read_tokens(right)
    old_words, new_words = read_words(old), read_words(new)
    # what the matcher finds are positions among the words
    old_places, new_places = list(old_words), list(new_words)
    old_texts = list(old_words.values())
    new_texts = list(new_words.values())
    matcher = SequenceMatcher(None, old_texts, new_texts, autojunk=False)
    gone: set[int] = set()
    added: set[int] = set()
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            continue
        removed = old_places[i1:i2]
        gone.update(removed)
        written = new_texts[j1:j2]
        # not a change that a reader has to make
        if written in _FOR_THE_PAGE:
            continue
        places = new_places[j1:j2]
        added.update(places)
    # the wrong script may end before it prints
    printed = printing(new)
    added -= printed
    before = as_html(old, gone)
    after = as_html(new, added)
    return before, after


def read_tokens(script: str) -> list[Token]:
    """Return the tokens of a script; line breaks and indents are tokens too."""
    tokens: list[Token] = []
    lexer = PythonLexer(stripnl=False)
    for kind, text in lexer.get_tokens(script):
        # a kind without a class has that of a wider kind
        while kind not in _STYLES:
            kind = kind.parent
        style = _STYLES[kind]
        # what stands at the end of a line is not coloured over it
        lines = text.splitlines(keepends=True)
        tokens += [Token(line, style) for line in lines]
    return tokens


def read_words(tokens: Sequence[Token]) -> dict[int, str]:
    """Return the texts of tokens by their places, without line breaks and blanks."""
    words: dict[int, str] = {}
    for place, token in enumerate(tokens):
        # what is left out is no more than room between two others
        if token.text.strip():
            words[place] = token.text
    return words


def printing(tokens: Sequence[Token]) -> set[int]:
    """Return the places of the tokens of the last statement, where that is a ``print``."""
    begin = 0
    is_start = True
    for place, token in enumerate(tokens):
        # what is indented, or closes a bracket, belongs to a statement above
        is_statement = token.text.strip(" )]}\n")
        if is_start and is_statement:
            begin = place
        is_start = token.text.endswith("\n")
    first = tokens[begin]
    # only what is printed is there for the page alone
    if first.text != "print":
        return set()
    places = range(begin, len(tokens))
    return set(places)


def as_html(tokens: Sequence[Token], marked: set[int]) -> str:
    """Return highlighted code with marks, as Sphinx has it, so that its style and scripts fit."""
    inside = ""
    covered = _with_blanks(tokens, marked)
    places = range(len(tokens))
    # one mark goes over neighbours
    for is_marked, group in groupby(places, covered.__contains__):
        spans = [_span(tokens[place]) for place in group]
        code = "".join(spans)
        if is_marked:
            code = f"<mark>{code}</mark>"
        inside += code
    return (
        '<div class="highlight-python notranslate"><div class="highlight">'
        f"<pre><span></span>{inside}</pre></div></div>"
    )


def _with_blanks(tokens: Sequence[Token], marked: set[int]) -> set[int]:
    """Return the marked places, and those of the blanks between two of them in a line."""
    covered = set(marked)
    for place in marked:
        # most neighbours have no blank between them
        if place - 2 not in marked:
            continue
        between = place - 1
        text = tokens[between].text
        # no mark goes over the end of a line
        if not text.strip(" \t"):
            covered.add(between)
    return covered


def _span(token: Token) -> str:
    """Return the HTML of a token, coloured where it has a class."""
    text = escape(token.text, quote=False)
    if not token.style:
        return text
    return f'<span class="{token.style}">{text}</span>'
