"""What every picture can do: show itself in a notebook, print as words, save to a file."""

from __future__ import annotations

import os
import tempfile
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING

from unrolled.scenes.shapes import Scene
from unrolled.scenes.svg import clean, render_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

KINDS = (".svg", ".png", ".pdf", ".html")


class Picture(ABC):
    """A picture of one run: shows itself in a notebook, prints as words, saves to a file."""

    @property
    @abstractmethod
    def scene(self) -> Scene:
        """The picture as plain data, in pixels."""

    @abstractmethod
    def words(self) -> str:
        """Return the same story in words."""

    def svg(self) -> str:
        """Return the picture as one SVG element: it follows the page's light or dark theme."""
        return render_svg(self.scene)

    def figure(self, ax: Axes | None = None) -> Figure:
        """Draw with Matplotlib, on ``ax`` or on a figure of its own; return the figure.

        Raises ImportError where Matplotlib is not installed.
        """
        from unrolled.scenes.matplotlib_axes import render_figure

        return render_figure(self.scene, ax)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture to a ``.svg``, ``.png``, ``.pdf`` or ``.html`` file, whole or not at all; return its path.

        Raises ValueError for another ending, FileNotFoundError where the folder does not exist.
        """
        target = Path(path)
        kind = target.suffix.lower()
        if kind not in KINDS:
            raise ValueError(
                f"Expected a file name ending in {', '.join(KINDS)}; got {target.name!r}."
            )
        if not target.parent.is_dir():
            raise FileNotFoundError(
                f"The folder {str(target.parent)!r} does not exist. Fix: make it first."
            )
        _write_whole(target, self._bytes(kind))
        return target

    def _bytes(self, kind: str) -> bytes:
        if kind == ".svg":
            return self.svg().encode()
        if kind == ".html":
            return self._page().encode()
        from unrolled.scenes.matplotlib_axes import figure_bytes

        return figure_bytes(self.figure(), kind[1:])

    def _page(self) -> str:
        return (
            f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{clean(self.scene.title)}</title>\n'
            '<meta name="viewport" content="width=device-width">\n<meta name="color-scheme" content="light dark">\n'
            f"<body>\n{self._repr_html_()}<details><summary>In words</summary>"
            f"<pre>{clean(self.words())}</pre></details>\n</body>\n</html>\n"
        )

    def _repr_html_(self) -> str:
        # a little smaller where room is short, then it scrolls: below 85 % its words could not be read
        least = f"min-width:{0.85 * self.scene.width:.0f}px"
        svg = self.svg().replace("<svg ", f'<svg style="max-width:100%;{least};height:auto" ', 1)
        return (
            '<figure class="unrolled" role="group" tabindex="0" aria-label="Diagram, scrolls sideways" '
            f'style="overflow-x:auto;margin:1em 0">\n{svg}</figure>\n'
        )

    def __str__(self) -> str:
        return self.words()


def _write_whole(target: Path, data: bytes) -> None:
    """Write beside the target first, then move: a reader never sees half a file."""
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=target.suffix)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
