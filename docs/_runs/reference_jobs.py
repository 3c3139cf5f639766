"""The tables and pictures of the reference as jobs: functions that return keys of a group."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from script_jobs import Planner
from store import Store, digest_files, hashed

#: group, which is a file in build/runs -> the functions that make it, each with its module
GROUPS: Mapping[str, tuple[str, ...]] = {
    "labels": ("labels.shapes", "labels.dtypes", "reference_pictures.labels"),
    "returns": (
        "returns.all_flags",
        "reference_pictures.returns",
    ),
    "states": ("states.all_events", "reference_pictures.states"),
    "arguments": ("arguments.all_arguments",),
    "masking": (
        "masking.all_layers",
        "masked_losses.losses",
        "reference_pictures.masking",
    ),
    "weights_table": ("weights_table.all_layers", "reference_pictures.weights"),
    "old_files": ("old_files.all_files",),
}


@dataclass(frozen=True)
class FunctionJob:
    """A function of this folder with the key of its result. wanted: whether it has to run."""

    name: str
    key: str
    wanted: bool


def function_jobs(planner: Planner) -> Iterator[FunctionJob]:
    """Yield the jobs of all groups."""
    for names in GROUPS.values():
        for name in names:
            key = _key(name, planner)
            stored = planner.store.has(key)
            yield FunctionJob(name, key, not stored)


def call(job: FunctionJob, store: Store) -> None:
    """Run a function and store what it returns."""
    import keras

    # the names of layers and the random numbers are those of a new process
    keras.backend.clear_session(free_memory=False)
    keras.utils.set_random_seed(0)
    module_name, _, function_name = job.name.partition(".")
    module = importlib.import_module(module_name)
    function = getattr(module, function_name)
    store.put(job.key, function())


def read_group(
    group: str, jobs: Mapping[str, FunctionJob], store: Store
) -> dict[str, Any]:
    """Return what the functions of a group found."""
    found: dict[str, Any] = {}
    for name in GROUPS[group]:
        found |= store.get(jobs[name].key)
    return found


def _key(name: str, planner: Planner) -> str:
    """Return the hash of all that a function depends on."""
    start, _, _ = name.partition(".")
    modules = planner.runners.needed([start])
    data: list[Path] = []
    used: set[str] = set()
    # each module with the files that it reads and the part of the library that it uses
    for module in modules:
        path = planner.runners.paths[module]
        data += _data(path)
        text = path.read_text(encoding="utf-8")
        used |= planner.library.used_by(text)
    library = planner.library.needed(used)
    folder = planner.root / "docs"
    return hashed(
        name,
        planner.runners.digest(modules),
        digest_files(data, folder),
        planner.lock,
        planner.library.digest(library),
    )


def _data(module: Path) -> list[Path]:
    """Return the files that a module reads: those of its name, here and in docs/_entries."""
    folder = module.parents[1] / "_entries" / module.stem
    files = list(module.parent.glob(f"{module.stem}.toml"))
    for suffix in (".h5", ".keras", ".npz"):
        files += folder.glob(f"*{suffix}")
    return files
