"""How much of a long test runs: all of it, a fourth in the quick `make unit`."""

import os

SHARE = 4 if os.environ.get("UNROLLED_QUICK") else 1


def examples(count):
    """Return how many examples a property test draws."""
    return max(3, count // SHARE)


def some(cases):
    """Return the cases that run, spread over all of them."""
    return cases[::SHARE]
