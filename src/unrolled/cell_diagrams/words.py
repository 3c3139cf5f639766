"""One step of a cell in words: each gate's formula and numbers, in the order in which the layer computes them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unrolled.cell_diagrams.formulas import text_of, written_sum
from unrolled.cell_diagrams.steps import CellStep
from unrolled.scenes.numerals import write_list, write_number, write_product, write_sum
from unrolled.traces.cells import Array
from unrolled.traces.gate_weights import GATE_WORDS


def tell_step(step: CellStep) -> str:
    """Return the step as sentences, one line per thing that is computed."""
    lines = [f"{title(step)}."]
    lines += [f"- {line}." for line in (_tell_masked(step) if step.masked else _tell_read(step))]
    return "\n".join(lines)


def title(step: CellStep) -> str:
    """Return one line that names the picture."""
    where = f"t = {step.t}, sample {step.sample}, {which_units(step)}"
    return f"One step of {step.rec.constructor}, layer {step.rec.path!r}: {where}"


def which_units(step: CellStep) -> str:
    """Return which units are looked at."""
    units = step.rec.units
    many = f"{units} unit{'s' * (units > 1)}"
    return (
        f"unit {step.unit} of {many}"
        if step.unit is not None
        else f"all {many}"
        if units > 1
        else many
    )


def before_text(step: CellStep) -> str:
    """Return when the states before the step were made: ``at t = 1``, or where they come from at the first step."""
    if step.earlier is not None:
        return f"at t = {step.earlier}"
    return f"before the first step ({start_text(step, *step.before)})"


def start_text(step: CellStep, *names: str) -> str:
    """Return where the states of the first step come from: zeros, the batch before, or elsewhere."""
    if not any(np.any(step.before[name]) for name in names):
        return "zeros"
    return "carried over" if step.rec.stateful else "given"


def _tell_masked(step: CellStep) -> Iterator[str]:
    names = " and ".join(step.after)
    yield f"t = {step.t} is masked for sample {step.sample}: the step is passed over, no gate is computed"
    yield f"{names} {'goes' if len(step.after) == 1 else 'go'} through unchanged"
    for name, state in step.after.items():
        yield f"{name} at t = {step.t} = {name} {before_text(step)} = {_of_unit(step, state)}"


def _tell_read(step: CellStep) -> Iterator[str]:
    rec = step.rec
    if rec.go_backwards:
        yield "the layer reads from the last timestep to the first"
    if rec.dropout:
        yield "dropout acted in this run: the sums are of x and h after dropout"
    yield f"x at t = {step.t} = {write_list(step.x)}"
    for name, state in step.before.items():
        shown = write_list(state) if name == "h" else _of_unit(step, state)
        yield f"{name} {before_text(step)} = {shown}"
    for gate in step.weights.columns:
        yield _tell_gate(step, gate)
    yield from _TELL[step.kind](step)


def _tell_gate(step: CellStep, gate: str) -> str:
    start, stop = step.weights.columns[gate]
    words = GATE_WORDS[step.rec.cell_class][gate]
    name = f"{gate}, {words}, columns {start}:{stop} of the weights"
    text = f"{name}: {step.activation(gate)}({_sum_words(step, gate)})"
    if step.unit is None:
        return f"{text} = {write_list(step.gates[gate])}"
    inner, k = step.sum_of(gate), step.unit
    products = (
        f"x·kernel = {write_sum(inner.x, inner.kernel[:, k])} = {write_number(inner.x_part[k])}; "
        f"{_state_words(step, gate)} = {write_sum(inner.h, inner.recurrent_kernel[:, k])} "
        f"= {write_number(inner.h_part[k])}"
    )
    whole = f"{step.activation(gate)}({text_of(written_sum(step, gate, inner, k))})"
    return (
        f"{text}; {products}; {whole} = {step.activation(gate)}({write_number(inner.total[k])}) "
        f"= {write_number(step.gates[gate][k])}"
    )


def _sum_words(step: CellStep, gate: str) -> str:
    """Return what a gate adds up, with the words of Keras."""
    state = _state_words(step, gate)
    if step.resets_after:
        own, recurrent = (" + input bias", " + recurrent bias") if step.has_bias else ("", "")
        if gate == "h":
            return f"x·kernel{own} + r ⊙ ({state}{recurrent})"
        return f"x·kernel{own} + {state}{recurrent}"
    return f"x·kernel + {state}" + (" + bias" if step.has_bias else "")


def _state_words(step: CellStep, gate: str) -> str:
    resets_before = step.kind == "GRU" and gate == "h" and not step.resets_after
    return "(r ⊙ h)·recurrent_kernel" if resets_before else "h·recurrent_kernel"


def _tell_lstm(step: CellStep) -> Iterator[str]:
    gates, parts, after, now = step.gates, step.parts, step.after, f"at t = {step.t}"
    made = f"c {now} = f ⊙ c {before_text(step)} + i ⊙ candidate"
    squash = step.output_activation
    if step.unit is None:
        yield f"{made} = {write_list(parts['kept'])} + {write_list(parts['added'])} = {write_list(after['c'])}"
        yield f"h {now} = o ⊙ {squash}(c {now}) = {write_list(after['h'])}"
        return
    k = step.unit
    kept = write_product(gates["f"][k], step.before["c"][k])
    added = write_product(gates["i"][k], gates["c"][k])
    yield f"{made} = {kept} + {added} = {write_number(after['c'][k])}"
    o, c = write_number(gates["o"][k]), write_number(after["c"][k])
    yield f"h {now} = o ⊙ {squash}(c {now}) = {o}·{squash}({c}) = {write_number(after['h'][k])}"


def _tell_gru(step: CellStep) -> Iterator[str]:
    gates, parts, h = step.gates, step.parts, step.after["h"]
    made = f"h at t = {step.t} = z ⊙ h {before_text(step)} + (1 − z) ⊙ candidate"
    if step.unit is None:
        yield f"{made} = {write_list(parts['kept'])} + {write_list(parts['added'])} = {write_list(h)}"
        return
    k = step.unit
    kept = write_product(gates["z"][k], step.before["h"][k])
    yield f"{made} = {kept} + {write_product(parts['rest'][k], gates['h'][k])} = {write_number(h[k])}"


def _tell_simple(step: CellStep) -> Iterator[str]:
    yield f"h at t = {step.t} is the new state: {_of_unit(step, step.after['h'])}"


_TELL = {"LSTM": _tell_lstm, "GRU": _tell_gru, "SimpleRNN": _tell_simple}


def _of_unit(step: CellStep, values: Array) -> str:
    return write_list(values) if step.unit is None else write_number(values[step.unit])
