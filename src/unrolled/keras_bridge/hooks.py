"""Who listens to the calls of Keras's layers and operations.

One listener in one thread, no other thread sees it.

While a listener is there ``keras.Layer.__call__`` and ``keras.Operation.__call__`` ask it first. In
every other thread they do what they always do. Both are put back with the last listener.
Sources: Keras ``src/layers/layer.py``, ``src/ops/operation.py``.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import keras

_LOCK = threading.RLock()


class Listener(Protocol):
    """What hears the calls of one thread."""

    def listens(self) -> bool:
        """Return whether calls made now are to be heard."""

    def call(
        self,
        original: Callable[..., Any],
        operation: Any,
        args: Any,
        kwargs: dict[str, Any],
    ) -> Any:
        """Run one call through ``original(operation, *args, **kwargs)``; return its result."""


class Deaf:
    """Hears nothing: what a trace does beside its run is not heard by a trace around it."""

    def listens(self) -> bool:
        """Return False."""
        return False

    def call(
        self,
        original: Callable[..., Any],
        operation: Any,
        args: Any,
        kwargs: dict[str, Any],
    ) -> Any:
        """Run one call."""
        return original(operation, *args, **kwargs)


#: listens in a thread where nobody else does
_NOBODY = Deaf()


class _Heard(threading.local):
    """The listener of each thread."""

    listener: Listener = _NOBODY


_heard = _Heard()
_originals: dict[type, Callable[..., Any]] = {}


@contextmanager
def hearing(listener: Listener) -> Iterator[None]:
    """Let the listener hear the calls of this thread until the block ends.

    A listener from before waits so long.
    """
    with one_at_a_time():
        before = _heard.listener
        # one try inside another: Ctrl-C may come at a line in between, if there is one
        try:
            try:
                _wrap()
                _heard.listener = listener
                yield
            finally:
                _put_back(before)
        finally:
            # Ctrl-C may end the first time half way, and what is put back already stays so
            _put_back(before)


def one_at_a_time() -> threading.RLock:
    """Return the lock that is held from before a model is run until it is as it was."""
    return _LOCK


def _wrap() -> None:
    for owner in (keras.Operation, keras.layers.Layer):
        # a listener inside another one finds it done
        if owner not in _originals:
            original = owner.__call__
            # noted first: Ctrl-C in between must find what to put back
            _originals[owner] = original
            setattr(owner, "__call__", _asking_first(owner, original))  # noqa: B010


def _put_back(before: Listener) -> None:
    _heard.listener = before
    if before is _NOBODY:
        # a copy of the items, as each is taken out
        for owner, original in list(_originals.items()):
            setattr(owner, "__call__", original)  # noqa: B010
            _originals.pop(owner, None)


def _asking_first(
    owner: type, original: Callable[..., Any]
) -> Callable[..., Any]:
    """Return the method, made to ask the listener of its thread.

    A layer is an operation too, and is heard once.
    """
    asks_twice = owner is keras.Operation

    def ask_first(self: Any, *args: Any, **kwargs: Any) -> Any:
        listener = _heard.listener
        # a layer's call goes on to the one of an operation
        was_asked = asks_twice and isinstance(self, keras.layers.Layer)
        if was_asked or not listener.listens():
            return original(self, *args, **kwargs)
        return listener.call(original, self, args, kwargs)

    return ask_first


def _start_afresh() -> None:
    """Give a forked process a free lock and Keras as it was.

    The thread that held them is not in it.
    """
    global _LOCK
    _LOCK = threading.RLock()
    _put_back(_NOBODY)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_afresh)
