"""Results by the hash of what they depend on: one file each, removed when no longer used."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def hashed(*parts: Any) -> str:
    """Return one hash of texts, numbers and lists of them.

    >>> hashed("a", ["b"]) == hashed("a", ["b"]), hashed("ab") == hashed("a", "b")
    (True, False)
    """
    text = json.dumps(parts, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    # the rest would only make long names of files
    return digest[:40]


class Store:
    """Results as JSON under their keys. A result is there as a whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.used: set[str] = set()

    def _path(self, key: str) -> Path:
        # thousands of files in one folder are slow to list
        shelf = self.folder / key[:2]
        return shelf / f"{key}.json"

    def has(self, key: str) -> bool:
        """Tell whether there is a result, and mark it as used."""
        self.used.add(key)
        return self._path(key).exists()

    def get(self, key: str) -> Any:
        """Return a result. Raises FileNotFoundError where there is none."""
        self.used.add(key)
        path = self._path(key)
        text = path.read_text(encoding="utf-8")
        return json.loads(text)

    def put(self, key: str, value: Any) -> None:
        """Store a result, under another name first: an interrupted run leaves no half of it."""
        text = json.dumps(value, ensure_ascii=False)
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        unfinished.write_text(text, encoding="utf-8")
        # in one step, within one folder
        unfinished.replace(path)

    def prune(self) -> None:
        """Remove the results that were not asked for since this object was made."""
        kept = set(map(self._path, self.used))
        # with what an interrupted run left
        stored = set(self.folder.glob("*/*"))
        for path in stored - kept:
            path.unlink()


def write_if_changed(path: Path, text: str) -> bool:
    """Write a file unless it holds this text already; tell whether it was written."""
    # who depends on a file looks at the time of its last change
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True


def digest_files(paths: Iterable[Path], root: Path) -> str:
    """Return one checksum of the names and contents of files."""
    lines = []
    for path in sorted(paths):
        name = path.relative_to(root).as_posix()
        content = path.read_bytes()
        checksum = hashlib.sha256(content).hexdigest()
        lines.append(f"{name} {checksum}")
    text = "\n".join(lines)
    return hashlib.sha256(text.encode()).hexdigest()
