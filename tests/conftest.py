"""Lets tests import the helpers of other folders; property tests draw the same examples always."""

import sys
from pathlib import Path

import pytest
from hypothesis import settings

# no deadline: on a busy machine the slowest example says nothing of the library
settings.register_profile("seeded", derandomize=True, deadline=None)
settings.load_profile("seeded")

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / name) for name in ("unit", "model", "mistakes")]

#: files whose tests share nothing: they are handed out one by one. Those of any other file stay in
#: one process, where what one of them computed is kept for the next
SPREAD = frozenset(
    HERE / name
    for name in (
        "mistakes/test_catalogue.py",
        "model/test_trace_numbers.py",
        "site/test_behaviour.py",
        "site/test_links.py",
        "site/test_messages.py",
        "site/test_pages.py",
        "site/test_search.py",
        "unit/test_plots.py",
    )
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test the group of its file, unless it has one of its own (`--dist loadgroup`)."""
    for item in items:
        if (
            item.path not in SPREAD
            and item.get_closest_marker("xdist_group") is None
        ):
            item.add_marker(
                pytest.mark.xdist_group(
                    item.path.relative_to(HERE.parent).as_posix()
                )
            )
