"""Keep every diagram that a gallery script shows, for thumbnails and for other pages.

sphinx-gallery embeds a diagram in its own page by itself. Here each one is also written beside the page's
images: ``<script>_diagram_1.html`` (as embedded), ``.svg``, and for the first one ``.png``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from PIL import Image

RATIO = 1.6  # of a thumbnail, width to height
LEAST = 0.62  # of the width of a picture is kept


@runtime_checkable
class Diagram(Protocol):
    """What the scraper needs of a diagram; the library's has more."""

    def svg(self) -> str:
        """Return the diagram as SVG."""

    def save(self, path: str) -> Any:
        """Write the diagram to a file."""

    def _repr_html_(self) -> str: ...


def stem(block_vars: dict[str, Any]) -> Path:
    """Return where the diagrams of a script go, without number and ending."""
    target = Path(block_vars["target_file"])
    return target.parent / "images" / f"{target.stem}_diagram"


def crop(picture: Path, thumbnail: Path) -> None:
    """Write the middle of a wide picture: at the size of a thumbnail its labels left and right are unreadable."""
    with Image.open(picture) as image:
        width = max(min(image.width, round(image.height * RATIO)), round(image.width * LEAST))
        left = (image.width - width) // 2
        image.crop((left, 0, left + width, image.height)).save(thumbnail)


def diagrams(block: Any, block_vars: dict[str, Any], gallery_conf: dict[str, Any]) -> str:
    """Write the diagram that a code block ends in, if it ends in one; sphinx-gallery calls this per block."""
    # sphinx-gallery keeps the value of a block's last expression under this name, until the next such block.
    value = block_vars["fake_main"].__dict__.get("___")
    if not isinstance(value, Diagram) or value is block_vars.get("last_diagram"):
        return ""
    block_vars["last_diagram"] = value
    number = block_vars["diagrams"] = block_vars.get("diagrams", 0) + 1
    path = stem(block_vars)
    path.parent.mkdir(parents=True, exist_ok=True)
    if number == 1:
        for old in path.parent.glob(f"{path.name}_*"):
            old.unlink()
        value.save(f"{path}_1.png")
        crop(Path(f"{path}_1.png"), Path(f"{path}_thumbnail.png"))
        # An own choice in the script wins; otherwise the diagram stands for the page, not the first plot.
        if "thumbnail_number" not in block_vars["file_conf"]:
            block_vars["file_conf"].setdefault("thumbnail_path", f"{path}_thumbnail.png")
    Path(f"{path}_{number}.svg").write_text(value.svg(), encoding="utf-8")
    Path(f"{path}_{number}.html").write_text(value._repr_html_(), encoding="utf-8")
    return ""
