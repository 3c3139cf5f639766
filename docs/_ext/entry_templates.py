"""The templates of the pages of entries, with the words and marks that they use."""

from __future__ import annotations

from pathlib import Path

from blocks import code
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from marked_texts import cell, prose, quoted, sentence

from unrolled.explanations.mistakes import Mistake

TEMPLATES = Path(__file__).parents[1] / "_templates"


def environment() -> Environment:
    """Return the templates with the filters that they use."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "cell": cell,
        "prose": prose,
        "quoted": quoted,
        "sentence": sentence,
        "suffix": suffix,
    }
    made.globals["heading"] = heading
    return made


def heading(mistake: Mistake) -> str:
    """Return the heading of a mistake: a message is code, what is seen is a sentence."""
    marked = prose if mistake.silent else code
    return marked(mistake.heading)


def suffix(page: str) -> str:
    """Return the suffix of a page's source: the gallery is made as reStructuredText."""
    is_example = page.startswith("auto_gallery/")
    return "rst" if is_example else "md"
