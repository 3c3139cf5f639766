"""Which number of a model's output is differentiated: one unit of one output, at one step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras.src import backend, tree

from unrolled.keras_bridge.probes import Prober, is_float
from unrolled.keras_bridge.tensors import Tensor
from unrolled.model_io.matching import name_outputs
from unrolled.model_io.nested import paths_to

MOST_UNITS = 512  # each of which takes a run


class Target:
    """Which number of a model's output is differentiated. units: how many the output has, known once it ran."""

    def __init__(self, output: int | str, step: int, unit: int | None) -> None:
        self._output, self._step, self.unit = output, step, unit
        self.units, self._of, self._at = 1, "the output", ""

    def choose(self, outputs: Any, model: Any, prober: Prober) -> Tensor:
        """Return the units of the chosen output of a model at the chosen step: (batch, units)."""
        tensors = [t for t in tree.flatten(outputs) if backend.is_tensor(t)]
        known = name_outputs(model, paths_to(tensors, outputs), [""] * len(tensors))
        chosen = tensors[self._number(known)]
        self._of = f"output {self._output}" if len(tensors) > 1 else "the output"
        if not is_float(chosen):
            raise ValueError(
                f"Expected {self._of} to hold floats, got {backend.standardize_dtype(chosen.dtype)}, which has no "
                "gradient. Fix: take the output before it is rounded or turned into a class."
            )
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

    def _number(self, known: Sequence[str]) -> int:
        """Return the number of the chosen output, which may be given by its key or by the name of its layer."""
        if not isinstance(self._output, str):
            if not 0 <= self._output < len(known):
                raise ValueError(
                    f"Expected output to be {_range('output', len(known))}; got {self._output}."
                )
            return self._output
        if self._output not in known:
            told = (
                f"one of {', '.join(map(repr, known))}"
                if all(known)
                else "a number, as the outputs have no names"
            )
            raise ValueError(f"Expected output to be {told}; got {self._output!r}.")
        return known.index(self._output)

    def _at_step(self, chosen: Tensor) -> Tensor:
        steps = chosen.shape[1]
        if steps is None:  # behind a layer that cuts text into words only the run knows how many
            self._at = f" at timestep {self._step}"
            return chosen[:, self._step]
        if not -steps <= self._step < steps:
            raise ValueError(
                f"Expected step to be {_range('timestep', steps)}, or -1 for the last one of {self._of}; "
                f"got {self._step}."
            )
        self._at = f" at timestep {self._step % steps}"
        return chosen[:, self._step % steps]

    def _check_unit(self) -> None:
        if self.unit is not None and not 0 <= self.unit < self.units:
            raise ValueError(
                f"Expected unit to be {_range('unit', self.units)}, or None for all of {self._of}; got {self.unit}."
            )
        if self.unit is None and self.units > MOST_UNITS:
            raise ValueError(
                f"Expected a unit: {self._of} has {self.units} of them, and each takes a run of its own. "
                "Fix: unit=k, such as the one whose value is largest."
            )


def _range(word: str, count: int) -> str:
    return f"0, the only {word}" if count == 1 else f"one of the {count} {word}s, 0 to {count - 1}"
