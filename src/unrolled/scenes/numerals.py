"""Numbers as text: short, with a true minus sign, exact enough that sums can be checked by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from unrolled.diagrams.layout.grids import elide
from unrolled.traces.cells import Array

MOST = 8  # values in a row before the middle is left out


def write_number(value: float) -> str:
    """Return a number with three decimals or, where it is large or tiny, three digits and a power of ten.

    >>> [write_number(v) for v in (0.5, -0.0625, 12.345, 1013.25, 0, 1e-8, -2.5e6, float("nan"))]
    ['0.500', '−0.062', '12.35', '1013', '0', '1.00e−8', '−2.50e6', 'nan']
    """
    size = abs(value)
    if value == 0 or not np.isfinite(value):
        text = "0" if value == 0 else str(float(value))
    elif 0.001 <= size < 99999.5:
        text = (
            f"{value:.{3 if size < 9.9995 else 2 if size < 99.995 else 1 if size < 999.95 else 0}f}"
        )
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
    return f"({text})" if text.startswith("−") else text


def write_list(values: Array) -> str:
    """Return the values of one axis in brackets; past 8 the middle is left out.

    >>> write_list(np.array([0.5, -1.0])), write_list(np.arange(100.0))
    ('[0.500, −1.000]', '[0, 1.000, 2.000, …, 98.00, 99.00]')
    """
    return (
        "["
        + ", ".join("…" if k is None else write_number(values[k]) for k in elide(len(values), MOST))
        + "]"
    )


def write_sum(values: Array, weights: Array) -> str:
    """Return the products of two arrays, written out as a sum; past 8 the middle is left out.

    >>> write_sum(np.array([0.5, -1.0]), np.array([2.0, -3.0]))
    '0.500·2.000 + (−1.000)·(−3.000)'
    """
    shown = elide(len(values), MOST)
    return " + ".join("…" if k is None else write_product(values[k], weights[k]) for k in shown)


def write_product(*factors: float) -> str:
    """Return a product, written out.

    >>> write_product(-1.0, -0.25)
    '(−1.000)·(−0.250)'
    """
    return "·".join(write_factor(f) for f in factors)


def full_color(arrays: Sequence[Array]) -> float:
    """Return the value that gets the full colour: the next of 1, 2, 5, 10, ... (times a power) that holds them all.

    >>> full_color([np.array([0.3, np.nan]), np.array([-0.7])])
    1.0
    """
    largest = max(
        (float(np.max(np.abs(a), initial=0.0, where=np.isfinite(a))) for a in arrays), default=0.0
    )
    power = 10.0 ** np.floor(np.log10(largest)) if largest else 1.0
    return next((float(k * power) for k in (1, 2, 5, 10) if k * power >= largest * 0.999), largest)
