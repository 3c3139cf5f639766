"""The arguments of the command ``unrolled``."""

from __future__ import annotations

import argparse
from importlib import metadata
from pathlib import Path
from typing import Any

from unrolled.cli import help as texts
from unrolled.cli.checking import check
from unrolled.cli.drawing import draw, summary
from unrolled.cli.explaining import explain
from unrolled.scenes.pictures import KINDS


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(
        "unrolled", description=texts.ABOUT, **_as_written(texts.EPILOG)
    )
    version = f"unrolled {metadata.version('unrolled')}"
    top.add_argument("--version", action="version", version=version)
    commands = top.add_subparsers(
        title="commands", metavar="COMMAND", required=True
    )
    _add_draw(commands)
    _add_summary(commands)
    _add_check(commands)
    _add_explain(commands)
    return top


def _add_draw(commands: Any) -> None:
    command = commands.add_parser(
        "draw", help="draw a model", **_as_written(texts.DRAW_EPILOG)
    )
    _add_model(command)
    _add_input(command)
    add = command.add_argument
    add(
        "--labels",
        metavar="FILE",
        help="the labels y, drawn on top: .npy or .npz",
    )
    endings = f"{' '.join(KINDS)}, or - for SVG on stdout"
    add("-o", "--output", metavar="FILE", type=_output, help=endings)
    add(
        "--sample",
        metavar="N",
        type=int,
        default=0,
        help="the sample in front (default: 0)",
    )
    add(
        "--max-steps",
        metavar="N",
        type=int,
        default=8,
        help="timesteps drawn (default: 8)",
    )
    add(
        "--max-units",
        metavar="N",
        type=int,
        default=8,
        help="values as squares (default: 8)",
    )
    add(
        "--no-values",
        dest="values",
        action="store_false",
        help="colours without numbers",
    )
    command.set_defaults(run=draw, failed=1)


def _add_summary(commands: Any) -> None:
    command = commands.add_parser(
        "summary",
        help="say the same in words",
        **_as_written(texts.DRAW_EPILOG),
    )
    _add_model(command)
    _add_input(command)
    command.set_defaults(run=summary, failed=1)


def _add_check(commands: Any) -> None:
    command = commands.add_parser(
        "check",
        help="say whether x and y fit a model",
        description=texts.CHECK_ABOUT,
        **_as_written(texts.CHECK_EPILOG),
    )
    _add_model(command)
    command.add_argument(
        "x", metavar="X", help="what the model reads: .npy or .npz"
    )
    command.add_argument(
        "y", metavar="Y", nargs="?", help="the labels: .npy or .npz"
    )
    command.add_argument(
        "--loss", metavar="NAME", action="append", default=[], help=texts.LOSS
    )
    command.set_defaults(run=check, failed=2)


def _add_explain(commands: Any) -> None:
    command = commands.add_parser(
        "explain",
        help="say what an error means",
        description=texts.EXPLAIN_ABOUT,
        **_as_written(texts.EXPLAIN_EPILOG),
    )
    command.add_argument(
        "text", metavar="FILE|-|TEXT", nargs="*", help=texts.TEXT
    )
    command.set_defaults(run=explain, failed=2)


def _add_model(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "model", metavar="MODEL.keras", type=Path, help="the saved model"
    )
    command.add_argument(
        "--import",
        dest="modules",
        metavar="MODULE",
        action="append",
        default=[],
        help=texts.IMPORT,
    )


def _add_input(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--input", metavar="FILE", help="the x to run it on: .npy or .npz"
    )


def _as_written(epilog: str) -> dict[str, Any]:
    """Return the options of a parser whose epilog keeps its lines."""
    return {
        "epilog": epilog,
        "formatter_class": argparse.RawDescriptionHelpFormatter,
        "allow_abbrev": False,
    }


def _output(name: str) -> str:
    if name == "-" or Path(name).suffix.lower() in KINDS:
        return name
    raise argparse.ArgumentTypeError(
        f"expected a file name ending in {', '.join(KINDS)}, or -; got {name!r}"
    )
