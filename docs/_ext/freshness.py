"""Run a gallery script or a page again when the part of the library that it uses has changed.

sphinx-gallery compares a script with its own checksum and jupyter-cache a page with its own text:
neither sees an edit in ``src/``. Here each script and each executed page has a key: the checksum of
the code that it reaches through its imports, of what takes part when it runs, and of the lock file.
The keys stand in ``build/freshness.json``. Where a key differs, the caches of that script or page
are dropped before the gallery is made. What was dropped stays dropped until it has run without an
error, so the keys may be written at once.

Sphinx reads again what the new run changed. Pages of the API show docstrings and link the pages
that use a name: they are read again after an edit of the library, or of the code of a page. Where
the site's own machinery has changed, Sphinx reads every page again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from api_uses import sources
from code_uses import code_of
from import_graph import ImportGraph
from jupyter_cache import get_cache
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging
from store import digest_files, hashed

logger = logging.getLogger(__name__)

KEYS = Path("build", "freshness.json")
#: the keys of what the pages of the API show: docstrings, and which pages use a name
LIBRARY, CODE = "the library", "the code of all pages"
#: in the front matter of a page that is executed
EXECUTED = "file_format: mystnb"


def files_below(folder: Path) -> list[Path]:
    """Return the files below a folder, without compiled Python."""
    below = folder.rglob("*")
    files = filter(Path.is_file, below)
    return [path for path in files if "__pycache__" not in path.parts]


def is_executed(page: Path) -> bool:
    """Tell whether a page says in its front matter that it is executed."""
    # those of the gallery are reStructuredText: sphinx-gallery runs their scripts
    if page.suffix != ".md":
        return False
    text = page.read_text(encoding="utf-8")
    # without front matter Sphinx shows its code and runs nothing
    if not text.startswith("---\n"):
        return False
    front_matter, _, _ = text.partition("\n---\n")
    return EXECUTED in front_matter


def executed_files(root: Path) -> Iterator[Path]:
    """Yield the gallery scripts and the executed pages."""
    scripts = (root / "gallery").rglob("plot_*.py")
    yield from sorted(scripts)
    pages = (root / "docs").glob("*.md")
    yield from filter(is_executed, sorted(pages))


def used_modules(path: Path, library: ImportGraph) -> frozenset[str]:
    """Return the modules that a script or page runs; of a page with commands all."""
    text = path.read_text(encoding="utf-8")
    is_page = path.suffix == ".md"
    # a line that begins with "!" runs the command ``unrolled``, which can do everything
    if is_page and "\n!" in text:
        return frozenset(library.paths)
    used = library.used_by(code_of(path))
    return library.needed(used)


def make_keys(root: Path) -> dict[str, str]:
    """Return the key of each script and page, those of the library and of all code."""
    library = ImportGraph(root / "src", "unrolled")
    docs = root / "docs"
    # what takes part whenever a script runs
    runners = (docs / "_ext").glob("gallery_*.py")
    lock = root / "requirements.lock"
    common = digest_files([*runners, lock], root)
    code = []
    for name, path in sources(root, docs):
        of_page = code_of(path)
        code.append([name, of_page])
    # docstrings are shown too: for the pages of the API a comment is an edit
    all_files = files_below(root / "src")
    keys = {LIBRARY: digest_files(all_files, root), CODE: hashed(code)}
    for path in executed_files(root):
        name = path.relative_to(root).as_posix()
        modules = used_modules(path, library)
        used = library.digest(modules)
        keys[name] = hashed(common, used)
    return keys


def changed(keys: Mapping[str, str], known: Mapping[str, str]) -> list[str]:
    """Return the names whose keys are not those that are known.

    >>> changed({"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "1"})
    ['b', 'c']
    """
    # those that are new, and those with another key
    other = keys.items() - known.items()
    return sorted(dict(other))


def compare(app: Sphinx, config: Config) -> None:
    """Drop the caches of what has changed."""
    app.changed_files = []  # type: ignore[attr-defined]
    root = Path(app.confdir)
    docs = root / "docs"
    # a value of the configuration: where it changes, Sphinx reads every page again
    machinery = files_below(docs / "_ext")
    machinery += files_below(docs / "_templates")
    config.freshness_machinery = digest_files(machinery, root)
    # One page alone is built: the others keep their state, the next full build sees the change.
    if os.environ.get("UNROLLED_PATTERN"):
        return
    kept = root / KEYS
    known: dict[str, str] = {}
    if kept.exists():
        text = kept.read_text()
        known = json.loads(text)
    keys = make_keys(root)
    names = changed(keys, known)
    app.changed_files = names  # type: ignore[attr-defined]
    if not names:
        return
    # before the keys are written: who is interrupted here drops again
    drop_scripts(root, app, names)
    drop_pages(root, config, names)
    # a key a line: people look into it too
    text = json.dumps(keys, indent=1)
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(text)


def drop_scripts(root: Path, app: Sphinx, names: Iterable[str]) -> None:
    """Forget that these gallery scripts have run."""
    folder = app.config.sphinx_gallery_conf["gallery_dirs"]
    gallery = Path(app.srcdir, folder)
    for name in names:
        if not name.startswith("gallery/"):
            continue
        # sphinx-gallery runs a script again that has no checksum
        address = Path(name).relative_to("gallery")
        script = gallery / address
        checksum = script.with_name(f"{script.name}.md5")
        checksum.unlink(missing_ok=True)


def drop_pages(root: Path, config: Config, names: Iterable[str]) -> None:
    """Forget what these executed pages showed."""
    default = root / "build" / "jupyter-cache"
    folder = Path(config.nb_execution_cache_path or default)
    # a cache that is asked makes its folder: there was no build yet
    if not folder.exists():
        return
    cache = get_cache(folder)
    # the cache names each by its path
    pages = {str(root / name) for name in names}
    for record in cache.list_cache_records():
        if record.uri in pages:
            cache.remove_cache(record.pk)


def outdated(
    app: Sphinx, env: Any, added: set[str], edited: set[str], removed: set[str]
) -> list[str]:
    """Return the pages that have to be read again though their sources are the same."""
    names = set(app.changed_files)  # type: ignore[attr-defined]
    shown_by_api = {LIBRARY, CODE}
    api_changed = not names.isdisjoint(shown_by_api)
    pages: list[str] = []
    for page in sorted(env.found_docs):
        is_api = page.startswith("api/")
        # of the gallery sphinx-gallery writes the page anew, which Sphinx sees
        source = f"docs/{page}.md"
        is_executed_again = source in names
        if is_executed_again or (is_api and api_changed):
            pages.append(page)
    return pages


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_config_value("freshness_machinery", "", "env", [str])
    app.connect("config-inited", compare, priority=900)
    app.connect("env-get-outdated", outdated)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
