"""What a reader asks to see in a plot: checked, with one clear error for what there is not."""

from __future__ import annotations

from typing import Any

import numpy as np

from unrolled.traces.recurrent_calls import BidirectionalCall, RecurrentCall


def check_call(call: Any) -> RecurrentCall:
    """Return the call of a recurrent layer. Raises TypeError for something else."""
    if isinstance(call, RecurrentCall):
        return call
    fix = (
        'trace["lstm"]; of a Bidirectional trace["bidirectional/forward_lstm"]'
    )
    if isinstance(call, list):
        fix = "it was called more than once; pick one call, calls[0]"
    if isinstance(call, BidirectionalCall):
        fix = "take one half, call.forward or call.backward"
    raise TypeError(
        f"Expected the RecurrentCall of a trace, got {type(call).__name__}. Fix: {fix}."
    )


def check_sample(sample: Any, samples: int) -> int:
    """Return which sample is shown. Raises ValueError where there is no such sample."""
    if not is_whole(sample) or not 0 <= sample < samples:
        raise ValueError(
            f"Expected sample to be one of the {samples} samples, 0 to {samples - 1}; "
            f"got {sample!r}."
        )
    return int(sample)


def check_units(units: Any, count: int) -> list[int]:
    """Return which units are shown, all of them for None. Raises ValueError for others."""
    if units is None:
        return list(range(count))
    asked = list(units) if np.iterable(units) else []
    known = [unit for unit in asked if is_whole(unit) and 0 <= unit < count]
    if not known or len(known) < len(asked):
        raise ValueError(
            f"Expected units to be a list of numbers from 0 to {count - 1}, got {units!r}. "
            "Fix: units=[0, 2]."
        )
    return list(map(int, known))


def is_whole(value: Any) -> bool:
    """Return whether a value is a whole number.

    >>> is_whole(np.int64(3)), is_whole(3.0), is_whole(True)
    (True, False, False)
    """
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)
