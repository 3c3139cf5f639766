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
from unrolled.model_io.nested import has_keys, is_container

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
    # Keras has an error for each way in which they do not fit
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
    if has_keys(case.output_paths):
        return "by key"
    if isinstance(case.loss, Mapping):
        return "by name"
    return "in order"


def _expected(case: Case) -> str:
    """Return in words what Keras would take as losses."""
    if case.io.is_sequential:
        return "one loss, as in loss='mse': a Sequential model does not know its output by name"
    wanted = _wanted(case)
    if isinstance(case.loss, Mapping):
        return say_keys(wanted)
    count = len(wanted)
    losses = f"{count} loss{'es' * (count != 1)}"
    names = ", ".join(map(str, wanted))
    return f"{losses}, one for each of {names}"


def _came(loss: Any) -> str:
    """Return in words what was given as losses."""
    if isinstance(loss, Mapping):
        return say_keys(list(loss))
    if not is_container(loss):
        return repr(loss)
    if not loss:
        return "an empty list"
    if not _chosen(loss):
        return "None alone"
    return f"a list of {len(loss)} losses"


def _mended(case: Case) -> Fix:
    """Return the line that gives each output its loss; which one, may be yours to choose."""
    loss = case.loss
    chosen = _chosen(loss)
    # nothing that was given can be kept
    if not chosen:
        line = f"loss = {_ANY!r}  # or another one: which loss is yours to know"
        return Fix(line, is_example=True)
    wanted = _wanted(case)
    # a list that Keras refuses is too long: it takes a shorter one
    if not isinstance(loss, Mapping):
        return Fix(f"loss = list(loss)[:{len(wanted)}]")
    if case.io.is_sequential:
        return Fix(f"loss = loss[{chosen[0]!r}]")
    found = _by_keys(wanted, chosen)
    if _how_read(case) != "by key":
        # a list may hold None for an output without a loss, a dict of names may not
        values = ", ".join(found.values())
        return Fix(f"loss = [{values}]")
    # an output that has no key has no loss
    parts = [f"{k!r}: {v}" for k, v in found.items() if v != "None"]
    items = ", ".join(parts)
    return Fix(f"loss = {{{items}}}")


def _by_keys(wanted: Sequence[Any], keys: Sequence[Any]) -> dict[Any, str]:
    """Return for each output how the loss of its key is written, or else of the next one."""
    spare = [key for key in keys if key not in wanted]
    found: dict[Any, str] = {}
    for name in wanted:
        found[name] = "None"
        if name in keys:
            found[name] = f"loss[{name!r}]"
        elif spare:
            # a key that is misspelt stands in the place of the right one, as a rule
            found[name] = f"loss[{spare.pop(0)!r}]"
    return found


def _chosen(loss: Any) -> list[Any]:
    """Return the keys of the losses that are not None; of a list their numbers."""
    if not is_container(loss):
        return [loss]
    # a list is read as a dict by numbers
    if not isinstance(loss, Mapping):
        loss = dict(enumerate(loss))
    return [key for key, each in loss.items() if each is not None]


def _wanted(case: Case) -> list[Any]:
    """Return the keys of what the model returns, or the names of its outputs."""
    if has_keys(case.output_paths):
        return first_keys(case.output_paths)
    return list(case.output_names)
