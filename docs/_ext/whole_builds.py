"""No site with missing pictures, and no Sphinx where nothing has changed.

Sphinx copies only the pictures of the pages that it writes, and repeats a warning only for a page
that it reads anew: after a build that was interrupted while it wrote, or that warned, the next one
would end well and leave pictures out. So a marker stands beside the site from the first page that
is written to the end of a build without a warning. Where it is found, the site is made anew; what
was executed stays in its caches.

Sphinx needs seconds to find that nothing has changed. What a whole build was made of and what it
wrote is kept beside the site, and ``python docs/_ext/whole_builds.py build/html`` compares: it ends
with 0 where the site is up to date.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
#: all that takes part in the site, but for the packages in requirements.lock
INPUTS = (
    *("conf.py", "requirements.lock", "docs", "gallery", "src", "build/runs"),
    *("tests/bench/results.json", "tests/conformance/results.json"),
)
#: folders that a build writes
GENERATED = (
    "docs/auto_gallery",
    "docs/errors",
    "docs/checked",
    "docs/questions",
)
#: what the marker holds where the build ended, but not without a warning
WARNED = "warned"
#: variables that change what is written
SETTINGS = ("GITHUB_REPOSITORY", "KERAS_BACKEND")


def files_of(root: Path) -> Iterator[Path]:
    """Yield the files that the site is made of."""
    for name in INPUTS:
        path = root / name
        if path.is_file():
            yield path
        elif name == "build/runs":
            yield from path.glob("*.json")
        else:
            yield from files_below(path, root)


def files_below(folder: Path, root: Path) -> Iterator[Path]:
    """Yield the files below a folder that are not generated."""
    for parent, folders, names in os.walk(folder):
        here = Path(parent)
        address = here.relative_to(root).as_posix()
        if address in GENERATED or here.name == "__pycache__":
            folders.clear()
            continue
        for name in names:
            yield here / name


def checksum(root: Path) -> str:
    """Return one checksum of all that the site is made of, names and contents."""
    settings = list(map(os.environ.get, SETTINGS))
    digest = hashlib.sha256(repr(settings).encode())
    digest.update(sys.version.encode())
    for path in sorted(files_of(root)):
        name = path.relative_to(root).as_posix()
        content = hashlib.sha256(path.read_bytes())
        digest.update(f"{name}\0".encode())
        digest.update(content.digest())
    return digest.hexdigest()


def marker_of(html: Path) -> Path:
    """Return the file that stands beside a site that may not be whole."""
    return html.with_name(f"{html.name}.unfinished")


def state_of(html: Path) -> Path:
    """Return the file that says what a whole site was made of."""
    return html.with_name(f"{html.name}.json")


def is_up_to_date(html: Path, root: Path = ROOT) -> bool:
    """Tell whether the site is whole and made of what is there now."""
    if marker_of(html).exists():
        return False
    try:
        state = json.loads(state_of(html).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return False
    if state["made_of"] != checksum(root):
        return False
    written = map(html.joinpath, state["files"])
    return all(map(Path.exists, written))


def begin(app: Any, config: Any) -> None:
    """Forget a site that may not be whole, and remember what the new one is made of."""
    html = Path(app.outdir)
    marker = marker_of(html)
    app.made_of = checksum(Path(app.confdir))
    app.has_old_warnings = False
    state_of(html).unlink(missing_ok=True)
    if not marker.exists():
        return
    # whether a warning is an error, as everywhere but in `make serve`
    is_strict = getattr(app, "_fail_on_warnings", True)
    if not is_strict and marker.read_text(encoding="utf-8") == WARNED:
        app.has_old_warnings = True
        return
    shutil.rmtree(html, ignore_errors=True)
    html.mkdir(parents=True, exist_ok=True)
    Path(app.doctreedir, "environment.pickle").unlink(missing_ok=True)


def mark(app: Any, env: Any) -> list[str]:
    """Mark the site as one that may not be whole: from now on pages are written."""
    marker_of(Path(app.outdir)).write_text("", encoding="utf-8")
    return []


def finish(app: Any, error: Exception | None) -> None:
    """Take the mark away from a site that was built without an error or a warning."""
    if error is not None:
        return
    html = Path(app.outdir)
    # Sphinx keeps the number of its warnings to itself
    warnings: int = getattr(app, "_warncount", 0)
    if warnings or app.has_old_warnings:
        marker_of(html).write_text(WARNED, encoding="utf-8")
        return
    marker_of(html).unlink(missing_ok=True)
    if not os.environ.get("UNROLLED_PATTERN"):
        write_state(html, app.made_of)


def write_state(html: Path, made_of: str) -> None:
    """Keep what a whole site was made of and which files it has."""
    written = sorted(filter(Path.is_file, html.rglob("*")))
    files = [path.relative_to(html).as_posix() for path in written]
    state = json.dumps({"made_of": made_of, "files": files})
    state_of(html).write_text(state, encoding="utf-8")


def setup(app: Any) -> dict[str, Any]:
    """Register the extension."""
    app.connect("config-inited", begin, priority=1)
    app.connect("env-updated", mark)
    app.connect("build-finished", finish, priority=999)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    sys.exit(0 if is_up_to_date(Path(sys.argv[1])) else 1)
