"""The commands ``draw`` and ``summary``: the picture of a saved model, and the same in words."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unrolled.cli.images import image_of
from unrolled.cli.loading import (
    as_labels,
    import_modules,
    quiet,
    read_arrays,
    read_model,
)
from unrolled.cli.texts import visible

if TYPE_CHECKING:
    from unrolled.diagrams.diagram import Diagram


def draw(args: argparse.Namespace) -> int:
    """Write the picture where it is wanted, or show it here."""
    if args.output not in (None, "-"):
        _check_folder(args.output)
    y = read_arrays(args.labels) if args.labels else None
    diagram = _diagram(
        args,
        y,
        sample=args.sample,
        max_steps=args.max_steps,
        max_units=args.max_units,
        values=args.values,
    )
    if args.output is None:
        print(image_of(diagram) or visible(diagram.words()))
    elif args.output == "-":
        # the same in every encoding
        svg = diagram.svg().encode("ascii", "xmlcharrefreplace")
        print(svg.decode())
    else:
        print(visible(str(diagram.save(args.output))))
    return 0


def summary(args: argparse.Namespace) -> int:
    """Print the words of the picture."""
    print(visible(_diagram(args).words()))
    return 0


def _check_folder(output: str) -> None:
    """Raise before the model is run where its picture could not be written."""
    if not Path(output).parent.is_dir():
        raise FileNotFoundError(
            f"The folder of {output!r} does not exist. Fix: make it first."
        )


def _diagram(
    args: argparse.Namespace, y: Any = None, **options: Any
) -> Diagram:
    x = read_arrays(args.input) if args.input else None
    with quiet():
        import_modules(args.modules)
        model = read_model(args.model)
        from unrolled.diagrams.diagram import draw

        return draw(model, x, as_labels(model, y), **options)
