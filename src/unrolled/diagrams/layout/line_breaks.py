"""Where the texts beside a row are broken into lines: titles, arguments, notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from unrolled.scenes.fonts import shorten, text_width

TITLE = 13.0  # size of the first line
SMALL = 11.5  # size of all others

_small_width = partial(text_width, size=SMALL)


def break_title(title: str, room: float, *, mono: bool) -> list[str]:
    """Return a title in one line, or with the inside of a wrapper in the lines under it.

    >>> break_title("Bidirectional(LSTM(8), merge_mode='concat', name='reader')", 200, mono=False)
    ['Bidirectional(', '  LSTM(8),', "  merge_mode='concat',", "  name='reader')"]
    """
    width = partial(text_width, size=TITLE, bold=True, mono=mono)
    if width(title) <= room:
        return [title]
    opening, bracket, inside = title.partition("(")
    if len(inside) < 2:
        # nothing stands between the brackets
        return [title]
    indent = "  "
    indented = room - width(indent)
    arguments = inside.split(", ")
    filled = _fill(arguments, indented, between=", ", width=width)
    below = [f"{indent}{line}" for line in filled]
    return [f"{opening}{bracket}", *below]


def break_details(
    details: Sequence[str], room: float, full: float
) -> list[str]:
    """Return the lines under a title: arguments together, and the number of weights never cut.

    room: the width of a line. full: that of a line of arguments.

    >>> break_details(["units=8", "stateful=True", "a bias"], room=230, full=190)
    ['units=8, stateful=True', 'a bias']
    """
    lines: list[str] = []
    arguments: list[str] = []
    # an empty detail at the end: the last arguments are written too
    for detail in [*details, ""]:
        formula, equals, count = detail.rpartition(" = ")
        is_argument = "=" in detail and not equals
        if is_argument:
            arguments.append(detail)
            continue
        lines += _fill(arguments, full, between=", ")
        arguments = []
        is_long = _small_width(detail) > room
        if equals and is_long:
            # the number of weights gets a line of its own
            lines += [formula, f"= {count}"]
        else:
            lines += wrap(detail, room)
    return lines


def _fill(
    pieces: Sequence[str],
    room: float,
    *,
    between: str,
    width: Callable[[str], float] = _small_width,
) -> list[str]:
    """Return pieces of text, as many to a line as fit."""
    lines = list(pieces[:1])
    for piece in pieces[1:]:
        begun = f"{lines[-1]}{between}"
        longer = f"{begun}{piece}"
        if width(longer) <= room:
            lines[-1] = longer
        else:
            lines[-1] = begun.rstrip()
            lines.append(piece)
    return lines


def wrap(text: str, room: float) -> list[str]:
    """Return the text in lines that fit; a word that is too long alone is cut.

    >>> wrap("not returned: steps before t = 9", 130)
    ['not returned: steps', 'before t = 9']
    """
    # "t = 3" is one word: its spaces are hidden while words are counted
    hidden = text.replace("t = ", "t\0=\0")
    words = []
    for part in filter(None, hidden.split(" ")):
        word = part.replace("\0", " ")
        words.append(shorten(word, room, SMALL))
    return _fill(words, room, between=" ")
