"""Images in a terminal: which protocol it speaks, and the escape sequence that shows a PNG."""

from __future__ import annotations

import os
import shutil
import sys
from base64 import b64encode
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from unrolled.diagrams.diagram import Diagram

_CELL = 9  # pixels: about the width of one character in a terminal
_CHUNK = 4096  # the most characters that kitty takes in one sequence
_KITTY, _ITERM = (
    ("xterm-kitty", "xterm-ghostty", "ghostty"),
    ("iTerm.app", "WezTerm"),
)


def image_protocol(env: Mapping[str, str]) -> str:
    """Return how the terminal shows images: ``kitty``, ``iterm``, or "" where it is not certain."""
    terminal, program = env.get("TERM", "dumb"), env.get("TERM_PROGRAM", "")
    if (
        "TMUX" in env
        or "STY" in env
        or terminal.startswith(("dumb", "screen", "tmux"))
    ):
        return ""  # a multiplexer drops the image
    if (program or terminal) in _KITTY:
        return "kitty"
    if program:
        return "iterm" if program in _ITERM else ""
    if (
        "VTE_VERSION" in env
    ):  # a terminal that was started from kitty and kept its variables
        return ""
    return "kitty" if "KITTY_WINDOW_ID" in env else ""


def image_escape(protocol: str, png: bytes, columns: int) -> str:
    """Return the escape sequence that shows a PNG, so many columns wide."""
    data = b64encode(png).decode()
    if protocol == "iterm":  # https://iterm2.com/documentation-images.html
        return (
            f"\033]1337;File=inline=1;size={len(png)};width={columns}:{data}\a"
        )
    return _kitty_escape(data, columns)


def image_of(diagram: Diagram) -> str:
    """Return the escape sequence of the picture, "" where terminal or Matplotlib cannot make it."""
    protocol = image_protocol(os.environ) if sys.stdout.isatty() else ""
    if not protocol:
        return ""
    try:
        from unrolled.scenes.matplotlib_axes import figure_bytes

        png = figure_bytes(diagram.figure(), "png")
    except ImportError:
        return ""
    columns = min(
        shutil.get_terminal_size().columns, round(diagram.scene.width / _CELL)
    )
    return image_escape(protocol, png, columns)


def _kitty_escape(data: str, columns: int) -> str:
    """Return the sequences of https://sw.kovidgoyal.net/kitty/graphics-protocol/.

    f=100 is PNG, a=T shows it, q=2 asks for no reply, m says whether more follows.
    """
    chunks = [
        data[start : start + _CHUNK] for start in range(0, len(data), _CHUNK)
    ]
    keys = f"a=T,f=100,q=2,c={columns},"
    escape = ""
    for number, chunk in enumerate(chunks, start=1):
        escape += f"\033_G{keys}m={int(number < len(chunks))};{chunk}\033\\"
        keys = ""
    return escape
