"""What is inside a recurrent cell.

Which gates it computes, in which order, and how ``h`` follows from them.

Sources: Hochreiter and Schmidhuber 1997 (LSTM), Gers et al. 2000 (forget gate), Cho et al. 2014
(GRU); Keras ``src/layers/rnn/lstm.py``, ``gru.py``, ``simple_rnn.py``.
Imports no Keras: it works on arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import starmap
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unrolled.traces.cell_facts import CELLS

Array = NDArray[Any]
Activation = Callable[[Array], Array]


def known_cell(cell: Any) -> str | None:
    """Return the name of the Keras cell class that this object is exactly (not a subclass).

    >>> known_cell(object()) is None
    True
    """
    kind = type(cell)
    package, _, _ = kind.__module__.partition(".")
    name = kind.__name__
    # another package may have a class of the same name that computes otherwise
    if package != "keras" or name not in CELLS:
        return None
    return name


#: so many steps (of all samples) are rebuilt: wrong gates are wrong at each, and what is rebuilt
#: of so many stays in the processor's cache
_CHECKED_STEPS = 1024


def rebuild_error(
    cell_class: str,
    states: list[Array],
    gates: Mapping[str, Array],
    initial: list[Array],
    mask: Array | None,
    activation: Activation,
    go_backwards: bool,
) -> float:
    """Return how far ``h`` and ``c``, rebuilt from the gates, are from the recorded ones.

    states, gates: arrays of shape (batch, timesteps, units), in the order of the data.
    initial: arrays of shape (batch, units). mask: bool (batch, timesteps) or None.
    Returns the largest of ``|rebuilt - recorded| / max(1, |recorded|)``; infinity where one of the
    two is NaN and the other is not; 0.0 for a cell without named gates. Of a long run evenly spread
    steps are rebuilt, the first and the last among them.

    >>> z = np.zeros((1, 1, 1))
    >>> gates = {"i": z + 1, "f": z, "c": z + 0.5, "o": z + 1}
    >>> c, h = z + 0.5, np.tanh(z + 0.5)
    >>> rebuild_error("LSTMCell", [h, c], gates, [z[:, 0], z[:, 0]], None, np.tanh, False)
    0.0
    >>> gates["i"] = z + np.nan
    >>> rebuild_error("LSTMCell", [h, c], gates, [z[:, 0], z[:, 0]], None, np.tanh, False)
    inf
    """
    if not gates:
        return 0.0
    samples, timesteps = states[0].shape[:2]
    # at least the first and the last step, however many samples there are
    count = max(2, _CHECKED_STEPS // max(1, samples))
    count = min(timesteps, count)
    evenly_spread = np.linspace(0, timesteps - 1, count)
    steps = np.unique(evenly_spread.astype(int))
    pairs = zip(states, initial, strict=True)
    before_steps = partial(_before, steps=steps, go_backwards=go_backwards)
    before = list(starmap(before_steps, pairs))
    at_steps = itemgetter((slice(None), steps))
    checked = map(at_steps, gates.values())
    checked_gates = dict(zip(gates, checked, strict=True))
    rebuilt = _rebuild(cell_class, checked_gates, before, activation)
    # what is rebuilt of a masked step is thrown away, as Keras does
    seen: Array | bool = True
    if mask is not None:
        seen = spread(mask[:, steps], states[0].ndim)
    farthest = 0.0
    for made, state in zip(rebuilt, states, strict=True):
        recorded = state[:, steps]
        distance = _distance(made, recorded, seen)
        farthest = max(farthest, distance)
    return farthest


def _before(
    state: Array, initial: Array, steps: Array, go_backwards: bool
) -> Array:
    """Return a state before each of the steps."""
    last = state.shape[1] - 1
    first, back = 0, -1
    if go_backwards:
        first, back = last, 1
    # the first step that is read has no step before it: it takes its own place for the moment
    earlier = np.clip(steps + back, 0, last)
    before = state[:, earlier]
    before[:, steps == first] = initial[:, None]
    return before


def spread(mask: Array, axes: int) -> Array:
    """Return a mask (batch, timesteps) with as many axes as what it is laid over.

    >>> spread(np.ones((2, 5), bool), 4).shape
    (2, 5, 1, 1)
    """
    missing = axes - mask.ndim
    return mask.reshape(*mask.shape, *[1] * missing)


def _distance(made: Array, real: Array, seen: Array | bool) -> float:
    """Return the largest distance, relative where the values are large."""
    scale = np.maximum(1.0, np.abs(real))
    gap = np.abs(np.subtract(made, real)) / scale
    if np.isnan(gap).any():
        # two NaN are alike, and so are two infinities, whose difference is NaN
        both_nan = np.isnan(made) & np.isnan(real)
        is_same = both_nan | (np.asarray(made) == real)
        gap = np.where(is_same, 0.0, gap)
        gap = np.where(np.isnan(gap), np.inf, gap)
    counted = np.broadcast_to(seen, gap.shape)
    return float(np.max(gap, initial=0.0, where=counted))


def _rebuild(
    kind: str,
    gates: Mapping[str, Array],
    before: list[Array],
    activation: Activation,
) -> list[Array]:
    """Apply the last lines of the cell.

    The states of a step from its gates and the states before it.
    """
    if kind in ("LSTMCell", "ConvLSTMCell"):
        _, c_before = before
        c = gates["f"] * c_before
        # in place: the arrays of a long run are large
        c += gates["i"] * gates["c"]
        h = gates["o"] * activation(c)
        return [h, c]
    # a GRU: of the cells with gates no other is left
    (h_before,) = before
    z = gates["z"]
    h = z * h_before + (1 - z) * gates["h"]
    return [h]
