"""How many examples a property test draws: all of them, a fourth in the quick `make unit`."""

import os

SHARE = 4 if os.environ.get("UNROLLED_QUICK") else 1


def examples(count):
    return max(10, count // SHARE)
