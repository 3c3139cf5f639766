"""What is found in the structure of the losses.

Too many, too few, or keys of another name, at which ``fit`` stops.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from unrolled.checks.cases import Case
from unrolled.checks.fixes import Fix
from unrolled.checks.reports import Problem
from unrolled.checks.rules.parts import first_keys
from unrolled.explanations.explanation import explain
from unrolled.model_io.arrays import say_keys
from unrolled.model_io.nested import has_keys

ORDER = 0
_ANY = "mse"  # stands for a loss that is yours to choose
#: by how Keras finds the loss of each output
_WHY = {
    "alone": "Keras reads the loss by its place; it looks no name up in a Sequential model.",
    "by key": (
        "Keras looks the loss of each output up by its key in the dict that the model returns."
    ),
    "by name": (
        "Keras looks the loss of each output up by the name of its layer, and wants one for each."
    ),
    "in order": (
        "Keras takes the losses in the order of the outputs, and at least one that is not None."
    ),
}


def find(case: Case) -> Iterator[Problem]:
    """Yield why Keras does not take the losses, as it says itself."""
    if case.loss_error is None:
        return
    mistake = "expected-keys-in-loss-dict"
    known = explain(case.loss_error).mistake
    if known is not None:
        mistake = known.name
    title = "The losses are not those of the outputs"
    if isinstance(case.loss, Mapping):
        title = "The dict of losses has other keys than the outputs"
    fix = _mended(case)
    yield Problem(
        mistake=mistake,
        level="raises",
        title=title,
        expected=_expected(case),
        came=_came(case.loss),
        why=_WHY[_how_read(case)],
        fix=fix.code,
        fix_is_example=fix.is_example,
    )


def _how_read(case: Case) -> str:
    """Return how Keras finds the loss of each output, as a key of the reasons."""
    if case.io.is_sequential:
        return "alone"
    if has_keys([output.path for output in case.outputs]):
        return "by key"
    return "by name" if isinstance(case.loss, Mapping) else "in order"


def _expected(case: Case) -> str:
    if case.io.is_sequential:
        return "one loss, as in loss='mse': a Sequential model does not know its output by name"
    wanted = _wanted(case)
    if isinstance(case.loss, Mapping):
        return say_keys(wanted)
    losses = "1 loss" if len(wanted) == 1 else f"{len(wanted)} losses"
    return f"{losses}, one for each of {', '.join(map(str, wanted))}"


def _came(loss: Any) -> str:
    if isinstance(loss, Mapping):
        return say_keys(list(loss))
    if not isinstance(loss, (list, tuple)):
        return repr(loss)
    if not loss:
        return "an empty list"
    return f"a list of {len(loss)} losses" if _chosen(loss) else "None alone"


def _mended(case: Case) -> Fix:
    """Return the line that gives each output its loss; which one, may be yours to choose."""
    wanted, loss = _wanted(case), case.loss
    chosen = _chosen(loss)
    if not chosen:
        line = f"loss = {_ANY!r}  # or another one: which loss is yours to know"
        return Fix(line, is_example=True)
    if not isinstance(loss, Mapping):
        return Fix(f"loss = list(loss)[:{len(wanted)}]")
    if case.io.is_sequential:
        return Fix(f"loss = loss[{chosen[0]!r}]")
    found = _by_keys(wanted, chosen)
    if _how_read(case) != "by key":
        # a list may hold None for an output without a loss, a dict of names may not
        return Fix(f"loss = [{', '.join(found.values())}]")
    parts = [f"{k!r}: {v}" for k, v in found.items() if v != "None"]
    return Fix(f"loss = {{{', '.join(parts)}}}")


def _by_keys(wanted: Sequence[Any], keys: Sequence[Any]) -> dict[Any, str]:
    """Return for each output how the loss of its key is written, or else of the next one."""
    spare = iter([key for key in keys if key not in wanted])
    found = {}
    for name in wanted:
        key = name if name in keys else next(spare, None)
        found[name] = "None" if key is None else f"loss[{key!r}]"
    return found


def _chosen(loss: Any) -> list[Any]:
    """Return the keys, or the losses, that are not None."""
    if isinstance(loss, Mapping):
        return [key for key in loss if loss[key] is not None]
    if isinstance(loss, (list, tuple)):
        return [each for each in loss if each is not None]
    return [loss]


def _wanted(case: Case) -> list[Any]:
    """Return the keys of what the model returns, or the names of its outputs."""
    paths = [output.path for output in case.outputs]
    if has_keys(paths):
        return first_keys(paths)
    return [output.name for output in case.outputs]
