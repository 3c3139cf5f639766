"""Data for examples: water tanks with two sensors each, and their operators' log, from a seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from unrolled.traces.cells import Array

# bar: the pump starts below the first and stops above the second
_LOW = 2.0
_HIGH = 4.0
_INLET = 9.0  # °C of the water that the pump brings
_NOISE = (0.05, 0.15)  # bar, °C: standard deviation of a sensor's error


@dataclass(frozen=True, eq=False)
class Tanks:
    """Hourly readings of water tanks. Made by :func:`simulate_tanks`.

    Attributes
    ----------
    readings : ndarray of shape (tanks, hours, features), float32
        What the sensors say: pressure in bar and temperature in °C.
    flow : ndarray of shape (tanks, hours, targets), float32
        One target: by how much the real pressure changed in the hour that ends there, in bar per
        hour; positive while the pump fills the tank. No sensor measures it.
    features : tuple of str
        The names of the last axis of ``readings``.

    Examples
    --------
    >>> tanks = simulate_tanks(tanks=2, hours=24)
    >>> tanks.features, tanks.readings.shape, tanks.flow.dtype
    (('pressure (bar)', 'temperature (°C)'), (2, 24, 2), dtype('float32'))
    """

    readings: Array
    flow: Array
    features: tuple[str, str] = ("pressure (bar)", "temperature (°C)")


@dataclass(frozen=True, eq=False)
class Log:
    """Messages of the operators. Made by :func:`simulate_log`.

    Attributes
    ----------
    texts : tuple of str
        The messages.
    ids : ndarray of shape (messages, timesteps), int32
        One id for each word, 0 after the last word of a message.
    alarm : ndarray of shape (messages, targets), float32
        One target: 1 where the message describes a fault, else 0.
    words : tuple of str
        The word of each id; id 0 is the padding and stands for no word.

    Examples
    --------
    >>> log = simulate_log(messages=2)
    >>> " ".join(log.words[id_] for id_ in log.ids[0] if id_) == log.texts[0]
    True
    """

    texts: tuple[str, ...]
    ids: Array
    alarm: Array
    words: tuple[str, ...]


def simulate_tanks(tanks: int = 3, hours: int = 200, *, seed: int = 0) -> Tanks:
    """Simulate the readings of some water tanks, one an hour.

    A tank drains at the pace of the day's demand, is filled with cold water by its pump, and warms
    with the air.

    Parameters
    ----------
    tanks, hours : int
        How many, at least 1.
    seed : int
        The same seed gives the same readings.

    Returns
    -------
    Tanks
        ``readings`` of shape (tanks, hours, features) and ``flow`` of shape (tanks, hours,
        targets), float32.

    Raises
    ------
    ValueError
        Where ``tanks`` or ``hours`` is not a whole number of at least 1, or ``seed`` of at least 0.

    Examples
    --------
    >>> story = simulate_tanks(tanks=3, hours=200)
    >>> story.readings.shape, story.flow.shape, story.features
    ((3, 200, 2), (3, 200, 1), ('pressure (bar)', 'temperature (°C)'))
    """
    _check_whole(1, tanks=tanks, hours=hours)
    _check_whole(0, seed=seed)
    rng = np.random.default_rng(seed)
    # bar per hour, at an average hour of the day
    demand = rng.uniform(0.16, 0.26, tanks)
    supply = rng.uniform(0.55, 0.75, tanks)
    pressure = rng.uniform(_LOW, _HIGH, tanks)
    temperature = rng.uniform(14.0, 18.0, tanks)
    pumping = rng.random(tanks) < 0.3
    readings, flow = np.empty((tanks, hours, 2)), np.empty((tanks, hours, 1))
    for hour in range(hours):
        day = 2 * np.pi * hour / 24
        drained = (
            demand * (1 - 0.6 * np.cos(day)) * rng.uniform(0.9, 1.1, tanks)
        )
        change = pumping * supply - drained
        air = 18.0 - 7.0 * np.cos(day - 0.8)
        pressure = pressure + change
        warmed = 0.06 * (air - temperature)
        cooled = 0.12 * pumping * (_INLET - temperature)
        temperature = temperature + warmed + cooled
        pumping = (pumping | (pressure < _LOW)) & (pressure < _HIGH)
        readings[:, hour, 0] = pressure
        readings[:, hour, 1] = temperature
        flow[:, hour, 0] = change
    # all above is the truth
    readings += rng.normal(0.0, _NOISE, readings.shape)
    return Tanks(readings.astype("float32"), flow.astype("float32"))


_FIRST_WORDS = ("", "north", "south", "old")
#: what a machine does, and what the pressure normally does then
_MACHINES = {
    "pump running": "rising",
    "pump stopped": "falling",
    "valve closed": "steady",
}
_CHANGES = ("rising", "falling", "steady")
_MIDDLES = ("", "again", "today")
_LONGEST = 6  # words of a message: one first, two of the machine, one amid, pressure, its change


def simulate_log(messages: int = 300, *, seed: int = 0) -> Log:
    """Simulate messages of the tanks' operators, each with the label alarm or no alarm.

    Neither the machine nor what the pressure does is a fault by itself: falling is one while the
    pump runs.

    Parameters
    ----------
    messages : int
        How many, at least 1.
    seed : int
        The same seed gives the same messages.

    Returns
    -------
    Log
        ``ids`` of shape (messages, timesteps), int32, and ``alarm`` of shape (messages, targets),
        float32.

    Raises
    ------
    ValueError
        Where ``messages`` is not a whole number of at least 1, or ``seed`` of at least 0.

    Examples
    --------
    >>> log = simulate_log(messages=300)
    >>> log.ids.shape, log.alarm.shape
    ((300, 6), (300, 1))
    >>> log.texts[0], log.alarm[0]
    ('north valve closed pressure falling', array([1.], dtype=float32))
    """
    _check_whole(1, messages=messages)
    _check_whole(0, seed=seed)
    rng = np.random.default_rng(seed)
    texts, alarm = [], []
    for _ in range(messages):
        text, fault = _message(rng)
        texts.append(text)
        alarm.append([float(fault)])
    grammar = " ".join(
        [*_FIRST_WORDS, *_MACHINES, *_MIDDLES, "pressure", *_CHANGES]
    )
    words = ("", *dict.fromkeys(grammar.split()))
    ids = np.zeros((messages, _LONGEST), "int32")
    for row, text in enumerate(texts):
        numbers = list(map(words.index, text.split()))
        ids[row, : len(numbers)] = numbers
    return Log(tuple(texts), ids, np.array(alarm, "float32"), words)


def _message(rng: np.random.Generator) -> tuple[str, bool]:
    """Return one message, and whether it describes a fault."""
    machine = str(rng.choice(list(_MACHINES)))
    fault = bool(rng.random() < 0.5)
    usual = _MACHINES[machine]
    change = str(rng.choice([c for c in _CHANGES if (c != usual) == fault]))
    first = str(rng.choice(_FIRST_WORDS))
    middle = str(rng.choice(_MIDDLES))
    parts = filter(None, [first, machine, middle, "pressure", change])
    return " ".join(parts), fault


def _check_whole(least: int, **numbers: Any) -> None:
    """Raise ValueError, with the argument's name, for what is not a whole number or too low."""
    for name, value in numbers.items():
        is_whole = isinstance(value, (int, np.integer))
        if isinstance(value, bool) or not is_whole or value < least:
            raise ValueError(
                f"Expected {name} to be a whole number of at least {least}, got {value!r}. "
                f"Fix: {name}={max(least, 3)}."
            )
