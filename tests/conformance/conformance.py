"""Trace thousands of random models and compare every number with a run of the real cells step by
step.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import platform
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

MODELS = Path(__file__).resolve().parents[1] / "model"
CHUNK = 25

EXPLAINED = """
Each seed makes one model: LSTM, GRU, SimpleRNN, RNN of one or several cells, ConvLSTM1D; one
after the other, nested, shared, bidirectional, masked, stateful, encoder and decoder. It is run
once by unrolled.trace and once by calling its cells step by step; every input, output, mask, state
and gate must be the same to 1e-5.

Examples:
  conformance.py                          3000 models in a process per core
  conformance.py --models 200 --jobs 4    fewer, in four processes
  conformance.py --seed 4711              one model again, with its summary and the whole traceback
  conformance.py --backend threading      in threads: slower, but one process
  conformance.py --backend dask --jobs 2  on a Dask cluster of two workers, started here and seen
                                          by this machine only
  conformance.py --backend dask --scheduler tcp://127.0.0.1:8786
                                          on a Dask cluster that runs already; its workers need
                                          this Python
                                          environment, and this folder under the same path

Through make: make conformance ARGS="--models 200". The exit code is 1 if a model failed, 2 for a
wrong argument.
"""


class Result(NamedTuple):
    """What became of one seed; error is empty if all numbers are the same."""

    seed: int
    seconds: float
    error: str = ""


def compare_chunk(seeds, models_folder):
    """Compare the models of some seeds; runs in a worker, so it says all that it needs."""
    import warnings

    if models_folder not in sys.path:
        sys.path.insert(0, models_folder)
    import keras
    from comparisons import compare

    # a nested model takes a mask, and Keras says each time that it hands none on
    warnings.filterwarnings(
        "ignore", message="Layer 'inner'", category=UserWarning
    )
    results = []
    for seed in seeds:
        start, error = time.perf_counter(), ""
        try:
            compare(seed)
        except Exception as problem:
            error = f"{type(problem).__name__}: {problem}".strip()
        results.append(Result(seed, time.perf_counter() - start, error))
    keras.backend.clear_session()
    return results


def read_arguments(argv):
    parser = argparse.ArgumentParser(
        prog="conformance.py",
        description=__doc__,
        epilog=EXPLAINED,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--models",
        type=at_least_one,
        default=3000,
        metavar="N",
        help="how many (default %(default)s)",
    )
    parser.add_argument(
        "--first-seed",
        type=int,
        default=1000,
        metavar="S",
        help="the first one (default %(default)s)",
    )
    parser.add_argument(
        "--seed",
        type=int,
        metavar="S",
        help="only this one, in this process: repeats what failed",
    )
    parser.add_argument(
        "--backend",
        default="loky",
        help="of joblib: loky, threading, dask ... (default %(default)s)",
    )
    parser.add_argument(
        "--jobs",
        type=at_least_one,
        metavar="N",
        help="workers (default: one per core)",
    )
    parser.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="of a running Dask cluster, with --backend dask",
    )
    parser.add_argument(
        "--report", type=Path, metavar="FILE", help="write the result as JSON"
    )
    arguments = parser.parse_args(argv)
    if arguments.scheduler and arguments.backend != "dask":
        parser.error("expected --backend dask beside --scheduler. Fix: add it.")
    if arguments.report and not arguments.report.parent.is_dir():
        parser.error(
            f"expected a folder for --report, {arguments.report.parent} is none. Fix: mkdir it."
        )
    return arguments


def at_least_one(text):
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(
            f"expected a whole number from 1 on, got {text!r}. Fix: write 1 or more."
        )
    return number


def prepare_environment():
    """Set, for this process and its workers, what the Makefile sets; one thread per worker, which
    is one core.
    """
    for name, value in {
        "KERAS_BACKEND": "tensorflow",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "CUDA_VISIBLE_DEVICES": "-1",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
    }.items():
        os.environ.setdefault(name, value)


def check_installed(backend):
    """Exit where joblib, tqdm or the backend is not there."""
    try:
        from joblib.parallel import BACKENDS, EXTERNAL_BACKENDS

        for module in (
            ("tqdm", "distributed") if backend == "dask" else ("tqdm",)
        ):
            import_module(module)
    except ImportError as problem:
        sys.exit(
            f"Expected joblib, tqdm and for --backend dask distributed: {problem}. "
            "Fix: make conformance."
        )
    known = sorted({*BACKENDS, *EXTERNAL_BACKENDS, "dask"})
    if backend not in known:
        print(
            f"Expected a backend of joblib ({', '.join(known)}), got {backend!r}. "
            "Fix: --backend loky."
        )
        sys.exit(2)


def repeat(seed):
    """Run one model here, and let it fail as loudly as it likes."""
    sys.path.insert(0, str(MODELS))
    from comparisons import compare
    from random_models import build

    build(seed).model.summary()
    compare(seed)
    print(f"seed {seed}: every number is that of the cells")
    return 0


def run_all(arguments):
    """Run all models in the workers; return the results as they came in."""
    import joblib
    from tqdm import tqdm

    seeds = range(arguments.first_seed, arguments.first_seed + arguments.models)
    # four chunks and more for each worker, so that none waits long for the others at the end
    size = max(1, min(CHUNK, len(seeds) // (4 * arguments.jobs)))
    chunks = [seeds[k : k + size] for k in range(0, len(seeds), size)]
    results = []
    workers = (
        -1 if arguments.backend == "dask" else arguments.jobs
    )  # a cluster knows how many it has
    with (
        joblib.parallel_config(arguments.backend, n_jobs=workers),
        tqdm(total=len(seeds), unit="model") as bar,
    ):
        run = joblib.Parallel(return_as="generator_unordered", batch_size=1)
        for made in run(
            joblib.delayed(compare_chunk)(list(chunk), str(MODELS))
            for chunk in chunks
        ):
            results += made
            bar.update(len(made))
            failed = [r for r in made if r.error]
            for result in failed:
                bar.write(describe(result))
            bar.set_postfix_str(f"{sum(bool(r.error) for r in results)} failed")
    return results


def describe(result):
    lines = result.error.splitlines()
    shown = lines[:12] + (
        [f"... and {len(lines) - 12} lines more"] if len(lines) > 12 else []
    )
    text = "\n    ".join(line for line in shown if line.strip())
    return f'seed {result.seed}: {text}\n    repeat: make conformance ARGS="--seed {result.seed}"'


def run_on_dask(arguments):
    """Run all models on a Dask cluster: the one at --scheduler, or one of processes on this
    machine.
    """
    from dask.distributed import Client, LocalCluster

    # TensorFlow takes longer to end than Dask likes to wait; it says so as a warning
    quiet = {"silence_logs": logging.ERROR, "dashboard_address": None}
    if arguments.scheduler:
        with Client(arguments.scheduler) as client:
            arguments.jobs = max(1, sum(client.ncores().values()))
            print(f"Dask at {arguments.scheduler}: {arguments.jobs} workers")
            return run_all(arguments)
    with (
        LocalCluster(
            n_workers=arguments.jobs,
            threads_per_worker=1,
            host="127.0.0.1",
            **quiet,
        ) as cluster,
        Client(cluster),
    ):
        print(
            f"Dask on this machine, {cluster.scheduler_address}: {arguments.jobs} workers"
        )
        return run_all(arguments)


def report(arguments, results, seconds):
    """Print what came out, write it to --report, and return the exit code."""
    failed = sorted(r for r in results if r.error)
    rate = len(results) / seconds
    print(
        f"{len(results)} models in {seconds:.0f} s ({rate:.1f} per second), "
        f"{arguments.jobs} jobs over {arguments.backend}: {len(failed)} failed"
    )
    for result in failed:
        print(describe(result))
    if arguments.report:
        import keras

        made = {
            "models": len(results),
            "first_seed": arguments.first_seed,
            "failed": [r._asdict() for r in failed],
            "per_second": round(rate, 2),
            "jobs": arguments.jobs,
            "joblib_backend": arguments.backend,
            "date": time.strftime("%Y-%m-%d"),
            "versions": {
                "keras": keras.__version__,
                "python": platform.python_version(),
            },
        }
        arguments.report.write_text(json.dumps(made, indent=2) + "\n")
    return 1 if failed else 0


def main(argv=None):
    arguments = read_arguments(argv)
    prepare_environment()
    if arguments.seed is not None:
        return repeat(arguments.seed)
    arguments.jobs = arguments.jobs or os.cpu_count() or 1
    check_installed(arguments.backend)
    start = time.perf_counter()
    results = (
        run_on_dask(arguments)
        if arguments.backend == "dask"
        else run_all(arguments)
    )
    return report(arguments, results, time.perf_counter() - start)


if __name__ == "__main__":
    sys.exit(main())
