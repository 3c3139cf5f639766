"""``call()`` of a reader's own, run on symbolic tensors: which operations each went through.

Source: Keras ``src/ops/node.py``.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, product
from operator import attrgetter, itemgetter
from typing import Any

import keras

from unrolled.keras_bridge.kept_attributes import attributes_kept, layers_in
from unrolled.keras_bridge.recorder import RecordedCall
from unrolled.keras_bridge.replays import put_places
from unrolled.keras_bridge.tensors import Tensor, tensors_of

#: by the id of a symbol the tensor of the run that it stands for
Known = Mapping[int, Tensor]
#: a symbol, and the tensor of the run in its place
Pairs = list[tuple[Any, Tensor]]


class SymbolicRun:
    """A run of a call on symbolic tensors, laid beside the run that was heard.

    pairs: each symbol that was read inside or returned, with its tensor. known: by the id of a
    symbol the tensors that the call got or that layers made. Raises what ``call()`` raises: it may
    do what symbolic tensors cannot. To be made and read in ``left_alone``.
    """

    def __init__(
        self,
        call: RecordedCall,
        inside: Sequence[RecordedCall],
        *,
        any_batch: bool,
    ) -> None:
        self.pairs: Pairs = []
        self.known: dict[int, Tensor] = {}
        symbols: dict[int, Any] = {}
        for tensor in call.inputs:
            symbol = _symbol_of(tensor, any_batch=any_batch)
            symbols[id(tensor)] = symbol
        # how many nodes each operation has already: those that this run makes come after them
        counts = {id(c.operation): len(_nodes(c.operation)) for c in inside}
        args, kwargs = put_places(call.given, symbols)
        kwargs = accepted_arguments(call.operation, kwargs)
        returned = call.operation.call(*args, **kwargs)
        self._pair(keras.tree.flatten(returned), call.outputs)
        # by the symbols that the call got: the last one of a tensor that is read twice
        given = map(symbols.__getitem__, map(id, call.inputs))
        known = zip(map(id, given), call.inputs, strict=True)
        self.known.update(known)
        operations: list[RecordedCall] = []
        for child in inside:
            if not child.is_layer:
                operations.append(child)
                continue
            # a layer that is called twice has two new nodes, in the order of its calls
            key = id(child.operation)
            node = _nodes(child.operation)[counts[key]]
            counts[key] += 1
            self._pair(_read_by(node), child.inputs)
            made = zip(map(id, node.outputs), child.outputs, strict=False)
            self.known.update(made)
        self._pair_operations(operations)

    def _pair(self, symbols: Sequence[Any], tensors: Sequence[Tensor]) -> None:
        """Lay what was read or returned beside each other; a constant is no symbol."""
        for symbol, tensor in zip(symbols, tensors, strict=False):
            if is_symbolic(symbol):
                self.pairs.append((symbol, tensor))

    def _pair_operations(self, heard: Sequence[RecordedCall]) -> None:
        """Lay operations beside those that were heard: an operation is new in each run.

        They are matched by their class, where there is one of it in both runs.
        """
        symbols = map(itemgetter(0), self.pairs)
        nodes = _nodes_behind(symbols, self.known)
        nodes_by_class = _by_class(nodes)
        for kind, calls in _by_class(heard).items():
            same = nodes_by_class.get(kind, [])
            if len(calls) == len(same) == 1:
                read = _read_by(same[0])
                self._pair(read, calls[0].inputs)


def accepted_arguments(
    operation: Any, kwargs: dict[str, Any]
) -> dict[str, Any]:
    """Return those arguments that ``call`` takes: Keras itself takes ``training`` and ``mask``."""
    parameters = inspect.signature(operation.call).parameters
    kinds = map(attrgetter("kind"), parameters.values())
    if inspect.Parameter.VAR_KEYWORD in kinds:
        # call(..., **kwargs) takes all
        return kwargs
    accepted = dict(kwargs)
    for name in kwargs.keys() - parameters.keys():
        del accepted[name]
    return accepted


def is_symbolic(value: Any) -> bool:
    """Return whether a value is one of Keras's symbolic tensors."""
    return isinstance(value, keras.KerasTensor)


class Operations:
    """The operations between symbolic tensors, as one function of tensors.

    symbol: what it returns. nodes: the operations, in their order. tensors: those of the run where
    it begins.
    """

    def __init__(self, symbol: Any, known: Known) -> None:
        self._symbol = symbol
        self.nodes = _nodes_behind([symbol], known)
        begins: dict[int, Tensor] = {}
        # what the last operation reads comes first
        read = map(attrgetter("input_tensors"), reversed(self.nodes))
        for symbol in chain.from_iterable(read):
            key = id(symbol)
            if key in known:
                begins[key] = known[key]
        self.tensors = tuple(begins.values())
        self._begins = list(begins)

    def __call__(self, tensors: Sequence[Tensor]) -> Tensor:
        """Run the operations, each with those before it done."""
        # by the id of the symbol; the nodes keep their symbols, so that no other one gets that id
        made = dict(zip(self._begins, tensors, strict=True))

        def fill(leaf: Any) -> Any:
            if is_symbolic(leaf):
                return made[id(leaf)]
            return leaf

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
            # those before it come first; then it is looked at again
            waiting += missing
            continue
        waiting.pop()
        done[id(node)] = node
    return list(done.values())


def _makers(symbols: Iterable[Any], known: Known) -> list[Any]:
    """Return the nodes that made symbols, as far as they are to be followed.

    Without those of which this Keras does not say so.
    """
    found: list[Any] = []
    for symbol in symbols:
        if id(symbol) in known:
            continue
        # where Keras notes which operation made a symbol, and in which of its calls
        operation, index, *_ = getattr(symbol, "_keras_history", (None, 0))
        nodes = _nodes(operation)
        if index < len(nodes):
            found.append(nodes[index])
    return found


@contextmanager
def left_alone(
    operation: Any, inside: Sequence[RecordedCall]
) -> Iterator[None]:
    """Take back what a symbolic call leaves: nodes on layers, attributes that ``call()`` sets."""
    layers = layers_in(operation)
    called = map(attrgetter("operation"), inside)
    with (
        _nodes_kept([*layers, *called]),
        attributes_kept(layers),
        # no variable of Keras is assigned
        keras.StatelessScope(),
    ):
        yield


@contextmanager
def _nodes_kept(operations: Iterable[Any]) -> Iterator[None]:
    """Take back the nodes that symbolic calls leave on operations."""
    # an operation that is called twice has its lists here twice, as they were both times
    kept: list[tuple[list[Any], list[Any]]] = []
    names = ("_inbound_nodes", "_outbound_nodes")
    for operation, name in product(operations, names):
        # this Keras may keep them elsewhere
        nodes: list[Any] = getattr(operation, name, [])
        before = list(nodes)
        kept.append((nodes, before))
    try:
        yield
    finally:
        for nodes, before in kept:
            nodes[:] = before
