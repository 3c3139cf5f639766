"""``call()`` of a reader's own, run on symbolic tensors: which operations each went through.

Source: Keras ``src/ops/node.py``.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import keras

from unrolled.keras_bridge.kept_attributes import attributes_kept, layers_in
from unrolled.keras_bridge.recorder import RecordedCall
from unrolled.keras_bridge.tensors import Tensor, tensors_of

Known = Mapping[int, Tensor]
Pairs = list[tuple[Any, Tensor]]


class SymbolicRun:
    """A run of a call on symbolic tensors, laid beside the run that was heard.

    pairs: each symbol that was read inside or returned, with its tensor. known: by the id of a
    symbol the tensors that the call got or that layers made. Raises what ``call()`` raises: it may
    do what symbolic tensors cannot. To be made and read in ``left_alone``.
    """

    def __init__(
        self,
        tap: RecordedCall,
        inside: Sequence[RecordedCall],
        *,
        any_batch: bool,
    ) -> None:
        symbols = {
            id(t): _symbol_of(t, any_batch=any_batch) for t in tap.inputs
        }

        def stand_in(leaf: Any) -> Any:
            return symbols.get(id(leaf), leaf)

        args, kwargs = keras.tree.map_structure(stand_in, tap.given)
        kwargs = accepted_arguments(tap.operation, kwargs)
        layers = [child for child in inside if child.is_layer]
        # how many calls of each layer stood there before
        counts = {id(c.operation): len(_nodes(c.operation)) for c in layers}
        outputs = keras.tree.flatten(tap.operation.call(*args, **kwargs))
        self.pairs: Pairs = []
        self.known: dict[int, Tensor] = {}
        self._pair(outputs, tap.outputs)
        for tensor in tap.inputs:
            self.known[id(symbols[id(tensor)])] = tensor
        for child in layers:
            key = id(child.operation)
            node = _nodes(child.operation)[counts[key]]
            counts[key] += 1
            self._pair(_read_by(node), child.inputs)
            made = zip(map(id, node.outputs), child.outputs, strict=False)
            self.known.update(made)
        self._pair_operations([c for c in inside if not c.is_layer])

    def _pair(self, symbols: Sequence[Any], tensors: Sequence[Tensor]) -> None:
        """Lay what was read or returned beside each other; a constant is no symbol."""
        for symbol, tensor in zip(symbols, tensors, strict=False):
            if is_symbolic(symbol):
                self.pairs.append((symbol, tensor))

    def _pair_operations(self, heard: Sequence[RecordedCall]) -> None:
        """Lay operations beside those that were heard: an operation is new in each run.

        They are matched by their class, where there is one of it in both runs.
        """
        if not heard:
            return
        symbols = [symbol for symbol, _ in self.pairs]
        nodes = _by_class(_nodes_behind(symbols, self.known))
        for kind, calls in _by_class(heard).items():
            same = nodes.get(kind, [])
            if len(calls) == len(same) == 1:
                self._pair(_read_by(same[0]), calls[0].inputs)


def accepted_arguments(
    operation: Any, kwargs: dict[str, Any]
) -> dict[str, Any]:
    """Return those arguments that ``call`` takes: Keras itself takes ``training`` and ``mask``."""
    parameters = inspect.signature(operation.call).parameters
    if any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
        return kwargs
    return {name: v for name, v in kwargs.items() if name in parameters}


def is_symbolic(value: Any) -> bool:
    """Return whether a value is one of Keras's symbolic tensors."""
    return isinstance(value, keras.KerasTensor)


class Operations:
    """The operations between symbolic tensors, as one function of tensors.

    symbols: where it begins. symbol: what it returns.
    """

    def __init__(self, symbol: Any, known: Known) -> None:
        self.nodes = _nodes_behind([symbol], known)
        # what the last operation reads comes first
        last_first = reversed(self.nodes)
        read = [s for node in last_first for s in node.input_tensors]
        self.symbols = list({id(s): s for s in read if id(s) in known}.values())
        self._symbol = symbol

    def __call__(self, tensors: Sequence[Tensor]) -> Tensor:
        """Run the operations, each with those before it done."""
        made = dict(zip(map(id, self.symbols), tensors, strict=True))

        def fill(leaf: Any) -> Any:
            return made[id(leaf)] if is_symbolic(leaf) else leaf

        for node in self.nodes:
            given = (node.arguments.args, node.arguments.kwargs)
            args, kwargs = keras.tree.map_structure(fill, given)
            outputs = keras.tree.flatten(node.operation(*args, **kwargs))
            made.update(zip(map(id, node.outputs), outputs, strict=True))
        return made[id(self._symbol)]


def _symbol_of(tensor: Tensor, *, any_batch: bool) -> Any:
    shape = list(tensor.shape)
    if any_batch:
        shape[:1] = [None]
    dtype = keras.backend.standardize_dtype(tensor.dtype)
    return keras.KerasTensor(shape, dtype)


def _read_by(node: Any) -> list[Any]:
    """Return the symbols that a call read, without masks."""
    arguments = node.arguments
    read, _ = tensors_of(arguments.args, arguments.kwargs, is_symbolic)
    return read


def _by_class(calls: Iterable[Any]) -> dict[type, list[Any]]:
    """Return calls, or nodes, by the class of their operation."""
    found: dict[type, list[Any]] = {}
    for call in calls:
        found.setdefault(type(call.operation), []).append(call)
    return found


def _nodes(operation: Any) -> list[Any]:
    """Return the nodes of an operation, one for each of its symbolic calls."""
    nodes: list[Any] = getattr(operation, "_inbound_nodes", [])
    return nodes


def _nodes_behind(symbols: Iterable[Any], known: Known) -> list[Any]:
    """Return the nodes that symbols went through, back to known ones, in the order of the run."""
    done: dict[int, Any] = {}
    waiting = _makers(symbols, known)
    while waiting:
        node = waiting[-1]
        before = _makers(node.input_tensors, known)
        missing = [n for n in before if id(n) not in done]
        if missing:
            waiting += missing
            continue
        waiting.pop()
        done[id(node)] = node
    return list(done.values())


def _makers(symbols: Iterable[Any], known: Known) -> list[Any]:
    """Return the nodes that made symbols, as far as they are to be followed.

    Without those of which this Keras does not say so.
    """
    found = []
    for symbol in symbols:
        operation, index, *_ = getattr(symbol, "_keras_history", (None, 0))
        nodes = _nodes(operation)
        if id(symbol) not in known and index < len(nodes):
            found.append(nodes[index])
    return found


@contextmanager
def left_alone(
    operation: Any, inside: Sequence[RecordedCall]
) -> Iterator[None]:
    """Take back what a symbolic call leaves: nodes on layers, attributes that ``call()`` sets."""
    layers = [*layers_in(operation), *(child.operation for child in inside)]
    with (
        _nodes_kept(layers),
        attributes_kept(layers_in(operation)),
        keras.StatelessScope(),
    ):
        yield


@contextmanager
def _nodes_kept(operations: Iterable[Any]) -> Iterator[None]:
    """Take back the nodes that symbolic calls leave on operations."""
    every = {id(o): o for o in operations}.values()
    names = ("_inbound_nodes", "_outbound_nodes")
    lists = [getattr(o, name, []) for o in every for name in names]
    before = [list(nodes) for nodes in lists]
    try:
        yield
    finally:
        for nodes, old in zip(lists, before, strict=True):
            nodes[:] = old
