"""The command ``unrolled``: its start and its end."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from unrolled.cli.parsing import parser
from unrolled.cli.streams import discard_output, flush_or_discard, open_streams
from unrolled.cli.texts import one_line

INTERRUPTED = 130  # 128 and the number of SIGINT, as shells have it
NOT_READ = 141  # 128 and the number of SIGPIPE


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    ====  ==========================================================================
    code  meaning
    ====  ==========================================================================
    0     done; of ``check``: the data fit; of ``explain``: the message is known
    1     input that cannot be drawn; of ``check``: the data do not fit; of
          ``explain``: the message is not known
    2     wrong usage; of ``check``: it could not be checked; of ``explain``: no text
    130   stopped by Ctrl-C
    141   the reader of the output has gone, as in ``unrolled ... | head -1``
    ====  ==========================================================================

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments after the name of the command; without them those of the process.
    """
    open_streams()
    failed = 1
    try:
        try:
            args = parser().parse_args(argv)
            failed = args.failed
            return int(args.run(args))
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # as quiet as other commands
        discard_output()
        return NOT_READ
    except Exception as error:
        print(f"unrolled: {one_line(error)}", file=sys.stderr)
        flush_or_discard()
        return failed
