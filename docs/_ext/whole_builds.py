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
    *("conf.py", "requirements.lock", "docs", "gallery", "src"),
    *("tests/bench/results.json", "tests/conformance/results.json"),
)
#: where the results of the runs are, which take part too
RUNS = "build/runs"
#: folders that a build writes
GENERATED = (
    "docs/auto_gallery",
    "docs/errors",
    "docs/checked",
    "docs/questions",
)
#: the marker of a site that may not be whole, and what a whole one was made of
MARKER, STATE = ".unfinished", ".json"
#: what the marker holds where the build ended, but not without a warning
WARNED = "warned"
#: variables that change what is written
SETTINGS = ("GITHUB_REPOSITORY", "KERAS_BACKEND")


def files_of(root: Path) -> Iterator[Path]:
    """Yield the files that the site is made of."""
    # what the runs store beside their results is theirs alone
    yield from (root / RUNS).glob("*.json")
    for name in INPUTS:
        path = root / name
        if path.is_file():
            yield path
        else:
            yield from files_below(path, root)


def files_below(folder: Path, root: Path) -> Iterator[Path]:
    """Yield the files below a folder that are not generated."""
    for parent, folders, names in os.walk(folder):
        here = Path(parent)
        address = here.relative_to(root).as_posix()
        if address in GENERATED or here.name == "__pycache__":
            # os.walk goes into those that are left in the list
            folders.clear()
            continue
        for name in names:
            yield here / name


def checksum(root: Path) -> str:
    """Return one checksum of all that the site is made of, names and contents."""
    settings = list(map(os.environ.get, SETTINGS))
    text = repr(settings)
    digest = hashlib.sha256(text.encode())
    digest.update(sys.version.encode())
    for path in sorted(files_of(root)):
        name = path.relative_to(root).as_posix()
        content = hashlib.sha256(path.read_bytes())
        # no name holds a zero byte, so that each ends where it seems to
        ended = f"{name}\0"
        digest.update(ended.encode())
        digest.update(content.digest())
    return digest.hexdigest()


def beside(html: Path, ending: str) -> Path:
    """Return a file beside a site: the marker or the state."""
    return html.with_name(f"{html.name}{ending}")


def is_up_to_date(html: Path, root: Path = ROOT) -> bool:
    """Tell whether the site is whole and made of what is there now."""
    if beside(html, MARKER).exists():
        return False
    try:
        text = beside(html, STATE).read_text(encoding="utf-8")
        state = json.loads(text)
    except (FileNotFoundError, json.JSONDecodeError):
        # no whole build yet, or one that was interrupted here
        return False
    if state["made_of"] != checksum(root):
        return False
    # somebody may have deleted a page by hand
    written = map(html.joinpath, state["files"])
    return all(map(Path.exists, written))


def begin(app: Any, config: Any) -> None:
    """Forget a site that may not be whole, and remember what the new one is made of."""
    html = Path(app.outdir)
    marker = beside(html, MARKER)
    app.made_of = checksum(Path(app.confdir))
    app.has_old_warnings = False
    # until it ends well the site is not known to be whole
    beside(html, STATE).unlink(missing_ok=True)
    if not marker.exists():
        return
    # whether a warning is an error, as everywhere but in `make serve`
    is_strict = getattr(app, "_fail_on_warnings", True)
    has_ended = marker.read_text(encoding="utf-8") == WARNED
    if has_ended and not is_strict:
        # the pages are whole, and whoever serves them has seen the warnings
        app.has_old_warnings = True
        return
    shutil.rmtree(html, ignore_errors=True)
    html.mkdir(parents=True, exist_ok=True)
    # without it Sphinx reads every page again
    environment = Path(app.doctreedir, "environment.pickle")
    environment.unlink(missing_ok=True)


def mark(app: Any, env: Any) -> list[str]:
    """Mark the site as one that may not be whole: from now on pages are written."""
    html = Path(app.outdir)
    marker = beside(html, MARKER)
    marker.write_text("", encoding="utf-8")
    # no page has to be written besides
    return []


def finish(app: Any, error: Exception | None) -> None:
    """Take the mark away from a site that was built without an error or a warning."""
    # the mark stays
    if error is not None:
        return
    html = Path(app.outdir)
    marker = beside(html, MARKER)
    # Sphinx keeps the number of its warnings to itself
    warnings: int = getattr(app, "_warncount", 0)
    if warnings or app.has_old_warnings:
        marker.write_text(WARNED, encoding="utf-8")
        return
    marker.unlink(missing_ok=True)
    # one page alone was built: the next whole build has more to do
    if os.environ.get("UNROLLED_PATTERN"):
        return
    written = sorted(filter(Path.is_file, html.rglob("*")))
    files = [path.relative_to(html).as_posix() for path in written]
    text = json.dumps({"made_of": app.made_of, "files": files})
    state = beside(html, STATE)
    state.write_text(text, encoding="utf-8")


def setup(app: Any) -> dict[str, Any]:
    """Register the extension."""
    app.connect("config-inited", begin, priority=1)
    app.connect("env-updated", mark)
    app.connect("build-finished", finish, priority=999)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    sys.exit(0 if is_up_to_date(Path(sys.argv[1])) else 1)
