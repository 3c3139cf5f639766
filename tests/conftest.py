"""Lets the tests of a folder import the helpers beside them."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent / name) for name in ("unit", "model")]
