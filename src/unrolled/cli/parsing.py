"""The arguments of the command ``unrolled``, and the help that teaches them."""

from __future__ import annotations

import argparse
from importlib import metadata
from pathlib import Path
from typing import Any

from unrolled.cli.checking import check
from unrolled.cli.drawing import draw, summary
from unrolled.cli.explaining import explain

KINDS = (".svg", ".png", ".pdf", ".html")
_IMPORT = "import this module first, which registers classes of your own; this runs its code (may be repeated)"
_LOSS = "the loss you train with, by its name in Keras; once for each output. Without it the one in the file"
_ABOUT = "See how data flows through a Keras recurrent network, whether your arrays fit it, and what an error means."
_FILES = """\
files:
  MODEL.keras  what model.save("model.keras") writes in Keras 3. It is loaded in Keras's safe mode, run once, and
               left as it is.
  {x:<11}  .npy: one array (batch, timesteps, features), from np.save("x.npy", x);
               .npz: one array per input, from np.savez("x.npz", name=array), by the names of the model's inputs.
{without}  {y:<11}  .npy: one row per sample; .npz: one array per output, by the names of the outputs or in their order.
"""
_MADE_UP = "               Without --input small values are made up, from a fixed seed, and the result says so.\n"
_DRAW_FILES = _FILES.format(x="--input", y="--labels", without=_MADE_UP)
_ALL_FILES = _FILES.format(x="X, --input", y="Y, --labels", without=_MADE_UP)
_CHECK_FILES = _FILES.format(x="X", y="Y", without="")
_DRAW_EXAMPLES = """\
  unrolled draw model.keras                          in the terminal: an image where it can show one, or else words
  unrolled draw model.keras -o model.svg             a file; its ending decides: .svg .png .pdf .html
  unrolled draw model.keras --input x.npy --labels y.npy -o model.html
  unrolled draw model.keras -o - > model.svg         the SVG on standard output
  unrolled summary model.keras --input x.npy         words: one line per row of the picture
"""
_CHECK_EXAMPLES = """\
  unrolled check model.keras x.npy y.npy             all that does not fit, also where Keras raises nothing
  unrolled check model.keras x.npy y.npy --loss mse  for a file that was saved before compile
  unrolled check model.keras x.npz                   the inputs alone
"""
_EXPLAIN_EXAMPLES = """\
  unrolled explain                                   paste the traceback, then press Ctrl-D (Windows: Ctrl-Z, Enter)
  unrolled explain train.log                         the last error in a file
  python train.py 2>&1 | unrolled explain            straight from the program
  unrolled explain "expected ndim=3, found ndim=2"   a part of a message, in quotes
"""
_CHECK_CODES = (
    "exit code: 0 the data fit, 1 they do not, 2 wrong usage, or a file that cannot be read.\n"
)
_EXPLAIN_CODES = "exit code: 0 explained, 1 not known, 2 wrong usage or no text.\n"
_EXPLAIN_ABOUT = """\
Say what an error of Keras or TensorFlow means and what to do. Colours, line breaks and the lines of a traceback around
the message do not matter, and messages of Keras 1 and 2 are known too. No model and no data are needed.
"""
_CHECK_ABOUT = """\
Run a saved model on the first samples and say all that is wrong with the arrays: what Keras would stop at, and what it
would compute without a word. Nothing is trained, and no file is changed.
"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    everything = f"examples:\n{_DRAW_EXAMPLES}{_CHECK_EXAMPLES}{_EXPLAIN_EXAMPLES}"
    top = argparse.ArgumentParser(
        "unrolled", description=_ABOUT, **_raw(f"{_ALL_FILES}\n{everything}")
    )
    top.add_argument(
        "--version", action="version", version=f"unrolled {metadata.version('unrolled')}"
    )
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_drawing(commands)
    _add_check(commands)
    _add_explain(commands)
    return top


def _add_drawing(commands: Any) -> None:
    raw = _raw(f"{_DRAW_FILES}\nexamples:\n{_DRAW_EXAMPLES}")
    drawing = commands.add_parser("draw", help="draw a model", **raw)
    telling = commands.add_parser("summary", help="tell the same in words", **raw)
    for command in (drawing, telling):
        _add_model(command)
        command.add_argument("--input", metavar="FILE", help="the x to run it on: .npy or .npz")
    drawing.add_argument(
        "--labels", metavar="FILE", help="the labels y, drawn on top: .npy or .npz"
    )
    kinds = f"{' '.join(KINDS)}, or - for SVG on stdout"
    drawing.add_argument("-o", "--output", metavar="FILE", type=_output, help=kinds)
    drawing.add_argument(
        "--sample", metavar="N", type=int, default=0, help="the sample in front (default: 0)"
    )
    drawing.add_argument(
        "--max-steps", metavar="N", type=int, default=8, help="timesteps drawn (default: 8)"
    )
    drawing.add_argument(
        "--max-units", metavar="N", type=int, default=8, help="values as squares (default: 8)"
    )
    drawing.add_argument(
        "--no-values", dest="values", action="store_false", help="colours without numbers"
    )
    drawing.set_defaults(run=draw, failed=1)
    telling.set_defaults(run=summary, failed=1)


def _add_check(commands: Any) -> None:
    raw = _raw(f"{_CHECK_FILES}\nexamples:\n{_CHECK_EXAMPLES}\n{_CHECK_CODES}")
    command = commands.add_parser(
        "check", help="say whether x and y fit a model", description=_CHECK_ABOUT, **raw
    )
    _add_model(command)
    command.add_argument("x", metavar="X", help="what the model reads: .npy or .npz")
    command.add_argument("y", metavar="Y", nargs="?", help="the labels: .npy or .npz")
    command.add_argument("--loss", metavar="NAME", action="append", default=[], help=_LOSS)
    command.set_defaults(run=check, failed=2)


def _add_explain(commands: Any) -> None:
    raw = _raw(f"examples:\n{_EXPLAIN_EXAMPLES}\n{_EXPLAIN_CODES}")
    command = commands.add_parser(
        "explain", help="say what an error means", description=_EXPLAIN_ABOUT, **raw
    )
    told = (
        "a file, the message itself, or - for standard input, which is read where nothing is given"
    )
    command.add_argument("text", metavar="FILE|-|TEXT", nargs="*", help=told)
    command.set_defaults(run=explain, failed=2)


def _add_model(command: argparse.ArgumentParser) -> None:
    command.add_argument("model", metavar="MODEL.keras", type=Path, help="the saved model")
    command.add_argument(
        "--import", dest="modules", metavar="MODULE", action="append", default=[], help=_IMPORT
    )


def _raw(epilog: str) -> dict[str, Any]:
    return {
        "epilog": epilog,
        "formatter_class": argparse.RawDescriptionHelpFormatter,
        "allow_abbrev": False,
    }


def _output(name: str) -> str:
    if name != "-" and Path(name).suffix.lower() not in KINDS:
        raise argparse.ArgumentTypeError(
            f"expected a file name ending in {', '.join(KINDS)}, or -; got {name!r}"
        )
    return name
