"""What one run of a model left behind: every layer call with its arrays.

Plain NumPy, knows no Keras.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, overload

from unrolled.model_io.nested import Path, numbered
from unrolled.plain_text import printable_line
from unrolled.traces.cell_facts import CellFacts, cell_facts_of
from unrolled.traces.cells import Array
from unrolled.traces.compiled import CompiledLoss
from unrolled.traces.layer_facts import LayerFacts, facts_of

Kind = TypeVar("Kind", bound="LayerCall")


@dataclass(frozen=True)
class Weights:
    """The weights of a layer: how many, and the arithmetic that gives the number.

    Attributes
    ----------
    count : int
        How many numbers.
    formula : str
        Such as ``4·(4·(2+4)+4) = 112``; empty for a layer without weights.
    shapes : tuple of (str, tuple of int)
        Name and shape of each weight array, in Keras's order.

    Examples
    --------
    >>> Weights(6, "2·2+2 = 6", (("kernel", (2, 2)), ("bias", (2,)))).count
    6
    """

    count: int = 0
    formula: str = ""
    shapes: tuple[tuple[str, tuple[int, ...]], ...] = ()


@dataclass(frozen=True, eq=False)
class Provenance:
    """How a value that no layer made was made in ``call()``.

    Attributes
    ----------
    sources : tuple of (LayerCall, int)
        The calls whose outputs it is made of, and which output of each.
    operations : tuple of str
        The names of Keras's operations in between, in their order: ``("Add",)``.
    reach : tuple of array or None
        Per source which step of it moves which step of the value: bool (timesteps of the value,
        timesteps of the source), None where that was not measured.

    Examples
    --------
    >>> call = LayerCall(layer_name="lstm", layer_class="LSTM", path="lstm", constructor="LSTM(2)")
    >>> Provenance(((call, 0),), ("Add",)).operations
    ('Add',)
    """

    sources: tuple[tuple[LayerCall, int], ...]
    operations: tuple[str, ...] = ()
    reach: Sequence[Array | None] = ()


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class LayerCall:
    """One call of one layer during the run.

    Attributes
    ----------
    layer_name, layer_class : str
        As Keras has them.
    path : str
        ``outer/inner`` where nested, else the name.
    constructor : str
        The line that makes such a layer.
    config : mapping
        The layer's ``get_config()``.
    inputs, outputs : tuple of array
        Each with the axis batch first.
    sources : tuple of LayerCall or None
        Per input the call that made it; None where that cannot be seen.
    source_indices : tuple of int
        Per input which of that call's outputs it is.
    made_from : tuple of Provenance or None
        Per input how it was made in ``call()``; None where a layer made it, or where that cannot be
        seen.
    argument_names : tuple of str
        Per input the name of the argument it came by, ``""`` for a positional one.
    mask : array of bool (batch, timesteps), or None
        The mask that the layer was given.
    output_mask : array of bool (batch, timesteps), or None
        The mask that it passes on.
    mask_source : LayerCall or None
        The call whose output was given as the argument ``mask``.
    parent : LayerCall or None
        The call of the model or wrapper around this one.
    number : int
        0 for the first call of this layer, 1 for the second one.
    weights : Weights
        How many there are; of an LSTM, GRU or SimpleRNN a :class:`GateWeights`, which holds them
        gate by gate.
    is_model : bool
        Whether it is a nested model.
    dropout : mapping of str to array
        What a run with ``training=True`` multiplied by, 0 where a value was dropped: ``"x"`` of a
        Dropout layer has the shape of its input; of a recurrent layer ``"x"`` is (batch, features)
        and ``"h"`` (batch, units), the same at every step, or with an axis of gates after batch
        where each gate has its own. Empty otherwise.
    attention : array or None
        Of an attention layer the weights with which each step of the query reads the steps of the
        value: (batch, timesteps, timesteps), of several heads with the axis heads after batch.
    reach : mapping of (int, int) to array of bool
        Which input step moves which output step, measured on this run: by (number of the output,
        number of the input) (output timesteps, input timesteps). A pair is missing where it was not
        measured or could not be.
    inside : list of LayerCall
        The calls made directly inside this one (a nested model, a wrapper, several cells), in call
        order; filled when the trace is made.

    Examples
    --------
    >>> import numpy as np
    >>> LayerCall(
    ...     layer_name="dense", layer_class="Dense", path="head/dense", constructor="Dense(3)",
    ...     outputs=(np.zeros((2, 3)),),
    ... )
    <LayerCall head/dense: Dense(3) -> (2, 3)>
    """

    layer_name: str
    layer_class: str
    path: str
    constructor: str
    config: Mapping[str, Any] = field(default_factory=dict)
    inputs: tuple[Array, ...] = ()
    outputs: tuple[Array, ...] = ()
    sources: tuple[LayerCall | None, ...] = ()
    source_indices: tuple[int, ...] = ()
    made_from: tuple[Provenance | None, ...] = ()
    argument_names: tuple[str, ...] = ()
    mask: Array | None = None
    output_mask: Array | None = None
    mask_source: LayerCall | None = None
    parent: LayerCall | None = None
    number: int = 0
    weights: Weights = Weights()
    is_model: bool = False
    dropout: Mapping[str, Array] = field(default_factory=dict)
    attention: Array | None = None
    reach: Mapping[tuple[int, int], Array] = field(default_factory=dict)
    inside: list[LayerCall] = field(default_factory=list, init=False)

    @property
    def facts(self) -> LayerFacts:
        """What is known of the layer's class, for wording and drawing."""
        return facts_of(self.layer_class)

    def __repr__(self) -> str:
        shapes = ", ".join(str(a.shape) for a in self.outputs)
        return printable_line(
            f"<{type(self).__name__} {self.path}: {self.constructor} -> {shapes}>"
        )


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class RecurrentCall(LayerCall):
    """One call of a recurrent layer, with what happened at every step.

    The index t is the order of the data, also for a layer that reads it backwards: ``h[:, t]`` is
    the state after the step that read ``x[:, t]``. What a :class:`LayerCall` has is here too.

    Attributes
    ----------
    cell_class : str
        The class of its cell: ``LSTMCell``.
    states : tuple of array (batch, timesteps, units)
        Each state after every step; a masked step keeps the one before.
    gates : mapping of str to array (batch, timesteps, units)
        By gate its values, after the gate's activation; NaN at masked steps, whose result Keras
        throws away. Empty where the cell is not one whose gates are known, and for several cells in
        one layer.
    initial_state, final_state : tuple of array (batch, units)
        In Keras's order.
    go_backwards, stateful, return_sequences, return_state : bool
        As the layer was made.
    cell_output : array (batch, timesteps, ...), or None
        Of a cell whose inside is not known what it returns at every step, which need not be its
        first state; None for Keras's own cells, which return h.
    outputs_per_step : array (batch, timesteps, ...), or None
        What the layer returns at every step, whether it returns the sequence or its end: at a
        masked step that is the output before, or zeros (``zero_output_for_mask``), not h. None
        where that cannot be seen.

    Examples
    --------
    >>> import numpy as np
    >>> states = (np.zeros((2, 5, 3)), np.ones((2, 5, 3)))
    >>> call = RecurrentCall(
    ...     layer_name="lstm", layer_class="LSTM", path="lstm", constructor="LSTM(3)",
    ...     cell_class="LSTMCell", states=states,
    ... )
    >>> call.units, call.c is states[1], call.cell_facts.gates
    (3, True, ('i', 'f', 'c', 'o'))
    """

    cell_class: str
    states: tuple[Array, ...]
    gates: Mapping[str, Array] = field(default_factory=dict)
    initial_state: tuple[Array, ...] = ()
    final_state: tuple[Array, ...] = ()
    go_backwards: bool = False
    stateful: bool = False
    return_sequences: bool = False
    return_state: bool = False
    cell_output: Array | None = None
    outputs_per_step: Array | None = None

    @property
    def cell_facts(self) -> CellFacts:
        """What is known of the cell's class: its gates and states by name.

        Empty for a cell that is not Keras's.
        """
        return cell_facts_of(self.cell_class)

    @property
    def cells(self) -> tuple[RecurrentCall, ...]:
        """Of an ``RNN([cell, cell])`` a RecurrentCall for each cell, with its own states and gates.

        Else empty.
        """
        return tuple(c for c in self.inside if isinstance(c, RecurrentCall))

    @property
    def x(self) -> Array:
        """The sequence that was read: (batch, timesteps, features)."""
        return self.inputs[0]

    @property
    def h(self) -> Array:
        """The state h after every step: (batch, timesteps, units)."""
        return self.states[0]

    @property
    def c(self) -> Array | None:
        """The state c of an LSTM or ConvLSTM after every step: (batch, timesteps, units).

        None for other cells.
        """
        return self.states[1] if "c" in self.cell_facts.states else None

    @property
    def units(self) -> int:
        """The width of h."""
        return int(self.h.shape[-1])


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class BidirectionalCall(LayerCall):
    """One call of a Bidirectional layer: its two halves, and how their outputs are put together.

    What a :class:`LayerCall` has is here too.

    Attributes
    ----------
    merge_mode : str or None
        ``concat``, ``sum``, ``mul``, ``ave``, or None where both outputs are returned.

    Examples
    --------
    >>> BidirectionalCall(
    ...     layer_name="both", layer_class="Bidirectional", path="both",
    ...     constructor="Bidirectional(LSTM(2))", merge_mode="sum",
    ... ).merge_mode
    'sum'
    """

    merge_mode: str | None = "concat"

    @property
    def forward(self) -> RecurrentCall:
        """The half that reads the steps as they come."""
        return self._halves[0]

    @property
    def backward(self) -> RecurrentCall:
        """The half that reads them from the last to the first.

        Its ``h[:, t]`` comes after reading ``x[:, t]``.
        """
        return self._halves[1]

    @property
    def _halves(self) -> tuple[RecurrentCall, ...]:
        return tuple(c for c in self.inside if isinstance(c, RecurrentCall))


@dataclass(frozen=True, eq=False)
class TraceContents:
    """What a Trace holds of its batches, as :class:`Trace` describes it."""

    inputs: tuple[LayerCall, ...]
    calls: tuple[LayerCall, ...]
    outputs: tuple[Array, ...]
    output_sources: tuple[LayerCall | None, ...]
    outputs_made_from: tuple[Provenance | None, ...]


class Trace:
    """One run of a model: its inputs, every layer call in order, its outputs.

    Made by :func:`unrolled.trace`. Where the run took several batches the arrays here are theirs,
    one after the other along the axis batch. A trace is a collection of its layer calls: ``for call
    in trace``, ``"lstm" in trace``, ``len(trace)``.

    Attributes
    ----------
    model_name : str
        As Keras has it.
    inputs : tuple of LayerCall
        A call for each input of the model; its one output is the array that was given.
    calls : tuple of LayerCall
        Every layer call, in call order: an outer call before the calls inside it.
    outputs : tuple of array
        What the model returned, flat.
    output_sources : tuple of LayerCall or None
        Per output the call that made it.
    output_indices : tuple of int
        Per output which of that call's outputs it is.
    output_paths : tuple of path
        Per output where it stands in what the model returns: keys and numbers.
    output_names : tuple of str
        Per output its name: the key in a dict, or the layer that made it.
    outputs_made_from : tuple of Provenance or None
        Per output how it was made in ``call()``; None where a layer made it.
    batches : tuple of Trace
        A trace of each batch.
    stateful : bool
        Whether a layer keeps its states from batch to batch.
    x_made_up, training : bool
        Whether the values of x were made up; whether dropout acted.

    Examples
    --------
    >>> import numpy as np
    >>> x = LayerCall(
    ...     layer_name="x", layer_class="InputLayer", path="x", constructor="Input((5, 2))",
    ...     outputs=(np.zeros((3, 5, 2)),),
    ... )
    >>> lstm = RecurrentCall(
    ...     layer_name="lstm", layer_class="LSTM", path="lstm", constructor="LSTM(4)",
    ...     inputs=x.outputs, outputs=(np.zeros((3, 4)),), sources=(x,),
    ...     cell_class="LSTMCell", states=(np.zeros((3, 5, 4)),),
    ... )
    >>> trace = Trace("model", [x], [lstm], lstm.outputs, [lstm])
    >>> trace.recurrent("lstm").h.shape, trace["x"] is x, "lstm" in trace, len(trace)
    ((3, 5, 4), True, True, 1)
    """

    #: what the model was compiled with, which says how labels meet its outputs; None if it was not
    compiled_loss: CompiledLoss | None = None

    def __init__(
        self,
        model_name: str,
        inputs: Sequence[LayerCall],
        calls: Sequence[LayerCall],
        outputs: Sequence[Array],
        output_sources: Sequence[LayerCall | None],
        *,
        output_paths: Sequence[Path] = (),
        output_names: Sequence[str] = (),
        output_indices: Sequence[int] = (),
        outputs_made_from: Sequence[Provenance | None] = (),
        stateful: bool = False,
        x_made_up: bool = False,
        training: bool = False,
    ) -> None:
        self.model_name = model_name
        self._contents = TraceContents(
            inputs=tuple(inputs),
            calls=tuple(calls),
            outputs=tuple(outputs),
            output_sources=tuple(output_sources),
            outputs_made_from=tuple(outputs_made_from)
            or (None,) * len(outputs),
        )
        nest(self._contents.calls)
        names = ["" if s is None else s.layer_name for s in output_sources]
        self.output_paths = tuple(output_paths) or tuple(numbered(len(outputs)))
        self.output_names = tuple(output_names) or tuple(names)
        self.output_indices = tuple(output_indices) or (0,) * len(outputs)
        self.stateful = stateful
        self.x_made_up = x_made_up
        self.training = training
        self.batches: tuple[Trace, ...] = (self,)

    def _read(self) -> TraceContents:
        return self._contents

    @property
    def inputs(self) -> tuple[LayerCall, ...]:
        """The inputs of the model."""
        return self._read().inputs

    @property
    def calls(self) -> tuple[LayerCall, ...]:
        """Every layer call, in call order."""
        return self._read().calls

    @property
    def outputs(self) -> tuple[Array, ...]:
        """The outputs of the model."""
        return self._read().outputs

    @property
    def output_sources(self) -> tuple[LayerCall | None, ...]:
        """The call that made each output."""
        return self._read().output_sources

    @property
    def outputs_made_from(self) -> tuple[Provenance | None, ...]:
        """How each output was made that no layer made."""
        return self._read().outputs_made_from

    @property
    def samples(self) -> int:
        """The number of samples that were run: the length of the axis batch."""
        return sum(int(b.inputs[0].outputs[0].shape[0]) for b in self.batches)

    @overload
    def call(self, name: str) -> LayerCall: ...

    @overload
    def call(self, name: str, kind: type[Kind]) -> Kind: ...

    def call(self, name: str, kind: type[LayerCall] = LayerCall) -> LayerCall:
        """Return the one call of a layer, or an input, by its name or path.

        Parameters
        ----------
        name : str
            ``"lstm"``, or ``"encoder/lstm"`` where it is nested.
        kind : type, optional
            The class that the call must have, so that a type checker knows it: ``trace.call("both",
            BidirectionalCall).forward``.

        Returns
        -------
        LayerCall
            Of the class ``kind``.

        Raises
        ------
        KeyError
            No such layer was called, or it was called several times; the text lists the names.
        TypeError
            The call is of another class.
        """
        found = self.calls_of(name)
        if len(found) > 1:
            raise KeyError(
                f"{name!r} was called {len(found)} times. Fix: trace.calls_of({name!r})[0], or "
                "one of the paths "
                f"{', '.join(dict.fromkeys(c.path for c in found))}."
            )
        if not isinstance(found[0], kind):
            raise TypeError(
                f"Expected {name!r} to be a {kind.__name__}, got a {type(found[0]).__name__}: "
                f"{found[0].constructor}."
            )
        return found[0]

    def recurrent(self, name: str) -> RecurrentCall:
        """Return the one call of a recurrent layer, with its states and gates. As :meth:`call`."""
        return self.call(name, RecurrentCall)

    def calls_of(self, name: str) -> tuple[LayerCall, ...]:
        """Return all calls of the layer with this name or path, in call order; of an input its one.

        Raises KeyError, with the names there are.
        """
        known = (*self.calls, *self.inputs)
        found = [c for c in known if c.path == name] or [
            c for c in known if c.layer_name == name
        ]
        if not found:
            names = ", ".join(self._names())
            raise KeyError(
                f"no layer named {name!r} was called. Layers of this trace: {names}."
            )
        return tuple(found)

    def __getitem__(self, name: str) -> Any:
        """Return the call of the layer or input with this name or path.

        A list where it was called more than once.

        Raises KeyError, with the names there are.
        """
        found = self.calls_of(name)
        return found[0] if len(found) == 1 else list(found)

    def __iter__(self) -> Iterator[LayerCall]:
        """Yield every layer call, in call order."""
        return iter(self.calls)

    def __len__(self) -> int:
        """Return the number of layer calls."""
        return len(self.calls)

    def __bool__(self) -> bool:
        """Return True: a model that calls no layer was run too."""
        return True

    def __contains__(self, name: object) -> bool:
        """Return whether a layer or input of this name or path was called.

        Or whether this call is in the trace.
        """
        known = (*self.calls, *self.inputs)
        return any(name is c or name in (c.path, c.layer_name) for c in known)

    def _names(self) -> list[str]:
        return list(dict.fromkeys(c.path for c in (*self.calls, *self.inputs)))

    def _ipython_key_completions_(self) -> list[str]:
        """Return what may stand between the brackets, for completion."""
        return self._names()

    def __repr__(self) -> str:
        title = (
            f"<Trace of {self.model_name}: {self.samples} samples "
            f"in {len(self.batches)} batch(es)"
        )
        return (
            "\n  ".join([printable_line(title), *map(repr, self.calls)]) + ">"
        )


def nest(calls: Iterable[LayerCall]) -> None:
    """Note in each call which calls were made inside it."""
    for call in calls:
        if call.parent is not None and not any(
            c is call for c in call.parent.inside
        ):
            call.parent.inside.append(call)
