"""The tables of the page Measurements, from the files that the measurements wrote."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import measurements
import pytest
from built import ROOT
from docutils import nodes

PAGE = (ROOT / "docs" / "measurements.md").read_text(encoding="utf-8")


@pytest.fixture
def data() -> Any:
    return measurements.read(SimpleNamespace(note_dependency=lambda path: None))


def test_a_number_is_looked_up_and_formatted() -> None:
    data = {"memory": {"ratio": 2.345, "x": [32, 1000]}}
    assert measurements.look_up(data, "memory.ratio:.1f") == "2.3"
    assert measurements.look_up(data, "memory.x.1") == "1000"
    assert measurements.look_up(data, "memory.x") == "2"
    with pytest.raises(KeyError, match="size"):
        measurements.look_up(data, "memory.size")


def test_every_number_and_table_of_the_page_was_measured(data: Any) -> None:
    paths = re.findall(r"\{measured\}`([^`]+)`", PAGE)
    assert len(paths) > 10
    for path in paths:
        assert measurements.look_up(data, path)
    assert set(re.findall(r"\{measurements\} (\w+)", PAGE)) == set(
        measurements.TABLES
    )


@pytest.mark.parametrize("name", measurements.TABLES)
def test_rows_are_as_wide_as_their_head(name: str, data: Any) -> None:
    head, *rows = measurements.TABLES[name](data)
    table = measurements.table(head, rows)
    assert len(rows) >= 3
    for row in table.findall(nodes.row):
        assert sum(1 + entry.get("morecols", 0) for entry in row) == len(head)


def test_a_slower_time_is_bold_and_an_error_is_named() -> None:
    slower = measurements.ratio({"ratio": 1.2, "low": 1.0, "high": 1.5})
    faster = measurements.ratio({"ratio": 0.5, "low": 0.4, "high": 0.6})
    failed = measurements.ratio(
        {"error": "IndexError: list index out of range"}
    )
    assert isinstance(slower, nodes.strong)
    assert [n.astext() for n in (slower, faster, failed)] == [
        "1.20 (1.00–1.50)",
        "0.50 (0.40–0.60)",
        "fails: IndexError",
    ]
    assert isinstance(faster, nodes.Text)
