"""Whole files or none: what a picture is saved to keeps its rights and its links."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Collection
from pathlib import Path
from typing import Any


def check_file_name(name: Any, endings: Collection[str]) -> Path:
    """Return the name of a file to write as a path.

    Raises TypeError where it is not a text or a path; ValueError for another ending or a NUL
    character; FileNotFoundError where the folder does not exist; IsADirectoryError for a folder.
    """
    target = _path(name)
    if target.suffix.lower() not in endings:
        raise ValueError(
            f"Expected a file name ending in {', '.join(endings)}; got {target.name!r}."
        )
    # through a symbolic link the file is written elsewhere
    real = Path(os.path.realpath(target))
    for folder in (target.parent, real.parent):
        if not folder.is_dir():
            raise FileNotFoundError(
                f"The folder {str(folder)!r} does not exist. Fix: make it first."
            )
    if target.is_dir():
        raise IsADirectoryError(
            f"Expected the name of a file, got the folder {str(target)!r}. "
            "Fix: save to a file in it."
        )
    return target


def _path(name: Any) -> Path:
    text: Any = None
    if isinstance(name, (str, os.PathLike)):
        text = os.fspath(name)
    # a path may also be made of bytes, which have no ending to look at
    if not isinstance(text, str):
        raise TypeError(
            f"Expected a file name as text or a pathlib.Path, got {name!r}. "
            'Fix: save("diagram.svg").'
        )
    if "\0" in text:
        raise ValueError(
            f"Expected a file name without a NUL character, got {text!r}. "
            "Fix: leave the character out."
        )
    return Path(text)


def write_whole(target: Path, data: bytes) -> None:
    """Write a file, whole or not at all: a reader never sees half of it.

    The data are written beside the file, which is then replaced. A new file has the rights that the
    process gives to new files (its umask), an existing one keeps its own. Through a symbolic link
    the file that it points to is written.
    """
    real = Path(os.path.realpath(target))
    name = f"{secrets.token_hex(8)}{real.suffix}"
    unfinished = real.parent / name
    handle = _open_new(unfinished, real)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        unfinished.replace(real)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _open_new(path: Path, model: Path) -> int:
    """Open a new file for writing, with the rights of another one where that exists."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        rights = stat.S_IMODE(model.stat().st_mode)
    except FileNotFoundError:
        # the umask takes away from this, as for any new file
        return os.open(path, flags, 0o666)
    # nobody else may read it before it has its rights
    handle = os.open(path, flags, 0o600)
    try:
        path.chmod(rights)
    except BaseException:
        os.close(handle)
        path.unlink(missing_ok=True)
        raise
    return handle
