"""What is found in the structure of the losses.

Too many, too few, or keys of another name, at which ``fit`` stops.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from unrolled.checks.cases import Case
from unrolled.checks.reports import Problem
from unrolled.checks.rules.parts import first_keys
from unrolled.explanations.explanation import explain
from unrolled.model_io.arrays import say_keys
from unrolled.model_io.matching import has_keys

ORDER = 0
_ANY = "mse"  # stands for a loss that is yours to choose


def find(case: Case) -> Iterator[Problem]:
    """Yield why Keras does not take the losses, as it says itself."""
    error = case.loss_error
    if error is None:
        return
    known = explain(error).mistake
    fix, is_example = _mended(case)
    yield Problem(
        mistake="expected-keys-in-loss-dict" if known is None else known.name,
        level="raises",
        title=_title(case),
        expected=_expected(case),
        came=_came(case.loss),
        why=_why(case),
        fix=fix,
        fix_is_example=is_example,
    )


def _title(case: Case) -> str:
    if isinstance(case.loss, Mapping):
        return "The dict of losses has other keys than the outputs"
    return "The losses are not those of the outputs"


def _expected(case: Case) -> str:
    wanted = _wanted(case)
    if case.io.is_sequential:
        return "one loss, as in loss='mse': a Sequential model does not know its output by name"
    if isinstance(case.loss, Mapping):
        return say_keys(wanted)
    return (
        f"{len(wanted)} loss{'es' * (len(wanted) != 1)}, one for each of "
        f"{', '.join(map(str, wanted))}"
    )


def _came(loss: Any) -> str:
    if isinstance(loss, Mapping):
        return say_keys(list(loss))
    if not isinstance(loss, (list, tuple)):
        return repr(loss)
    if loss and all(each is None for each in loss):
        return "None alone"
    return f"a list of {len(loss)} losses" if loss else "an empty list"


def _why(case: Case) -> str:
    if case.io.is_sequential:
        return "Keras reads the loss by its place; it looks no name up in a Sequential model."
    if _is_keyed(case):
        return (
            "Keras looks the loss of each output up "
            "by its key in the dict that the model returns."
        )
    if isinstance(case.loss, Mapping):
        return (
            "Keras looks the loss of each output up by the name of its layer, and wants one for "
            "each."
        )
    return "Keras takes the losses in the order of the outputs, and at least one that is not None."


def _mended(case: Case) -> tuple[str, bool]:
    """Return the line that gives each output its loss, and whether that is yours to choose."""
    wanted, loss = _wanted(case), case.loss
    if not _chosen(loss):
        return (
            f"loss = {_ANY!r}  # or another one: which loss is yours to know",
            True,
        )
    if not isinstance(loss, Mapping):
        return f"loss = list(loss)[:{len(wanted)}]", False
    if case.io.is_sequential:
        return f"loss = loss[{next(iter(_chosen(loss)))!r}]", False
    return _from_keys(wanted, list(_chosen(loss)), keyed=_is_keyed(case)), False


def _from_keys(
    wanted: Sequence[Any], keys: Sequence[Any], *, keyed: bool
) -> str:
    """Return the line that takes for each output the loss of its key, or else the next one."""
    spare = iter([key for key in keys if key not in wanted])
    found = {
        name: name if name in keys else next(spare, None) for name in wanted
    }
    if keyed:
        pairs = [
            f"{k!r}: loss[{v!r}]" for k, v in found.items() if v is not None
        ]
        return "loss = {" + ", ".join(pairs) + "}"
    # a list may hold None for an output without a loss, a dict of names may not
    parts = ["None" if v is None else f"loss[{v!r}]" for v in found.values()]
    return f"loss = [{', '.join(parts)}]"


def _chosen(loss: Any) -> list[Any]:
    """Return the keys, or the losses, that are not None."""
    if isinstance(loss, Mapping):
        return [key for key, value in loss.items() if value is not None]
    if isinstance(loss, (list, tuple)):
        return [each for each in loss if each is not None]
    return [loss]


def _is_keyed(case: Case) -> bool:
    return has_keys([o.path for o in case.outputs])


def _wanted(case: Case) -> list[Any]:
    """Return the keys of what the model returns, or the names of its outputs."""
    if _is_keyed(case):
        return first_keys([o.path for o in case.outputs])
    return [o.name for o in case.outputs]
