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
GENERATED = {
    f"docs/{name}"
    for name in ("auto_gallery", "errors", "checked", "questions")
}
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
        here = Path(parent).relative_to(root)
        if here.as_posix() in GENERATED or here.name == "__pycache__":
            folders.clear()
        else:
            yield from (Path(parent, name) for name in names)


def checksum(root: Path) -> str:
    """Return one checksum of all that the site is made of, names and contents."""
    digest = hashlib.sha256(
        repr([os.environ.get(name) for name in SETTINGS]).encode()
    )
    digest.update(sys.version.encode())
    for path in sorted(files_of(root)):
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def marker_of(html: Path) -> Path:
    """Return the file that stands beside a site that may not be whole."""
    return html.with_name(f"{html.name}.unfinished")


def state_of(html: Path) -> Path:
    """Return the file that says what a whole site was made of."""
    return html.with_name(f"{html.name}.json")


def is_up_to_date(html: Path, root: Path = ROOT) -> bool:
    """Tell whether the site is whole and made of what is there now."""
    try:
        state = json.loads(state_of(html).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return False
    if marker_of(html).exists() or state["made_of"] != checksum(root):
        return False
    return all((html / name).exists() for name in state["files"])


def begin(app: Any, config: Any) -> None:
    """Forget a site that may not be whole, and remember what the new one is made of."""
    html = Path(app.outdir)
    app.made_of = checksum(Path(app.confdir))
    app.has_old_warnings = is_warned(html) and not is_strict(app)
    state_of(html).unlink(missing_ok=True)
    if marker_of(html).exists() and not app.has_old_warnings:
        shutil.rmtree(html, ignore_errors=True)
        html.mkdir(parents=True, exist_ok=True)
        Path(app.doctreedir, "environment.pickle").unlink(missing_ok=True)


def is_warned(html: Path) -> bool:
    """Tell whether a site is whole, but was built with a warning."""
    return (
        marker_of(html).exists()
        and marker_of(html).read_text(encoding="utf-8") == WARNED
    )


def is_strict(app: Any) -> bool:
    """Tell whether a warning is an error, as everywhere but in `make serve`."""
    strict: bool = getattr(app, "_fail_on_warnings", True)
    return strict


def has_warned(app: Any) -> bool:
    """Tell whether Sphinx has warned; it keeps the number to itself."""
    warnings: int = getattr(app, "_warncount", 0)
    return warnings > 0 or app.has_old_warnings


def mark(app: Any, env: Any) -> list[str]:
    """Mark the site as one that may not be whole: from now on pages are written."""
    marker_of(Path(app.outdir)).write_text("", encoding="utf-8")
    return []


def finish(app: Any, error: Exception | None) -> None:
    """Take the mark away from a site that was built without an error or a warning."""
    if error is not None:
        return
    html = Path(app.outdir)
    if has_warned(app):
        marker_of(html).write_text(WARNED, encoding="utf-8")
        return
    marker_of(html).unlink(missing_ok=True)
    if not os.environ.get("UNROLLED_PATTERN"):
        write_state(html, app.made_of)


def write_state(html: Path, made_of: str) -> None:
    """Keep what a whole site was made of and which files it has."""
    files = sorted(
        p.relative_to(html).as_posix() for p in html.rglob("*") if p.is_file()
    )
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
