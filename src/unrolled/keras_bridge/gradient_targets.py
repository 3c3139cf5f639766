"""Which number of a model's output is differentiated: one unit of one output, at one step."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from typing import Any

import keras
import numpy as np

from unrolled.keras_bridge.model_entries import is_float
from unrolled.keras_bridge.probes import Prober
from unrolled.keras_bridge.tensors import Tensor, tensors_in
from unrolled.model_io.matching import name_outputs
from unrolled.model_io.nested import paths_to

MOST_UNITS = 512  # each of which takes a run


class Target:
    """Which number of a model's output is differentiated.

    output: the number of the output, its key or the name of its layer; None for the first one that
    holds floats. first_unit: the one that is differentiated, or the first one of all. units: how
    many the output has, takes_all: whether each of them is differentiated, both known once it ran.
    """

    def __init__(
        self, output: int | str | None, step: int, unit: int | None
    ) -> None:
        self._output = output
        self._step = step
        self._unit = unit
        self.first_unit = unit or 0
        self.units = 1
        self.takes_all = False
        # how the output and the step are called in words
        self._of = "the output"
        self._at = ""

    def choose(self, outputs: Any, model: Any, prober: Prober) -> Tensor:
        """Return the units of the chosen output at the chosen step: (batch, units)."""
        tensors = tensors_in(outputs)
        paths = paths_to(tensors, outputs)
        unnamed = [""] * len(tensors)
        names = name_outputs(model, paths, unnamed)
        numbers = range(len(tensors))
        floats = list(compress(numbers, map(is_float, tensors)))
        number = self._number(names, floats)
        chosen = tensors[number]
        if len(tensors) > 1:
            # a name stays the name that you gave
            called: int | str = number
            if isinstance(self._output, str):
                called = self._output
            self._of = f"output {called}"
        if number not in floats:
            dtype = keras.backend.standardize_dtype(chosen.dtype)
            raise ValueError(
                f"Expected {self._of} to hold floats, got {dtype}, which has no gradient. "
                f"Fix: {_other_output(names, floats)}."
            )
        if prober.has_time(chosen):
            chosen = self._at_step(chosen)
        self.units = int(np.prod(chosen.shape[1:], dtype=int))
        self._check_unit()
        self.takes_all = self._unit is None and self.units > 1
        # of maps (batch, rows, filters) each number is a unit
        return keras.ops.reshape(chosen, (-1, self.units))

    def words(self) -> str:
        """Return what is differentiated, in words."""
        chosen = f"unit {self.first_unit}"
        if self.takes_all:
            chosen = f"the {self.units} units"
        return f"{chosen} of {self._of}{self._at}"

    def _number(self, names: Sequence[str], floats: Sequence[int]) -> int:
        """Return which output is chosen, by its number, its key or the name of its layer.

        floats: the numbers of those that hold floats.
        """
        output = self._output
        if output is None:
            # without floats the first one, which is told to hold none
            return next(iter(floats), 0)
        if not isinstance(output, str):
            if 0 <= output < len(names):
                return output
            choice = _range("output", len(names))
            raise ValueError(f"Expected output to be {choice}; got {output}.")
        if output in names:
            return names.index(output)
        choice = "a number, as the outputs have no names"
        if all(names):
            choice = f"one of {', '.join(map(repr, names))}"
        raise ValueError(f"Expected output to be {choice}; got {output!r}.")

    def _at_step(self, chosen: Tensor) -> Tensor:
        steps, step = chosen.shape[1], self._step
        if steps is None:
            # behind a layer that cuts text into words only the run knows how many
            self._at = f" at timestep {step}"
            if step < 0:
                self._at = f" at timestep {-step} from the end"
            if step == -1:
                self._at = " at the last timestep"
            return chosen[:, step]
        if not -steps <= step < steps:
            choice = _range("timestep", steps)
            raise ValueError(
                f"Expected step to be {choice}, or -1 for the last one of {self._of}; got {step}."
            )
        # -1 is said as the number that it stands for
        from_the_start = step % steps
        self._at = f" at timestep {from_the_start}"
        return chosen[:, from_the_start]

    def _check_unit(self) -> None:
        """Raise a ValueError where the output has no such unit, or too many to run each."""
        if self._unit is None:
            if self.units > MOST_UNITS:
                raise ValueError(
                    f"Expected a unit: {self._of} has {self.units} of them, and each takes a run "
                    "of its own. Fix: unit=k, such as the one whose value is largest."
                )
            return
        if not 0 <= self._unit < self.units:
            choice = _range("unit", self.units)
            raise ValueError(
                f"Expected unit to be {choice}, or None for all of {self._of}; got {self._unit}."
            )


def _other_output(names: Sequence[str], floats: Sequence[int]) -> str:
    """Return what to take instead of an output that holds no floats; floats: those that do."""
    if not floats:
        return "take the output before it is rounded or turned into a class"
    others: list[str] = []
    for number in floats:
        # by its name, or where it has none by its number
        called = names[number] or number
        others.append(repr(called))
    return f"take another output: output={' or '.join(others)}"


def _range(word: str, count: int) -> str:
    """Return which numbers there are to choose from."""
    if count == 1:
        return f"0, the only {word}"
    return f"one of the {count} {word}s, 0 to {count - 1}"
