"""Run every measurement and write tests/bench/results.json, from which the page Measurements is
made.

Timings are those of one machine at one time; run it where nothing else runs. What is not installed
is named, not timed.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from importlib.metadata import distributions, version
from pathlib import Path
from tempfile import TemporaryDirectory

import bench_peers
import bench_trace

HERE = Path(__file__).parent


def read_arguments():
    parser = argparse.ArgumentParser(prog="bench.py", description=__doc__)
    parser.add_argument(
        "--report",
        type=Path,
        default=HERE / "results.json",
        help="where to write (%(default)s)",
    )
    torch = HERE.parents[1] / ".venv-torch" / "bin" / "python"
    parser.add_argument(
        "--torch",
        type=Path,
        default=torch,
        help="a Python with Keras on PyTorch (%(default)s)",
    )
    return parser.parse_args()


def measure_memory():
    """Return the peak of a trace, from a process of its own."""
    run = subprocess.run(
        [sys.executable, HERE / "bench_memory.py"],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    made = json.loads(run.stdout.splitlines()[-1])
    print(
        f"\nmemory: trace of LSTM({made['units']}) over x {made['x']}: "
        f"arrays {made['held_mb']} MB, ",
        end="",
    )
    print(f"peak {made['peak_mb']} MB, ratio {made['ratio']:.2f}\n", flush=True)
    return made


def measure_on_torch(python):
    """Return what the tools of PyTorch models need and tell, from a process of that Python."""
    if not python.exists():
        missing = "not installed: make test-torch (4.4 GB), then make bench"
        return {"missing": {"torchview": missing, "torchlens": missing}}
    with TemporaryDirectory() as folder:
        path, environment = (
            Path(folder) / "made.json",
            os.environ | {"KERAS_BACKEND": "torch"},
        )
        subprocess.run(
            [python, HERE / "bench_peers.py", path], env=environment, check=True
        )
        made = json.loads(path.read_text(encoding="utf-8"))
    for each in (made["facts"], made["first_ms"]):
        del each["unrolled"]
    return {
        key: made[key]
        for key in ("times", "facts", "first_ms", "missing", "versions")
    }


def describe_machine():
    names = {d.metadata["Name"].lower() for d in distributions()}
    dot = (
        shutil.which("dot")
        and subprocess.run(
            ["dot", "-V"], capture_output=True, text=True, check=True
        ).stderr
    )
    return {
        "date": time.strftime("%Y-%m-%d"),
        "system": platform.system(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "graphviz": dot.split()[4] if dot else "(not installed)",
        "versions": {
            n: version(n)
            for n in ("keras", "tensorflow", "tensorflow-cpu", "numpy")
            if n in names
        },
    }


def main():
    arguments = read_arguments()
    made = {"measured": describe_machine(), "memory": measure_memory()}
    made["trace"] = bench_trace.measure()
    print()
    made["peers"] = bench_peers.measure()
    for key, found in measure_on_torch(arguments.torch).items():
        made["peers"][key] |= found
    arguments.report.write_text(
        json.dumps(made, indent=1) + "\n", encoding="utf-8"
    )
    print(f"==> {arguments.report}")


if __name__ == "__main__":
    main()
