"""Reach without Keras: rules for long sequences, loops, and two stages one after the other."""

import pickle

import numpy as np
import pytest

from unrolled.traces.reach import (
    LazyReach,
    LazySourceReaches,
    fit_reach,
    through,
)
from unrolled.traces.reach_codes import coded_steps, decode_reach
from unrolled.traces.reach_moves import MOVES, Recorded, cover_steps
from unrolled.traces.reach_patterns import (
    complete_reach,
    grouped_steps,
    single_steps,
)
from unrolled.traces.reach_rules import loop_reach


def windows(length, timesteps, stride, size, start=0):
    first = np.arange(length)[:, None] * stride + start
    steps = np.arange(timesteps)
    return (first <= steps) & (steps < first + size)


def rules(timesteps):
    """Reaches as layers have them, by name."""
    steps = np.arange(timesteps)
    back = steps[:, None] - steps
    yield "step by step", back == 0
    yield "turned round", back[::-1] == 0
    yield "shifted", back == 1
    yield "all", np.ones((timesteps, timesteps), bool)
    yield "none", np.zeros((timesteps, timesteps), bool)
    yield "mean", np.ones((1, timesteps), bool)
    yield "last", (back == 0)[-1:]
    yield "so far", back >= 0
    yield "so far, turned round", (back >= 0)[::-1]
    yield "from there on", back <= 0
    yield "same convolution", abs(back) <= 1
    yield "dilated causal convolution", np.isin(back, [0, 3, 6])
    for stride in (2, 3):
        count = timesteps // stride
        yield f"pool {stride}", windows(count, timesteps, stride, stride)
        yield (
            f"slice {stride}",
            windows(-(-timesteps // stride), timesteps, stride, 1),
        )
        yield (
            f"strided {stride}",
            windows((timesteps - 7) // stride, timesteps, stride, 7),
        )
        yield f"repeated {stride}", np.repeat(back == 0, stride, axis=0)


def complete(reach):
    timesteps = reach.shape[1]
    singles, groups = single_steps(timesteps), grouped_steps(timesteps)
    moved = groups.astype("float32") @ reach.T.astype("float32") > 0
    return complete_reach(timesteps, singles, reach.T[singles], groups, moved)


@pytest.mark.parametrize("timesteps", [80, 333, 1000])
def test_a_rule_is_found_from_some_steps(timesteps):
    for name, reach in rules(timesteps):
        found = complete(reach)
        assert found is not None, name
        assert np.array_equal(found, reach), name


@pytest.mark.parametrize("timesteps", [65, 333, 1024])
def test_a_reach_of_one_step_at_most_is_spelt_by_few_moves(timesteps):
    groups = coded_steps(timesteps)
    for name, reach in rules(timesteps):
        found = decode_reach(groups.astype(int) @ reach.T > 0, timesteps)
        if reach.sum(axis=1).max() > 1:
            assert found is None, name
        else:
            assert np.array_equal(found, reach), name


def test_a_move_that_is_lost_spells_nothing():
    groups = coded_steps(100)
    moved = groups.copy()
    moved[3, :, 7] = False
    assert decode_reach(moved, 100) is None
    moved[3, 1, 7] = True
    moved[5:, 0, 7], moved[5:, 1, 7] = False, True
    assert decode_reach(moved, 100) is None


@pytest.mark.parametrize("step", [97, 500, 641])
def test_an_exception_among_steps_that_were_not_moved_alone_is_noticed(step):
    reach = np.eye(1000, dtype=bool)
    reach[:, step] = True
    assert step not in single_steps(1000)
    assert complete(reach) is None


def test_no_rule_for_no_order():
    assert complete(np.random.default_rng(0).random((200, 200)) < 0.1) is None


def test_a_loop_reads_what_is_not_masked():
    mask = np.array([[True, False, True, True], [False, False, True, True]])
    assert loop_reach(mask, 4).astype(int).tolist() == [
        [1, 0, 0, 0],
        [1, 0, 0, 0],
        [1, 0, 1, 0],
        [1, 0, 1, 1],
    ]
    backwards = (
        loop_reach(mask, 4, go_backwards=True, zero_output=True)
        .astype(int)
        .tolist()
    )
    assert backwards == [[1, 0, 1, 1], [0, 0, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1]]


def test_fitting_joins_and_repeats_but_never_guesses():
    reach = np.eye(3, dtype=bool)
    assert fit_reach(reach, 1, 3).tolist() == [[True, True, True]]
    assert fit_reach(np.ones((1, 3), bool), 2, 3).shape == (2, 3)
    assert fit_reach(reach, 4, 3) is None
    assert fit_reach(None, 3, 3) is None


def test_stages_of_other_lengths_have_no_reach():
    assert through(np.ones((2, 3), bool), np.ones((4, 2), bool)) is None


def test_what_is_measured_is_measured_once_and_when_asked_for():
    asked = []

    def measure():
        asked.append(1)
        return {(0, 0): np.eye(2, dtype=bool)}

    reach = LazyReach(measure)
    assert "not yet" in repr(reach)
    assert not asked
    assert (0, 0) in reach
    assert len(reach) == len(asked) == 1
    assert pickle.loads(pickle.dumps(reach))[0, 0].tolist() == [
        [True, False],
        [False, True],
    ]
    sources = LazySourceReaches(2, lambda: [None, reach[0, 0]])
    assert len(sources) == 2
    assert next(iter(sources)) is None


@pytest.mark.parametrize("move", MOVES)
def test_a_moved_step_is_another_one_of_the_same_kind(move):
    arrays = [np.array([[3, 5, 7]]), np.array([[True, False, True]])]
    arrays += [
        np.array([[1.0, 0.0, 4.0]], "float32"),
        np.array([["a", "b", "c"]], dtype=object),
    ]
    for array in arrays:
        sample, steps = array[0], np.array([False, True, False])
        moved = Recorded(array).moved(sample, steps, move)
        assert moved.dtype == array.dtype
        assert (moved != sample).tolist() == [False, True, False]
        if array.dtype != bool:
            assert moved[1] in array


def test_samples_are_added_while_they_read_more():
    masks = np.array([[1, 1, 0, 0], [1, 1, 1, 0], [0, 0, 0, 1]], bool)
    assert cover_steps([masks], 3) == [1, 2]
