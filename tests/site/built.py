"""Where the built site is and which pages it has."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).parents[2]
HTML = ROOT / "build" / "html"
PAGES = sorted(
    p.relative_to(HTML).as_posix()
    for p in HTML.rglob("*.html")
    if "_static" not in p.parts
)
EXAMPLES = [p for p in PAGES if "/plot_" in p]
THEMES = ("light", "dark")
#: everything is tried on everything, as ``make test-all`` does
ALL = bool(os.environ.get("UNROLLED_ALL_PAGES"))
#: folders whose pages, except the index, are all written by one template
ONE_TEMPLATE = (
    "errors",
    "questions",
    "checked/claims",
    "checked/keras-2-to-3",
    "reference",
)


def template_of(address: str) -> str:
    """Return a name that pages made in the same way share; a page of its own has its own address.

    >>> template_of("errors/incompatible-shapes.html"), template_of("errors/index.html")
    ('errors', 'errors/index.html')
    >>> template_of("auto_gallery/10_data_flow/plot_30_stateful.html")
    'auto_gallery/10_data_flow'
    """
    folder, _, name = address.rpartition("/")
    if name != "index.html" and (
        folder in ONE_TEMPLATE or name.startswith("plot_")
    ):
        return folder
    return address


def one_of_each_template(pages: list[str]) -> list[str]:
    """Return the first page of each template.

    >>> one_of_each_template(["errors/a.html", "errors/b.html", "errors/index.html"])
    ['errors/a.html', 'errors/index.html']
    """
    first: dict[str, str] = {}
    for address in pages:
        first.setdefault(template_of(address), address)
    return list(first.values())


#: the pages that axe reads: one of each template, and all of them in `make test-all`
CHECKED = PAGES if ALL else one_of_each_template(PAGES)
