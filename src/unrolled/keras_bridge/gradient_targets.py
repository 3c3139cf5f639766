"""Which number of a model's output is differentiated: one unit of one output, at one step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from unrolled.keras_bridge.probes import Prober, is_float
from unrolled.keras_bridge.tensors import Tensor
from unrolled.model_io.matching import name_outputs
from unrolled.model_io.nested import paths_to

MOST_UNITS = 512  # each of which takes a run


class Target:
    """Which number of a model's output is differentiated.

    output: the number of the output, its key or the name of its layer; None for the first one that
    holds floats. units: how many the output has, known once it ran.
    """

    def __init__(
        self, output: int | str | None, step: int, unit: int | None
    ) -> None:
        self._output, self._step, self.unit = output, step, unit
        self.units, self._of, self._at = 1, "the output", ""

    def choose(self, outputs: Any, model: Any, prober: Prober) -> Tensor:
        """Return the units of the chosen output at the chosen step: (batch, units)."""
        tensors = [
            t for t in keras.tree.flatten(outputs) if keras.ops.is_tensor(t)
        ]
        known = name_outputs(
            model, paths_to(tensors, outputs), [""] * len(tensors)
        )
        number = self._number(known, tensors)
        chosen = tensors[number]
        if len(tensors) > 1:
            self._of = (
                f"output {number if self._output is None else self._output}"
            )
        if not is_float(chosen):
            raise ValueError(self._no_floats(known, tensors, chosen))
        if prober.has_time(chosen):
            chosen = self._at_step(chosen)
        self.units = int(np.prod(chosen.shape[1:], dtype=int))
        self._check_unit()
        return keras.ops.reshape(chosen, (-1, self.units))

    def _no_floats(
        self, known: Sequence[str], tensors: Sequence[Tensor], chosen: Tensor
    ) -> str:
        dtype = keras.backend.standardize_dtype(chosen.dtype)
        text = f"Expected {self._of} to hold floats, got {dtype}, which has no gradient. Fix: "
        others = [
            number for number, tensor in enumerate(tensors) if is_float(tensor)
        ]
        if others:
            names = [repr(known[n]) if known[n] else str(n) for n in others]
            return f"{text}take another output: output={' or '.join(names)}."
        return f"{text}take the output before it is rounded or turned into a class."

    def words(self) -> str:
        """Return what is differentiated, in words."""
        if self.unit is None and self.units > 1:
            return f"the {self.units} units of {self._of}{self._at}"
        return f"unit {self.unit or 0} of {self._of}{self._at}"

    def _number(self, known: Sequence[str], tensors: Sequence[Tensor]) -> int:
        """Return which output is chosen, by its number, its key or the name of its layer."""
        if self._output is None:
            floats = [
                number
                for number, tensor in enumerate(tensors)
                if is_float(tensor)
            ]
            return floats[0] if floats else 0
        if not isinstance(self._output, str):
            if not 0 <= self._output < len(known):
                raise ValueError(
                    f"Expected output to be {_range('output', len(known))}; got {self._output}."
                )
            return self._output
        if self._output not in known:
            choice = "a number, as the outputs have no names"
            if all(known):
                choice = f"one of {', '.join(map(repr, known))}"
            raise ValueError(
                f"Expected output to be {choice}; got {self._output!r}."
            )
        return known.index(self._output)

    def _at_step(self, chosen: Tensor) -> Tensor:
        steps = chosen.shape[1]
        if (
            steps is None
        ):  # behind a layer that cuts text into words only the run knows how many
            self._at = f" at timestep {self._step}"
            if self._step < 0:
                self._at = f" at {_from_the_end(-self._step)}"
            return chosen[:, self._step]
        if not -steps <= self._step < steps:
            raise ValueError(
                f"Expected step to be {_range('timestep', steps)}, or -1 for the last one of "
                f"{self._of}; got {self._step}."
            )
        self._at = f" at timestep {self._step % steps}"
        return chosen[:, self._step % steps]

    def _check_unit(self) -> None:
        if self.unit is None and self.units > MOST_UNITS:
            raise ValueError(
                f"Expected a unit: {self._of} has {self.units} of them, and each takes a run of "
                "its own. Fix: unit=k, such as the one whose value is largest."
            )
        if self.unit is not None and not 0 <= self.unit < self.units:
            raise ValueError(
                f"Expected unit to be {_range('unit', self.units)}, or None for all of {self._of}; "
                f"got {self.unit}."
            )


def _from_the_end(number: int) -> str:
    """Return which timestep is the so-and-so last one.

    >>> _from_the_end(1), _from_the_end(3)
    ('the last timestep', 'timestep 3 from the end')
    """
    return (
        "the last timestep"
        if number == 1
        else f"timestep {number} from the end"
    )


def _range(word: str, count: int) -> str:
    return (
        f"0, the only {word}"
        if count == 1
        else f"one of the {count} {word}s, 0 to {count - 1}"
    )
