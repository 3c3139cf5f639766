"""Execute the Markdown pages that changed two at a time, before Sphinx reads one after the other.

A page has a process of its own, and most of its time passes while TensorFlow is loaded. What was
executed lies in the cache of jupyter-cache: when Sphinx reads the page, it takes it from there. A
page that fails is left to that reading, which says where it failed.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from freshness import is_executed
from jupyter_cache import get_cache
from myst_nb.core.execute import create_client
from myst_nb.core.execute.base import ExecutionError
from myst_nb.core.read import create_nb_reader
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)

PROCESSES = 2


def execute_pages(app: Sphinx, env: Any, docnames: list[str]) -> None:
    """Execute those of the documents that are pages with code."""
    pages = []
    for name in docnames:
        source = Path(env.doc2path(name))
        if is_executed(source):
            pages.append(name)
    # the folder of the cache and its table: two pages that made them at once would be in each
    # other's way
    get_cache(app.config.nb_execution_cache_path).list_cache_records()
    with ThreadPoolExecutor(PROCESSES) as pool:
        under_way = [pool.submit(execute, env, name) for name in pages]
        for page in under_way:
            # raises what the thread has raised
            page.result()


def execute(env: Any, docname: str) -> None:
    """Execute one page, unless it is in the cache as it is."""
    path = str(env.doc2path(docname))
    text = Path(path).read_text(encoding="utf-8")
    reader = create_nb_reader(path, env.myst_config, env.mystnb_config, text)
    # a page without a notebook
    if reader is None:
        return
    client = create_client(
        reader.read(text),
        path,
        env.mystnb_config,
        logger,
        reader.read_fmt,
    )
    # Sphinx says where, when it reads the page
    with suppress(ExecutionError):
        client.start_client()


def setup(app: Any) -> dict[str, Any]:
    """Register the extension."""
    app.connect("env-before-read-docs", execute_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
