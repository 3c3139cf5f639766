"""Make what the pages show of real runs: ``python docs/_runs/run.py OUT``.

TensorFlow must not run while Sphinx reads the pages, so it runs here, before. Each script and each
table of the reference is a job; what came of it is stored under the hash of what it depends on, so
that only what changed runs again. ``--only NAME ...`` makes only the scripts whose names hold one
of the texts, and shows what came of them.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import re
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import Any

from assembling import assemble
from entries import all_scripts
from reference_jobs import FunctionJob, call, function_jobs
from script_jobs import ROOT, Planner, ScriptJob, make
from store import Store, digest_files, write_if_changed
from tqdm import tqdm

#: a third process would wait for a third core, and load TensorFlow once more
PROCESSES = 2
#: so many short jobs go to a process at once: a message for each costs as much as drawing
BATCH = 8
LONG = 0.5  # seconds
Job = ScriptJob | FunctionJob


def work(jobs: Sequence[Job], folder: Path) -> list[tuple[str, float, str]]:
    """Make jobs in a process of its own; return name, seconds and error of each."""
    # of tracing a function again, of HDF5
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    logging.getLogger("absl").setLevel(logging.ERROR)
    store = Store(folder)
    done = []
    for job in jobs:
        began = time.monotonic()
        error = ""
        try:
            if isinstance(job, ScriptJob):
                make(job, store)
            else:
                call(job, store)
        except Exception as problem:
            error = f"{type(problem).__name__}: {problem}"
        took = time.monotonic() - began
        done.append((job.name, took, error))
    return done


def in_order(jobs: Sequence[Job], seconds: dict[str, float]) -> list[list[Job]]:
    """Return the jobs in batches, the longest first: no process waits long for the other.

    seconds: how long each took the last time.
    """
    times: dict[str, float] = {}
    for job in jobs:
        # tables of the reference take longest
        guess = 0.2 if isinstance(job, ScriptJob) else 60.0
        times[job.name] = seconds.get(job.name, guess)
    batches: list[list[Job]] = []
    short: list[Job] = []
    for job in sorted(jobs, key=lambda job: -times[job.name]):
        if times[job.name] >= LONG:
            batches.append([job])
        else:
            short.append(job)
    starts = range(0, len(short), BATCH)
    batches.extend(short[start : start + BATCH] for start in starts)
    return batches


def run_all(jobs: Sequence[Job], out: Path) -> list[str]:
    """Make jobs in two processes; return the errors, each with the name of its job.

    What was made stays stored.
    """
    times = out / "seconds.json"
    seconds: dict[str, float] = {}
    if times.exists():
        seconds = json.loads(times.read_text())
    errors: list[str] = []
    # spawned, not forked: TensorFlow does not survive a fork
    pool = ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"))
    try:
        waiting = set()
        for batch in in_order(jobs, seconds):
            waiting.add(pool.submit(work, batch, out / "store"))
        for name, took, error in _progress(waiting, len(jobs)):
            seconds[name] = round(took, 2)
            if error:
                errors.append(f"{name}: {error}")
    except BaseException:  # interrupted: nobody waits for what is under way
        for process in active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
    times.write_text(json.dumps(seconds, indent=1, sort_keys=True))
    return errors


def _progress(
    waiting: set[Future[Any]], count: int
) -> Iterator[tuple[str, float, str]]:
    """Yield what is done as it comes, under a bar on a terminal, elsewhere with a line a tenth."""
    on_terminal = sys.stderr.isatty()
    bar = tqdm(total=count, disable=not on_terminal, unit="job", leave=False)
    tenth, done = 1, 0
    for future in as_completed(waiting):
        for each in future.result():
            done += 1
            bar.update()
            _, _, short_name = each[0].rpartition("/")
            bar.set_postfix_str(short_name, refresh=False)
            yield each
        if not on_terminal and done * 10 >= tenth * count:
            print(f"  {done} of {count} jobs", file=sys.stderr, flush=True)
            tenth = done * 10 // count + 1
    bar.close()


def inputs(root: Path) -> str:
    """Return one checksum of all files that a run depends on."""
    files = [root / "requirements.lock"]
    for folder in ("docs/_entries", "docs/_runs", "src"):
        found = filter(Path.is_file, (root / folder).rglob("*"))
        files.extend(path for path in found if path.suffix != ".pyc")
    return digest_files(files, root)


def main(arguments: Sequence[str]) -> int:
    """Make what is missing and put the results together; return 1 where a job failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = ROOT / "build" / "runs"
    parser.add_argument("out", type=Path, nargs="?", default=default)
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME")
    chosen = parser.parse_args(arguments)
    # as Ctrl-C: the processes end too
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    out = chosen.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    if chosen.only:
        return show_only(out, chosen.only)
    before = inputs(ROOT)
    stamp = out / "inputs"
    if stamp.exists() and stamp.read_text() == before:
        return 0
    return make_all(out, before)


def make_all(out: Path, before: str) -> int:
    """Make what is missing, and all groups. before: the checksum of what it depends on."""
    began = time.monotonic()
    store = Store(out / "store")
    planner = Planner(store)
    functions = {job.name: job for job in function_jobs(planner)}
    scripts = {job.name: job for job in map(planner.job, all_scripts())}
    every: list[Job] = [*functions.values(), *scripts.values()]
    jobs = [job for job in every if job.wanted]
    errors = run_all(jobs, out) if jobs else []
    groups, wrong = assemble(scripts, functions, store)
    for name, found in groups.items():
        text = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True)
        write_if_changed(out / f"{name}.json", f"{text}\n")
    if errors or wrong:
        return report([*errors, *wrong])
    store.prune()
    write_if_changed(out / "inputs", before)
    write_if_changed(out / "stamp", f"{before}\n")
    took = time.monotonic() - began
    print(f"  {len(jobs)} jobs, {took:.0f} s", flush=True)
    return 0


def report(errors: Sequence[str]) -> int:
    """Print what failed; return the exit status."""
    for error in errors:
        print(f"  FAILED {error}", file=sys.stderr)
    return 1 if errors else 0


def show_only(out: Path, names: Sequence[str]) -> int:
    """Make the scripts whose names hold one of the texts, and show what came of each."""
    store = Store(out / "store")
    planner = Planner(store)
    meant = re.compile("|".join(map(re.escape, names)))
    scripts = [s for s in all_scripts() if meant.search(s.name)]
    jobs = list(map(planner.job, scripts))
    if not jobs:
        return report(["no script has such a name"])
    errors = run_all([job for job in jobs if job.wanted], out)
    for job in jobs:
        found = {job.name: shown(job, store)}
        print(json.dumps(found, ensure_ascii=False, indent=1))
    return report(errors)


def shown(job: ScriptJob, store: Store) -> dict[str, Any]:
    """Return what came of a script, its picture in words."""
    found: dict[str, Any] = {}
    for part in ("run", "report", "picture"):
        if part in job.keys and store.has(job.keys[part]):
            found[part] = store.get(job.keys[part])
    if found.get("picture"):
        found["picture"] = found["picture"]["words"]
    return found


if __name__ == "__main__":
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    sys.exit(main(sys.argv[1:]))
