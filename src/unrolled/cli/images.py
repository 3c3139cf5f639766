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
#: which protocol a terminal speaks, by its variable TERM_PROGRAM or TERM
_PROTOCOLS = {
    "xterm-kitty": "kitty",
    "xterm-ghostty": "kitty",
    "ghostty": "kitty",
    "iTerm.app": "iterm",
    "WezTerm": "iterm",
}


def image_protocol(env: Mapping[str, str]) -> str:
    """Return how the terminal shows images: ``kitty``, ``iterm``, or "" where it is not certain."""
    if _is_multiplexed(env):
        return ""  # a multiplexer drops the image
    name = env.get("TERM_PROGRAM") or env.get("TERM", "dumb")
    if name in _PROTOCOLS:
        return _PROTOCOLS[name]
    # one that was started from kitty and kept its variables is no kitty
    is_another = env.get("TERM_PROGRAM") or "VTE_VERSION" in env
    if "KITTY_WINDOW_ID" in env and not is_another:
        return "kitty"
    return ""


def _is_multiplexed(env: Mapping[str, str]) -> bool:
    terminal = env.get("TERM", "dumb")
    if terminal.startswith(("dumb", "screen", "tmux")):
        return True
    return "TMUX" in env or "STY" in env


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
    if not sys.stdout.isatty():
        return ""
    protocol = image_protocol(os.environ)
    if not protocol:
        return ""
    try:
        from unrolled.scenes.matplotlib_axes import figure_bytes

        png = figure_bytes(diagram.figure(), "png")
    except ImportError:
        return ""
    room = shutil.get_terminal_size().columns
    wanted = round(diagram.scene.width / _CELL)
    return image_escape(protocol, png, min(room, wanted))


def _kitty_escape(data: str, columns: int) -> str:
    """Return the sequences of https://sw.kovidgoyal.net/kitty/graphics-protocol/.

    f=100 is PNG, a=T shows it, q=2 asks for no reply, m says whether more follows.
    """
    keys = f"a=T,f=100,q=2,c={columns},"
    escape = ""
    for start in range(0, len(data), _CHUNK):
        stop = start + _CHUNK
        follows = int(stop < len(data))
        escape += f"\033_G{keys}m={follows};{data[start:stop]}\033\\"
        keys = ""
    return escape
