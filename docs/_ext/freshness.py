"""Run the gallery and the executed pages again when the library they show has changed.

sphinx-gallery compares a script with its own checksum and jupyter-cache a page with its own text:
neither sees an edit in ``src/``. Here a checksum of the library and of the lock file

* stands in a stamp under ``build/``: when it differs, both caches are dropped before the gallery
  is made. What was dropped stays dropped until it has run without an error, so the stamp may be
  written at once;
* is a configuration value of rebuild type ``env``: Sphinx itself then reads every page again, and
  keeps the value with the environment it has read, so the next build goes on where one failed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

logger = logging.getLogger(__name__)


def checksum(files: Iterable[Path], root: Path) -> str:
    """Return one checksum of the names and contents of files."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def files_below(folder: Path) -> list[Path]:
    """Return the files below a folder, without compiled Python."""
    return [
        p
        for p in folder.rglob("*")
        if p.is_file() and "__pycache__" not in p.parts
    ]


def drop_caches(gallery: Path, notebooks: Path) -> None:
    """Forget what was executed."""
    for stamp in gallery.rglob("*.md5"):
        stamp.unlink()
    shutil.rmtree(notebooks, ignore_errors=True)


def compare(app: Sphinx, config: Config) -> None:
    """Set the two checksums and drop the caches when the library's has changed."""
    root = Path(app.confdir)
    lock = root / "requirements.lock"
    runners = (root / "docs" / "_ext").glob(
        "gallery_*.py"
    )  # what takes part when a script runs
    library = [
        *files_below(root / "src"),
        *runners,
        *([lock] if lock.exists() else []),
    ]
    machinery = [
        *files_below(root / "docs" / "_ext"),
        *files_below(root / "docs" / "_templates"),
    ]
    config.freshness_machinery = checksum(machinery, root)

    stamp = root / "build" / "freshness"
    known = stamp.read_text() if stamp.exists() else ""
    if os.environ.get("UNROLLED_PATTERN"):
        # One page alone is built: the others keep their state, the next full build sees the change.
        config.freshness_library = known
        return
    config.freshness_library = checksum(library, root)
    if config.freshness_library != known:
        logger.info("the library has changed: every example runs")
        gallery = Path(app.srcdir) / config.sphinx_gallery_conf["gallery_dirs"]
        drop_caches(
            gallery,
            Path(
                config.nb_execution_cache_path
                or root / "build" / "jupyter-cache"
            ),
        )
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(config.freshness_library)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_config_value("freshness_library", "", "env", [str])
    app.add_config_value("freshness_machinery", "", "env", [str])
    app.connect("config-inited", compare, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
