"""The examples in the docstrings of the site's extensions."""

from __future__ import annotations

import doctest
import importlib

import pytest
from built import ROOT

MODULES = sorted(
    path.stem
    for path in (ROOT / "docs" / "_ext").glob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted > 0
    assert result.failed == 0
