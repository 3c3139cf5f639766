"""The attributes of a class, one line each with its type: napoleon puts the type below as a field.

What napoleon makes of the section Attributes is ``.. attribute:: x`` with a field ``:type:`` at its
end. Here the type moves up and becomes an option of the directive, which shows it beside the name.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

FIELD = "   :type: "
HEAD = ".. attribute:: "


def raise_types(lines: list[str]) -> list[str]:
    """Return the lines of a docstring with each type directly below its attribute.

    >>> raise_types([".. attribute:: x", "", "   The windows.", "", "   :type: array"])
    ['.. attribute:: x', '   :type: array', '', '   The windows.', '']
    """
    raised: list[str] = []
    # the place below the last attribute, 0 where it has its type
    below = 0
    for line in lines:
        is_type = line.startswith(FIELD)
        # a type that belongs to no attribute stays where it is
        if below and is_type:
            raised.insert(below, line)
            below = 0
            continue
        raised.append(line)
        is_attribute = line.startswith(HEAD)
        if is_attribute:
            below = len(raised)
    return raised


def process(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]
) -> None:
    """Raise the types in the docstring of a class, after napoleon has read it."""
    # nothing else has a section Attributes
    if what != "class":
        return
    raised = raise_types(lines)
    # Sphinx goes on with the same list
    lines[:] = raised


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("autodoc-process-docstring", process, priority=700)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
