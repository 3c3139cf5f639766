"""What an error means, and the page that says it: looked up in the text of the error."""

from __future__ import annotations

from functools import cache
from typing import Any

from unrolled.explanations.explanation import Explanation, explain


def resolve(value: Any) -> Any:
    """Return a result whose texts about errors (``blocks.explained``) link to the error pages."""
    if isinstance(value, list):
        return list(map(resolve, value))
    if not isinstance(value, dict):
        return value
    if "explain" not in value:
        resolved = map(resolve, value.values())
        return dict(zip(value, resolved, strict=True))
    text = value["text"]
    address = address_of(value["explain"])
    if not address:
        return text
    return value["known"].format(text=text, page=address)


@cache
def explained(error: str) -> Explanation:
    """Return what an error means; a false explanation where nothing was raised."""
    if not error:
        return Explanation()
    return explain(error)


def page_of(error: str) -> str:
    """Return the name of the page that explains an error, empty where there is none."""
    explanation = explained(error)
    mistake = explanation.mistake
    return mistake.name if mistake else ""


def address_of(error: str) -> str:
    """Return the address of that page as seen from the reference, empty where there is none."""
    page = page_of(error)
    return f"../errors/{page}.md" if page else ""
