"""The story that runs through the site: water tanks with two sensors each, and their operators' log, from a seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unrolled.traces.cells import Array

_LOW, _HIGH = 2.0, 4.0  # bar: the pump starts below the first and stops above the second
_INLET = 9.0  # °C of the water that the pump brings
_NOISE = (0.05, 0.15)  # bar, °C: standard deviation of a sensor's error


@dataclass(frozen=True, eq=False)
class Tanks:
    """Hourly readings of water tanks. Made by :func:`simulate_tanks`.

    readings: float32 (tanks, hours, features), what the sensors say; the features are pressure in bar and
    temperature in °C. flow: float32 (tanks, hours, targets), with one target: by how much the real pressure
    changed in the hour that ends there, in bar per hour; positive while the pump fills the tank. No sensor
    measures it. features: the names of the last axis of ``readings``.
    """

    readings: Array
    flow: Array
    features: tuple[str, str] = ("pressure (bar)", "temperature (°C)")


@dataclass(frozen=True, eq=False)
class Log:
    """Messages of the operators. Made by :func:`simulate_log`.

    texts: the messages. ids: int32 (messages, timesteps), one id a word, 0 after the last word of a message.
    alarm: float32 (messages, targets), with one target: 1 where the message describes a fault, else 0.
    words: the word of each id; id 0 is the padding and stands for no word.
    """

    texts: tuple[str, ...]
    ids: Array
    alarm: Array
    words: tuple[str, ...]


def simulate_tanks(tanks: int = 3, hours: int = 200, *, seed: int = 0) -> Tanks:
    """Simulate the readings of some water tanks, one an hour.

    A tank drains at the pace of the day's demand, is filled with cold water by its pump, and warms with the air.

    Parameters
    ----------
    tanks, hours : int
        How many, at least 1.
    seed : int
        The same seed gives the same readings.

    Returns
    -------
    Tanks
        ``readings`` of shape (tanks, hours, features), ``flow`` of shape (tanks, hours, targets), float32.

    Raises
    ------
    ValueError
        Where ``tanks`` or ``hours`` is below 1.

    Examples
    --------
    >>> story = simulate_tanks(tanks=3, hours=200)
    >>> story.readings.shape, story.flow.shape, story.features
    ((3, 200, 2), (3, 200, 1), ('pressure (bar)', 'temperature (°C)'))
    """
    _at_least_one(tanks=tanks, hours=hours)
    rng = np.random.default_rng(seed)
    demand = rng.uniform(0.16, 0.26, tanks)  # bar per hour, at an average hour of the day
    supply = rng.uniform(0.55, 0.75, tanks)
    pressure = rng.uniform(_LOW, _HIGH, tanks)
    temperature = rng.uniform(14.0, 18.0, tanks)
    pumping = rng.random(tanks) < 0.3
    readings, flow = np.empty((tanks, hours, 2)), np.empty((tanks, hours, 1))
    for hour in range(hours):
        day = 2 * np.pi * hour / 24
        change = pumping * supply - demand * (1 - 0.6 * np.cos(day)) * rng.uniform(0.9, 1.1, tanks)
        air = 18.0 - 7.0 * np.cos(day - 0.8)
        pressure = pressure + change
        temperature = (
            temperature + 0.06 * (air - temperature) + 0.12 * pumping * (_INLET - temperature)
        )
        pumping = (pumping | (pressure < _LOW)) & (pressure < _HIGH)
        readings[:, hour, 0], readings[:, hour, 1], flow[:, hour, 0] = pressure, temperature, change
    readings += rng.normal(0.0, _NOISE, readings.shape)  # all above is the truth
    return Tanks(readings.astype("float32"), flow.astype("float32"))


_OPENINGS = ("", "north", "south", "old")
_MACHINES = {
    "pump running": "rising",
    "pump stopped": "falling",
    "valve closed": "steady",
}  # what is normal then
_CHANGES = ("rising", "falling", "steady")
_MIDDLES = ("", "again", "today")


def simulate_log(messages: int = 300, *, seed: int = 0) -> Log:
    """Simulate messages of the tanks' operators, each with the label alarm or no alarm.

    Neither the machine nor what the pressure does is a fault by itself: falling is one while the pump runs.

    Parameters
    ----------
    messages : int
        How many, at least 1.
    seed : int
        The same seed gives the same messages.

    Returns
    -------
    Log
        ``ids`` of shape (messages, timesteps), int32; ``alarm`` of shape (messages, targets), float32.

    Raises
    ------
    ValueError
        Where ``messages`` is below 1.

    Examples
    --------
    >>> log = simulate_log(messages=300)
    >>> log.ids.shape, log.alarm.shape
    ((300, 6), (300, 1))
    >>> log.texts[0], log.alarm[0]
    ('north valve closed pressure falling', array([1.], dtype=float32))
    """
    _at_least_one(messages=messages)
    rng = np.random.default_rng(seed)
    texts, alarm = [], []
    for _ in range(messages):
        machine = str(rng.choice(list(_MACHINES)))
        fault = rng.random() < 0.5
        change = str(rng.choice([c for c in _CHANGES if (c != _MACHINES[machine]) == fault]))
        parts = [str(rng.choice(_OPENINGS)), machine, str(rng.choice(_MIDDLES)), "pressure", change]
        texts.append(" ".join(part for part in parts if part))
        alarm.append([float(fault)])
    grammar = " ".join([*_OPENINGS, *_MACHINES, *_MIDDLES, "pressure", *_CHANGES])
    words = ("", *dict.fromkeys(grammar.split()))
    number = {word: id_ for id_, word in enumerate(words)}
    ids = np.zeros((messages, 6), "int32")
    for row, text in enumerate(texts):
        ids[row, : len(text.split())] = [number[word] for word in text.split()]
    return Log(tuple(texts), ids, np.array(alarm, "float32"), words)


def _at_least_one(**numbers: int) -> None:
    for name, value in numbers.items():
        if value < 1:
            raise ValueError(f"Expected {name} to be at least 1, got {value!r}.")
