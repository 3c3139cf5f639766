"""What a cell adds to its gates: one module of this package for each kind of cell has it.

A module such as ``lstm`` ends in ``KIND``; its name stands in the table of cells, in ``diagram``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from unrolled.cell_diagrams.formulas import Formula
from unrolled.cell_diagrams.steps import CellStep
from unrolled.traces.cells import Array

if TYPE_CHECKING:
    from unrolled.cell_diagrams.painter import ValuePainter
    from unrolled.cell_diagrams.plans import Plan


class Equation(NamedTuple):
    """A line of the arithmetic: what is computed, and its numbers."""

    name: Formula
    numbers: Formula


@dataclass(frozen=True)
class CellKind:
    """How the states follow from the gates in one kind of cell: as numbers, picture and words.

    Attributes
    ----------
    parts : callable
        Returns what the elementwise operations give on the way, by name, (units,) each.
    parts_like_state : mapping of str to tuple of str
        Which of the parts have the colours of which state.
    plan : callable
        Returns where everything stands inside the cell.
    state_formulas : callable
        Returns how the states follow from the gates; nothing where the gate is the state.
    state_equations : callable
        Returns the same with the numbers of one unit.
    sentences : callable
        Yields the same in words.

    Examples
    --------
    >>> from unrolled.cell_diagrams.lstm import KIND
    >>> KIND.parts_like_state
    {'c': ('kept', 'added'), 'h': ('squashed',)}
    """

    parts: Callable[[CellStep], Mapping[str, Array]]
    parts_like_state: Mapping[str, tuple[str, ...]]
    plan: Callable[[CellStep, ValuePainter], Plan]
    state_formulas: Callable[[CellStep], list[Formula]]
    state_equations: Callable[[CellStep], list[Equation]]
    sentences: Callable[[CellStep], Iterator[str]]


def kind_of(step: CellStep) -> CellKind:
    """Return how the states of a step follow from its gates."""
    kind: CellKind = import_module(
        f"unrolled.cell_diagrams.{step.facts.diagram}"
    ).KIND
    return kind
