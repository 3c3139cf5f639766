"""Taps: what listens while a real Keras model runs. The only module that reaches into Keras's internals.

For the time of one run three functions of Keras are wrapped: ``Layer.__call__`` and ``Operation.__call__``
(who was called, with what, by whom) and ``backend.rnn`` (the loop over time, whose step is widened so that it
also returns the states and what the cell's activations returned). All are put back afterwards.
Sources: Keras ``src/layers/layer.py``, ``src/ops/operation.py``, ``src/backend/*/rnn.py``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import keras
from keras.src import backend, tree
from keras.src.ops.operation import Operation

from unrolled.keras_bridge.attention import hear_attention
from unrolled.keras_bridge.loops import LoopTap, cells_of, run_widened, swap_attribute
from unrolled.keras_bridge.own_loops import Tensor
from unrolled.keras_bridge.replays import tensors_to_repeat

_FUSED = ("lstm", "gru", "bidirectional_lstm", "bidirectional_gru")
#: held while Keras is wrapped: one run at a time
LOCK = threading.RLock()


@dataclass
class CallTap:
    """One call of a layer or an operation, as it happened, with the backend's tensors.

    given: its arguments as they were, positional and by name.
    """

    operation: Operation
    parent: CallTap | None
    given: tuple[Any, dict[str, Any]]
    inputs: list[Tensor]
    arguments: list[str]
    outputs: list[Tensor] = field(default_factory=list)
    mask: Tensor | None = None
    output_mask: Tensor | None = None
    loops: list[LoopTap] = field(default_factory=list)
    dropout: dict[str, Tensor] = field(default_factory=dict)
    attention: Tensor | None = None


class Recorder:
    """Collects the calls of one run, in call order (an outer call before the calls inside it).

    training: whether dropout acts in this run, so that its factors are kept.
    """

    def __init__(self, *, training: bool = False) -> None:
        self.training = training
        self.calls: list[CallTap] = []
        self._stack: list[CallTap] = []
        self._muted = 0
        self._thread = threading.get_ident()

    def listens(self) -> bool:
        """Tell whether calls made now belong to the recording: this thread, and not inside a loop over time."""
        return not self._muted and threading.get_ident() == self._thread

    def tensors(self) -> Iterator[Tensor]:
        """Yield every tensor that was heard, in call order; one may come more than once."""
        for call in self.calls:
            parts = [
                *call.inputs,
                *call.outputs,
                call.mask,
                call.output_mask,
                *call.dropout.values(),
            ]
            parts.append(call.attention)
            parts += tensors_to_repeat(call.given)
            for loop in call.loops:
                parts += [*loop.parts.values(), *loop.initial, *loop.final, loop.mask]
            yield from (t for t in parts if t is not None)

    def record(self, original: Callable[..., Any], op: Operation, args: Any, kwargs: Any) -> Any:
        """Run one call and keep what went in and came out."""
        tap = CallTap(
            op, self._stack[-1] if self._stack else None, (args, kwargs), *tensors_of(args, kwargs)
        )
        tap.mask = _mask_of(args, kwargs)
        place = len(self.calls)
        self.calls.append(tap)
        self._stack.append(tap)
        try:
            outputs = original(op, *args, **kwargs)
        except BaseException:
            del self.calls[place:]
            raise
        finally:
            self._stack.pop()
        inside = {id(t) for call in self.calls[place + 1 :] for t in call.outputs}
        given = {id(t) for t in tap.inputs}
        outputs = tree.map_structure(
            lambda t: _copy(t) if id(t) in given and id(t) not in inside else t, outputs
        )
        tap.outputs = [t for t in tree.flatten(outputs) if backend.is_tensor(t)]
        tap.output_mask = next((_riding_mask(t) for t in tap.outputs), None)
        return outputs

    def loop(self, original: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
        """Run one loop over time of the layer that is being called, and keep what was heard in its steps."""
        call = self._stack[-1]
        if self.training:
            call.dropout = _cell_dropout(call.operation)
        self._muted += 1
        try:
            result, tap = run_widened(original, call.operation, args, kwargs)
        finally:
            self._muted -= 1
        call.loops.append(tap)
        return result

    def keep_attention(self, weights: Tensor) -> None:
        """Keep the weights of the attention layer that is being called."""
        if self.listens() and self._stack:
            self._stack[-1].attention = weights

    def drop(self, original: Callable[..., Any], inputs: Tensor, kwargs: dict[str, Any]) -> Any:
        """Run the dropout of the layer that is being called, and keep what its input is multiplied by."""
        factor = original(keras.ops.ones_like(inputs), **kwargs)
        self._stack[-1].dropout["x"] = factor
        return inputs * factor


@contextmanager
def recording(*, training: bool = False) -> Iterator[Recorder]:
    """Wrap Keras for the time of the block; yield the recorder that fills up. One at a time per process."""
    with LOCK, ExitStack() as stack:
        recorder, dropout = Recorder(training=training), backend.random.dropout
        layer_call, operation_call, rnn = (
            keras.layers.Layer.__call__,
            Operation.__call__,
            backend.rnn,
        )

        def call_layer(self: Any, *args: Any, **kwargs: Any) -> Any:
            if not recorder.listens():
                return layer_call(self, *args, **kwargs)
            return recorder.record(layer_call, self, args, kwargs)

        def call_operation(self: Any, *args: Any, **kwargs: Any) -> Any:
            if isinstance(self, keras.layers.Layer) or not recorder.listens():
                return operation_call(self, *args, **kwargs)
            return recorder.record(operation_call, self, args, kwargs)

        def run_loop(*args: Any, **kwargs: Any) -> Any:
            if not recorder.listens() or not recorder._stack:
                return rnn(*args, **kwargs)
            return recorder.loop(rnn, args, kwargs)

        def drop(inputs: Any, rate: float, noise_shape: Any = None, seed: Any = None) -> Any:
            options = {"rate": rate, "noise_shape": noise_shape, "seed": seed}
            if not recorder.listens() or not recorder._stack:
                return dropout(inputs, **options)
            return recorder.drop(dropout, inputs, options)

        hear_attention(stack, recorder.keep_attention)
        swap_attribute(stack, backend.random, "dropout", drop)
        swap_attribute(stack, keras.layers.Layer, "__call__", call_layer)
        swap_attribute(stack, Operation, "__call__", call_operation)
        swap_attribute(stack, backend, "rnn", run_loop)
        for name in _FUSED:
            # a fused GPU kernel keeps its gates to itself; without it Keras takes the loop, with equal results
            if hasattr(backend, name):
                swap_attribute(stack, backend, name, _not_here)
        yield recorder


def _cell_dropout(layer: Any) -> dict[str, Tensor]:
    """Return what the cells of a recurrent layer multiply x and h by, by cell: ``0.x``, ``0.h``.

    Keras makes them before the loop begins. Where each gate has its own they are stacked after the axis batch.
    """
    found = {}
    for number, cell in enumerate(cells_of(layer)):
        for name, attribute in (("x", "_dropout_mask"), ("h", "_recurrent_dropout_mask")):
            factor = getattr(cell, attribute, None)
            if factor is not None:
                found[f"{number}.{name}"] = (
                    keras.ops.stack(factor, axis=1) if isinstance(factor, list) else factor
                )
    return found


def tensors_of(
    args: Any, kwargs: dict[str, Any], is_tensor: Callable[[Any], bool] = backend.is_tensor
) -> tuple[list[Tensor], list[str]]:
    """Return the tensors among a call's arguments, masks left out, and the argument each came by."""
    named = [("", args)] + [(k, v) for k, v in kwargs.items() if "mask" not in k]
    pairs = [(name, t) for name, value in named for t in tree.flatten(value) if is_tensor(t)]
    return [t for _, t in pairs], [name for name, _ in pairs]


def _mask_of(args: Any, kwargs: dict[str, Any]) -> Tensor | None:
    """Return the mask that a call gets: given, or riding on its first tensor."""
    given = [m for m in tree.flatten(kwargs.get("mask")) if m is not None]
    riding = [_riding_mask(t) for t in tree.flatten(args) if backend.is_tensor(t)]
    return next((m for m in given + riding if m is not None), None)


def _riding_mask(tensor: Tensor) -> Tensor | None:
    """Return the mask that Keras has hung on a tensor."""
    return getattr(backend, "get_keras_mask", lambda t: getattr(t, "_keras_mask", None))(tensor)


def _copy(tensor: Tensor) -> Tensor:
    """Return the same values as a new tensor: a layer that hands its input on is then told apart from it."""
    if not backend.is_tensor(tensor):
        return tensor
    copy = keras.ops.copy(tensor)
    mask = _riding_mask(tensor)
    if mask is not None:
        # Keras before 3.6 has no function for it
        getattr(backend, "set_keras_mask", lambda t, m: setattr(t, "_keras_mask", m))(copy, mask)
    return copy


def _not_here(*args: Any, **kwargs: Any) -> Any:
    raise NotImplementedError
