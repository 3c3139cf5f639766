"""Two versions of a script as HTML: highlighted, and marked where they differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape

from pygments.lexers import PythonLexer
from pygments.token import STANDARD_TYPES, Whitespace, _TokenType

#: what a script gets only for the page: a name for what is printed
_FOR_THE_PAGE = (["out", "="],)


@dataclass(frozen=True)
class Token:
    """A piece of code, and the class by which a style sheet colours it."""

    text: str
    style: str

    @property
    def is_space(self) -> bool:
        """Whether it is no more than room between two others."""
        return not self.text.strip()


def changed_code(wrong: str, right: str) -> tuple[str, str]:
    """Return two scripts as HTML, in each what the other does not have as ``<mark>``.

    Line breaks and indents make no difference, nor does a last line that prints.

    >>> before, after = changed_code("LSTM(8)", "LSTM(8, go=True)")
    >>> after.count("<mark>"), before.count("<mark>")
    (1, 0)
    """
    old, new = read_tokens(wrong), read_tokens(right)
    old_words = [index for index, token in enumerate(old) if not token.is_space]
    new_words = [index for index, token in enumerate(new) if not token.is_space]
    old_texts = [old[index].text for index in old_words]
    new_texts = [new[index].text for index in new_words]
    matcher = SequenceMatcher(None, old_texts, new_texts, autojunk=False)
    gone: set[int] = set()
    added: set[int] = set()
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            continue
        gone.update(old_words[i1:i2])
        if new_texts[j1:j2] not in _FOR_THE_PAGE:
            added.update(new_words[j1:j2])
    added -= printing(new)
    return as_html(old, gone), as_html(new, added)


def read_tokens(script: str) -> list[Token]:
    """Return the tokens of a script; line breaks and indents are tokens too."""
    tokens: list[Token] = []
    for kind, text in PythonLexer(stripnl=False).get_tokens(script):
        style = "" if kind is Whitespace else _style(kind)
        # what stands at the end of a line is not coloured over it
        lines = text.splitlines(keepends=True)
        tokens.extend(Token(line, style) for line in lines)
    return tokens


def _style(kind: _TokenType) -> str:
    """Return the class of a kind of token: its own, or that of a wider kind."""
    while kind not in STANDARD_TYPES:
        kind = kind.parent
    return str(STANDARD_TYPES[kind])


def printing(tokens: Sequence[Token]) -> set[int]:
    """Return the places of the tokens of the last statement, where that is a ``print``."""
    starts = [0]
    for index, token in enumerate(tokens[:-1]):
        if token.text.endswith("\n"):
            starts.append(index + 1)
    # what is indented, or closes a bracket, belongs to a statement above
    begins = [i for i in starts if tokens[i].text.strip(" )]}\n")]
    if not begins or tokens[begins[-1]].text != "print":
        return set()
    return set(range(begins[-1], len(tokens)))


def as_html(tokens: Sequence[Token], marked: set[int]) -> str:
    """Return highlighted code with marks, as Sphinx has it, so that its style and scripts fit."""
    inside = "".join(_pieces(tokens, marked))
    return (
        '<div class="highlight-python notranslate"><div class="highlight">'
        f"<pre><span></span>{inside}</pre></div></div>"
    )


def _pieces(tokens: Sequence[Token], marked: set[int]) -> Iterator[str]:
    """Yield the HTML of each token; one mark goes over neighbours in a line."""
    is_open = False
    for index, token in enumerate(tokens):
        if is_open and not _goes_on(tokens, index, marked):
            yield "</mark>"
            is_open = False
        if index in marked and not is_open:
            yield "<mark>"
            is_open = True
        yield _span(token)
    if is_open:
        yield "</mark>"


def _goes_on(tokens: Sequence[Token], index: int, marked: set[int]) -> bool:
    """Return whether an open mark goes on over a token: a blank is within where the next one is."""
    if index in marked:
        return True
    is_blank = tokens[index].is_space and "\n" not in tokens[index].text
    return is_blank and index + 1 in marked


def _span(token: Token) -> str:
    text = escape(token.text, quote=False)
    if not token.style:
        return text
    return f'<span class="{token.style}">{text}</span>'
