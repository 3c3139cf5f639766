"""Lets the tests of a folder import the helpers beside them; property tests draw the same examples in every run."""

import sys
from pathlib import Path

from hypothesis import settings

settings.register_profile("seeded", derandomize=True)
settings.load_profile("seeded")

sys.path[:0] = [str(Path(__file__).parent / name) for name in ("unit", "model", "mistakes")]
