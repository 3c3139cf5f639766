"""What a RecurrentCall holds beyond a LayerCall: of a layer, and of each cell in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import keras

from unrolled.keras_bridge.constructors import describe
from unrolled.keras_bridge.copies import cells_of
from unrolled.keras_bridge.layer_configs import read_config
from unrolled.keras_bridge.loop_steps import Steps
from unrolled.keras_bridge.weight_counts import read_gates
from unrolled.traces.cells import Array
from unrolled.traces.recurrent_calls import RecurrentCall

Dropout = Mapping[str, Array]


def describe_steps(steps: Steps, dropout: Dropout) -> dict[str, Any]:
    """Return the fields that a RecurrentCall has beyond a LayerCall's.

    dropout: by cell, ``0.x`` and ``0.h``.
    """
    layer = steps.layer
    cell = layer.cell
    alone: dict[str, Any] = {"dropout": {}, "cell_output": None}
    cells = cells_of(layer)
    if len(cells) == 1:
        cell = cells[0]
        alone = {
            "dropout": _of_cell(dropout, 0),
            "cell_output": steps.cell_output(0),
        }
    return alone | {
        "weights": read_gates(layer, cell),
        "cell_class": type(cell).__name__,
        "states": tuple(steps.states),
        "outputs_per_step": steps.outputs,
        "gates": steps.gates(0, cell, slice(None)),
        "initial_state": tuple(steps.initial),
        "final_state": tuple(steps.final),
        "mask": steps.mask,
        "go_backwards": steps.go_backwards,
        "stateful": bool(layer.stateful),
        "return_sequences": bool(layer.return_sequences),
        "return_state": bool(layer.return_state),
    }


def read_cells(
    steps: Steps, call: RecurrentCall, dropout: Dropout
) -> list[RecurrentCall]:
    """Return a RecurrentCall for each cell of a layer that has several.

    The last one returns what the layer does.
    """
    cells = cells_of(steps.layer)
    if len(cells) < 2:
        return []
    calls: list[RecurrentCall] = []
    read: dict[str, Any] = {
        "inputs": (call.x,),
        "sources": call.sources[:1],
        "source_indices": call.source_indices[:1],
    }
    start = 0
    for number, cell in enumerate(cells):
        stop = start + len(keras.tree.flatten(cell.state_size))
        made = RecurrentCall(
            **_describe_cell(steps, number, slice(start, stop)),
            **read,
            path=f"{call.path}/{_name_of(cell)}",
            parent=call,
            number=call.number,
            dropout=_of_cell(dropout, number),
            stateful=call.stateful,
            return_state=call.return_state,
        )
        calls.append(made)
        read = {
            "inputs": made.outputs,
            "sources": (made,),
            "source_indices": (0,),
        }
        start = stop
    calls[-1] = replace(
        calls[-1],
        outputs=call.outputs[:1],
        output_mask=call.output_mask,
        outputs_per_step=steps.outputs,
        return_sequences=call.return_sequences,
    )
    return calls


def _describe_cell(steps: Steps, number: int, taken: slice) -> dict[str, Any]:
    """Return what is known of one of several cells, which passes each step on.

    taken: which of the states are its own.
    """
    cell = cells_of(steps.layer)[number]
    passed = steps.states[taken][0]
    own_output = steps.cell_output(number)
    if own_output is not None:
        passed = own_output
    return {
        "layer_name": _name_of(cell),
        "layer_class": type(cell).__name__,
        "constructor": describe(cell),
        "config": read_config(cell),
        "outputs": (passed,),
        "argument_names": ("",),
        "mask": steps.mask,
        "weights": read_gates(cell, cell),
        "cell_class": type(cell).__name__,
        "states": tuple(steps.states[taken]),
        "cell_output": own_output,
        "gates": steps.gates(number, cell, taken),
        "initial_state": tuple(steps.initial[taken]),
        "final_state": tuple(steps.final[taken]),
        "go_backwards": steps.go_backwards,
        "return_sequences": True,
    }


def _name_of(cell: Any) -> str:
    return str(getattr(cell, "name", type(cell).__name__))


def _of_cell(dropout: Dropout, number: int) -> dict[str, Array]:
    """Return the factors of one cell, by ``x`` and ``h``."""
    found: dict[str, Array] = {}
    for name, factors in dropout.items():
        cell, _, of = name.partition(".")
        if cell == str(number):
            found[of] = factors
    return found
