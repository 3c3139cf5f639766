"""What happened in one run of a model, call by call, with the backend's tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import keras

from unrolled.keras_bridge.copies import (
    copy_cell,
    copy_recurrent,
    open_functions,
    put,
    shallow_copy,
)
from unrolled.keras_bridge.loops import (
    LoopRecord,
    loop_can_be_heard,
    with_heard_loop,
)
from unrolled.keras_bridge.masks import copy_with_mask, hung_mask, mask_of_call
from unrolled.keras_bridge.replays import tensors_to_repeat
from unrolled.keras_bridge.second_calls import attention_of, dropout_of
from unrolled.keras_bridge.tensors import (
    Tensor,
    is_tensor,
    tensors_in,
    tensors_of,
)


@dataclass
class CallTap:
    """One call of a layer or an operation.

    given: its arguments as they were, positional and by name. inputs, arguments: the tensors among
    them, and the argument each came by. returned: what it returned, as it did.
    """

    operation: Any
    parent: CallTap | None
    given: tuple[Any, dict[str, Any]]
    inputs: list[Tensor]
    arguments: list[str]
    outputs: list[Tensor] = field(default_factory=list)
    returned: Any = None
    mask: Tensor | None = None
    output_mask: Tensor | None = None
    loops: list[LoopRecord] = field(default_factory=list)
    dropout: dict[str, Tensor] = field(default_factory=dict)
    attention: Tensor | None = None

    @property
    def is_layer(self) -> bool:
        """Whether a layer was called, and not an operation that is none."""
        return isinstance(self.operation, keras.layers.Layer)

    def tensors(self) -> list[Tensor]:
        """Return all tensors that a trace needs of the call."""
        single = [self.mask, self.output_mask, self.attention]
        found = [*self.inputs, *self.outputs, *self.dropout.values()]
        found += [t for t in single if t is not None]
        found += tensors_to_repeat(self.given)
        for loop in self.loops:
            found += loop.tensors()
        return found


class Recorder:
    """Records the calls of one run, in call order (an outer call before the calls inside it).

    training: whether dropout acts in this run, so that its factors are kept.
    """

    def __init__(self, *, training: bool = False) -> None:
        self.training = training
        self.calls: list[CallTap] = []
        self._stack: list[CallTap] = []
        self._muted = 0
        # the one copy of each cell that is called directly, by the id of the cell
        self._cells: dict[int, tuple[Any, Any]] = {}
        # by the id of a copy that stands in for a layer: the layer, and the copy, so that no other
        # object gets its id
        self._copies: dict[int, tuple[Any, Any]] = {}

    def listens(self) -> bool:
        """Return whether calls made now belong to the recording.

        None inside a loop over time does.
        """
        return not self._muted

    def tensors(self) -> Iterator[Tensor]:
        """Yield every tensor that a trace needs, in call order; one may come more than once."""
        for tap in self.calls:
            yield from tap.tensors()

    def call(
        self,
        original: Callable[..., Any],
        operation: Any,
        args: Any,
        kwargs: dict[str, Any],
    ) -> Any:
        """Run one call, and record what went in and came out."""
        operation, _ = self._copies.get(id(operation), (operation, None))
        parent = self._stack[-1] if self._stack else None
        tap = CallTap(
            operation, parent, (args, kwargs), *tensors_of(args, kwargs)
        )
        # a mask that rides on an argument by name is not that of the call
        tap.mask = mask_of_call(args, {"mask": kwargs.get("mask")}, hung_mask)
        index = len(self.calls)
        self.calls.append(tap)
        self._stack.append(tap)
        try:
            self._ask_again(original, tap)
            outputs = self._run(original, tap)
        except BaseException:
            del self.calls[index:]
            raise
        finally:
            self._stack.pop()
        outputs = _as_new_tensors(tap, outputs, self.calls[index + 1 :])
        tap.outputs, tap.returned = tensors_in(outputs), outputs
        masks = [hung_mask(t) for t in tap.outputs]
        tap.output_mask = next((m for m in masks if m is not None), None)
        return outputs

    def _run(self, original: Callable[..., Any], tap: CallTap) -> Any:
        args, kwargs = tap.given
        if not isinstance(tap.operation, keras.layers.RNN):
            return original(self._stand_in(tap.operation), *args, **kwargs)
        layer = tap.operation
        if loop_can_be_heard(layer):
            layer = with_heard_loop(
                layer, tap.loops, keeps_dropout=self.training
            )
        with self._mute():
            outputs = original(layer, *args, **kwargs)
        for loop in tap.loops:
            tap.dropout |= loop.dropout
        return outputs

    def _stand_in(self, layer: Any) -> Any:
        """Return what is called in the place of a layer.

        So that its inside is heard and it stays untouched.
        """
        if isinstance(layer, keras.layers.Bidirectional):
            return self._with_halves(layer)
        if isinstance(layer, keras.layers.TimeDistributed) and hasattr(
            layer.layer, "cell"
        ):
            # it runs the call of its layer, step by step, past what hears it
            made = shallow_copy(layer)
            put(made, "layer", copy_recurrent(layer.layer))
            return made
        if hasattr(layer, "get_dropout_mask"):
            # a cell that is called step by step keeps dropout's factors from call to call
            _, made = self._cells.setdefault(
                id(layer), (layer, copy_cell(layer))
            )
            return made
        if isinstance(layer, keras.layers.Layer):
            return open_functions(layer)
        return layer

    def _with_halves(self, layer: Any) -> Any:
        """Return a copy of a Bidirectional that calls its two layers one by one.

        Not as one fused kernel.
        """
        made = shallow_copy(layer)
        for name in ("forward_layer", "backward_layer"):
            half = getattr(layer, name)
            if hasattr(half, "use_cudnn"):
                copy = shallow_copy(half)
                put(copy, "use_cudnn", False)
                put(made, name, copy)
                self._copies[id(copy)] = (half, copy)
        return made

    def _ask_again(self, original: Callable[..., Any], tap: CallTap) -> None:
        """Ask the layer for what its call does not return."""
        args, kwargs = tap.given
        if not isinstance(tap.operation, keras.layers.Layer):
            return
        with self._mute():
            tap.attention = attention_of(original, tap.operation, args, kwargs)
            if self.training:
                tap.dropout = dropout_of(original, tap.operation, args, kwargs)

    @contextmanager
    def _mute(self) -> Iterator[None]:
        self._muted += 1
        try:
            yield
        finally:
            self._muted -= 1


def _as_new_tensors(tap: CallTap, outputs: Any, inside: list[CallTap]) -> Any:
    """Return the outputs, with a copy for each that is an input.

    What returns its input is told apart from it.
    """
    made_inside = {id(t) for call in inside for t in call.outputs}
    passed_on = {id(t) for t in tap.inputs} - made_inside

    def renew(value: Any) -> Any:
        return (
            copy_with_mask(value)
            if is_tensor(value) and id(value) in passed_on
            else value
        )

    return keras.tree.map_structure(renew, outputs)
