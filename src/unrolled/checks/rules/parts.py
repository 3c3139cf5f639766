"""What is found in the parts of x, y and the loss: arrays too many or too few, and keys of another name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from unrolled.checks.arrays import Parts, say_keys
from unrolled.checks.cases import Subject
from unrolled.checks.reports import Problem
from unrolled.model_io.matching import has_keys, keys_of, read_specs, spell_inputs, spell_parts


def find_in_parts(subject: Subject) -> Iterator[Problem]:
    """Yield what keeps arrays and losses from meeting the inputs and outputs that they are for."""
    if subject.x_misfit:
        yield _wrong_inputs(subject, subject.x_misfit)
    if subject.misplaced:
        yield _misplaced(subject)
    if subject.y_misfit and subject.outputs:
        yield _wrong_labels(subject, subject.y_misfit)
    if subject.loss_misfit:
        yield _wrong_losses(subject, subject.loss_misfit)


def _wrong_inputs(subject: Subject, came: Parts) -> Problem:
    names = [name for name, _, _ in read_specs(subject.model)]
    if came.keys is not None:
        return Problem(
            "missing-data-for-input",
            "raises",
            "The keys of x are not those of the inputs",
            say_keys(keys_of(subject.model)),
            came.words,
            "Keras looks each input up by its key.",
            f"x = {spell_inputs(subject.model, keyed=True)}",
        )
    return Problem(
        "wrong-number-of-inputs",
        "raises",
        "x does not have the parts that the model takes",
        _arrays(names),
        came.words,
        "A list of arrays means several inputs, in their order; one input of many samples is a single array.",
        "x = np.stack(x)" if len(names) == 1 else f"x = {spell_inputs(subject.model)}",
    )


def _misplaced(subject: Subject) -> Problem:
    return Problem(
        "a-key-too-many-in-x",
        "wrong",
        "x has a key that the model does not know, so that inputs read the arrays of others",
        say_keys(keys_of(subject.model)),
        "; ".join(f"x[{key!r}] for the input {wanted!r}" for wanted, key in subject.misplaced),
        "Keras sorts the keys, takes the arrays in this order for the inputs, and only warns.",
        f"x = {{key: x[key] for key in {keys_of(subject.model)}}}",
    )


def _wrong_labels(subject: Subject, came: Parts) -> Problem:
    names, paths = [o.name for o in subject.outputs], [o.path for o in subject.outputs]
    keyed = has_keys(paths)
    mistake = "the-path-in-the-loss-argument-can-t-be-found"
    if came.count > len(paths):
        mistake = "y-true-and-y-pred-have-different-structures"
    elif came.count == len(paths):
        mistake = "expected-float32-but-got-a-of-type-str"
    return Problem(
        mistake,
        "raises",
        "y does not have the parts that the model returns",
        say_keys(_first_keys(paths)) if keyed else _arrays(names),
        came.words,
        "A model that returns a dict takes labels in a dict of the same keys."
        if keyed
        else "A model of several outputs takes a list of labels in their order, or a dict by their names.",
        f"y = {spell_parts('y', paths, names)}",
    )


def _wrong_losses(subject: Subject, came: Parts) -> Problem:
    paths = [o.path for o in subject.outputs]
    keyed = has_keys(paths)
    wanted = _first_keys(paths) if keyed else [o.name for o in subject.outputs]
    return Problem(
        "the-path-in-the-loss-argument-can-t-be-found" if keyed else "expected-keys-in-loss-dict",
        "raises",
        "The dict of losses has other keys than the outputs",
        say_keys(wanted),
        came.words,
        "Keras looks the loss of each output up by its key in the dict that the model returns."
        if keyed
        else "Keras looks the loss of each output up by the name of its layer, and wants one for each.",
        _mended_losses(wanted, came.keys or (), keyed=keyed),
    )


def _mended_losses(wanted: Sequence[Any], keys: Sequence[Any], *, keyed: bool) -> str:
    """Return the line that gives each output its loss: the one of its key, or else the next that has no output."""
    spare = iter([key for key in keys if key not in wanted])
    found = {name: name if name in keys else next(spare, None) for name in wanted}
    if keyed:
        return (
            "loss = {"
            + ", ".join(f"{k!r}: loss[{v!r}]" for k, v in found.items() if v is not None)
            + "}"
        )
    # a list may hold None for an output without a loss, a dict of names may not
    return (
        "loss = ["
        + ", ".join("None" if v is None else f"loss[{v!r}]" for v in found.values())
        + "]"
    )


def _first_keys(paths: Sequence[Any]) -> list[Any]:
    return list(dict.fromkeys(path[0] for path in paths))


def _arrays(names: Sequence[str]) -> str:
    return f"{len(names)} array{'s' * (len(names) != 1)}: {', '.join(names)}"
