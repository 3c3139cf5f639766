"""The data of the examples: the same from the same seed, and a clear error for what makes none."""

import numpy as np
import pytest

from unrolled.example_data import simulate_log, simulate_tanks


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"tanks": "x"},
            "tanks to be a whole number of at least 1, got 'x'. Fix: tanks=3",
        ),
        ({"tanks": 0}, "tanks to be a whole number of at least 1, got 0"),
        ({"hours": 2.5}, "hours to be a whole number of at least 1, got 2.5"),
        ({"hours": True}, "got True"),
        ({"seed": -1}, "seed to be a whole number of at least 0, got -1"),
        ({"seed": "x"}, "got 'x'"),
    ],
)
def test_what_makes_no_tanks_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        simulate_tanks(**options)


@pytest.mark.parametrize("messages", ["x", 0, None, 1.5])
def test_what_makes_no_log_is_refused(messages):
    with pytest.raises(
        ValueError, match="messages to be a whole number of at least 1, got"
    ):
        simulate_log(messages)


def test_the_same_seed_gives_the_same_data():
    for seed in (0, np.int64(3)):
        a, b = (
            simulate_tanks(2, 30, seed=seed),
            simulate_tanks(2, 30, seed=seed),
        )
        np.testing.assert_array_equal(a.readings, b.readings)
        assert (
            simulate_log(20, seed=seed).texts
            == simulate_log(20, seed=seed).texts
        )
    assert simulate_log(20, seed=1).texts != simulate_log(20, seed=2).texts


def test_the_flow_is_how_the_pressure_changes():
    tanks = simulate_tanks(3, 400)
    pressure = tanks.readings[:, :, 0]
    np.testing.assert_allclose(
        np.diff(pressure, axis=1), tanks.flow[:, 1:, 0], atol=0.35
    )
    assert 1.0 < pressure.min() < 2.1, "the pump starts below 2 bar, not before"
    assert 3.9 < pressure.max() < 5.0, "and stops above 4"


def test_an_alarm_is_a_pressure_that_does_not_fit_the_machine():
    usual = {"running": "rising", "stopped": "falling", "closed": "steady"}
    log = simulate_log(200)
    for text, alarm, ids in zip(
        log.texts, log.alarm[:, 0], log.ids, strict=True
    ):
        (machine,) = (word for word in text.split() if word in usual)
        assert alarm == float(text.split()[-1] != usual[machine])
        assert " ".join(log.words[i] for i in ids if i) == text
