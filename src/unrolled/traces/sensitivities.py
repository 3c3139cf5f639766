"""How strongly each timestep that was read moves the output of a model. Plain NumPy."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import filterfalse
from numbers import Real
from operator import attrgetter
from typing import Any

import numpy as np

from unrolled.plain_text import printable
from unrolled.traces.cells import Array
from unrolled.traces.names import find_named

_NAME, _IS_INPUT = attrgetter("name"), attrgetter("is_input")
SHARE = 0.9  # of the strength, by which the table says how far back steps still move the output


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class LayerSensitivity:
    """How strongly each timestep that one input or layer read moves a value of the output.

    The index t is the order of the data, also for a layer that reads it backwards.

    Attributes
    ----------
    name : str
        Of the input, or the layer's path ``outer/inner``.
    layer_class : str
        As Keras has it, ``InputLayer`` for an input.
    gradients : float array of shape (batch, timesteps, features)
        The derivative of that value with respect to what was read: an input's numbers, the vectors
        that an Embedding looked up for its ids, or what came to the layer. Of several units
        together it is the root of the sum of their squares, and so never negative.
    mask : bool array of shape (batch, timesteps) or None
        False at the steps that were passed over.
    go_backwards : bool
        Whether the steps were read from the last to the first.
    is_recurrent : bool
        Whether the layer has a loop over time.
    values : array of shape (batch, timesteps, ...) or None
        The numbers or ids of an input as they were given; None for a layer.

    Examples
    --------
    >>> read = LayerSensitivity(name="x", layer_class="InputLayer", gradients=np.ones((2, 4, 3)))
    >>> read.strength.shape, read.share[0].tolist()
    ((2, 4), [0.25, 0.25, 0.25, 0.25])
    """

    name: str
    layer_class: str
    gradients: Array
    mask: Array | None = None
    go_backwards: bool = False
    is_recurrent: bool = False
    values: Array | None = None

    @property
    def is_input(self) -> bool:
        """Whether this is an input of the model."""
        return self.layer_class == "InputLayer"

    @cached_property
    def strength(self) -> Array:
        """How strongly each step moves the output: (batch, timesteps), L2 norm over features."""
        samples, timesteps = self.gradients.shape[:2]
        # the squares of small float16 would be 0
        exact = np.asarray(self.gradients, dtype="float64")
        by_step = exact.reshape(samples, timesteps, -1)
        strength: Array = np.linalg.norm(by_step, axis=2)
        return strength.astype(self.gradients.dtype)

    @cached_property
    def share(self) -> Array:
        """The strength of each step as a share of all: (batch, timesteps); 0 if none moves it."""
        strength = self.strength
        total = strength.sum(axis=1, keepdims=True, dtype="float64")
        nothing = np.zeros(strength.shape)
        share: Array = np.divide(strength, total, out=nothing, where=total > 0)
        return share

    def reach(self, share: float = SHARE) -> Array:
        """Return how many of the steps read last hold that share of the strength: int (batch,).

        Counted back from the last step that moves the output at all: padding does not count; a
        layer that reads backwards read the first steps last. 0 for a sample whose output nothing
        moves. Raises ValueError for a share that is not above 0 and at most 1.

        >>> steps = np.array([[[0.0], [0.5], [4.5], [0.0]]])
        >>> one = LayerSensitivity(name="x", layer_class="InputLayer", gradients=steps)
        >>> one.reach(), one.reach(0.95)
        (array([1]), array([2]))
        """
        # Python counts True as 1
        is_number = isinstance(share, Real) and not isinstance(share, bool)
        if not is_number or not 0 < share <= 1:
            raise ValueError(
                f"Expected share to be a number above 0 and at most 1, got {share!r}. "
                f"Fix: reach({SHARE})."
            )
        latest = self.strength.astype("float64")
        if not self.go_backwards:
            latest = latest[:, ::-1]
        # those after the last step that moves the output are not counted
        idle = np.argmax(latest > 0, axis=1)
        held = np.cumsum(latest, axis=1)
        # as far below the whole as a sum of so many steps may round
        whole = held[:, -1:]
        wanted = share * whole * (1 - 1e-12)
        is_enough = held >= wanted
        enough = np.argmax(is_enough, axis=1) + 1
        moves_any = latest.any(axis=1)
        return np.where(moves_any, enough - idle, 0)

    def __repr__(self) -> str:
        shape = self.gradients.shape
        return f"<LayerSensitivity of {self.name}: gradients {shape}>"


class Sensitivity:
    """How strongly each timestep moves one value of a model's output.

    Made by :func:`unrolled.sensitivity`. ``sensitivity["lstm"]`` is the :class:`LayerSensitivity`
    of a layer, by name or path, and ``sensitivity["x"]`` that of an input; a list of them for a
    layer that was called more than once, or that read several sequences.

    Attributes
    ----------
    model_name : str
        The name of the model.
    of : str
        What of the output was differentiated, in words.
    reads : tuple of LayerSensitivity
        All that was read, the inputs first.
    timeless : dict of str to str
        Why an input is not among them, by its name.

    Examples
    --------
    >>> read = LayerSensitivity(name="x", layer_class="InputLayer", gradients=np.ones((2, 4, 3)))
    >>> found = Sensitivity("model", "unit 0 of the output", [read])
    >>> found["x"] is read, found.samples
    (True, 2)
    """

    def __init__(
        self,
        model_name: str,
        of: str,
        reads: Sequence[LayerSensitivity],
        timeless: dict[str, str] | None = None,
    ) -> None:
        self.model_name = model_name
        self.of = of
        self.reads = tuple(reads)
        self.timeless = timeless or {}

    @property
    def inputs(self) -> tuple[LayerSensitivity, ...]:
        """The inputs of the model that have a time axis."""
        inputs = filter(_IS_INPUT, self.reads)
        return tuple(inputs)

    @property
    def layers(self) -> tuple[LayerSensitivity, ...]:
        """The layers that read a time axis, in call order."""
        layers = filterfalse(_IS_INPUT, self.reads)
        return tuple(layers)

    @property
    def samples(self) -> int:
        """The length of the axis batch."""
        first = self.reads[0]
        return len(first.gradients)

    def __getitem__(self, name: str) -> Any:
        """Return the LayerSensitivity of an input or a layer, a list where there are several.

        Raises KeyError, with the names there are.
        """
        paths = list(map(_NAME, self.reads))
        names = list(map(posixpath.basename, paths))
        found = find_named(name, self.reads, paths, names)
        if len(found) == 1:
            return found[0]
        if found:
            return found
        # an input without time is known, though it is not among those that were read
        why = ""
        if name in self.timeless:
            why = f" ({self.timeless[name]})"
        known = ", ".join(dict.fromkeys(paths))
        raise KeyError(
            f"nothing named {name!r} read a time axis{why}. What did: {known}."
        )

    def __repr__(self) -> str:
        """Return a table: how strong the first and last step of each read are, how far it goes."""
        counted = "1 sample"
        if self.samples > 1:
            counted = f"{self.samples} samples, mean"
        title = (
            f"<Sensitivity of {self.model_name}: how strongly each timestep moves "
            f"{self.of} ({counted})"
        )
        rows = [_HEAD, *map(_row, self.names, self.reads)]
        # a column is as wide as its longest cell
        columns = zip(*rows, strict=True)
        widths = [max(map(len, column)) for column in columns]
        lines = [title]
        for name, *numbers in rows:
            # words stand at the left of their column, numbers at its right
            cells = [name.ljust(widths[0])]
            cells += map(str.rjust, numbers, widths[1:])
            lines.append("  ".join(cells))
        strengths = map(attrgetter("strength"), self.reads)
        if not all(map(np.any, strengths)):
            lines.append(_NO_WAY)
        text = "\n  ".join(lines)
        return printable(f"{text}>")

    @property
    def names(self) -> tuple[str, ...]:
        """What each read is called: its name, with a number where there are several."""
        totals = Counter(map(_NAME, self.reads))
        met: Counter[str] = Counter()
        names: list[str] = []
        for read in self.reads:
            name = read.name
            number = met[name]
            met[name] += 1
            # the number by which sensitivity["lstm"] has it in its list
            if totals[name] > 1:
                name = f"{name}[{number}]"
            names.append(name)
        return tuple(names)


#: of the columns of the table
_HEAD = (
    "read by",
    "timesteps",
    "first",
    "last",
    f"last steps with {SHARE:.0%}",
)
_NO_WAY = (
    "0: the output does not depend on what was read there, or only through rounding, which has no "
    "gradient."
)


def _row(name: str, read: LayerSensitivity) -> tuple[str, ...]:
    """Return the cells of the table's line for one read."""
    kind = read.layer_class
    if read.is_input:
        kind = "input"
    if read.go_backwards:
        kind = f"{kind}, backwards"
    means = read.strength.mean(axis=0, dtype="float64")
    timesteps = str(len(means))
    first, last = f"{means[0]:.3g}", f"{means[-1]:.3g}"
    reach = read.reach()
    low, high = reach.min(), reach.max()
    steps = f"{low}"
    # the samples differ
    if low < high:
        steps = f"{low} to {high}"
    return f"{name} ({kind})", timesteps, first, last, steps
