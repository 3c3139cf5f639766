"""One step of a cell in words: each gate's formula and numbers, in the order of the layer."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unrolled.axes import say_count
from unrolled.cell_diagrams.formulas import text_of, written_sum
from unrolled.cell_diagrams.kinds import kind_of
from unrolled.cell_diagrams.steps import CellStep
from unrolled.scenes.numerals import write_list, write_number, write_sum
from unrolled.traces.cells import Array


def describe_step(step: CellStep) -> str:
    """Return the step as sentences, one line for each thing that is computed."""
    sentences = _masked_sentences(step) if step.masked else _sentences(step)
    return "\n".join(
        [f"{title(step)}.", *(f"- {sentence}." for sentence in sentences)]
    )


def title(step: CellStep) -> str:
    """Return one line that names the picture."""
    where = f"t = {step.t}, sample {step.sample}, {which_units(step)}"
    return f"One step of {step.call.constructor}, layer {step.call.path!r}: {where}"


def which_units(step: CellStep) -> str:
    """Return which units are shown."""
    units = step.call.units
    many = say_count(units, "units")
    if step.unit is not None:
        return f"unit {step.unit} of {many}"
    return f"all {many}" if units > 1 else many


def before_text(step: CellStep) -> str:
    """Return when the states before the step were made, or where the first ones come from."""
    if step.earlier is not None:
        return f"at t = {step.earlier}"
    return f"before the first step ({start_text(step, *step.before)})"


def start_text(step: CellStep, *names: str) -> str:
    """Return where states of the first step come from: zeros, the batch before, or elsewhere."""
    if not any(np.any(step.before[name]) for name in names):
        return "zeros"
    return "carried over" if step.call.stateful else "given"


def of_unit(step: CellStep, values: Array) -> str:
    """Return the value of the unit that is shown, or all of them."""
    return (
        write_list(values)
        if step.unit is None
        else write_number(values[step.unit])
    )


def _masked_sentences(step: CellStep) -> Iterator[str]:
    verb = "goes" if len(step.after) == 1 else "go"
    yield (
        f"t = {step.t} is masked for sample {step.sample}: "
        "the step is passed over, no gate is computed"
    )
    yield f"{' and '.join(step.after)} {verb} through unchanged"
    for name, state in step.after.items():
        yield f"{name} at t = {step.t} = {name} {before_text(step)} = {of_unit(step, state)}"


def _sentences(step: CellStep) -> Iterator[str]:
    if step.call.go_backwards:
        yield "the layer reads from the last timestep to the first"
    if step.call.dropout:
        yield "dropout acted in this run: the sums are of x and h after dropout"
    yield f"x at t = {step.t} = {write_list(step.x)}"
    for name, state in step.before.items():
        shown = (
            write_list(state) if name == "h" else of_unit(step, state)
        )  # the sums read all of h
        yield f"{name} {before_text(step)} = {shown}"
    for gate in step.weights.columns:
        yield _gate_sentence(step, gate)
    yield from kind_of(step).sentences(step)


def _gate_sentence(step: CellStep, gate: str) -> str:
    start, stop = step.weights.columns[gate]
    name = f"{gate}, {step.facts.words[gate]}, columns {start}:{stop} of the weights"
    activation = step.activation(gate)
    text = f"{name}: {activation}({_sum_words(step, gate)})"
    if step.unit is None:
        return f"{text} = {write_list(step.gates[gate])}"
    whole = f"{activation}({text_of(written_sum(step, gate, step.sum_of(gate), step.unit))})"
    total = f"{activation}({write_number(step.sum_of(gate).total[step.unit])})"
    value = write_number(step.gates[gate][step.unit])
    return f"{text}; {_products(step, gate, step.unit)}; {whole} = {total} = {value}"


def _products(step: CellStep, gate: str, k: int) -> str:
    """Return the two products of a gate's sum for unit k, written out."""
    inner = step.sum_of(gate)
    x_sum = write_sum(inner.x, inner.kernel[:, k])
    h_sum = write_sum(inner.h, inner.recurrent_kernel[:, k])
    return (
        f"x·kernel = {x_sum} = {write_number(inner.x_part[k])}; "
        f"{_state_words(step, gate)} = {h_sum} = {write_number(inner.h_part[k])}"
    )


def _sum_words(step: CellStep, gate: str) -> str:
    """Return what a gate adds up, with the words of Keras."""
    state = _state_words(step, gate)
    if not step.resets_after:
        return f"x·kernel + {state}" + " + bias" * step.has_bias
    bias = " + input bias" * step.has_bias
    recurrent = " + recurrent bias" * step.has_bias
    if step.is_reset(gate):
        return f"x·kernel{bias} + {step.facts.reset} ⊙ ({state}{recurrent})"
    return f"x·kernel{bias} + {state}{recurrent}"


def _state_words(step: CellStep, gate: str) -> str:
    if step.is_reset(gate) and not step.resets_after:
        return f"({step.facts.reset} ⊙ h)·recurrent_kernel"
    return "h·recurrent_kernel"
