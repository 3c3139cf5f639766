"""The table by which the site's search recognises a pasted error message.

It is made from the entries of ``unrolled.explain``: patterns, needles and weights are those by
which that finds a message, and the rules that clean a pasted text are regular expressions, written
once for Python and for the browser. So the script of the search only matches and ranks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from unrolled.explanations.mistakes import catalogue
from unrolled.explanations.patterns import Wording

PLACEHOLDER = r"\{\w+(?::\w+)?\}"
QUOTES = "['\"`\u2018\u2019\u201c\u201d]"
ROOM = (r"\s+", " ")
#: what says nothing in a pasted text: colours of a terminal, the frames it draws, line breaks
PLAIN = (
    (r"(\u001b|\u241b|\\x1b|\\033)?\[[0-9;]*m", ""),
    ("[│╭╮╰╯]", " "),
    (r"[\u0000-\u001f\u007f]+", " "),
    ROOM,
)
#: what says nothing where a part of a message is compared, letter by letter
BARE = ((QUOTES, ""), ROOM)
CALL = re.compile(r"Exception encountered when calling .*?\.call\(\)\. ")
SHORTEST = 12  # letters


def table() -> dict[str, Any]:
    """Return what the script of the search needs."""
    # the script of the search matches and ranks them
    known = messages()
    return {"plain": PLAIN, "bare": BARE, "known": known}


def messages() -> list[dict[str, Any]]:
    """Return how each wording of a message is recognised, and its page.

    The heading of an entry is a part too: it is what readers search for. By itself it names its
    entry and no other. Where Keras puts "Exception encountered when calling" in a line above, the
    line below is a wording of its own.
    """
    found = []
    for mistake in catalogue().values():
        # what is the same for all its wordings
        page = f"errors/{mistake.name}.html"
        heading = bare(mistake.heading)
        whole = mistake.wordings
        below = below_call(whole)
        for wording in (*whole, *below):
            python = wording.pattern.pattern
            pattern = script_pattern(python)
            known_parts = all_parts(wording.text, mistake.heading)
            message = {
                "id": page,
                "pattern": pattern,
                "needle": wording.needle,
                "weight": wording.weight,
                "parts": known_parts,
                "heading": heading,
            }
            found.append(message)
    return found


def below_call(wordings: Iterable[Wording]) -> Iterator[Wording]:
    """Yield the line below of each wording that begins with the call it came from."""
    for wording in wordings:
        text = wording.text
        call = CALL.match(text)
        # a wording from elsewhere in Keras
        if call is None:
            continue
        below = text[call.end() :]
        yield Wording(wording.era, below)


def parts(text: str) -> Iterator[str]:
    """Yield the fixed parts of a wording in small letters, without quotes and without short ones.

    >>> list(parts("The layer '{layer:name}' was never built, call it  on {kind} of data."))
    ['was never built, call it on']
    """
    # what stands for a value, and the quotes around it, are other in every message
    left_out = f"{PLACEHOLDER}|{QUOTES}"
    between = re.split(left_out, text)
    for part in map(bare, between):
        # a word or two stand in many messages
        if len(part) >= SHORTEST:
            yield part


def all_parts(wording: str, heading: str) -> list[str]:
    """Return the parts of a wording, and those of the heading that say something else.

    >>> all_parts("expected ndim=3, found ndim={found:int}", "expected ndim=3, found ndim=2")
    ['expected ndim=3, found ndim=']
    """
    # a part that stands twice counts once
    of_wording = set(parts(wording))
    found = set(of_wording)
    # no part has a line break
    whole = "\n".join(of_wording)
    for part in parts(heading):
        # none is to count twice: neither what a part of the wording holds, nor what holds one
        is_inside = part in whole
        is_around = any(map(part.__contains__, of_wording))
        is_known = is_inside or is_around
        if not is_known:
            found.add(part)
    return sorted(found)


def bare(text: str) -> str:
    """Return a text in small letters, without quotes.

    >>> bare("All  `outputs` values")
    'all outputs values'
    """
    small = text.lower()
    return rewrite(BARE, small)


def rewrite(rules: Iterable[tuple[str, str]], text: str) -> str:
    r"""Return a text after one replacement after the other, as the script of the search does it.

    >>> rewrite(PLAIN, "\x1b[1mInput 0\x1b[0m of\n│ layer")
    'Input 0 of layer'
    """
    for pattern, replacement in rules:
        text = re.sub(pattern, replacement, text)
    # the script trims too
    return text.strip()


def script_pattern(pattern: str) -> str:
    r"""Return a regular expression of Python as JavaScript writes it.

    >>> print(script_pattern(r"(?P<shape>\d+) (?P=shape)"))
    (?<shape>\d+) \k<shape>
    """
    # a group with a name, and a reference to one
    named = pattern.replace("(?P<", "(?<")
    return re.sub(r"\(\?P=(\w+)\)", r"\\k<\1>", named)
