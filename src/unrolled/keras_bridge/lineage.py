"""What a value made in ``call()`` is made of: there Keras runs operations that nobody hears.

``call()`` is run once more, on Keras's symbolic tensors: they remember the operations that they
went through, and those can be run again, as a ``keras.Function``, to measure which step of a value
comes from which step of its source. So a ``call()`` with a value of that kind runs a second time,
and a third time where it needs to know the length of the batch; what it prints is printed again.
Attributes that it changes are put back. A ``call()`` that only passes on what its layers return
runs once. Source: Keras ``src/ops/node.py``.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras

from unrolled.keras_bridge.recorder import CallTap
from unrolled.keras_bridge.replays import attributes_kept, layers_in
from unrolled.keras_bridge.tensors import Tensor, tensors_of


@dataclass(frozen=True)
class Origin:
    """What one tensor is made of.

    tensors: those that layers made. operations: the names of the operations in between. function:
    these operations as one, which takes a list of the tensors; None where they cannot be run.
    """

    tensors: tuple[Tensor, ...]
    operations: tuple[str, ...]
    function: Any


def find_origins(taps: Sequence[CallTap]) -> dict[int, Origin]:
    """Return the origin of each tensor that a layer reads or the model returns and no layer made.

    taps: the calls of one run, the model's own first. By the id of the tensor. Nothing is found
    where ``call()`` cannot run on symbolic tensors.
    """
    made = _made_by(taps[1:])
    found: dict[int, Origin] = {}
    for tap, inside in _with_children(taps):
        if _is_open(tap, inside, made) and _is_followed(tap.operation):
            found.update(_find_inside(tap, inside))
    by_layers = _made_by(
        t for t in taps[1:] if isinstance(t.operation, keras.layers.Layer)
    )
    return {
        key: origin for key, origin in found.items() if key not in by_layers
    }


def _made_by(taps: Iterable[CallTap]) -> set[int]:
    """Return the ids of the tensors that these calls returned."""
    return {id(t) for tap in taps for t in tap.outputs}


def _with_children(
    taps: Sequence[CallTap],
) -> Iterator[tuple[CallTap, list[CallTap]]]:
    """Yield the calls that have others directly inside them, each with those."""
    children: dict[int, list[CallTap]] = {}
    for tap in taps:
        children.setdefault(id(tap.parent), []).append(tap)
    for tap in taps:
        if id(tap) in children:
            yield tap, children[id(tap)]


def _is_open(tap: CallTap, inside: Sequence[CallTap], made: set[int]) -> bool:
    """Return whether something that is read inside a call, or returned, was made by no layer."""
    wanted = {id(t) for child in inside for t in child.inputs} | {
        id(t) for t in tap.outputs
    }
    return bool(wanted - made - {id(t) for t in tap.inputs})


def _is_followed(operation: Any) -> bool:
    """Return whether a call is run again: the reader wrote it, or it is a model, which may cast.

    What Keras's own wrappers do inside is shown by their own rows.
    """
    is_written = not type(operation).__module__.startswith("keras.")
    return is_written or isinstance(operation, keras.Model)


def _find_inside(tap: CallTap, inside: Sequence[CallTap]) -> dict[int, Origin]:
    """Return the origins of what the calls inside one call read, and of what it returns."""
    for any_batch in (True, False):
        with _left_alone(tap.operation, inside):
            try:
                return _run_symbolically(tap, inside, any_batch=any_batch)
            except Exception:  # call() may do what symbolic tensors cannot; then nothing is claimed
                continue
    return {}


def _run_symbolically(
    tap: CallTap, inside: Sequence[CallTap], *, any_batch: bool
) -> dict[int, Origin]:
    """Run a call on symbolic tensors and lay it beside the run that was heard."""
    symbols = {id(t): _symbol_of(t, any_batch=any_batch) for t in tap.inputs}
    args, kwargs = keras.tree.map_structure(
        lambda leaf: symbols.get(id(leaf), leaf), tap.given
    )
    layers = [c for c in inside if isinstance(c.operation, keras.layers.Layer)]
    counts = Counter(
        {id(c.operation): len(_nodes(c.operation)) for c in layers}
    )
    outputs = keras.tree.flatten(
        tap.operation.call(*args, **_accepted(tap.operation, kwargs))
    )
    pairs = list(zip(outputs, tap.outputs, strict=False))
    known: dict[int, Tensor] = {id(symbols[id(t)]): t for t in tap.inputs}
    for child in layers:
        node = _nodes(child.operation)[counts[id(child.operation)]]
        counts[id(child.operation)] += 1
        pairs += _read_by(node, child)
        known |= {
            id(s): t for s, t in zip(node.outputs, child.outputs, strict=False)
        }
    for node, child in _match_operations([s for s, _ in pairs], inside, known):
        pairs += _read_by(node, child)
    return _read_origins(pairs, known)


def _read_origins(
    pairs: Sequence[tuple[Any, Tensor]], known: dict[int, Tensor]
) -> dict[int, Origin]:
    """Return the origins of those tensors whose symbols no layer made."""
    origins: dict[int, Origin] = {}
    for symbol, tensor in pairs:
        is_new = _is_symbolic(symbol) and id(symbol) not in known
        if is_new and id(tensor) not in origins:
            origins[id(tensor)] = _walk_back(symbol, known)
    return origins


def _symbol_of(tensor: Tensor, *, any_batch: bool) -> Any:
    shape = tuple(tensor.shape)
    if any_batch:
        shape = (None, *shape[1:])
    return keras.KerasTensor(
        shape, keras.backend.standardize_dtype(tensor.dtype)
    )


def _read_by(node: Any, child: CallTap) -> list[tuple[Any, Tensor]]:
    """Return what a call inside read, each symbol with the tensor of the run."""
    read, _ = tensors_of(
        node.arguments.args, node.arguments.kwargs, _is_symbolic
    )
    return list(zip(read, child.inputs, strict=False))


def _match_operations(
    symbols: Sequence[Any], inside: Sequence[CallTap], known: dict[int, Tensor]
) -> Iterator[tuple[Any, CallTap]]:
    """Yield the nodes of operations that were heard in the run: an operation is new in each run.

    They are matched by their class, where there is one of it in both runs.
    """
    heard = [
        c for c in inside if not isinstance(c.operation, keras.layers.Layer)
    ]
    if not heard:
        return
    nodes = list(_nodes_behind(symbols, known))
    in_graph = Counter(type(node.operation) for node in nodes)
    in_run = Counter(type(child.operation) for child in heard)
    for child in heard:
        kind = type(child.operation)
        if in_run[kind] == in_graph[kind] == 1:
            yield next(n for n in nodes if type(n.operation) is kind), child


def _is_symbolic(value: Any) -> bool:
    return isinstance(value, keras.KerasTensor)


def _nodes(operation: Any) -> list[Any]:
    """Return the nodes of an operation, one for each of its symbolic calls."""
    nodes: list[Any] = getattr(operation, "_inbound_nodes", [])
    return nodes


def _node_of(symbol: Any) -> Any:
    """Return the node that made a symbolic tensor; None where this Keras does not say."""
    history = getattr(symbol, "_keras_history", None)
    if history is None or history[0] is None:
        return None
    operation, index = history[0], history[1]
    nodes = _nodes(operation)
    return nodes[index] if index < len(nodes) else None


def _nodes_behind(
    symbols: Iterable[Any], known: dict[int, Tensor]
) -> Iterator[Any]:
    """Yield the nodes that symbolic tensors went through, the last ones first, up to known ones."""
    waiting = [s for s in symbols if _is_symbolic(s)]
    seen: set[int] = set()
    while waiting:
        symbol = waiting.pop(0)
        node = _node_of(symbol)
        if id(symbol) in known or node is None or id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        waiting += node.input_tensors


def _walk_back(symbol: Any, known: dict[int, Tensor]) -> Origin:
    """Return what a symbolic tensor is made of, as far back as the first tensors that are known."""
    operations: dict[str, None] = {}
    symbols: dict[int, Any] = {}
    for node in _nodes_behind([symbol], known):
        operations[type(node.operation).__name__] = None
        symbols |= {id(s): s for s in node.input_tensors if id(s) in known}
    tensors = tuple(known[key] for key in symbols)
    function = _as_function(list(symbols.values()), symbol)
    return Origin(tensors, tuple(reversed(operations)), function)


def _as_function(symbols: list[Any], symbol: Any) -> Any:
    """Return what is between symbolic tensors as one operation; None where Keras cannot do so."""
    try:
        return keras.Function(symbols, symbol, name="operations")
    except (ValueError, IndexError, AttributeError):
        return None


def _accepted(operation: Any, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return those arguments that ``call`` takes: Keras itself takes ``training`` and ``mask``."""
    parameters = inspect.signature(operation.call).parameters
    open_ended = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    return {k: v for k, v in kwargs.items() if open_ended or k in parameters}


@contextmanager
def _left_alone(operation: Any, inside: Sequence[CallTap]) -> Iterator[None]:
    """Take back what a symbolic call leaves: nodes on layers, attributes that ``call()`` sets."""
    layers = [*layers_in(operation), *(child.operation for child in inside)]
    with (
        nodes_kept(layers),
        attributes_kept(layers_in(operation)),
        keras.StatelessScope(),
    ):
        yield


@contextmanager
def nodes_kept(operations: Iterable[Any]) -> Iterator[None]:
    """Take back the nodes that symbolic calls leave on operations."""
    every = {id(o): o for o in operations}
    names = ("_inbound_nodes", "_outbound_nodes")
    lists = [
        getattr(operation, name, [])
        for operation in every.values()
        for name in names
    ]
    before = [list(nodes) for nodes in lists]
    try:
        yield
    finally:
        for nodes, old in zip(lists, before, strict=True):
            nodes[:] = old
