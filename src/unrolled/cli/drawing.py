"""The commands ``draw`` and ``summary``: the picture of a saved model, and the same in words."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unrolled.cli.images import image_of
from unrolled.cli.loading import as_labels, import_modules, load, quiet, read_arrays
from unrolled.cli.texts import visible

if TYPE_CHECKING:
    from unrolled.diagrams.diagram import Diagram


def draw(args: argparse.Namespace) -> int:
    """Write the picture where it is wanted, or show it here."""
    if args.output not in (None, "-") and not Path(args.output).parent.is_dir():
        raise FileNotFoundError(
            f"The folder of {args.output!r} does not exist. Fix: make it first."
        )
    y = read_arrays(args.labels) if args.labels else None
    options = {name: getattr(args, name) for name in ("sample", "max_steps", "max_units", "values")}
    diagram = _diagram(args, y, **options)
    if args.output == "-":
        print(
            diagram.svg().encode("ascii", "xmlcharrefreplace").decode()
        )  # the same in every encoding
    elif args.output:
        print(visible(str(diagram.save(args.output))))
    else:
        print(image_of(diagram) or visible(diagram.words()))
    return 0


def summary(args: argparse.Namespace) -> int:
    """Print the words of the picture."""
    print(visible(_diagram(args).words()))
    return 0


def _diagram(args: argparse.Namespace, y: Any = None, **options: Any) -> Diagram:
    x = read_arrays(args.input) if args.input else None
    with quiet():
        import_modules(args.modules)
        model = load(args.model)
        from unrolled.diagrams.diagram import draw

        return draw(model, x, as_labels(model, y), **options)
