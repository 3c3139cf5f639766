"""The command ``check``: whether arrays fit a saved model, without any Python."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from unrolled.cli.loading import (
    as_labels,
    import_modules,
    quiet,
    read_arrays,
    read_model,
)
from unrolled.cli.texts import visible

if TYPE_CHECKING:
    from unrolled.checks.reports import Report

_NO_LOSS = (
    "the file holds no loss, so the labels are judged by the one that the output suggests. "
    "Fix: name the loss that you will train with, such as --loss mse."
)


def check(args: argparse.Namespace) -> int:
    """Print what does not fit, and return 0 where all fits, 1 where something does not."""
    x = read_arrays(args.x)
    y = read_arrays(args.y) if args.y else None
    report = _report(args, x, y)
    print(visible(str(report)))
    return report.exit_code


def _report(args: argparse.Namespace, x: Any, y: Any) -> Report:
    with quiet():
        import_modules(args.modules)
        model = read_model(args.model)
        loss = None if y is None else _read_loss(args)
        from unrolled.checks.checking import check

        return check(model, x, as_labels(model, y), loss=loss)


def _read_loss(args: argparse.Namespace) -> Any:
    """Return the loss of the command line, or else of the file; say so where there is none."""
    from unrolled.keras_bridge.saved_losses import (
        read_named_loss,
        read_saved_loss,
    )

    if args.loss:
        return read_named_loss(args.loss)
    loss = read_saved_loss(args.model)
    if loss is None:
        print(f"unrolled: {_NO_LOSS}", file=sys.stderr)
    return loss
