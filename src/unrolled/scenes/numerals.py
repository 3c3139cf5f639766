"""Numbers as text: short, with a true minus sign, exact enough that sums can be checked by hand."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unrolled.scenes.elision import elide

Array = NDArray[Any]

# values in a row before the middle is left out: they fit into one line
MOST = 8
# from these sizes on a number of four digits has one decimal less
_FOUR_DIGITS = (9.9995, 99.995, 999.95)


def write_number(value: float) -> str:
    """Return a number with three decimals or, where large or tiny, three digits and a power of ten.

    >>> [write_number(v) for v in (0.5, -0.0625, 12.345, 1013.25, 0, 1e-8, -2.5e6, float("nan"))]
    ['0.500', '−0.062', '12.35', '1013', '0', '1.00e−8', '−2.50e6', 'nan']
    """
    if value == 0:
        return "0"
    size = abs(value)
    if not np.isfinite(size):
        text = str(float(value))
    elif 0.001 <= size < 99999.5:
        # a bound is where rounding adds a digit
        decimals = 3 - bisect_right(_FOUR_DIGITS, size)
        text = f"{value:.{decimals}f}"
    else:
        mantissa, power = f"{value:.2e}".split("e")
        text = f"{mantissa}e{int(power)}"
    return text.replace("-", "−")


def write_factor(value: float) -> str:
    """Return a number as it stands after a sign: a negative one in brackets.

    >>> write_factor(-0.5)
    '(−0.500)'
    """
    text = write_number(value)
    if text.startswith("−"):
        return f"({text})"
    return text


def write_list(values: Array) -> str:
    """Return the values of one axis in brackets; past 8 the middle is left out.

    >>> write_list(np.array([0.5, -1.0])), write_list(np.arange(100.0))
    ('[0.500, −1.000]', '[0, 1.000, 2.000, …, 98.00, 99.00]')
    """
    numbers = _elided(write_number, values)
    text = ", ".join(numbers)
    return f"[{text}]"


def write_sum(values: Array, weights: Array) -> str:
    """Return the products of two arrays, written out as a sum; past 8 the middle is left out.

    >>> write_sum(np.array([0.5, -1.0]), np.array([2.0, -3.0]))
    '0.500·2.000 + (−1.000)·(−3.000)'
    """
    products = _elided(write_product, values, weights)
    return " + ".join(products)


def _elided(write: Callable[..., str], *arrays: Array) -> list[str]:
    """Return what is written of the values at each index, of many the first and the last ones."""
    rows = list(zip(*arrays, strict=True))
    texts: list[str] = []
    for index in elide(len(rows), MOST):
        if index is None:
            texts.append("…")
            continue
        text = write(*rows[index])
        texts.append(text)
    return texts


def write_product(*factors: float) -> str:
    """Return a product, written out.

    >>> write_product(-1.0, -0.25)
    '(−1.000)·(−0.250)'
    """
    texts = map(write_factor, factors)
    return "·".join(texts)


def full_color(arrays: Sequence[Array]) -> float:
    """Return the value of the full colour: the next of 1, 2, 5, 10 (times a power) above all.

    >>> full_color([np.array([0.3, np.nan]), np.array([-0.7])])
    1.0
    """
    largest = 0.0
    for array in arrays:
        known = array[np.isfinite(array)]
        highest = np.abs(known).max(initial=0.0)
        largest = max(largest, float(highest))
    if largest == 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(largest))
    # a value that lies a thousandth past the full colour is not worth half of all colours
    enough = largest * 0.999
    for factor in (1, 2, 5, 10):
        limit = factor * power
        if limit >= enough:
            return float(limit)
    return largest  # near 5e-324 the power of ten is 0
