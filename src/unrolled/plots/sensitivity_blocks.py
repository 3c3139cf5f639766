"""What the figure of a sensitivity shows: a panel for each layer, by length in timesteps."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from unrolled.traces.sensitivities import LayerSensitivity, Sensitivity


class NamedRead(NamedTuple):
    """What a layer or an input read, and what it is called in the figure."""

    name: str
    read: LayerSensitivity


Panel = list[
    NamedRead
]  # a layer, and after it the input that it reads as it is


class Block(NamedTuple):
    """The panels over one axis of time: strengths, from the last layer down, and inputs."""

    panels: list[Panel]
    inputs: list[NamedRead]


def blocks_of(sensitivity: Sensitivity) -> list[Block]:
    """Return what to show, by length in timesteps, the length of the last layer first."""
    by_length: dict[int, list[NamedRead]] = {}
    for named in _shown(sensitivity):
        length = named.read.strength.shape[1]
        same = by_length.pop(
            length, []
        )  # taken out and put last: the order is that of the last
        by_length[length] = [*same, named]
    return [_block(same) for same in reversed(by_length.values())]


def _shown(sensitivity: Sensitivity) -> list[NamedRead]:
    """Return what has panels: recurrent layers and inputs, or where there are none all layers."""
    named = list(map(NamedRead, sensitivity.names, sensitivity.reads))
    if not any(read.is_recurrent for read in sensitivity.reads):
        return named
    return [
        each for each in named if each.read.is_recurrent or each.read.is_input
    ]


def _block(reads: list[NamedRead]) -> Block:
    """Return the panels of reads of one length; a layer shares that of the input it reads as is."""
    panels: list[Panel] = []
    inputs: dict[str, NamedRead] = {}
    for named in reads:
        for panel in panels:
            if _reads_as_it_is(named, panel[-1]):
                panel.insert(0, named)
                break
        else:
            panels.append([named])
            if named.read.is_input:
                name = named.read.name
                inputs[name] = NamedRead(name, named.read)
    return Block(panels[::-1], list(inputs.values()))


def _reads_as_it_is(named: NamedRead, source: NamedRead) -> bool:
    """Return whether a layer has the strengths of an input: it reads it unchanged."""
    return source.read.is_input and np.array_equal(
        source.read.strength, named.read.strength
    )
