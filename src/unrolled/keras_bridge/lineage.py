"""What a value made in ``call()`` is made of: there Keras runs operations that nobody hears.

``call()`` is run once more, on Keras's symbolic tensors: they remember the operations that they went through. Source:
Keras ``src/ops/node.py``.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras
from keras.src import backend, tree

from unrolled.keras_bridge.recorder import CallTap
from unrolled.keras_bridge.tensors import Tensor, tensors_of


@dataclass(frozen=True)
class Origin:
    """What one tensor is made of: the tensors that layers made, and the names of the operations in between."""

    tensors: tuple[Tensor, ...]
    operations: tuple[str, ...]


def find_origins(taps: Sequence[CallTap]) -> dict[int, Origin]:
    """Return by its id the origin of each tensor that a layer reads, or the model returns, and no layer made.

    taps: the calls of one run, the model's own first. Nothing is found where ``call()`` cannot run on symbolic tensors.
    """
    made = {id(t) for tap in taps for t in tap.outputs if tap is not taps[0]}
    found: dict[int, Origin] = {}
    for tap in taps:
        inside = [t for t in taps if t.parent is tap]
        wanted = {id(t) for child in inside for t in child.inputs} | {id(t) for t in tap.outputs}
        if inside and _is_written(tap.operation) and wanted - made - {id(t) for t in tap.inputs}:
            found.update(_find_inside(tap, inside))
    return {key: origin for key, origin in found.items() if key not in made}


def _is_written(operation: Any) -> bool:
    """Tell whether the reader wrote ``call()``: what Keras's own wrappers do inside is told by their own rows."""
    return not type(operation).__module__.startswith("keras.")


def _find_inside(tap: CallTap, inside: Sequence[CallTap]) -> dict[int, Origin]:
    """Return the origins of what the calls inside one call read, and of what it returns."""
    symbols = {
        id(t): keras.KerasTensor(tuple(t.shape), keras.backend.standardize_dtype(t.dtype))
        for t in tap.inputs
    }
    args, kwargs = tree.map_structure(
        lambda t: symbols.get(id(t), t) if backend.is_tensor(t) else t, tap.given
    )
    known: dict[int, Tensor] = {id(symbols[id(t)]): t for t in tap.inputs}
    with _nodes_kept([child.operation for child in inside]) as counts:
        try:
            outputs = tree.flatten(tap.operation.call(*args, **_accepted(tap.operation, kwargs)))
        except Exception:  # whatever call() does that symbolic tensors cannot: then it is not known, and so it is told
            return {}
        pairs = list(zip(outputs, tap.outputs, strict=False))
        for child in inside:
            node = child.operation._inbound_nodes[counts[id(child.operation)] :][:1]
            counts[id(child.operation)] += 1
            if not node:
                return {}
            read, _ = tensors_of(node[0].arguments.args, node[0].arguments.kwargs, _is_symbolic)
            pairs += zip(read, child.inputs, strict=False)
            known |= {id(s): t for s, t in zip(node[0].outputs, child.outputs, strict=False)}
        return {
            id(t): _walk_back(s, known) for s, t in pairs if _is_symbolic(s) and id(s) not in known
        }


def _is_symbolic(value: Any) -> bool:
    return isinstance(value, keras.KerasTensor)


def _walk_back(symbol: Any, known: dict[int, Tensor]) -> Origin:
    """Return what a symbolic tensor is made of, as far back as the first tensors that are known."""
    tensors: dict[int, Tensor] = {}
    operations: dict[str, None] = {}
    waiting = [symbol]
    seen: set[int] = set()
    while waiting:
        symbol = waiting.pop(0)
        if id(symbol) in seen:
            continue
        seen.add(id(symbol))
        if id(symbol) in known:
            tensors[id(symbol)] = known[id(symbol)]
        elif (
            getattr(symbol, "_keras_history", None) and symbol._keras_history.operation is not None
        ):
            operation, place, _ = symbol._keras_history
            operations[type(operation).__name__] = None
            waiting += operation._inbound_nodes[place].input_tensors
    return Origin(tuple(tensors.values()), tuple(reversed(operations)))


def _accepted(operation: Any, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return those arguments that ``call`` takes: Keras itself takes ``training`` and ``mask`` of every layer."""
    parameters = inspect.signature(operation.call).parameters
    open_ended = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    return {k: v for k, v in kwargs.items() if open_ended or k in parameters}


@contextmanager
def _nodes_kept(operations: Sequence[Any]) -> Iterator[dict[int, int]]:
    """Take back the nodes that symbolic calls leave on layers; yield how many each had, by its id."""
    every = {id(o): o for o in operations}
    before = {key: (list(o._inbound_nodes), list(o._outbound_nodes)) for key, o in every.items()}
    try:
        yield {key: len(inbound) for key, (inbound, _) in before.items()}
    finally:
        for key, (inbound, outbound) in before.items():
            every[key]._inbound_nodes[:], every[key]._outbound_nodes[:] = inbound, outbound
