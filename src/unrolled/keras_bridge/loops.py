"""The loop over time of a recurrent layer.

Run by Keras on a cell whose output holds the states and the gates too.

The layer is copied, its cell too; the copy's ``inner_loop`` is the one of ``keras.layers.RNN`` with
a wide cell, whose output is cut again before the layer goes on with it.
Sources: Keras ``src/layers/rnn/rnn.py`` (``inner_loop``) and ``src/backend/*/rnn.py``.
"""

from __future__ import annotations

from typing import Any

import keras

from unrolled.keras_bridge.copies import (
    cells_of,
    copy_recurrent,
    put,
    shallow_copy,
)
from unrolled.keras_bridge.loop_records import LoopRecord, cut
from unrolled.keras_bridge.tensors import Tensor
from unrolled.keras_bridge.wide_cells import WideCell
from unrolled.traces.cell_facts import cell_facts_of

#: what a cell drops: its rate, and what makes the factors
_DROPOUTS = {
    "x": ("dropout", "get_dropout_mask"),
    "h": ("recurrent_dropout", "get_recurrent_dropout_mask"),
}


def loop_can_be_heard(layer: Any) -> bool:
    """Return whether a recurrent layer runs the loop of Keras.

    A loop of its author's own is not known inside.
    """
    loop = type(layer).inner_loop
    module = getattr(loop, "__module__", "")
    package = str(module).partition(".")[0]
    return package == "keras"


def with_heard_loop(
    layer: Any,
    records: list[LoopRecord],
    *,
    keeps_dropout: bool,
    turns_steps: bool = False,
) -> Any:
    """Return a copy of a recurrent layer that does what the layer does.

    And adds a record of each loop it runs.

    keeps_dropout: whether what dropout multiplies by goes into the records. turns_steps: whether
    the layer's own loop returns its steps the other way round than the one of ``keras.layers.RNN``.
    """
    made = copy_recurrent(layer)

    def inner_loop(
        sequences: Tensor, initial_state: Any, mask: Any, training: Any = False
    ) -> Any:
        if isinstance(mask, (list, tuple)):
            # a layer that is given its states may come with a mask for each tensor
            mask = mask[0]
        initial = _starting_states(made, initial_state)
        options = {"mask": mask, "training": training}
        result, record = _run_wide(made, sequences, initial, options)
        if keeps_dropout:
            record.dropout = _dropout_of(made, sequences)
        records.append(record)
        last, outputs, final = result
        if turns_steps:
            # the layers behind read what they read in the model
            outputs = keras.ops.flip(outputs, axis=1)
        return last, outputs, final

    put(made, "inner_loop", inner_loop)
    return made


def _starting_states(layer: Any, given: Any) -> list[Any]:
    """Return the states from which a loop starts, of those that it is given.

    A stateful layer passes its variables: they are read now.
    """
    if not keras.tree.is_nested(given):
        given = [given]
    states: list[Any] = keras.tree.map_structure(keras.ops.copy, list(given))
    # the loop of RNN hands all of them to the cell
    has_own_loop = type(layer).inner_loop is not keras.layers.RNN.inner_loop
    facts = cell_facts_of(type(layer.cell).__name__)
    if has_own_loop and facts.ignores_spare_states:
        return states[: len(facts.states)]
    return states


def _run_wide(
    layer: Any, sequences: Tensor, initial: list[Any], options: dict[str, Any]
) -> tuple[Any, LoopRecord]:
    """Run the loop of a copied layer; return what the layer's own loop returns, and the record."""
    run_loop = keras.layers.RNN.inner_loop
    cell = WideCell(layer, options["training"])
    wide_layer = shallow_copy(layer)
    put(wide_layer, "cell", cell)
    put(wide_layer, "return_sequences", True)
    misplaces = _misplaces_zeros(layer, options["mask"])
    if misplaces:
        put(wide_layer, "zero_output_for_mask", False)
    start = initial
    if _carries_output(layer, options["mask"]):
        start = [cell.first_output(sequences[:, 0], initial), *initial]
        cell.carries_output = True
    last, outputs, final = run_loop(wide_layer, sequences, start, **options)
    # without the output that was carried in front of them
    final = list(final)[-len(initial) :]
    record = LoopRecord(
        wide=keras.tree.flatten(outputs),
        columns=cell.columns,
        sequences=sequences,
        initial=keras.tree.flatten(initial),
        final=keras.tree.flatten(final),
        mask=options["mask"],
        go_backwards=bool(layer.go_backwards),
        structure=keras.tree.map_structure(lambda _: 0, initial),
        output=cell.output_name,
    )
    if misplaces:
        record.output = None
        return run_loop(layer, sequences, initial, **options), record
    column = cell.columns[cell.output_name]
    own_last = cut(keras.tree.flatten(last), column, 1)
    own_outputs = own_last[:, None]
    if layer.return_sequences:
        own_outputs = cut(record.wide, column, 2)
    return (own_last, own_outputs, final), record


def _carries_output(layer: Any, mask: Tensor | None) -> bool:
    """Return whether a masked step repeats the first state, not the output: Keras does so on JAX.

    The wide output is then made the first state of the loop.
    """
    if mask is None or keras.backend.backend() != "jax":
        return False
    # an unrolled loop repeats the output there too, and zeros repeat nothing
    repeats_otherwise = (layer.unroll, layer.zero_output_for_mask)
    return not any(repeats_otherwise)


def _misplaces_zeros(layer: Any, mask: Tensor | None) -> bool:
    """Return whether zeros of masked steps would cover steps that are not masked.

    Keras puts them in an unrolled layer where the mask has them before it is turned round for a
    layer that reads backwards. The layer's own loop is then run beside the wide one, which goes
    without zeros.
    """
    if mask is None:
        return False
    return all((layer.unroll, layer.zero_output_for_mask, layer.go_backwards))


def _dropout_of(layer: Any, sequences: Tensor) -> dict[str, Tensor]:
    """Return what the cells multiply x and h by, by cell: ``0.x``, ``0.h``.

    Keras makes them before the loop begins, and keeps them in the cells until the layer's call
    ends. Where each gate has its own they are stacked after the axis batch.
    """
    found: dict[str, Tensor] = {}
    for number, cell in enumerate(cells_of(layer)):
        for name, (rate, maker) in _DROPOUTS.items():
            # an author's own cell may have a rate, and drop in a way of its own
            if not getattr(cell, rate, 0) or not hasattr(cell, maker):
                continue
            make = getattr(cell, maker)
            factors = make(sequences[:, 0])
            if isinstance(factors, (list, tuple)):
                factors = keras.ops.stack(factors, axis=1)
            found[f"{number}.{name}"] = factors
    return found
