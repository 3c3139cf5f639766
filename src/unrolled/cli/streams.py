"""The standard streams of the command, also where they are closed, full, or nobody reads them."""

from __future__ import annotations

import errno
import io
import os
import sys


class ClosedOutput(io.TextIOBase):
    """Stands for a standard output that is closed: whoever writes to it is told."""

    encoding = "utf-8"

    def write(self, text: str) -> int:
        """Raise OSError."""
        raise OSError(
            errno.EBADF,
            "Standard output is closed: the result cannot be written",
        )


def open_streams() -> None:
    """Put something in the place of closed streams: Python has None there, as after ``>&-``.

    Their numbers are taken, lest the next file that is opened gets one, and with it all that a
    backend prints.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    if sys.stdout is None:
        sys.stdout = ClosedOutput()
    if sys.stderr is None:
        sys.stderr = io.StringIO()


def flush_or_discard() -> None:
    """Write what is still to be written; drop it where that fails, as on a full disk."""
    try:
        sys.stdout.flush()
    except OSError:
        discard_output()


def discard_output() -> None:
    """Drop what is still to be written, so that Python does not try once more when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
