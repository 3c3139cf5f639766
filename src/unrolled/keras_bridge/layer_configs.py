"""The configurations and weights of layers, asked once within a block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

W = TypeVar("W")


@dataclass
class _Read:
    """What was read of the layers within one block, by the id of the layer or cell."""

    configs: dict[int, dict[str, Any]] = field(default_factory=dict)
    weights: dict[int, Any] = field(default_factory=dict)


#: set within a block; outside one, what is read is kept for one call
_READ: ContextVar[_Read] = ContextVar("read")


@contextmanager
def reading_once() -> Iterator[None]:
    """Ask each layer for its configuration once: it takes longer than all else that is read.

    Weights that are the same are kept once, too. A block inside another one adds to what that
    knows.
    """
    read = _READ.get(_Read())
    token = _READ.set(read)
    try:
        yield
    finally:
        _READ.reset(token)


def read_config(layer: Any) -> dict[str, Any]:
    """Return the layer's configuration; empty where it has none (a class without get_config)."""
    read = _READ.get(_Read())
    configs = read.configs
    if id(layer) not in configs:
        configs[id(layer)] = _ask_config(layer)
    return configs[id(layer)]


def share_weights(cell: Any, weights: W) -> W:
    """Return the weights that were read of this cell before, if they are equal, else these."""
    read = _READ.get(_Read())
    known = read.weights
    before = known.get(id(cell))
    # equal, not the same: they were read anew
    if before == weights:
        return cast("W", before)
    known[id(cell)] = weights
    return weights


def _ask_config(layer: Any) -> dict[str, Any]:
    nodes = getattr(layer, "_inbound_nodes", None)
    if type(layer).__name__ == "GetItem" and nodes:
        # Keras keeps the key of an indexed tensor with the call alone
        first_call = nodes[0]
        return {"key": first_call.arguments.args[-1]}
    try:
        return dict(layer.get_config())
    except (NotImplementedError, AttributeError, TypeError, ValueError):
        # a class that cannot say it, or whose author's code asks for what is not there
        return {}
