"""Keep each diagram and figure that a gallery script shows, for thumbnails and for other pages.

sphinx-gallery embeds a diagram in its own page by itself. Here each one is also written beside the
page's images: ``<script>_diagram_1.html`` (as embedded), ``.svg``, ``.scene`` (for the tests of the
pages) and for the first one ``.png``. A Matplotlib figure made without pyplot is embedded here:
``<script>_figure_1_light.svg`` and ``_dark.svg``.
"""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

from gallery_figures import is_figure, write_figure
from PIL import Image

RATIO = 1.6  # of a thumbnail, width to height
LEAST = 0.62  # of the width of a picture is kept
#: what the scraper needs of a diagram; the library's has more
DIAGRAM = ("svg", "save", "_repr_html_")


def crop(picture: Path, thumbnail: Path) -> None:
    """Write the middle of a wide picture: as a thumbnail its outer labels are unreadable."""
    with Image.open(picture) as image:
        wanted = round(image.height * RATIO)
        least = round(image.width * LEAST)
        width = max(min(image.width, wanted), least)
        left = (image.width - width) // 2
        right = left + width
        middle = image.crop((left, 0, right, image.height))
        middle.save(thumbnail)


def diagrams(
    block: Any, block_vars: dict[str, Any], gallery_conf: dict[str, Any]
) -> str:
    """Write what a code block ends in, if that is a picture; called for each block.

    Returns the reStructuredText that shows a figure; a diagram shows itself.
    """
    # sphinx-gallery keeps the value of a block's last expression under this name, until the next
    # such block.
    value = vars(block_vars["fake_main"]).get("___")
    kind = kind_of(value)
    if kind is None:
        return ""
    # a block without such an expression
    if value is block_vars.get("last_drawn"):
        return ""
    block_vars["last_drawn"] = value
    number = block_vars.get(kind, 0) + 1
    block_vars[kind] = number
    target = Path(block_vars["target_file"])
    folder = target.parent / "images"
    stem = folder / f"{target.stem}_{kind}"
    if number == 1:
        folder.mkdir(parents=True, exist_ok=True)
        # the script may have drawn more when it ran last
        for old in folder.glob(f"{stem.name}_*"):
            old.unlink()
        write_thumbnail(value, stem, block_vars)
    path = stem.with_name(f"{stem.name}_{number}")
    if kind == "figure":
        sources = Path(gallery_conf["src_dir"])
        return write_figure(value, path, sources)
    # by itself, as it is embedded, and as plain data
    svg = value.svg()
    path.with_suffix(".svg").write_text(svg, encoding="utf-8")
    html = value._repr_html_()
    path.with_suffix(".html").write_text(html, encoding="utf-8")
    scene = getattr(value, "scene", None)
    if scene is not None:
        # no test runs the script again
        name = type(value).__name__
        kept = pickle.dumps((name, scene))
        path.with_suffix(".scene").write_bytes(kept)
    return ""


def kind_of(value: Any) -> str | None:
    """Return how a value is shown, None where a script's block does not end in a picture."""
    if all(hasattr(value, name) for name in DIAGRAM):
        return "diagram"
    if is_figure(value):
        return "figure"
    return None


def write_thumbnail(value: Any, stem: Path, block_vars: dict[str, Any]) -> None:
    """Write the picture of the page: the first that the script shows, which stands at the top.

    An own choice in the script wins.
    """
    picture = Path(f"{stem}_1.png")
    thumbnail = Path(f"{stem}_thumbnail.png")
    if is_figure(value):
        # without the version of Matplotlib, which would make other bytes
        value.savefig(picture, dpi=200, metadata={"Software": None})
    else:
        value.save(str(picture))
    crop(picture, thumbnail)
    conf = block_vars["file_conf"]
    if "thumbnail_number" not in conf:
        conf.setdefault("thumbnail_path", str(thumbnail))
