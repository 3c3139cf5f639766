"""How wide a text is: the advance widths of DejaVu Sans.

It is wider than any font that a reader's system puts in its place.
A layout made with these widths holds in the browser as in Matplotlib, whose own font this is.
The numbers are facts of the font files, compared with them in the tests.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache, partial

#: thousandths of the font size, for U+0020 to U+007E
_SANS = (
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337,
    636, 636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531,
    1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787,
    603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500,
    500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612,
    635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
)  # fmt: skip
_BOLD = (
    348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365,
    696, 696, 696, 696, 696, 696, 696, 696, 696, 696, 400, 400, 838, 838, 838, 580,
    1000, 774, 762, 734, 830, 683, 683, 821, 837, 372, 372, 775, 637, 995, 837, 850,
    733, 850, 770, 720, 682, 812, 774, 1103, 771, 724, 725, 457, 365, 457, 838, 500,
    500, 675, 716, 593, 716, 678, 435, 716, 712, 343, 343, 665, 343, 1042, 712, 687,
    716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712, 365, 712, 838,
)  # fmt: skip
_MONO = 602
_OTHER = {"·": 380, "…": 1000, "−": 838, "≠": 838, "→": 838, "×": 838, "✕": 838}


# by character: those of U+0020 to U+007E, and a few signs
_LETTERS = list(map(chr, range(0x20, 0x7F)))
_SANS_WIDTHS = dict(zip(_LETTERS, _SANS, strict=True)) | _OTHER
_BOLD_WIDTHS = dict(zip(_LETTERS, _BOLD, strict=True)) | _OTHER
_MONO_WIDTHS = dict.fromkeys([*_LETTERS, *_OTHER], _MONO)
#: by whether the letters are bold, and whether they are monospaced: those are as wide in bold
_WIDTHS = {
    (False, False): _SANS_WIDTHS,
    (True, False): _BOLD_WIDTHS,
    (False, True): _MONO_WIDTHS,
    (True, True): _MONO_WIDTHS,
}
_EM = 1000  # counted for a character that is in no table: few are wider


@lru_cache(maxsize=4096)
def text_width(
    text: str, size: float, *, bold: bool = False, mono: bool = False
) -> float:
    """Return the width of one line of text in pixels, at a font size in pixels.

    A character that is not in the tables counts as one full em, a combining mark as nothing.

    >>> text_width("unit", 10, mono=True)
    24.08
    >>> text_width("", 12)
    0.0
    """
    widths = _WIDTHS[bold, mono]
    total = 0
    for char in text:
        width = widths.get(char, _EM)
        # a combining mark, such as a hat, stands over the letter before it
        if unicodedata.combining(char):
            width = 0
        total += width
    return total * size / 1000


def shorten(
    text: str,
    room: float,
    size: float,
    *,
    bold: bool = False,
    mono: bool = False,
) -> str:
    """Return the text, or as much of its beginning as fits into ``room`` pixels with an ellipsis.

    >>> shorten("bidirectional", 60, 10, mono=True)
    'bidirect…'
    """
    width = partial(text_width, size=size, bold=bold, mono=mono)
    if width(text) <= room:
        return text
    # the ellipsis stays, even where there is no room for it alone
    while text and width(f"{text}…") > room:
        text = text[:-1]
    return f"{text}…"
