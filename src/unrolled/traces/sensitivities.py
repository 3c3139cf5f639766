"""How strongly each timestep that was read moves the output of a model. Plain NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from unrolled.plain_text import printable
from unrolled.traces.cells import Array

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
        flat = np.asarray(self.gradients, dtype="float64").reshape(
            *self.gradients.shape[:2], -1
        )
        strength: Array = np.linalg.norm(flat, axis=2).astype(
            self.gradients.dtype
        )
        return strength

    @cached_property
    def share(self) -> Array:
        """The strength of each step as a share of all: (batch, timesteps); 0 if none moves it."""
        total = self.strength.sum(axis=1, keepdims=True, dtype="float64")
        share: Array = np.divide(
            self.strength,
            total,
            out=np.zeros(self.strength.shape),
            where=total > 0,
        )
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
        if isinstance(share, bool) or not 0 < share <= 1:
            raise ValueError(
                f"Expected share to be a number above 0 and at most 1, got {share!r}."
            )
        latest = self.strength.astype("float64")
        if not self.go_backwards:
            latest = latest[:, ::-1]
        idle = np.argmax(latest > 0, axis=1)
        held = np.cumsum(latest, axis=1)
        # as far below the whole as a sum of so many steps may round
        wanted = share * held[:, -1:] * (1 - 1e-12)
        counted = np.argmax(held >= wanted, axis=1) + 1 - idle
        return np.where(latest.any(axis=1), counted, 0)

    def __repr__(self) -> str:
        return f"<LayerSensitivity of {self.name}: gradients {self.gradients.shape}>"


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
        self.model_name, self.of = model_name, of
        self.reads = tuple(reads)
        self.timeless = timeless or {}

    @property
    def inputs(self) -> tuple[LayerSensitivity, ...]:
        """The inputs of the model that have a time axis."""
        return tuple(r for r in self.reads if r.is_input)

    @property
    def layers(self) -> tuple[LayerSensitivity, ...]:
        """The layers that read a time axis, in call order."""
        return tuple(r for r in self.reads if not r.is_input)

    @property
    def samples(self) -> int:
        """The length of the axis batch."""
        return len(self.reads[0].gradients)

    def __getitem__(self, name: str) -> Any:
        """Return the LayerSensitivity of an input or a layer, a list where there are several.

        Raises KeyError, with the names there are.
        """
        names = [read.name for read in self.reads]
        if name not in names:  # "lstm" for "encoder/lstm"
            names = [path.rpartition("/")[2] for path in names]
        pairs = zip(self.reads, names, strict=True)
        found = [read for read, called in pairs if called == name]
        if len(found) == 1:
            return found[0]
        if found:
            return found
        why = ""
        if name in self.timeless:
            why = f" ({self.timeless[name]})"
        known = ", ".join(dict.fromkeys(read.name for read in self.reads))
        raise KeyError(
            f"nothing named {name!r} read a time axis{why}. What did: {known}."
        )

    def __repr__(self) -> str:
        """Return a table: how strong the first and last step of each read are, how far it goes."""
        head = (
            "read by",
            "timesteps",
            "first",
            "last",
            f"last steps with {SHARE:.0%}",
        )
        rows = [head, *map(_row, self.names, self.reads)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        title = f"<Sensitivity of {self.model_name}: how strongly each timestep moves {self.of} "
        if self.samples > 1:
            title += f"({self.samples} samples, mean)"
        else:
            title += "(1 sample)"
        lines = [title]
        for name, *numbers in rows:
            cells = [name.ljust(widths[0])]
            cells += map(str.rjust, numbers, widths[1:])
            lines.append("  ".join(cells))
        if not all(read.strength.any() for read in self.reads):
            lines.append(_NO_WAY)
        return printable("\n  ".join(lines) + ">")

    @property
    def names(self) -> tuple[str, ...]:
        """What each read is called: its name, with a number where there are several."""
        plain = [read.name for read in self.reads]
        names: list[str] = []
        for place, name in enumerate(plain):
            if plain.count(name) > 1:
                name = f"{name}[{plain[:place].count(name)}]"
            names.append(name)
        return tuple(names)


_NO_WAY = (
    "0: the output does not depend on what was read there, or only through rounding, which has no "
    "gradient."
)


def _row(name: str, read: LayerSensitivity) -> tuple[str, ...]:
    """Return the cells of the table's line for one read."""
    means = read.strength.mean(axis=0, dtype="float64")
    kind = read.layer_class
    if read.is_input:
        kind = "input"
    if read.go_backwards:
        kind = f"{kind}, backwards"
    low, high = read.reach().min(), read.reach().max()
    steps = f"{low}"
    if low < high:
        steps = f"{low} to {high}"
    return (
        f"{name} ({kind})",
        str(len(means)),
        f"{means[0]:.3g}",
        f"{means[-1]:.3g}",
        steps,
    )
