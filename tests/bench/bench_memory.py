"""How much memory a trace takes at its peak, against the bytes of the arrays that it returns; in a
process of its own.

Peak: the highest resident size of the process during the trace, less its resident size before;
before that, a trace of one sample has loaded and compiled what any trace needs. TensorFlow's memory
is in it, which tracemalloc would not see. Bytes: the distinct memory that the arrays of the Trace
lie in; what two of them share counts once.
"""

import gc
import json
import resource
from pathlib import Path

import keras
import numpy as np

import unrolled

SHAPE, UNITS = (32, 1000, 8), 128


def memory_now():
    """Return the resident size and its highest value so far, in bytes."""
    status = Path("/proc/self/status")
    if not status.exists():  # macOS knows the highest one only
        highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return highest, highest
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return tuple(
        1024 * int(lines[name].split()[0]) for name in ("VmRSS", "VmHWM")
    )


def arrays_in(trace):
    for call in (*trace.inputs, *trace.calls):
        for value in vars(call).values():
            yield from (
                a for a in members_of(value) if isinstance(a, np.ndarray)
            )
    yield from trace.outputs


def members_of(value):
    """Return what a dict or a tuple holds; anything else alone."""
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, tuple) else [value]


def bytes_held(trace):
    """Return the size of the memory that the arrays lie in; what two of them share counts once."""
    held, end = 0, 0
    for low, high in sorted(
        np.lib.array_utils.byte_bounds(array) for array in arrays_in(trace)
    ):
        held += max(0, high - max(low, end))
        end = max(end, high)
    return held


def measure():
    """Return the megabytes held, those at the peak, and their ratio."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input(SHAPE[1:]), keras.layers.LSTM(UNITS)])
    x = np.random.default_rng(0).normal(size=SHAPE).astype("float32")
    unrolled.trace(model, x[:1])
    gc.collect()
    before, _ = memory_now()
    trace = unrolled.trace(model, x)
    _, highest = memory_now()
    held, peak = bytes_held(trace), highest - before
    return {
        "x": SHAPE,
        "units": UNITS,
        "held_mb": round(held / 1e6, 1),
        "peak_mb": round(peak / 1e6, 1),
        "ratio": round(peak / held, 3),
    }


if __name__ == "__main__":
    print(json.dumps(measure()))
