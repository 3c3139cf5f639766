"""The loop over time of a recurrent layer, widened: a step that also returns the states and the gates.

Sources: Keras ``src/backend/*/rnn.py`` (``rnn``) and the cells in ``src/layers/rnn``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import keras
from keras.src import backend, tree

from unrolled.keras_bridge.own_loops import Step, Tensor, scan, step_through
from unrolled.traces.cells import ACTIVITIES, known_cell


@dataclass
class LoopTap:
    """One loop over time: per part (``state0``, ``0.i``, ...) a tensor (timesteps, batch, ...) in reading order."""

    parts: dict[str, Tensor]
    initial: list[Tensor]
    final: list[Tensor]
    mask: Tensor | None
    go_backwards: bool


def run_widened(
    original: Callable[..., Any], layer: Any, args: Any, kwargs: dict[str, Any]
) -> tuple[Any, LoopTap]:
    """Run the backend's loop for a layer; return what the loop returns, and what was heard in its steps."""
    call = dict(zip(_LOOP_ARGUMENTS, args, strict=False)) | kwargs
    step = call.pop("step_function")
    # a stateful layer hands over its variables: read them now, before the run assigns the final states
    initial = [keras.ops.copy(s) for s in tree.flatten(call["initial_states"])]
    cells, mask = cells_of(layer), call.get("mask")

    def widened(inputs: Tensor, states: Any) -> tuple[Tensor, Any, dict[str, Tensor]]:
        with _heard(cells) as heard:
            output, new_states = step(inputs, states)
        return (
            output,
            new_states,
            {f"state{k}": s for k, s in enumerate(tree.flatten(new_states))} | heard,
        )

    wants_all = call.pop("return_all_outputs", True)
    time_major = _to_time_major(call)
    if call.get("unroll") or backend.backend() == "torch":
        outputs, last, final, parts = _run_listed(original, widened, call)
    elif backend.backend() == "jax" or _is_eager():
        outputs, final, parts = (scan if backend.backend() == "jax" else step_through)(
            widened, call
        )
        last = outputs[-1]
    else:
        outputs, last, final, parts = _run_in_graph(original, widened, call)
    tap = LoopTap(parts, initial, tree.flatten(final), mask, bool(call.get("go_backwards")))
    if not wants_all:
        return (last, last[None] if time_major else last[:, None], final), tap
    return (last, outputs if time_major else _swap_time(outputs), final), tap


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


def _to_time_major(call: dict[str, Any]) -> bool:
    """Turn inputs and mask time-major, so that the long outputs need no transposing; return whether they were."""
    was = bool(call.pop("time_major", False))
    swap = _same if was else _swap_time
    mask = call.get("mask")
    if mask is not None:
        call["mask"] = swap(mask if len(mask.shape) > 2 else mask[..., None])
    call["inputs"] = tree.map_structure(swap, call["inputs"])
    call["input_length"] = call.get("input_length") or tree.flatten(call["inputs"])[0].shape[0]
    return was


def _run_listed(original: Callable[..., Any], step: Step, call: dict[str, Any]) -> Any:
    """Run a loop that calls its step once per timestep, in Python: the parts need not travel through it."""
    listed: list[dict[str, Tensor]] = []

    def plain(inputs: Tensor, states: Any) -> Any:
        output, new_states, parts = step(inputs, states)
        listed.append(parts)
        return output, new_states

    last, outputs, final = original(plain, time_major=True, return_all_outputs=True, **call)
    # a loop may try its first step once before it begins
    taken = listed[-outputs.shape[0] :]
    return (
        outputs,
        last,
        final,
        {name: keras.ops.stack([p[name] for p in taken]) for name in taken[0]},
    )


def _is_eager() -> bool:
    """Tell whether TensorFlow runs each operation at once, not as a graph."""
    import tensorflow as tf

    return bool(tf.executing_eagerly())


def _run_in_graph(original: Callable[..., Any], step: Step, call: dict[str, Any]) -> Any:
    """Run a loop of the backend's own: the parts travel through it beside the output."""
    names: list[str] = []

    def tupled(inputs: Tensor, states: Any) -> Any:
        output, new_states, parts = step(inputs, states)
        names[:] = parts
        return (output, *parts.values()), new_states

    lasts, outputs, final = original(tupled, time_major=True, return_all_outputs=True, **call)
    return outputs[0], lasts[0], final, dict(zip(names, outputs[1:], strict=True))


@contextmanager
def _heard(cells: Sequence[Any]) -> Iterator[dict[str, Tensor]]:
    """Listen to the activations of the known cells while one step runs; fills with the gates, as ``0.i`` for cell 0."""
    heard: dict[str, Tensor] = {}
    with ExitStack() as stack:
        for number, cell in enumerate(cells):
            if not known_cell(cell):
                _hear_output(stack, cell, f"{number}.y", heard)
            pending = list(ACTIVITIES.get(known_cell(cell) or "", ()))
            for attribute in {a.attribute for a in pending}:
                original = getattr(cell, attribute)

                def listen(
                    x: Tensor,
                    original: Any = original,
                    pending: Any = pending,
                    number: int = number,
                ) -> Tensor:
                    y = original(x)
                    activity = pending.pop(0) if pending else None
                    if activity is not None and activity.gate:
                        heard[f"{number}.{activity.gate}"] = y
                    return y

                if original is not None:
                    swap_attribute(stack, cell, attribute, listen)
        yield heard


def _hear_output(stack: ExitStack, cell: Any, name: str, heard: dict[str, Tensor]) -> None:
    """Keep what a cell of an unknown class returns in this step: it need not be its first state."""
    original = cell.call

    def listen(*args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        heard[name] = result[0]
        return result

    object.__setattr__(cell, "call", listen)
    stack.callback(object.__delattr__, cell, "call")


def cells_of(layer: Any) -> list[Any]:
    """Return the cells of a recurrent layer, in their order; empty for any other layer."""
    cell = getattr(layer, "cell", None)
    return list(getattr(cell, "cells", None) or ([] if cell is None else [cell]))


def swap_attribute(stack: ExitStack, owner: Any, name: str, value: Any) -> None:
    """Set an attribute, past Keras's tracking; put the old one back when the stack unwinds."""
    put = (
        setattr if isinstance(owner, type) or not hasattr(owner, "_tracker") else object.__setattr__
    )
    if name in vars(owner):
        stack.callback(put, owner, name, vars(owner)[name])
    else:
        # PyTorch keeps a layer that is an attribute (an activation with weights, say) in a place of its own
        stack.callback(object.__delattr__, owner, name)
    put(owner, name, value)


def _swap_time(tensor: Tensor) -> Tensor:
    return keras.ops.swapaxes(tensor, 0, 1)


def _same(tensor: Tensor) -> Tensor:
    return tensor
