"""What happened in one run of a model, call by call, with the backend's tensors."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from operator import is_not
from typing import Any

import keras

from unrolled.keras_bridge.copies import (
    copy_cell,
    open_functions,
    put,
    shallow_copy,
)
from unrolled.keras_bridge.loop_records import LoopRecord
from unrolled.keras_bridge.loops import (
    loop_can_be_heard,
    with_heard_loop,
)
from unrolled.keras_bridge.masks import copy_with_mask, hung_mask, mask_of_call
from unrolled.keras_bridge.replays import tensors_to_repeat
from unrolled.keras_bridge.second_calls import attention_of, dropout_of
from unrolled.keras_bridge.tensors import (
    Tensor,
    tensors_in,
    tensors_of,
)

_RECURRENT = (keras.layers.RNN, keras.layers.Bidirectional)


@dataclass
class RecordedCall:
    """One call of a layer or an operation.

    called: what ran, which is the operation or a copy of it. given: its arguments as they were,
    positional and by name. inputs, arguments: the tensors among them, and the argument each came
    by. returned: what it returned, as it did.
    """

    operation: Any
    called: Any
    parent: RecordedCall | None
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
        found = [*self.inputs, *self.outputs, *self.dropout.values()]
        single = [self.mask, self.output_mask, self.attention]
        # is_not, as == would ask tensors
        found += filter(partial(is_not, None), single)
        found += tensors_to_repeat(self.given)
        for loop in self.loops:
            found += loop.tensors()
        return found


class Recorder:
    """Records the calls of one run, in call order (an outer call before the calls inside it).

    training: whether dropout acts in this run, so that its factors are kept. turned: the places
    of the calls whose layer's own loop returns its steps the other way round than it reads them.
    """

    def __init__(
        self, *, training: bool = False, turned: Collection[int] = ()
    ) -> None:
        self.training = training
        self.calls: list[RecordedCall] = []
        self._turned = turned
        self._stack: list[RecordedCall] = []
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
        for call in self.calls:
            yield from call.tensors()

    def call(
        self,
        original: Callable[..., Any],
        operation: Any,
        args: Any,
        kwargs: dict[str, Any],
    ) -> Any:
        """Run one call, and record what went in and came out."""
        layer, called = self._copies.get(id(operation), (operation, operation))
        inputs, arguments = tensors_of(args, kwargs)
        made = RecordedCall(
            operation=layer,
            called=called,
            parent=next(reversed(self._stack), None),
            given=(args, kwargs),
            inputs=inputs,
            arguments=arguments,
            # a mask that rides on an argument by name is not that of the call
            mask=mask_of_call(args, {"mask": kwargs.get("mask")}, hung_mask),
        )
        index = len(self.calls)
        self.calls.append(made)
        self._stack.append(made)
        try:
            self._ask_again(original, made)
            outputs = self._run(original, made)
        except BaseException:
            del self.calls[index:]
            raise
        finally:
            self._stack.pop()
        outputs = _as_new_tensors(made, outputs, self.calls[index + 1 :])
        made.outputs, made.returned = tensors_in(outputs), outputs
        made.output_mask = mask_of_call(made.outputs, {}, hung_mask)
        return outputs

    def _run(self, original: Callable[..., Any], call: RecordedCall) -> Any:
        args, kwargs = call.given
        layer = call.called
        if not isinstance(layer, keras.layers.RNN):
            return original(self._stand_in(layer), *args, **kwargs)
        if loop_can_be_heard(layer):
            layer = with_heard_loop(
                layer,
                call.loops,
                keeps_dropout=self.training,
                turns_steps=len(self.calls) - 1 in self._turned,
            )
        with self._mute():
            outputs = original(layer, *args, **kwargs)
        for loop in call.loops:
            call.dropout |= loop.dropout
        return outputs

    def _stand_in(self, layer: Any) -> Any:
        """Return what is called in the place of a layer.

        So that its inside is heard and it stays untouched.
        """
        if isinstance(layer, keras.layers.Bidirectional):
            return self._with_halves(layer)
        if isinstance(layer, keras.layers.TimeDistributed):
            return self._with_heard_steps(layer)
        if hasattr(layer, "get_dropout_mask"):
            # a cell that is called step by step keeps dropout's factors from call to call
            pair = (layer, copy_cell(layer))
            return self._cells.setdefault(id(layer), pair)[1]
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

    def _with_heard_steps(self, layer: Any) -> Any:
        """Return a copy of a TimeDistributed whose recurrent layer is heard at every step.

        Keras runs the layer's method ``call``, past what hears a layer that is called.
        """
        inner = layer.layer
        if not isinstance(inner, _RECURRENT):
            return open_functions(layer)

        def call(*args: Any, **kwargs: Any) -> Any:
            return self.call(_run_method, inner, args, kwargs)

        heard = shallow_copy(inner)
        put(heard, "call", call)
        made = shallow_copy(layer)
        put(made, "layer", heard)
        return made

    def _ask_again(
        self, original: Callable[..., Any], call: RecordedCall
    ) -> None:
        """Ask the layer for what its call does not return."""
        if not call.is_layer:
            return
        layer = call.operation
        args, kwargs = call.given
        with self._mute():
            call.attention = attention_of(original, layer, args, kwargs)
            if self.training:
                call.dropout = dropout_of(original, layer, args, kwargs)

    @contextmanager
    def _mute(self) -> Iterator[None]:
        self._muted += 1
        try:
            yield
        finally:
            self._muted -= 1


def _run_method(layer: Any, *args: Any, **kwargs: Any) -> Any:
    """Run the method ``call`` of a layer."""
    return layer.call(*args, **kwargs)


def _as_new_tensors(
    call: RecordedCall, outputs: Any, inside: list[RecordedCall]
) -> Any:
    """Return the outputs, with a copy for each that is an input.

    What returns its input is told apart from it.
    """
    passed_on = set(map(id, call.inputs))
    for inner in inside:
        passed_on.difference_update(map(id, inner.outputs))

    def renew(value: Any) -> Any:
        if id(value) in passed_on:
            return copy_with_mask(value)
        return value

    return keras.tree.map_structure(renew, outputs)
