"""What is said of which step moves which, against the real model with one step moved at a time."""

import os
from itertools import product

import catalogue
import keras
import mixing_models
import numpy as np
import pytest
from keras import ops

import unrolled
from unrolled.model_io.nested import pack, walk

pytestmark = pytest.mark.filterwarnings(
    "ignore:.*support masking.*:UserWarning"
)
#: a cell of one's own among several, which cannot be run by itself
NOT_KNOWN = {"custom_cells_stacked"}
SEEDS = range(int(os.environ.get("UNROLLED_SEEDS", "40")))
X = np.random.default_rng(0).normal(size=(3, 6, 4)).astype("float32")


def along(array, count):
    """Lay an array out as (batch, count, everything else)."""
    return array.reshape(len(array), count, -1)


def moved_steps(before, after, count):
    """Which of so many steps of an array differ in any sample."""
    if before.shape != after.shape:
        return np.ones(count, bool)
    same = (before == after) | ((before != before) & (after != after))
    return ~along(same, count).all(axis=(0, 2))


def predicted(reaches, pairs, firsts, seconds):
    """The steps that may move, by the reach of each array that is read; None if one lacks."""
    total = None
    for pair, before, after in zip(pairs, firsts, seconds, strict=True):
        reach = reaches.get(pair)
        if reach is None:
            return None
        moved = (reach & moved_steps(before, after, reach.shape[1])).any(axis=1)
        total = moved if total is None else total | moved
    return total


def check_call(before, after):
    """No output step of a call moves that is said not to be; return how many pairs are known."""
    known = 0
    for number in range(len(before.outputs)):
        pairs = [(number, k) for k in range(len(before.inputs))]
        may = predicted(before.reach, pairs, before.inputs, after.inputs)
        if may is None:
            continue
        known += 1
        moved = moved_steps(
            before.outputs[number], after.outputs[number], len(may)
        )
        assert not (moved & ~may).any(), (before.path, number, moved, may)
    return known


def check_provenance(value, other, before, after):
    """No step of a value made in call() moves that is said not to be."""
    reaches = dict(enumerate(before.reach))
    sources = [call.outputs[k] for call, k in before.sources]
    others = [call.outputs[k] for call, k in after.sources]
    may = predicted(reaches, range(len(sources)), sources, others)
    if may is not None:
        moved = moved_steps(value, other, len(may))
        assert not (moved & ~may).any(), (before.operations, moved, may)


def same_masks(before, after):
    return all(
        (a is None and b is None)
        or (a is not None and b is not None and np.array_equal(a, b))
        for a, b in (
            (before.mask, after.mask),
            (before.output_mask, after.output_mask),
        )
    )


def check_traces(before, after):
    """Compare two runs that differ in one step of x; return how many outputs are known, of all."""
    known = total = 0
    for first, second in zip(before.calls, after.calls, strict=True):
        if not first.inputs or not same_masks(first, second):
            continue
        known += check_call(first, second)
        total += len(first.outputs)
        for k, made in enumerate(first.made_from):
            if made is not None:
                check_provenance(
                    first.inputs[k], second.inputs[k], made, second.made_from[k]
                )
    for k, made in enumerate(before.outputs_made_from):
        if made is not None:
            pair = before.outputs[k], after.outputs[k]
            check_provenance(*pair, made, after.outputs_made_from[k])
    return known, total


def with_moved_step(x, rng):
    """Return x with one step of one of its arrays moved, in all samples."""
    arrays = [np.array(a) for _, a in walk(x)]
    chosen = arrays[int(rng.integers(len(arrays)))]
    if chosen.dtype.kind not in "fiub":
        return None
    step = (
        (slice(None), int(rng.integers(chosen.shape[1])))
        if chosen.ndim > 1
        else slice(None)
    )
    if chosen.dtype.kind == "f" and not np.array_equal(chosen, chosen.round()):
        chosen[step] += rng.normal(size=chosen[step].shape) * (
            0.1 + np.nanstd(chosen)
        )
    else:
        chosen[step] = rng.permutation(chosen.ravel())[
            : chosen[step].size
        ].reshape(chosen[step].shape)
    return pack(x, arrays)


@pytest.mark.parametrize("name", catalogue.BUILDERS)
def test_no_arrow_is_missing_in_the_catalogue(name):
    model, x, *_ = catalogue.make(name)
    other = with_moved_step(x, np.random.default_rng(0))
    if other is None:
        return
    before, after = unrolled.trace(model, x), unrolled.trace(model, other)
    # a later batch of a stateful model starts from what the first one left
    known, total = check_traces(before.batches[0], after.batches[0])
    assert known == total or name in NOT_KNOWN


@pytest.mark.parametrize("seed", SEEDS)
def test_random_models(seed):
    model, x = mixing_models.build(seed)
    rng = np.random.default_rng(seed)
    before = unrolled.trace(model, x)
    for _ in range(3):
        known, total = check_traces(
            before, unrolled.trace(model, with_moved_step(x, rng))
        )
        assert known == total
    check_each_operation(model, before, rng)


def check_each_operation(model, trace, rng):
    """The reach of each operation is what its own runs show, each step moved by itself."""
    for call in trace.calls:
        if call.parent is None and call.mask is None:
            check_operation(model, call, rng)


def check_operation(model, call, rng):
    """The reach of one operation, for each of its outputs and each of its inputs."""
    operation = next(o for o in model.operations if o.name == call.layer_name)
    tensors = keras.tree.flatten(operation.input)
    if len({id(t) for t in tensors}) < len(call.inputs):
        return  # an input that is read twice cannot be moved at one place alone
    run = run_alone(operation, tensors)
    # a loop is slow, and answers to any move
    draws = (
        1
        if isinstance(operation, (keras.layers.RNN, keras.layers.Bidirectional))
        else 4
    )
    for number, k in product(range(len(call.outputs)), range(len(call.inputs))):
        reach = call.reach[number, k]
        brute = move_one_by_one(
            run, call.inputs, number, k, reach.shape, rng, draws
        )
        if not np.array_equal(reach, brute):
            # a maximum takes luck to move, and what is multiplied by 0 does not
            inputs = [shaken(array, rng) for array in call.inputs]
            brute |= move_one_by_one(
                run, inputs, number, k, reach.shape, rng, 30
            )
        assert np.array_equal(reach, brute), (
            call.path,
            number,
            k,
            reach,
            brute,
        )


def run_alone(operation, tensors):
    """The operation as a function of the tensors that it read, whatever made these.

    ``keras.Function`` of Keras 3.13 goes on behind tensors in the middle of a model.
    """
    (node,) = operation._inbound_nodes
    given = (node.arguments.args, node.arguments.kwargs)

    def run(arrays):
        known = dict(zip(map(id, tensors), arrays, strict=True))
        args, kwargs = keras.tree.map_structure(
            lambda leaf: known.get(id(leaf), leaf), given
        )
        return operation(*args, **kwargs)

    return run


def shaken(array, rng):
    """Return an array with all its numbers moved; ids stay."""
    if array.dtype.kind != "f" or array.ndim < 3:
        return array
    return array + rng.normal(size=array.shape).astype(array.dtype)


def move_one_by_one(run, inputs, number, k, shape, rng, draws):
    """Which steps of an output move for which step of an input, in one sample after the other."""
    brute = np.zeros(shape, bool)
    inputs = [np.array(a) for a in inputs]

    def output():
        found = keras.tree.flatten(
            run([ops.convert_to_tensor(a) for a in inputs])
        )
        return ops.convert_to_numpy(found[number])

    start = output()
    for step in range(shape[1]):
        for draw in range(draws):
            recorded = inputs[k]
            inputs[k] = np.array(recorded)
            here = along(inputs[k], shape[1])[:, step]
            if recorded.dtype.kind == "f" and recorded.ndim > 2:
                here += rng.normal(size=here.shape) * 3 ** (draw - 1)
            else:
                here[:] = (here + 1 + draw) % mixing_models.IDS
            brute[:, step] |= moved_steps(start, output(), shape[0])
            inputs[k] = recorded
    return brute


def test_a_long_sequence_is_measured_by_few_moves():
    # of some weights a ReLU is off at some steps whatever is tried: then nothing is claimed
    keras.utils.set_random_seed(1)
    steps = 2000
    inputs = keras.Input((steps, 3))
    h = keras.layers.Dense(1, activation="relu", name="dense")(inputs)
    h = keras.layers.Dropout(0.5, name="dropout")(h)
    h = keras.layers.Conv1D(2, 3, strides=2, name="conv")(h)
    x = np.random.default_rng(0).normal(size=(2, steps, 3)).astype("float32")
    trace = unrolled.trace(keras.Model(inputs, h), x)
    for name in ("dense", "dropout"):
        assert np.array_equal(trace[name].reach[0, 0], np.eye(steps)), name
    first = 2 * np.arange(999)[:, None]
    step = np.arange(steps)
    window = (first <= step) & (step < first + 3)
    assert np.array_equal(trace["conv"].reach[0, 0], window)
