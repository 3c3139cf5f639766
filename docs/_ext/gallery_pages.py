"""What gallery pages have beside their content: downloads at the top, and room for wide diagrams.

A hosted build (``GITHUB_REPOSITORY`` is set) also offers each notebook in Colab; any other build
does not.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from joblib.externals.loky import get_reusable_executor
from sphinx.application import Sphinx
from sphinx.config import Config
from store import write_if_changed

REPOSITORY = os.environ.get("GITHUB_REPOSITORY", "")
COLAB = f"https://colab.research.google.com/github/{REPOSITORY}/blob/gh-pages/notebooks"
INSTALL = f'%pip install --quiet "unrolled[figures] @ git+https://github.com/{REPOSITORY}"'
NEEDS = (
    "# Needs the package unrolled with matplotlib, "
    "and one backend of Keras, such as tensorflow."
)
FIRST_CELL = INSTALL if REPOSITORY else NEEDS

#: the folders that sphinx-gallery makes beside the pages
MADE_FOLDERS = ("images", "thumb")
FIGURE = '<figure class="unrolled"'
ROLE = re.compile(r":(?:py:)?[a-z]+:`~?([^`<]*?)(?:\s*<[^`>]*>)?`")
NOTE = re.compile(
    r"\.\. only:: html\n\n    \.\. note::\n"
    r"        :class: sphx-glr-download-link-note\n.*?\n(?=\S)",
    re.S,
)
FOOTER = re.compile(
    r"\n\.\. only:: html\n\n  \.\. container:: sphx-glr-footer.*", re.S
)


def first_cell(app: Sphinx, config: Config) -> None:
    """Let every notebook start with what it needs."""
    config.sphinx_gallery_conf["first_notebook_cell"] = FIRST_CELL


def is_example(app: Sphinx, docname: str) -> bool:
    """Tell whether a document is the page of a gallery script."""
    folder = app.config.sphinx_gallery_conf["gallery_dirs"]
    if not docname.startswith(f"{folder}/"):
        return False
    # each section of the gallery has an index besides
    _, _, name = docname.rpartition("/")
    return name.startswith("plot_")


def prune(app: Sphinx) -> None:
    """Delete the generated pages of scripts and folders that are no longer there."""
    gallery = app.config.sphinx_gallery_conf
    # a page stands where its script stands, in another folder
    sources = Path(app.srcdir, gallery["examples_dirs"])
    pages = Path(app.srcdir, gallery["gallery_dirs"])
    # a list: the folders change while it is read
    found = pages.rglob("*")
    folders = list(filter(Path.is_dir, found))
    for folder in folders:
        # pictures have no sources
        if folder.name in MADE_FOLDERS:
            continue
        section = folder.relative_to(pages)
        source = sources / section
        if not source.is_dir():
            shutil.rmtree(folder, ignore_errors=True)
    for page in pages.rglob("plot_*.rst"):
        address = page.relative_to(pages)
        name = address.with_suffix(".py")
        script = sources / name
        if script.exists():
            continue
        # the page itself, its notebook, its copy of the script, its checksum
        made = page.parent.glob(f"{page.stem}.*")
        for left in made:
            left.unlink()


def plain_roles(app: Sphinx) -> None:
    """Write roles as plain text in the notebooks, where nothing renders them."""
    folder = app.config.sphinx_gallery_conf["gallery_dirs"]
    gallery = Path(app.srcdir, folder)
    for notebook in gallery.rglob("plot_*.ipynb"):
        text = notebook.read_text(encoding="utf-8")
        plain = ROLE.sub(r"\1", text)
        write_if_changed(notebook, plain)


def actions(app: Sphinx, docname: str) -> str:
    """Return the line of links at the top of a page, as reStructuredText."""
    # the script and the notebook lie beside the page
    name = Path(docname).name
    links = [
        f":download:`Python script <{name}.py>`",
        f":download:`Notebook <{name}.ipynb>`",
    ]
    if REPOSITORY:
        folder = app.config.sphinx_gallery_conf["gallery_dirs"]
        page = docname.removeprefix(f"{folder}/")
        colab = f"`Open in Colab <{COLAB}/{page}.ipynb>`__"
        links.append(colab)
    # each on a line of its own, in the container
    lines = "\n   ".join(links)
    return f".. container:: page-actions\n\n   {lines}\n\n"


def tidy(app: Sphinx, docname: str, source: list[str]) -> None:
    """Put the downloads at the top; leave out the zip file, whose bytes are never the same."""
    if not is_example(app, docname):
        return
    # the note at the top only links the footer
    text = NOTE.sub("", source[0], count=1)
    text, found = FOOTER.subn("", text)
    heading = re.search(r"\n={3,}\n", text)
    if not found or not heading:
        return
    place = heading.end()
    above, below = text[:place], text[place:]
    links = actions(app, docname)
    source[0] = f"{above}\n{links}{below}"


def notebooks(app: Sphinx, error: Exception | None) -> None:
    """Publish the notebooks where Colab finds them."""
    # nobody could open them in Colab
    if error is not None or not REPOSITORY:
        return
    folder = app.config.sphinx_gallery_conf["gallery_dirs"]
    gallery = Path(app.srcdir, folder)
    # COLAB is the address of this folder
    published = Path(app.outdir, "notebooks")
    for notebook in gallery.rglob("plot_*.ipynb"):
        address = notebook.relative_to(gallery)
        target = published / address
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(notebook, target)


def sweep(app: Sphinx, error: Exception | None) -> None:
    """Delete the HTML of pages that are gone: Sphinx leaves it, and it would be published."""
    if error is not None or app.builder.format != "html":
        return
    # Sphinx makes two pages that are no documents
    known = {*app.env.all_docs, "search", "genindex"}
    site = Path(app.outdir)
    for page in site.rglob("*.html"):
        address = page.relative_to(site).with_suffix("")
        name = address.as_posix()
        # pages below _static and the like have no document
        is_static = name.startswith("_")
        if name not in known and not is_static:
            page.unlink()


def room(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: Any,
) -> None:
    """Leave the right column to the diagrams."""
    folder = app.config.sphinx_gallery_conf["gallery_dirs"]
    in_gallery = pagename.startswith(f"{folder}/")
    # the home page shows diagrams, the search has no sections
    is_wide = pagename in ("index", "search")
    if in_gallery or is_wide:
        context["furo_hide_toc"] = True
        return
    # a page that Sphinx makes by itself, such as the index of names, has none
    if doctree is None:
        return
    # a diagram is as wide as the page allows
    for node in doctree.findall(nodes.raw):
        source = node.astext()
        if FIGURE in source:
            context["furo_hide_toc"] = True
            return


def end_workers(app: Sphinx) -> None:
    """End the processes that ran the scripts: they would keep TensorFlow for minutes."""
    get_reusable_executor().shutdown(wait=True)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    # before sphinx-gallery reads its settings
    app.connect("config-inited", first_cell, priority=5)
    # before the gallery is generated
    app.connect("builder-inited", prune, priority=100)
    # after it
    app.connect("builder-inited", plain_roles, priority=900)
    app.connect("builder-inited", end_workers, priority=900)
    app.connect("source-read", tidy)
    app.connect("html-page-context", room, priority=900)
    app.connect("build-finished", notebooks)
    app.connect("build-finished", sweep)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
