"""The type of an attribute stands beside its name."""

from __future__ import annotations

import pytest
from api_attributes import raise_types
from sphinx.ext.napoleon import Config, NumpyDocstring

import unrolled


def read(name: str) -> list[str]:
    """Return the docstring of a class as napoleon reads it, with the types raised."""
    docstring = getattr(unrolled, name).__doc__.splitlines()
    lines = [line.removeprefix("    ") for line in docstring]
    return raise_types(
        str(
            NumpyDocstring(lines, Config(napoleon_google_docstring=False))
        ).split("\n")
    )


@pytest.mark.parametrize("name", ["Windows", "Explanation"])
def test_every_field_of_a_data_class_is_an_attribute_with_its_type_beside_it(
    name: str,
) -> None:
    lines = read(name)
    heads = [
        k for k, line in enumerate(lines) if line.startswith(".. attribute:: ")
    ]
    names = [lines[k].removeprefix(".. attribute:: ") for k in heads]
    assert names == list(getattr(unrolled, name).__dataclass_fields__)
    assert all(lines[k + 1].startswith("   :type: ") for k in heads)
    assert sum(":type:" in line for line in lines) == len(heads)


def test_other_text_stays() -> None:
    lines = [
        "A text.",
        "   :type: of none",
        "",
        ".. attribute:: a",
        "",
        "   Text.",
        "More.",
    ]
    assert raise_types(lines) == lines
