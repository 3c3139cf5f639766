"""One call of one layer during a run, and where its inputs came from.

Plain NumPy, knows no Keras.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from unrolled.plain_text import printable_line
from unrolled.traces.cells import Array
from unrolled.traces.layer_facts import LayerFacts, facts_of


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
        shapes = map(np.shape, self.outputs)
        returned = ", ".join(map(str, shapes))
        kind = type(self).__name__
        return printable_line(
            f"<{kind} {self.path}: {self.constructor} -> {returned}>"
        )


def nest(calls: Iterable[LayerCall]) -> None:
    """Note in each call which calls were made inside it."""
    for call in calls:
        # what was called inside no other call is noted nowhere
        parent = call.parent
        if parent is None:
            continue
        # another trace of the same calls may have been made before
        if call not in parent.inside:
            parent.inside.append(call)
