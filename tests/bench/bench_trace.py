"""How much a full trace costs, against the compiled forward pass of the same layer, side by side in
one process.
"""

import statistics
import time

import keras
import numpy as np
import tensorflow as tf

import unrolled

RUNS = 7


def seconds(function):
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def median_of(function):
    return statistics.median(seconds(function) for _ in range(RUNS))


def forward_of(model, x):
    """Return a call of the compiled forward pass, already compiled."""
    compiled, tensor = (
        tf.function(lambda t: model(t, training=False)),
        tf.constant(x),
    )
    compiled(tensor)
    return lambda: compiled(tensor).numpy()


def compare(units, batch, timesteps, features):
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [keras.Input((timesteps, features)), keras.layers.LSTM(units)]
    )
    x = (
        np.random.default_rng(0)
        .normal(size=(batch, timesteps, features))
        .astype("float32")
    )
    forward = forward_of(model, x)
    # the first traces ask the system for memory, which later ones find ready
    for _ in range(RUNS):
        forward()
        unrolled.trace(model, x)
    pairs = [
        (seconds(forward), seconds(lambda: unrolled.trace(model, x)))
        for _ in range(RUNS)
    ]
    forwards, traces = zip(*pairs, strict=True)
    ratio = statistics.median(t / f for f, t in pairs)
    return statistics.median(forwards), statistics.median(traces), ratio


def draw_times():
    for timesteps in (10, 100, 10_000):
        model = keras.Sequential(
            [
                keras.Input((timesteps, 2)),
                keras.layers.LSTM(8),
                keras.layers.Dense(1),
            ]
        )
        trace = unrolled.trace(model, np.zeros((2, timesteps, 2)))
        unrolled.draw(trace).svg()
        yield (
            timesteps,
            median_of(lambda trace=trace: unrolled.draw(trace).svg()),
        )


def measure():
    """Print the times, and return them."""
    made = {"forward": [], "draw": []}
    print(f"full trace against compiled forward pass, median of {RUNS} pairs")
    print(
        f"{'LSTM':>5} {'x':>16} {'forward s':>10} {'trace s':>9} {'ratio':>6}"
    )
    for units, *shape in [
        (128, 32, 1000, 8),
        (128, 32, 2000, 8),
        (128, 32, 4000, 8),
        (16, 8, 200, 4),
    ]:
        forward, traced, ratio = compare(units, *shape)
        print(
            f"{units:>5} {tuple(shape)!s:>16} {forward:>10.3f} {traced:>9.3f} {ratio:>6.2f}",
            flush=True,
        )
        made["forward"].append(
            {
                "units": units,
                "x": shape,
                "forward_ms": round(1000 * forward, 1),
                "trace_ms": round(1000 * traced, 1),
                "ratio": round(ratio, 2),
            }
        )
    print("\ndrawing (scene and SVG) from a finished trace, median")
    for timesteps, each in draw_times():
        print(f"{timesteps:>6} timesteps {1000 * each:>7.1f} ms", flush=True)
        made["draw"].append(
            {"timesteps": timesteps, "ms": round(1000 * each, 1)}
        )
    return made


if __name__ == "__main__":
    measure()
