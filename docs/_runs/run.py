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
            # the jobs after it are made all the same
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
    # a long one that began last would run alone in the end
    for job in sorted(jobs, key=lambda job: -times[job.name]):
        # nobody else is to wait behind a long one
        if times[job.name] >= LONG:
            batches.append([job])
        else:
            short.append(job)
    for start in range(0, len(short), BATCH):
        batch = short[start : start + BATCH]
        batches.append(batch)
    return batches


def run_all(jobs: Sequence[Job], out: Path) -> list[str]:
    """Make jobs in two processes; return the errors, each with the name of its job.

    What was made stays stored.
    """
    times = out / "seconds.json"
    seconds: dict[str, float] = {}
    if times.exists():
        text = times.read_text()
        seconds = json.loads(text)
    errors: list[str] = []
    # spawned, not forked: TensorFlow does not survive a fork
    context = get_context("spawn")
    pool = ProcessPoolExecutor(PROCESSES, mp_context=context)
    try:
        waiting = set()
        for batch in in_order(jobs, seconds):
            under_way = pool.submit(work, batch, out / "store")
            waiting.add(under_way)
        for name, took, error in _progress(waiting, len(jobs)):
            seconds[name] = round(took, 2)
            if error:
                errors.append(f"{name}: {error}")
    except BaseException:
        # interrupted: nobody waits for what is under way
        for process in active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
    text = json.dumps(seconds, indent=1, sort_keys=True)
    times.write_text(text)
    return errors


def _progress(
    waiting: set[Future[Any]], count: int
) -> Iterator[tuple[str, float, str]]:
    """Yield what is done as it comes, under a bar on a terminal, elsewhere with a line a tenth."""
    on_terminal = sys.stderr.isatty()
    # in a file a bar would be a line for each job
    bar = tqdm(total=count, disable=not on_terminal, unit="job", leave=False)
    # how many tenths have to be done for the next line
    tenth = 1
    done = 0
    for future in as_completed(waiting):
        for each in future.result():
            done += 1
            bar.update()
            # the folders in front of it would fill the line
            name, _, _ = each
            _, _, short_name = name.rpartition("/")
            bar.set_postfix_str(short_name, refresh=False)
            yield each
        tenths = done * 10 // count
        if tenths >= tenth and not on_terminal:
            print(f"  {done} of {count} jobs", file=sys.stderr, flush=True)
            tenth = tenths + 1
    bar.close()


def inputs(root: Path) -> str:
    """Return one checksum of all files that a run depends on."""
    files = [root / "requirements.lock"]
    for folder in ("docs/_entries", "docs/_runs", "src"):
        below = (root / folder).rglob("*")
        found = filter(Path.is_file, below)
        # compiled Python comes and goes with every run
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
    # somebody writes these: the rest stays as it is
    if chosen.only:
        return show_only(out, chosen.only)
    # what is edited while the jobs run is for the next run
    before = inputs(ROOT)
    stamp = out / "inputs"
    # to find out what each job depends on takes seconds
    if stamp.exists() and stamp.read_text() == before:
        return 0
    return make_all(out, before)


def make_all(out: Path, before: str) -> int:
    """Make what is missing, and all groups. before: the checksum of what it depends on."""
    began = time.monotonic()
    store = Store(out / "store")
    planner = Planner(store)
    # all keys are made of the files as they are now: somebody may edit them meanwhile
    functions = {job.name: job for job in function_jobs(planner)}
    scripts = {job.name: job for job in map(planner.job, all_scripts())}
    every: list[Job] = [*functions.values(), *scripts.values()]
    jobs = [job for job in every if job.wanted]
    errors: list[str] = []
    if jobs:
        errors = run_all(jobs, out)
    groups, wrong = assemble(scripts, functions, store)
    for name, found in groups.items():
        text = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True)
        path = out / f"{name}.json"
        write_if_changed(path, f"{text}\n")
    # without the marks below the next run tries again
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
    return min(len(errors), 1)


def show_only(out: Path, names: Sequence[str]) -> int:
    """Make the scripts whose names hold one of the texts, and show what came of each."""
    store = Store(out / "store")
    planner = Planner(store)
    # any of the texts, as it stands
    texts = map(re.escape, names)
    meant = re.compile("|".join(texts))
    jobs = []
    for script in all_scripts():
        if meant.search(script.name):
            job = planner.job(script)
            jobs.append(job)
    if not jobs:
        return report(["no script has such a name"])
    wanted = [job for job in jobs if job.wanted]
    errors = run_all(wanted, out)
    for job in jobs:
        found = {job.name: shown(job, store)}
        text = json.dumps(found, ensure_ascii=False, indent=1)
        print(text)
    return report(errors)


def shown(job: ScriptJob, store: Store) -> dict[str, Any]:
    """Return what came of a script, its picture in words."""
    found: dict[str, Any] = {}
    for part in ("run", "report", "picture"):
        key = job.keys.get(part)
        # of a job that failed a part may be there
        if key is not None and store.has(key):
            found[part] = store.get(key)
    picture = found.get("picture")
    if picture:
        found["picture"] = picture["words"]
    return found


if __name__ == "__main__":
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    sys.exit(main(sys.argv[1:]))
