"""What is known of a recurrent cell by the name of its class: the one table that every room asks.

Sources: Hochreiter and Schmidhuber 1997 (LSTM), Gers et al. 2000 (forget gate), Cho et al. 2014
(GRU), Shi et al. 2015 (ConvLSTM); Keras ``src/layers/rnn/lstm.py``, ``gru.py``, ``simple_rnn.py``,
``conv_lstm.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter


@dataclass(frozen=True)
class Activity:
    """One activation that a cell applies in a step.

    Attributes
    ----------
    attribute : str
        The attribute of the cell that holds the function: ``activation`` or
        ``recurrent_activation``.
    gate : str or None
        The gate that it makes; None where it squashes a state.
    """

    attribute: str
    gate: str | None


@dataclass(frozen=True)
class CellFacts:
    """What a cell class computes in a step.

    Attributes
    ----------
    layer : str
        The layer that is written with it: ``LSTM`` for ``LSTMCell``.
    states : tuple of str
        The names of its states, in Keras's order.
    activities : tuple of Activity
        What it applies within one step, in order.
    words : mapping of str to str
        What each gate is called in a sentence, in the order of Keras's weight columns.
    candidate : str
        The gate that holds the candidate, whose values are not in 0 to 1; empty where there is
        none.
    symbols : mapping of str to str
        The sign of each gate in a formula: a candidate wears a hat, as it is not yet the state.
    reset : str
        The gate that multiplies the state's part of the candidate's sum; empty where none does.
    diagram : str
        The module of ``unrolled.cell_diagrams`` that draws its inside; empty where none does.
    ignores_spare_states : bool
        Whether the loop of its layer takes the states that it has of more that are given, without
        a word.
    """

    layer: str
    states: tuple[str, ...]
    activities: tuple[Activity, ...]
    words: Mapping[str, str]
    candidate: str
    symbols: Mapping[str, str]
    reset: str = ""
    diagram: str = ""
    ignores_spare_states: bool = False

    @property
    def gates(self) -> tuple[str, ...]:
        """The gates whose values a run shows, in the order of Keras's weight columns."""
        made = map(attrgetter("gate"), self.activities)
        # without those that squash a state
        return tuple(filter(None, made))


_RECURRENT, _PLAIN = "recurrent_activation", "activation"
_LSTM_ACTIVITIES = (
    Activity(_RECURRENT, "i"),
    Activity(_RECURRENT, "f"),
    Activity(_PLAIN, "c"),
    Activity(_RECURRENT, "o"),
    Activity(_PLAIN, None),
)
_LSTM_WORDS = {
    "i": "input gate",
    "f": "forget gate",
    "c": "candidate",
    "o": "output gate",
}
_LSTM_SYMBOLS = {"i": "i", "f": "f", "c": "c\u0302", "o": "o"}

CELLS: Mapping[str, CellFacts] = {
    "LSTMCell": CellFacts(
        "LSTM",
        ("h", "c"),
        _LSTM_ACTIVITIES,
        _LSTM_WORDS,
        "c",
        _LSTM_SYMBOLS,
        diagram="lstm",
    ),
    "ConvLSTMCell": CellFacts(
        "ConvLSTM",
        ("h", "c"),
        _LSTM_ACTIVITIES,
        _LSTM_WORDS,
        "c",
        _LSTM_SYMBOLS,
    ),
    "GRUCell": CellFacts(
        layer="GRU",
        states=("h",),
        activities=(
            Activity(_RECURRENT, "z"),
            Activity(_RECURRENT, "r"),
            Activity(_PLAIN, "h"),
        ),
        words={"z": "update gate", "r": "reset gate", "h": "candidate"},
        candidate="h",
        symbols={"z": "z", "r": "r", "h": "h\u0302"},
        reset="r",
        diagram="gru",
        ignores_spare_states=True,
    ),
    "SimpleRNNCell": CellFacts(
        layer="SimpleRNN",
        states=("h",),
        activities=(Activity(_PLAIN, None),),
        words={"h": "new state"},
        candidate="",
        symbols={"h": "h"},
        diagram="simple_rnn",
    ),
}
UNKNOWN = CellFacts("", (), (), {}, "", {})


def cell_facts_of(cell_class: str) -> CellFacts:
    """Return what is known of a cell class; of one that is not known empty facts.

    >>> cell_facts_of("GRUCell").gates, cell_facts_of("LSTMCell").states
    (('z', 'r', 'h'), ('h', 'c'))
    >>> cell_facts_of("MyCell").gates
    ()
    """
    return CELLS.get(cell_class, UNKNOWN)
