"""The command ``unrolled``: its start and its end. What it does is in the package ``terminal``."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from unrolled.cli.parsing import parser
from unrolled.cli.texts import one_line


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    0 done, 1 for input that cannot be drawn, 130 after Ctrl-C; of ``check`` 0 the data fit, 1 they do not, 2 it could
    not be checked; of ``explain`` 0 explained, 1 not known, 2 no text. Wrong usage exits with 2.

    argv: the arguments after the name of the command; None takes those of the process.
    """
    failed = 1
    try:
        try:
            args = parser().parse_args(argv)
            failed = args.failed
            return int(args.run(args))
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except (
        BrokenPipeError
    ):  # the reader has gone, as in `unrolled ... | head -1`: as quiet as other commands
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Exception as error:
        print(f"unrolled: {one_line(error)}", file=sys.stderr)
        return failed
