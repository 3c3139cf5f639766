"""What a trace takes at its peak, measured in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

import keras

#: how many times the arrays that come back; JAX joins the values of a step in one array, and
#: PyTorch keeps the tensors of every step until they are put together
LIMITS = {"tensorflow": 2.5, "jax": 3.25, "torch": 5}
BENCH = Path(__file__).parents[1] / "bench" / "bench_memory.py"


def test_the_peak_stays_under_a_few_times_the_arrays_returned():
    run = subprocess.run(
        [sys.executable, BENCH], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    made = json.loads(run.stdout.splitlines()[-1])
    # h, c and four gates: (batch, timesteps, units) of float32
    batch, timesteps, _ = made["x"]
    assert made["held_mb"] > 6 * 4 * batch * timesteps * made["units"] / 1e6
    # less than the arrays themselves would mean that the measure sees nothing
    assert 1 < made["ratio"] < LIMITS[keras.backend.backend()], made
