"""What ``make runs`` stored: the scripts are run once, for the site and for these tests."""

import functools
import json
from pathlib import Path

import pytest

RUNS = Path(__file__).parents[2] / "build" / "runs"


@functools.cache
def stored(group):
    """Return what the runs of one group came to."""
    source = RUNS / f"{group}.json"
    if not source.exists():
        pytest.fail(f"There is no {source.name} in build/runs. Fix: make runs.")
    return json.loads(source.read_text(encoding="utf-8"))
