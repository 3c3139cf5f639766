"""A run that changes nothing.

What it assigns goes into a scope of its own, and never reaches the model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import chain
from operator import attrgetter, methodcaller
from typing import Any

import keras
import numpy as np

from unrolled.keras_bridge.hooks import Deaf, hearing, one_at_a_time
from unrolled.keras_bridge.loop_records import TraceError
from unrolled.keras_bridge.nested_layers import (
    layers_of,
    parts_of,
    variables_of,
)

#: what an error says where Keras has taken the values out: nothing is there, or its memory is gone
_TAKEN_OUT: Mapping[str, tuple[str, ...]] = {"jax": ("NoneType", "deleted")}


@contextmanager
def left_as_found(model: Any) -> Iterator[Any]:
    """Keep a model as it is, whatever a run in the block assigns; one run at a time in a process.

    Keras's own variables (weights, statistics, states, seeds, metrics) are not touched at all:
    nothing is copied, and another thread that trains the model goes on undisturbed. Variables of
    TensorFlow that a layer holds are put back. Yields the scope, whose ``losses`` are those that
    layers added.
    """
    with (
        one_at_a_time(),
        hearing(Deaf()),
        drawing_apart(),
        _losses_kept(model),
        _foreign_variables_kept(model),
        stateless(_values_now(model)) as scope,
    ):
        yield scope


def _values_now(model: Any) -> list[tuple[Any, Any]]:
    """Return copies of a model's values, where a training in another thread would change a run.

    On PyTorch optimizers change the tensors themselves, on JAX a step of training gives their
    memory back. On TensorFlow a new value is a new tensor.

    Raises TraceError where Keras has taken the values out of the model, as it does on JAX while
    ``fit``, ``evaluate`` or ``predict`` are at work.
    """
    backend = keras.backend.backend()
    if backend not in ("jax", "torch"):
        return []
    variables = variables_of(model)
    try:
        now = map(attrgetter("value"), variables)
        values = list(map(keras.ops.copy, now))
    except (TypeError, RuntimeError) as error:
        # of any other error, such as a lack of memory, the reason is not known here
        signs = _TAKEN_OUT.get(backend, ())
        if not any(map(str(error).count, signs)):
            raise
        raise TraceError(
            f"Expected a model at rest, got {model.name!r} while another thread trains or calls "
            "it: on JAX, Keras takes the values out of its variables meanwhile. Fix: trace it "
            "before or after, or in a callback."
        ) from error
    return list(zip(variables, values, strict=True))


@contextmanager
def stateless(values: Any = ()) -> Iterator[Any]:
    """Open a scope of Keras in which variables have these values.

    And what is assigned stays inside; yield it.
    """
    scope = keras.StatelessScope(list(values), collect_losses=True)
    # one try inside another: Ctrl-C may come at a line in between, if there is one
    try:
        try:
            scope.__enter__()
            yield scope
            # Keras passes on nothing of a scope that is inside another one
            outer = scope.original_scope
            if getattr(outer, "collect_losses", False):
                outer.losses += scope.losses
        finally:
            _leave(scope)
    except BaseException:
        # Ctrl-C may have come in the first leave; without it there is no second one, which opens
        # a scope to look around and could be stopped with that
        _leave(scope)
        raise


def _leave(scope: Any) -> None:
    """Close a scope, and those in it: after Ctrl-C an inner one may end after the outer one."""
    for opened in _open_scopes():
        if opened is scope:
            scope.__exit__(None, None, None)
            return


def _open_scopes() -> Iterator[Any]:
    """Yield the scopes that this thread is in, the innermost first."""
    with keras.StatelessScope() as probe:
        scope = probe.original_scope
    while scope is not None:
        yield scope
        scope = scope.original_scope


def drawing_apart() -> AbstractContextManager[Any]:
    """Return what keeps PyTorch's own random state.

    A Dropout without a seed draws from it, not from a variable.
    """
    if keras.backend.backend() != "torch":
        return nullcontext()
    import torch

    forked: AbstractContextManager[Any] = torch.random.fork_rng()
    return forked


@contextmanager
def _losses_kept(model: Any) -> Iterator[None]:
    """Put back the losses that the last call of each layer left: Keras clears them at the next."""
    held = [getattr(layer, "_losses", []) for layer in layers_of(model)]
    before = list(map(list, held))
    try:
        yield
    finally:
        for losses, own in zip(held, before, strict=True):
            if not losses:
                losses[:] = own


@contextmanager
def _foreign_variables_kept(model: Any) -> Iterator[None]:
    """Put back the values of variables that are not Keras's, where a run assigned others."""
    variables = _foreign_variables(model)
    # np.array copies, as numpy() may give the memory of the variable itself
    values = map(methodcaller("numpy"), variables)
    before = list(map(np.array, values))
    try:
        yield
    finally:
        for variable, value in zip(variables, before, strict=True):
            may_have_nan = value.dtype.kind == "f"
            now = variable.numpy()
            if not np.array_equal(now, value, equal_nan=may_have_nan):
                variable.assign(value)


def _foreign_variables(model: Any) -> list[Any]:
    """Return the ``tf.Variable`` objects that layers hold beside Keras's own variables."""
    if keras.backend.backend() != "tensorflow":
        return []
    import tensorflow as tf

    variables = variables_of(model)
    # a variable of Keras holds one of TensorFlow's
    held = list(map(attrgetter("value"), variables))
    own = set(map(id, [*variables, *held]))
    parts = chain.from_iterable(map(parts_of, layers_of(model)))
    found: dict[int, Any] = {}
    for part in parts:
        # TensorFlow's answer to isinstance takes a millisecond: it is asked of few
        may_be_one = hasattr(part, "assign") and id(part) not in own
        if may_be_one and isinstance(part, tf.Variable):
            found[id(part)] = part
    return list(found.values())
