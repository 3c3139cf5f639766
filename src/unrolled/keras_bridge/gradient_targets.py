"""Which number of a model's output is differentiated: one unit of one output, at one step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from unrolled.keras_bridge.probes import Prober, is_float
from unrolled.keras_bridge.tensors import Tensor, tensors_in
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
        tensors = tensors_in(outputs)
        paths = paths_to(tensors, outputs)
        names = name_outputs(model, paths, [""] * len(tensors))
        floats = [k for k, tensor in enumerate(tensors) if is_float(tensor)]
        number = self._number(names, floats)
        chosen = tensors[number]
        if len(tensors) > 1:
            called: int | str = number
            if isinstance(self._output, str):
                called = self._output
            self._of = f"output {called}"
        if number not in floats:
            raise ValueError(self._no_floats(chosen, names, floats))
        if prober.has_time(chosen):
            chosen = self._at_step(chosen)
        self.units = int(np.prod(chosen.shape[1:], dtype=int))
        self._check_unit()
        return keras.ops.reshape(chosen, (-1, self.units))

    def words(self) -> str:
        """Return what is differentiated, in words."""
        if self.unit is None and self.units > 1:
            return f"the {self.units} units of {self._of}{self._at}"
        return f"unit {self.unit or 0} of {self._of}{self._at}"

    def _number(self, names: Sequence[str], floats: Sequence[int]) -> int:
        """Return which output is chosen, by its number, its key or the name of its layer.

        floats: the numbers of those that hold floats.
        """
        output = self._output
        if output is None:
            return next(iter(floats), 0)
        if isinstance(output, str):
            return _find_name(output, names)
        if not 0 <= output < len(names):
            raise ValueError(
                f"Expected output to be {_range('output', len(names))}; got {output}."
            )
        return output

    def _no_floats(
        self, chosen: Tensor, names: Sequence[str], floats: Sequence[int]
    ) -> str:
        dtype = keras.backend.standardize_dtype(chosen.dtype)
        text = f"Expected {self._of} to hold floats, got {dtype}, which has no gradient. Fix: "
        if not floats:
            return f"{text}take the output before it is rounded or turned into a class."
        others: list[str] = []
        for number in floats:
            name = names[number]
            others.append(repr(name) if name else str(number))
        return f"{text}take another output: output={' or '.join(others)}."

    def _at_step(self, chosen: Tensor) -> Tensor:
        steps, step = chosen.shape[1], self._step
        if steps is None:
            # behind a layer that cuts text into words only the run knows how many
            self._at = f" at timestep {step}"
            if step < 0:
                self._at = f" at {_from_the_end(-step)}"
            return chosen[:, step]
        if not -steps <= step < steps:
            raise ValueError(
                f"Expected step to be {_range('timestep', steps)}, or -1 for the last one of "
                f"{self._of}; got {step}."
            )
        self._at = f" at timestep {step % steps}"
        return chosen[:, step % steps]

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


def _find_name(output: str, names: Sequence[str]) -> int:
    """Return the number of the output with this name."""
    if output in names:
        return names.index(output)
    choice = "a number, as the outputs have no names"
    if all(names):
        choice = f"one of {', '.join(map(repr, names))}"
    raise ValueError(f"Expected output to be {choice}; got {output!r}.")


def _from_the_end(number: int) -> str:
    """Return which timestep is the so-and-so last one.

    >>> _from_the_end(1), _from_the_end(3)
    ('the last timestep', 'timestep 3 from the end')
    """
    if number == 1:
        return "the last timestep"
    return f"timestep {number} from the end"


def _range(word: str, count: int) -> str:
    if count == 1:
        return f"0, the only {word}"
    return f"one of the {count} {word}s, 0 to {count - 1}"
