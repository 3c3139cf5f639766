"""Make every run that the reference and the error pages show, in one process: ``python docs/_runs/run.py OUT [GROUP]``.

TensorFlow must not run while Sphinx reads the pages, so it runs here, before; the pages show what is stored. A group is
a module of this folder with a function ``run`` that returns what JSON can hold; it is written to OUT/GROUP.json.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from pathlib import Path

GROUPS = ("mistake_runs",)


def write(folder: Path, group: str) -> None:
    """Run one group and store what it found; an unchanged file is left alone, so that no page is made anew."""
    began = time.monotonic()
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
    for group in groups or GROUPS:
        write(folder, group)


if __name__ == "__main__":
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    main(Path(sys.argv[1]), *sys.argv[2:])
