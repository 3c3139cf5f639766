"""A model run step by step: the real cells one call at a time, all around them in plain NumPy.
Knows no unrolled.

A Replay runs a Plan again: which layer reads what, where a mask goes, what a step that is masked
leaves behind. Sources: Keras ``src/layers/layer.py`` (masks), ``src/layers/rnn``.
"""

from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import tree


class Value(NamedTuple):
    """What one tensor of the model holds: an array and the mask that rides on it."""

    array: Any
    mask: Any = None


class Loop(NamedTuple):
    """One cell over time: x, states and gates (batch, timesteps, ...) in the order of the data.

    outputs: of a cell below another one in the order of the data, of the last one as the layer
    makes them.
    """

    x: Any
    states: list
    gates: dict
    final: list
    outputs: Any


@dataclass
class Heard:
    """What a layer call must look like in a trace.

    read_at, made_at: of one of several cells the steps whose inputs and outputs count, None for
    all: what a cell hands to the next one at a masked step is thrown away.
    """

    path: str
    inputs: list
    mask: Any
    outputs: list = field(default_factory=list)
    output_mask: Any = None
    initial: list | None = None
    loop: Loop | None = None
    read_at: Any = None
    made_at: Any = None


class Replay:
    """Runs of a Plan; the states of stateful layers go on from one run to the next."""

    def __init__(self, plan):
        self._plan, self._carried = plan, {}
        self.heard = []

    def run(self, arrays):
        """Run one batch; return the model's outputs as arrays, and what each layer call must have
        heard.
        """
        self.heard = []
        outputs = self._run_plan(self._plan, [Value(a) for a in arrays], "")
        return [value.array for value in outputs], self.heard

    def _run_plan(self, plan, inputs, prefix):
        values = {
            id(tensor): value
            for tensor, value in zip(plan.inputs, inputs, strict=True)
        }
        for step in plan.steps:
            reads = [values[id(t)] for t in step.reads]
            initial = [values[id(t)].array for t in step.initial]
            given = None if step.mask is None else values[id(step.mask)].array
            makes = self._run_step(
                step, prefix + step.layer.name, reads, given, initial
            )
            values.update(
                {
                    id(t): value
                    for t, value in zip(step.makes, makes, strict=True)
                }
            )
        return [values[id(t)] for t in plan.outputs]

    def _run_step(self, step, path, reads, given, initial):
        layer = step.layer
        known = reads[0].mask if given is None else given
        # Keras passes the mask that rides on x on to a layer only where x is the one tensor that it
        # is called with
        mask = given if initial else known
        shown = mask if isinstance(layer, keras.layers.RNN) else known
        heard = Heard(path, [*(v.array for v in reads), *initial], shown)
        self.heard.append(heard)
        if step.inner is not None:
            makes = self._run_plan(step.inner, reads, f"{path}/")
        elif isinstance(layer, (keras.layers.Bidirectional, keras.layers.RNN)):
            output, *states = self._run_recurrent(
                layer, heard, reads[0].array, mask, initial
            )
            makes = [
                Value(output, passed_on(layer, known)),
                *map(Value, states),
            ]
        else:
            makes = [run_plain(layer, reads)]
        heard.outputs, heard.output_mask = (
            [m.array for m in makes],
            makes[0].mask,
        )
        return makes

    def _run_recurrent(self, layer, heard, x, mask, initial):
        """Run a layer that goes through the steps; return the arrays that it makes."""
        if isinstance(layer, keras.layers.Bidirectional):
            return self._run_both_ways(layer, heard.path, x, mask, initial)
        return self._run_layer(layer, heard, x, mask, initial)

    def _run_both_ways(self, layer, path, x, mask, initial):
        """Run the two layers of a Bidirectional; return the arrays that it makes."""
        half, results = len(initial) // 2, []
        for inner, start in (
            (layer.forward_layer, initial[:half]),
            (layer.backward_layer, initial[half:]),
        ):
            heard = Heard(f"{path}/{inner.name}", [x, *start], mask)
            self.heard.append(heard)
            heard.outputs = self._run_layer(inner, heard, x, mask, start)
            heard.output_mask = passed_on(inner, mask)
            results.append(heard.outputs)
        (there, *ends), (back, *starts) = results
        back = back[:, ::-1] if layer.return_sequences else back
        return [*MERGES[layer.merge_mode](there, back), *ends, *starts]

    def _run_layer(self, layer, heard, x, mask, initial):
        """Run a recurrent layer; return the arrays that it makes."""
        start = list(
            initial or self._carried.get(heard.path) or start_of(layer, x)
        )
        loops = run_cells(layer, x, start, mask)
        final = list(chain.from_iterable(loop.final for loop in loops))
        if layer.stateful:
            self._carried[heard.path] = final
        output = (
            loops[-1].outputs
            if layer.return_sequences
            else loops[-1].outputs[:, -1]
        )
        heard.initial = start
        states = list(chain.from_iterable(loop.states for loop in loops))
        heard.loop = Loop(x, states, loops[0].gates, final, loops[-1].outputs)
        if len(loops) > 1:
            heard.loop = heard.loop._replace(gates={})
            self._hear_cells(layer, heard, loops, mask, output)
        return [output, *(final if layer.return_state else [])]

    def _hear_cells(self, layer, heard, loops, mask, output):
        """Note what each of several cells does."""
        starts = iter(heard.initial)
        for cell, loop in zip(layer.cell.cells, loops, strict=True):
            initial, last = (
                [next(starts) for _ in loop.states],
                loop is loops[-1],
            )
            rides_on = passed_on(layer, mask) if last else None
            made = [output if last else loop.outputs]
            called = Heard(
                f"{heard.path}/{cell.name}",
                [loop.x],
                mask,
                made,
                rides_on,
                initial,
                loop,
            )
            called.read_at, called.made_at = mask, None if last else mask
            self.heard.append(called)


MERGES = {
    "concat": lambda there, back: [np.concatenate([there, back], axis=-1)],
    "sum": lambda there, back: [there + back],
    "mul": lambda there, back: [there * back],
    "ave": lambda there, back: [(there + back) / 2],
    None: lambda there, back: [there, back],
}


def passed_on(layer, mask):
    """Return the mask that a recurrent layer passes on: from Keras 3.16 on none."""
    return mask if layer.return_sequences and layer.supports_masking else None


def run_plain(layer, reads):
    """Run a layer that is not recurrent; return the Value that it makes."""
    x, mask = reads[0]
    if isinstance(layer, keras.layers.Masking):
        mask = np.any(x != layer.mask_value, axis=-1)
        return Value(np.where(mask[..., None], x, np.float32(0)), mask)
    if isinstance(layer, keras.layers.Embedding):
        return Value(
            array(layer.embeddings)[x], x != 0 if layer.mask_zero else None
        )
    if isinstance(layer, keras.layers.Dropout):
        return Value(x, mask)
    if isinstance(layer, keras.layers.Concatenate):
        return Value(np.concatenate([v.array for v in reads], axis=-1))
    if isinstance(layer, keras.layers.TimeDistributed):
        return Value(
            np.stack(
                [dense(layer.layer, x[:, t]) for t in range(x.shape[1])], axis=1
            ),
            mask,
        )
    return Value(dense(layer, x), mask)


def dense(layer, x):
    return (x @ array(layer.kernel) + array(layer.bias)).astype("float32")


def array(tensor):
    return keras.ops.convert_to_numpy(tensor)


def start_of(layer, x):
    """Return the states from which a layer starts that is given none: its own where it is stateful,
    else zeros.
    """
    if layer.stateful:
        return [array(s) for s in tree.flatten(layer.states)]
    return [
        array(s)
        for s in tree.flatten(layer.cell.get_initial_state(batch_size=len(x)))
    ]


def run_cells(layer, x, initial, mask):
    """Return a Loop for each cell of a recurrent layer over x (batch, timesteps, ...), one cell
    call per step.

    A masked step keeps the states of the step before.
    """
    cells = getattr(layer.cell, "cells", [layer.cell])
    order = list(range(x.shape[1]))[:: -1 if layer.go_backwards else 1]
    steps, states, output = [], shared_out(cells, initial), None
    for t in order:
        real = None if mask is None else mask[:, t]
        step = run_cells_once(cells, x[:, t], states, real)
        if mask is not None:
            kept = kept_output(layer, step[-1].outputs, output, states[-1][0])
            step[-1] = with_output(step[-1], real, kept)
        states, output = [s.final for s in step], step[-1].outputs
        steps.append(step)
    if mask is not None and zeros_come_last(layer):
        # Keras 3.15 puts these zeros where the mask has them before it is turned round for a layer
        # that reads backwards
        for t, step in enumerate(steps):
            step[-1] = with_output(step[-1], mask[:, t], np.float32(0))
    return [
        put_together(column, order, last=k == len(cells) - 1)
        for k, column in enumerate(zip(*steps, strict=True))
    ]


def run_cells_once(cells, x, states, mask):
    """Return the Loop of one step for each cell: each one reads what the one before it makes."""
    step = []
    for cell, before in zip(cells, states, strict=True):
        step.append(run_step(cell, x, before, mask))
        x = step[-1].outputs
    return step


def with_output(loop, mask, masked):
    """Return the Loop of one step with other outputs where the step is masked."""
    return loop._replace(outputs=where(mask, loop.outputs, masked))


def zeros_come_last(layer):
    """Return whether a layer puts zeros at masked steps only after the last step."""
    return (
        layer.unroll
        and layer.zero_output_for_mask
        and keras.backend.backend() != "jax"
    )


def kept_output(layer, made, output, h):
    """Return what a layer gives out at a masked step, where the output and the state h before it
    were these.

    The output repeats, from zeros (on JAX from the initial state), or is zeros where the layer says
    so, as Bidirectional tells its layers; an unrolled layer does that later, on JAX never.
    """
    if layer.zero_output_for_mask and not layer.unroll:
        return np.zeros_like(made)
    if keras.backend.backend() == "jax" and not layer.unroll:
        return h
    return np.zeros_like(made) if output is None else output


def run_step(cell, x, states, mask):
    """Return the Loop of one step, without the axis timesteps."""
    made, new = cell(
        keras.ops.convert_to_tensor(x),
        [keras.ops.convert_to_tensor(s) for s in states],
    )
    new, gates = (
        [array(s) for s in tree.flatten(new)],
        numpy_gates(cell, x, states[0]),
    )
    if mask is not None:
        new = [where(mask, n, s) for n, s in zip(new, states, strict=True)]
        gates = {
            name: where(mask, gate, np.nan) for name, gate in gates.items()
        }
    return Loop(x, new, gates, new, array(made))


def put_together(column, order, *, last):
    """Return one Loop from those of the steps, which come in reading order."""
    in_data_order = [column[order.index(t)] for t in range(len(order))]
    return Loop(
        np.stack([s.x for s in in_data_order], axis=1),
        [
            np.stack(s, axis=1)
            for s in zip(*(s.states for s in in_data_order), strict=True)
        ],
        {
            name: np.stack([s.gates[name] for s in in_data_order], axis=1)
            for name in column[0].gates
        },
        column[-1].final,
        np.stack(
            [s.outputs for s in (column if last else in_data_order)], axis=1
        ),
    )


def where(mask, made, before):
    return np.where(
        mask.reshape(-1, *(1,) * (made.ndim - 1)), made, before
    ).astype(made.dtype)


def shared_out(cells, states):
    """Return the states cell by cell."""
    if len(cells) == 1:
        return [list(states)]
    left = iter(states)
    return [[next(left) for _ in tree.flatten(c.state_size)] for c in cells]


def numpy_gates(cell, x, h):
    """Return the gates of one step from the weights alone: Keras's column order i, f, c, o and z,
    r, h.
    """
    names = {
        keras.layers.LSTMCell: "ifco",
        keras.layers.GRUCell: "zrh",
        CONV_CELL: "ifco",
    }.get(type(cell), "")
    if not names:
        return {}
    kernel, recurrent, bias = arrays_of(cell)
    candidate = {"ifco": "c", "zrh": "h"}[names]
    units, gates = kernel.shape[-1] // len(names), {}
    product = convolve if type(cell) is CONV_CELL else np.matmul
    for k, name in enumerate(names):
        columns = slice(k * units, (k + 1) * units)
        inner = product(x, kernel[..., columns]) + bias[0, columns]
        outer = product(h, recurrent[..., columns]) + bias[1, columns]
        if name == "h":
            after = gates["r"] * outer
            before = (gates["r"] * h) @ recurrent[:, columns] + bias[1, columns]
            outer = after if cell.reset_after else before
        function = (
            cell.activation if name == candidate else cell.recurrent_activation
        )
        gates[name] = array(
            function(
                keras.ops.convert_to_tensor((inner + outer).astype("float32"))
            )
        )
    return gates


def arrays_of(cell):
    """Return the kernel, the recurrent kernel, and biases for x and for h: (2, columns)."""
    kernel, recurrent = array(cell.kernel), array(cell.recurrent_kernel)
    if cell.bias is None:
        return kernel, recurrent, np.zeros((2, kernel.shape[-1]))
    bias = array(cell.bias)
    if bias.ndim == 1:
        bias = np.stack([bias, np.zeros_like(bias)])
    return kernel, recurrent, bias


CONV_CELL = type(keras.layers.ConvLSTM1D(1, 1).cell)


def convolve(x, kernel):
    """Return x (batch, rows, channels) convolved with a kernel (window, channels, filters), as many
    rows as before.
    """
    window = len(kernel)
    padded = np.pad(x, [(0, 0), ((window - 1) // 2, window // 2), (0, 0)])
    return sum(padded[:, k : k + x.shape[1]] @ kernel[k] for k in range(window))
