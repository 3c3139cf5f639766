"""Images in a terminal: which protocol it speaks, and a PNG as the escape sequence that shows it."""

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
_KITTY, _ITERM = ("xterm-kitty", "xterm-ghostty", "ghostty"), ("iTerm.app", "WezTerm")


def image_protocol(env: Mapping[str, str]) -> str:
    """Return how the terminal shows images: ``kitty``, ``iterm``, or nothing where that is not certain."""
    term, program = env.get("TERM", "dumb"), env.get("TERM_PROGRAM", "")
    if "TMUX" in env or "STY" in env or term.startswith(("dumb", "screen", "tmux")):
        return ""  # a multiplexer drops the image
    if (program or term) in _KITTY:
        return "kitty"
    if program:
        return "iterm" if program in _ITERM else ""
    return "kitty" if "KITTY_WINDOW_ID" in env and "VTE_VERSION" not in env else ""


def image_escape(protocol: str, png: bytes, columns: int) -> str:
    """Return the escape sequence that shows a PNG, so many columns wide."""
    data = b64encode(png).decode()
    if protocol == "iterm":  # https://iterm2.com/documentation-images.html
        return f"\033]1337;File=inline=1;size={len(png)};width={columns}:{data}\a"
    # https://sw.kovidgoyal.net/kitty/graphics-protocol/: f=100 is PNG, a=T shows it, q=2 asks for no reply
    parts = [data[k : k + 4096] for k in range(0, len(data), 4096)]
    first = f"a=T,f=100,q=2,c={columns},"
    return "".join(
        f"\033_G{'' if k else first}m={int(k + 1 < len(parts))};{p}\033\\"
        for k, p in enumerate(parts)
    )


def image_of(diagram: Diagram) -> str:
    """Return the escape sequence of the picture, nothing where the terminal or Matplotlib cannot make it."""
    protocol = image_protocol(os.environ) if sys.stdout.isatty() else ""
    if not protocol:
        return ""
    try:
        from unrolled.scenes.matplotlib_axes import figure_bytes

        png = figure_bytes(diagram.figure(), "png")
    except ImportError:
        return ""
    columns = min(shutil.get_terminal_size().columns, round(diagram.scene.width / _CELL))
    return image_escape(protocol, png, columns)
