"""Fixes that change the model: the arguments of a layer, its calls, its end, its input.

Each says the line to write where the model is built, and then does the same to the model that
there is. Where a part of it is your own, Keras cannot make it again: the fix is an example.
"""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import indent
from typing import Any, NamedTuple

from unrolled.checks.cases import Case
from unrolled.checks.outputs import Output
from unrolled.keras_bridge.models import (
    compiled_metrics,
    is_compiled,
    is_made_of_keras,
)
from unrolled.traces.recurrent_calls import BidirectionalCall, RecurrentCall


class Fix(NamedTuple):
    """Python code that fixes a problem, and whether it only shows how such a line is written."""

    code: str
    is_example: bool = False

    def then(self, other: Fix) -> Fix:
        """Return this fix with another one behind it."""
        is_example = self.is_example or other.is_example
        return Fix(f"{self.code}\n{other.code}", is_example)


def change_layer(case: Case, name: str, line: str, **arguments: Any) -> Fix:
    """Return the fix that gives a layer other arguments.

    line: how the layer is written where the model is built.
    """
    return _make_again(
        case,
        f"{line} in place of {name}",
        "keras.models.clone_model(model, clone_function=changed)",
        [
            "def changed(layer):",
            f"    more = {arguments!r} if layer.name == {name!r} else {{}}",
            "    return layer.from_config({**layer.get_config(), **more})",
        ],
    )


def replace_layer(case: Case, name: str, line: str) -> Fix:
    """Return the fix that puts another layer in the place of one."""
    return _make_again(
        case,
        f"{line} in place of {name}",
        "keras.models.clone_model(model, clone_function=changed)",
        [
            "def changed(layer):",
            f"    if layer.name == {name!r}:",
            f"        return {line}",
            "    return layer.from_config(layer.get_config())",
        ],
    )


def change_calls(
    case: Case, line: str, before: Sequence[str], start: Sequence[str] = ()
) -> Fix:
    """Return the fix that gives other arguments to the call of a layer.

    before: what is done with ``layer``, ``args`` and ``kwargs`` before a layer is called. start:
    lines in front of all.
    """
    return _make_again(
        case,
        line,
        "keras.models.clone_model(model, call_function=called)",
        [
            *start,
            "def called(layer, *args, **kwargs):",
            indent("\n".join(before), "    "),
            "    return layer(*args, **kwargs)",
        ],
    )


def change_input(case: Case, shape: tuple[int | None, ...], line: str) -> Fix:
    """Return the fix that builds the model for arrays of another shape.

    shape: with the axis batch, as Keras has it.
    """
    # of several inputs, clone_model would have to be given all
    if case.io.input_paths != ((),):
        return Fix(f"# {line}", is_example=True)
    dtype = case.io.inputs[0].dtype
    entry = f"keras.Input(batch_shape={shape}, dtype={dtype!r})"
    return _make_again(case, line, f"keras.models.clone_model(model, {entry})")


def change_end(case: Case, line: str, output: str) -> Fix:
    """Return the fix that computes something else from what the model computes.

    output: how it is computed, from ``model``. No layer is made again.
    """
    # an output of several, or in a dict, cannot be put in the place of all
    if [spec.path for spec in case.io.outputs] != [()]:
        return Fix(f"# {line}", is_example=True)
    inputs = "model.input"
    if case.io.is_sequential:
        # it has no attribute input before it is called as a layer
        inputs = "model.inputs[0]"
    return _make_again(
        case,
        line,
        f"keras.Model({inputs}, {output})",
        how="with the layers that there are",
    )


def _make_again(
    case: Case,
    line: str,
    made: str,
    definition: Sequence[str] = (),
    how: str = "the model made again, with new weights",
) -> Fix:
    """Return the fix that has Keras make the model again, where it knows all of it.

    made: how it is made. definition: lines in front of that. The new one is compiled as the old
    one.
    """
    # code of your own is not written down in a configuration
    if not is_made_of_keras(case.model):
        return Fix(f"# {line}", is_example=True)
    lines = [f"# {line},", f"# or {how}:", *definition]
    if is_compiled(case.model):
        # the old model is asked for its optimizer, loss and metrics before its name is taken
        lines += [
            f"new = {made}",
            "new.compile_from_config(model.get_compile_config())",
            "model = new",
        ]
    else:
        lines.append(f"model = {made}")
    return Fix("\n".join(lines))


def set_loss(case: Case, name: str) -> Fix:
    """Return the fix that sets another loss, an example where there are several.

    In ``compile``, where the model was compiled and its metrics are known.
    """
    # which output it is for is not said in a line
    has_several = len(case.outputs) > 1
    metrics = compiled_metrics(case.model)
    # another loss may have been given to check
    is_own = is_compiled(case.model) and case.loss is case.model.loss
    # a metric that is an object cannot be written down again
    are_names = all(isinstance(metric, str) for metric in metrics)
    if not (is_own and are_names):
        return Fix(f"loss = {name!r}", has_several)
    arguments = f"model.optimizer, loss={name!r}"
    if metrics:
        arguments = f"{arguments}, metrics={metrics!r}"
    return Fix(f"model.compile({arguments})", has_several)


def end_in(
    case: Case, output: Output, units: int, activation: str | None
) -> Fix:
    """Return the fix that lets an output end in Dense with these units and activation.

    A Dense layer that makes it now is changed; behind a layer without an activation, or a recurrent
    one, there is one more.
    """
    # Dense is linear unless told otherwise
    written = ""
    if activation not in (None, "linear"):
        written = f", activation={activation!r}"
    line = f"keras.layers.Dense({units}{written})"
    call = output.call
    # a layer inside a nested model or a wrapper is not found by its name
    if call is not None and call.parent is None and call.layer_class == "Dense":
        return change_layer(
            case, call.layer_name, line, units=units, activation=activation
        )
    # what another activation has cut off is lost to a layer behind it
    is_recurrent = isinstance(call, (RecurrentCall, BidirectionalCall))
    if output.activation == "" or is_recurrent:
        more = f"{line}(model.outputs[0])"
        return change_end(case, f"{line} as the last layer", more)
    return Fix(f"# {line} as the last layer", is_example=True)
