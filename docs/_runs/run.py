"""Make every run that the reference and the error pages show: ``python docs/_runs/run.py OUT [GROUP ...]``.

TensorFlow must not run while Sphinx reads the pages, so it runs here, before; the pages show what is stored. A group is
a module of this folder with a function ``run`` that returns what JSON can hold; it is written to OUT/GROUP.json. Two
processes share the groups: a third would wait for a third core, and load TensorFlow once more.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

GROUPS = (  # the longest first
    *("mistake_runs", "question_runs", "claim_runs", "migration_runs"),
    *("labels", "returns", "states", "arguments", "masking", "weights_table"),
)
PROCESSES = 2


def write(folder: Path, group: str) -> None:
    """Run one group and store what it found; an unchanged file is left alone, so that no page is made anew."""
    began = time.monotonic()
    for noisy in ("tensorflow", "absl"):
        logging.getLogger(noisy).setLevel(
            logging.ERROR
        )  # of tracing a function again, in every other script
    found = importlib.import_module(group).run()
    text = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    target = folder / f"{group}.json"
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        target.write_text(text, encoding="utf-8")
    print(f"  {group}: {len(found)} runs, {time.monotonic() - began:.0f} s", flush=True)


def main(folder: Path, *groups: str) -> None:
    """Run the groups named, or all."""
    unknown = set(groups) - set(GROUPS)
    if unknown:
        sys.exit(f"Expected groups of {', '.join(GROUPS)}; got {', '.join(sorted(unknown))}.")
    folder.mkdir(parents=True, exist_ok=True)
    # spawned, not forked: TensorFlow does not survive a fork
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        for done in [pool.submit(write, folder, group) for group in groups or GROUPS]:
            done.result()


if __name__ == "__main__":
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    main(Path(sys.argv[1]), *sys.argv[2:])
