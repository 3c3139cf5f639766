"""What every picture can do: show itself in a notebook, print as words, save to a file."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from unrolled.scenes.files import check_file_name, write_whole
from unrolled.scenes.scene import Scene
from unrolled.scenes.svg import clean, render_svg
from unrolled.scenes.tikz import render_tikz

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

KINDS = (".svg", ".png", ".pdf", ".html", ".tex")


class Picture(ABC):
    """A picture of one run: shows itself in a notebook, prints as words, saves to a file.

    What :func:`unrolled.draw`, :func:`unrolled.draw_cell` and ``windows(...).draw()`` return.

    Attributes
    ----------
    scene : Scene
        The picture as plain data: boxes, lines and texts with coordinates in pixels.

    Examples
    --------
    >>> import keras, unrolled
    >>> picture = unrolled.draw(keras.Sequential([keras.Input((5, 2)), keras.layers.LSTM(4)]))
    >>> isinstance(picture, Picture), picture.svg()[:4], len(picture.scene.shapes) > 10
    (True, '<svg', True)
    """

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

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Axes of a figure of yours; without them the figure is new and has the picture's size.

        Returns
        -------
        matplotlib.figure.Figure

        Raises
        ------
        TypeError
            ``ax`` is something else than axes.
        ImportError
            Matplotlib is not installed.
        """
        from unrolled.scenes.matplotlib_axes import render_figure

        return render_figure(self.scene, ax)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture to a file, whole or not at all; return its path.

        A new file has the rights of any new file, an existing one keeps its own; through a symbolic
        link the file that it points to is written.

        Parameters
        ----------
        path : str or os.PathLike
            The file; ``.svg``, ``.png``, ``.pdf``, ``.html`` or ``.tex`` at its end is its format.
            ``.tex`` is a TikZ picture for a LaTeX document, whose first lines say how it is used.

        Returns
        -------
        pathlib.Path
            The name as it was passed.

        Raises
        ------
        TypeError
            ``path`` is neither a text nor a path.
        ValueError
            The name ends otherwise, or holds a NUL character.
        FileNotFoundError
            The folder does not exist.
        IsADirectoryError
            ``path`` is a folder.
        ImportError
            For ``.png`` and ``.pdf``: Matplotlib is not installed.
        """
        target = check_file_name(path, KINDS)
        kind = target.suffix.lower()
        # drawn first: where that fails the file is not touched
        data = self._bytes(kind)
        write_whole(target, data)
        return target

    def _bytes(self, kind: str) -> bytes:
        texts: dict[str, Callable[[], str]] = {
            ".svg": self.svg,
            ".html": self._page,
            ".tex": partial(render_tikz, self.scene),
        }
        if kind in texts:
            return texts[kind]().encode()
        # Matplotlib is not needed for the others
        from unrolled.scenes.matplotlib_axes import figure_bytes

        return figure_bytes(self.figure(), kind.removeprefix("."))

    def _page(self) -> str:
        title, words = clean(self.scene.title), clean(self.words())
        lines = [
            "<!doctype html>",
            '<html lang="en">',
            '<meta charset="utf-8">',
            f"<title>{title}</title>",
            '<meta name="viewport" content="width=device-width">',
            '<meta name="color-scheme" content="light dark">',
            "<body>",
            f"{self._repr_html_()}<details><summary>In words</summary><pre>{words}</pre></details>",
            "</body>",
            "</html>",
        ]
        return "\n".join(lines) + "\n"

    def _repr_html_(self) -> str:
        # smaller where room is short, then it scrolls: under 85 % no word can be read
        least = 0.85 * self.scene.width
        style = f"max-width:100%;min-width:{least:.0f}px;height:auto"
        svg = self.svg().replace("<svg ", f'<svg style="{style}" ', 1)
        return (
            '<figure class="unrolled" role="group" tabindex="0" '
            'aria-label="Diagram, scrolls sideways" '
            f'style="overflow-x:auto;margin:1em 0">\n{svg}</figure>\n'
        )

    def _repr_png_(self) -> bytes | None:
        """Return the picture for what shows no HTML: untrusted notebooks, LaTeX, PDF, web views."""
        try:
            from unrolled.scenes.matplotlib_axes import small_png

            return small_png(self.figure())
        except ImportError:
            # without Matplotlib the HTML has to do
            return None

    def __str__(self) -> str:
        return self.words()
