"""What one run of a model left behind: every layer call with its arrays. Plain NumPy, knows no Keras."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from unrolled.model_io.nested import Path, numbered
from unrolled.traces.cell_facts import CellFacts, cell_facts_of
from unrolled.traces.cells import STATES, Array
from unrolled.traces.compiled import CompiledLoss
from unrolled.traces.layer_facts import LayerFacts, facts_of


@dataclass(frozen=True)
class Weights:
    """The weights of a layer: how many, and the arithmetic that gives the number.

    count: int. formula: str such as ``4·(4·(2+4)+4) = 112``, empty for a layer without weights.
    shapes: (name, shape) of each weight array, in Keras's order.
    """

    count: int = 0
    formula: str = ""
    shapes: tuple[tuple[str, tuple[int, ...]], ...] = ()


@dataclass(frozen=True, eq=False)
class Provenance:
    """How a value that no layer made was made in ``call()``.

    sources: the calls whose outputs it is made of, and which output of each. operations: the names of Keras's
    operations in between, in their order: ``("Add",)``. reach: per source which step of it moves which step of the
    value, bool (timesteps of the value, timesteps of the source), None where that was not measured.
    """

    sources: tuple[tuple[LayerCall, int], ...]
    operations: tuple[str, ...] = ()
    reach: Sequence[Array | None] = ()


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class LayerCall:
    """One call of one layer during the run.

    layer_name, layer_class: as Keras has them. path: ``outer/inner`` where nested, else the name.
    constructor: the line that makes such a layer. config: the layer's ``get_config()``.
    inputs, outputs: the arrays, each with the axis batch first.
    sources: per input the call that made it, or None where that cannot be seen. source_indices: which of that
    call's outputs it is. made_from: per input how it was made in ``call()``, or None where a layer made it or where that
    cannot be seen. argument_names: per input the name of the argument it came by, ``""`` for a positional one.
    mask: bool (batch, timesteps) that the layer was given, or None. output_mask: the one it hands on.
    mask_source: the call whose output was given as the argument ``mask``, or None.
    parent: the call of the model or wrapper around this one, or None. weights: how many there are; of an LSTM, GRU
    or SimpleRNN a :class:`GateWeights`, which holds them gate by gate.
    number: 0 for the first call of this layer, 1 for the second one. is_model: whether it is a nested model.
    dropout: what a run with ``training=True`` multiplied by, 0 where a value was dropped: ``"x"`` of a Dropout layer
    has the shape of its input; of a recurrent layer ``"x"`` is (batch, features) and ``"h"`` (batch, units), the same
    at every step, or with an axis of gates after batch where each gate has its own. Empty otherwise.
    attention: of an attention layer the weights with which each step of the query reads the steps of the value:
    (batch, timesteps, timesteps), of several heads with the axis heads after batch; None otherwise.
    reach: which input step moves which output step, measured on this run: by (number of the output, number of the input)
    a bool array (output timesteps, input timesteps). A pair is missing where it was not measured or could not be.
    inside: the calls made directly inside this one (a nested model, a wrapper, several cells), in call order.
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

    def __post_init__(self) -> None:
        if self.parent is not None:
            self.parent.inside.append(self)

    def __repr__(self) -> str:
        shapes = ", ".join(str(a.shape) for a in self.outputs)
        return f"<{type(self).__name__} {self.path}: {self.constructor} -> {shapes}>"


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class RecurrentCall(LayerCall):
    """One call of a recurrent layer, with what happened at every step.

    The index t is the order of the data, also for a layer that reads it backwards: ``h[:, t]`` is the state
    after the step that read ``x[:, t]``.

    states: per state an array (batch, timesteps, units). gates: gate name to (batch, timesteps, units), after
    the gate's activation; NaN at masked steps, whose result Keras throws away; empty where the cell is not one
    whose gates are known, and for several cells in one layer. initial_state, final_state: per state (batch, units),
    in Keras's order. cell_output: of a cell whose inside is not known what it returns at every step, (batch, timesteps, ...),
    which need not be its first state; None for Keras's own cells, which return h.
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

    @property
    def cell_facts(self) -> CellFacts:
        """What is known of the cell's class: its gates and states by name; empty for a cell that is not Keras's."""
        return cell_facts_of(self.cell_class)

    @property
    def cells(self) -> tuple[RecurrentCall, ...]:
        """Of an ``RNN([cell, cell])`` a RecurrentCall for each cell, with its own states and gates; else empty."""
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
        """The state c of an LSTM or ConvLSTM after every step: (batch, timesteps, units); None for other cells."""
        return self.states[1] if "c" in STATES.get(self.cell_class, ()) else None

    @property
    def units(self) -> int:
        """The width of h."""
        return int(self.h.shape[-1])


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class BidirectionalCall(LayerCall):
    """One call of a Bidirectional layer: its two halves, and how their outputs are put together.

    merge_mode: ``concat``, ``sum``, ``mul``, ``ave``, or None where both outputs are returned.
    """

    merge_mode: str | None = "concat"

    @property
    def forward(self) -> RecurrentCall:
        """The half that reads the steps as they come."""
        return self._halves[0]

    @property
    def backward(self) -> RecurrentCall:
        """The half that reads them from the last to the first; its ``h[:, t]`` comes after reading ``x[:, t]``."""
        return self._halves[1]

    @property
    def _halves(self) -> tuple[RecurrentCall, ...]:
        return tuple(c for c in self.inside if isinstance(c, RecurrentCall))


class Trace:
    """One run of a model: its inputs, every layer call in order, its outputs.

    Made by :func:`unrolled.trace`. Where the run took several batches, ``batches`` holds a Trace for each, and
    the arrays here are theirs, one after the other along the axis batch.
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
        self.inputs = tuple(inputs)
        self.calls = tuple(calls)
        self.outputs = tuple(outputs)
        self.output_sources = tuple(output_sources)
        self.output_paths = tuple(output_paths) or tuple(numbered(len(self.outputs)))
        self.output_names = tuple(output_names) or tuple(
            "" if s is None else s.layer_name for s in output_sources
        )
        self.output_indices = tuple(output_indices) or (0,) * len(self.outputs)
        self.outputs_made_from = tuple(outputs_made_from) or (None,) * len(self.outputs)
        self.stateful = stateful
        self.x_made_up = x_made_up
        self.training = training
        self.batches: tuple[Trace, ...] = (self,)

    def __getitem__(self, name: str) -> Any:
        """Return the call of the layer with this name or path; a list of them where it was called more than once.

        Raises KeyError, with the names there are.
        """
        found = [c for c in self.calls if c.path == name] or [
            c for c in self.calls if c.layer_name == name
        ]
        if not found:
            names = ", ".join(dict.fromkeys(c.path for c in self.calls))
            raise KeyError(f"no layer named {name!r} was called. Layers of this trace: {names}.")
        return found[0] if len(found) == 1 else found

    def __repr__(self) -> str:
        lines = [
            f"<Trace of {self.model_name}: {self.samples} samples in {len(self.batches)} batch(es)"
        ]
        return "\n  ".join([*lines, *map(repr, self.calls)]) + ">"

    @cached_property
    def samples(self) -> int:
        """The number of samples that were run: the length of the axis batch."""
        return int(self.inputs[0].outputs[0].shape[0])

    def children(self, call: LayerCall) -> tuple[LayerCall, ...]:
        """Return the calls made directly inside a call (a nested model, a wrapper)."""
        return tuple(call.inside)
