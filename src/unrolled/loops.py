"""The loop over time of a recurrent layer, widened: a step that also returns the states and the gates.

Sources: Keras ``src/backend/*/rnn.py`` (``rnn``) and the cells in ``src/layers/rnn``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import keras
from keras.src import tree

from unrolled.cells import ACTIVITIES

Tensor = Any


@dataclass
class LoopTap:
    """One loop over time: per part (``state0``, ``0.i``, ...) a tensor (timesteps, batch, ...) in reading order."""

    parts: dict[str, Tensor]
    initial: list[Tensor]
    final: list[Tensor]
    mask: Tensor | None
    go_backwards: bool


def run_widened(original: Callable[..., Any], layer: Any, args: Any, kwargs: dict[str, Any]) -> tuple[Any, LoopTap]:
    """Run the backend's loop for a layer; return what the loop returns, and what was heard in its steps."""
    call = dict(zip(_LOOP_ARGUMENTS, args, strict=False)) | kwargs
    step = call.pop("step_function")
    # a stateful layer hands over its variables: read them now, before the run assigns the final states
    initial = [keras.ops.copy(s) for s in tree.flatten(call["initial_states"])]
    cells = _cells_of(layer)
    listed: list[dict[str, Tensor]] = []
    names: list[str] = []

    def widened(inputs: Tensor, states: Any) -> Any:
        with _heard(cells) as heard:
            output, new_states = step(inputs, states)
        parts = {f"state{k}": s for k, s in enumerate(tree.flatten(new_states))} | heard
        if call.get("unroll"):
            # one call per step, in Python: nothing needs to travel through the backend's loop
            listed.append(parts)
            return output, new_states
        names[:] = parts
        return (output, *parts.values()), new_states

    wants_all = call.pop("return_all_outputs", True)
    last, outputs, final = _run_loop(original, widened, call)
    if listed:
        parts = {name: keras.ops.stack([p[name] for p in listed]) for name in listed[0]}
    else:
        (last, *_), (outputs, *rest) = last, outputs
        parts = dict(zip(names, rest, strict=True))
    tap = LoopTap(parts, initial, tree.flatten(final), call.get("mask"), bool(call.get("go_backwards")))
    return (last, _swap_time(outputs) if wants_all else last[:, None], final), tap


_LOOP_ARGUMENTS = (
    "step_function",
    "inputs",
    "initial_states",
    "go_backwards",
    "mask",
    "constants",
    "unroll",
    "input_length",
    "time_major",
    "zero_output_for_mask",
    "return_all_outputs",
)


def _run_loop(original: Callable[..., Any], step: Callable[..., Any], call: dict[str, Any]) -> Any:
    """Run the backend's loop time-major, so that the long packed array is never transposed."""
    inputs, mask = call["inputs"], call.get("mask")
    options = {k: v for k, v in call.items() if k not in ("inputs", "mask", "initial_states")}
    swap = _same if options.pop("time_major", False) else _swap_time
    if mask is not None:
        mask = swap(mask if len(mask.shape) > 2 else mask[..., None])
    timesteps = tree.flatten(inputs)[0].shape[0 if swap is _same else 1]
    options["input_length"] = options.get("input_length") or timesteps
    return original(
        step,
        tree.map_structure(swap, inputs),
        call["initial_states"],
        mask=mask,
        time_major=True,
        return_all_outputs=True,
        **options,
    )


@contextmanager
def _heard(cells: Sequence[Any]) -> Iterator[dict[str, Tensor]]:
    """Listen to the activations of the cells while one step runs; fills with the gates, as ``0.i`` for cell 0."""
    heard: dict[str, Tensor] = {}
    with ExitStack() as stack:
        for number, cell in enumerate(cells):
            pending = list(ACTIVITIES[known_cell(cell) or ""])
            for attribute in {a.attribute for a in pending}:
                original = getattr(cell, attribute)

                def listen(x: Tensor, original: Any = original, pending: Any = pending, number: int = number) -> Tensor:
                    y = original(x)
                    activity = pending.pop(0) if pending else None
                    if activity is not None and activity.gate:
                        heard[f"{number}.{activity.gate}"] = y
                    return y

                if original is not None:
                    swap_attribute(stack, cell, attribute, listen)
        yield heard


def _cells_of(layer: Any) -> list[Any]:
    """Return the cells of a recurrent layer whose gates are known, in their order."""
    cell = getattr(layer, "cell", None)
    cells = getattr(cell, "cells", None) or [cell]
    return [c for c in cells if known_cell(c)]


def known_cell(cell: Any) -> str | None:
    """Return the name of the known cell class that this object is exactly (a subclass may compute otherwise)."""
    name = type(cell).__name__
    real = getattr(keras.layers, name, None) if name in ACTIVITIES else None
    return name if real is not None and type(cell) is real else None


def swap_attribute(stack: ExitStack, owner: Any, name: str, value: Any) -> None:
    """Set an attribute, past Keras's tracking; put the old one back when the stack unwinds."""
    old = vars(owner)[name]
    put = setattr if isinstance(owner, type) or not hasattr(owner, "_tracker") else object.__setattr__
    put(owner, name, value)
    stack.callback(put, owner, name, old)


def _swap_time(tensor: Tensor) -> Tensor:
    return keras.ops.swapaxes(tensor, 0, 1)


def _same(tensor: Tensor) -> Tensor:
    return tensor
