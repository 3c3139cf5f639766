"""The command ``check``: whether arrays fit a saved model, without any Python."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from unrolled.cli.loading import as_labels, import_modules, load, quiet, read_arrays
from unrolled.cli.losses import read_named_loss, read_saved_loss
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
        model = load(args.model)
        loss = (
            None
            if y is None
            else read_named_loss(args.loss)
            if args.loss
            else read_saved_loss(args.model)
        )
        if y is not None and loss is None:
            print(f"unrolled: {_NO_LOSS}", file=sys.stderr)
        from unrolled.checks.checking import check

        return check(model, x, as_labels(model, y), loss=loss)
