"""What is found in states.

Batches of a stateful model, shuffling, states in the wrong place, a single timestep.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from unrolled.checks.cases import Case
from unrolled.checks.fixes import Fix, change_calls, change_end, change_input
from unrolled.checks.outputs import Output
from unrolled.checks.reports import Problem
from unrolled.traces.layer_calls import LayerCall
from unrolled.traces.recurrent_calls import BidirectionalCall, RecurrentCall

ORDER = 2


def find(case: Case) -> Iterator[Problem]:
    """Yield what is wrong with the batches of a stateful model and with the states of the run."""
    if case.stateful:
        yield from _batches(case)
        yield from _shuffle(case)
    recurrent = [c for c in case.calls if isinstance(c, RecurrentCall)]
    for call in recurrent:
        yield from _given_states(case, call)
    yield from _one_step(case, recurrent)
    for judged in case.judged:
        # a single vector per sample has no order of steps
        if len(judged.shape) == 3:
            yield from _backwards(case, judged.output)


def _batches(case: Case) -> Iterator[Problem]:
    """Yield where the samples do not fill batches of the size that the states have."""
    fixed = case.io.fixed_batch
    samples = case.samples
    if not fixed or samples % fixed == 0:
        return
    rest = samples % fixed
    whole = samples - rest
    level = "raises"
    why = f"With batch_size={fixed} Keras stops."
    # one row fits any batch by broadcasting
    if rest == 1 and whole > 0:
        level = "wrong"
        why = (
            f"With batch_size={fixed} predict returns {whole + fixed} rows for {samples} samples: "
            "one sample is "
            "stretched over all the states."
        )
    # the samples behind the last whole batch are left out
    lines = [f"{name} = {name}[:{whole}]" for name in case.variables]
    fix = Fix("\n".join(lines))
    # there is no whole batch: the model is built for as many as there are
    if whole == 0:
        shape = (samples, *case.io.inputs[0].shape[1:])
        line = f"keras.Input(batch_shape={shape})  # where the model is built"
        fix = change_input(case, shape, line)
    yield Problem(
        mistake="samples-not-a-multiple-of-the-stateful-batch",
        level=level,
        title=f"{samples} samples do not fill batches of {fixed}",
        expected=f"a multiple of {fixed} samples: the states are (batch {fixed}, units)",
        came=f"{samples} samples: the last batch has {rest}",
        why=why,
        fix=fix.code,
        fix_is_example=fix.is_example,
    )


def _shuffle(case: Case) -> Iterator[Problem]:
    """Yield where fit is to shuffle what belongs together."""
    if not case.shuffle:
        return
    arrays = "x"
    if case.labels:
        arrays = "x, y"
    fit = f"model.fit({arrays}, batch_size={case.io.fixed_batch}, shuffle=shuffle)"
    yield Problem(
        mistake="shuffle-with-a-stateful-model",
        level="wrong",
        title="fit shuffles the batches of a stateful model",
        expected="samples in their order: row i of a batch continues in row i of the next",
        came=f"shuffle={case.shuffle!r}, which is the default of fit",
        why=(
            "The states that a sample begins with are those of another sample, in each epoch of "
            "another one."
        ),
        fix=f"shuffle = False  # {fit}",
    )


def _given_states(case: Case, call: RecurrentCall) -> Iterator[Problem]:
    """Yield states that a layer was given and does not have, or has in another order."""
    given = zip(
        call.sources, call.source_indices, call.argument_names, strict=False
    )
    begins = [place for place in given if place[2] == "initial_state"]
    own = call.cell_facts.states
    # the states of a cell of your own are not known
    if own and len(begins) > len(own):
        yield _too_many(case, call, len(begins))
        return
    # states of one encoder stand together; those of others may come in any order
    for source, run in groupby(begins, key=itemgetter(0)):
        if not isinstance(source, RecurrentCall):
            continue
        numbers = [number for _, number, _ in run]
        if numbers != sorted(numbers):
            yield _wrong_order(case, call, source, numbers)


def _too_many(case: Case, call: RecurrentCall, count: int) -> Problem:
    """Return the problem of a layer that is given more states than it has."""
    own = call.cell_facts.states
    names = ", ".join(own)
    fix = _give_states(case, call, f"initial_state=[{names}]", f"[:{len(own)}]")
    return Problem(
        mistake="more-states-than-the-layer-has",
        level="wrong",
        title=f"The layer {call.layer_name} is given {count} states and has {len(own)}",
        expected=f"initial_state=[{names}]",
        came=f"{count} states for a {call.layer_class}",
        why="Keras takes the first ones and leaves the others unread, without a word.",
        fix=fix.code,
        fix_is_example=fix.is_example,
    )


def _wrong_order(
    case: Case, call: RecurrentCall, source: RecurrentCall, numbers: list[int]
) -> Problem:
    """Return the problem of states that come in another order than the layer that made them has."""
    names = ", ".join(call.cell_facts.states)
    if not names:
        names = "in the order of the encoder"
    fix = _give_states(case, call, f"initial_state=[{names}]", "[::-1]")
    return Problem(
        mistake="states-in-the-wrong-order",
        level="wrong",
        title=f"The layer {call.layer_name} is given its states in another order",
        expected=f"initial_state=[{names}]",
        came=f"the outputs {', '.join(map(str, numbers))} of {source.layer_name}",
        why="c becomes h and h becomes c. Both have the same shape, so nothing stops.",
        fix=fix.code,
        # turning them round puts two in order, and no more
        fix_is_example=fix.is_example or len(numbers) != 2,
    )


def _give_states(
    case: Case, call: RecurrentCall, states: str, chosen: str
) -> Fix:
    """Return the fix that gives a layer some of its initial states, or in another order."""
    name = call.layer_name
    fix = change_calls(
        case,
        f"{name}(x, {states})",
        [
            f"if layer.name == {name!r}:",
            f"    kwargs['initial_state'] = kwargs['initial_state']{chosen}",
        ],
    )
    # a layer inside a nested model is not called anew
    return Fix(fix.code, fix.is_example or call.parent is not None)


def _one_step(case: Case, calls: list[RecurrentCall]) -> Iterator[Problem]:
    """Yield a doubt where a layer without a past reads one timestep.

    It never uses its recurrent weights.
    """
    shapes = [array.shape for array in case.given.arrays]
    single = [shape for shape in shapes if len(shape) == 3 and shape[1] == 1]
    if not single:
        return
    # of all that was given: the layer saw one batch of it
    samples = single[0][0]
    call = next(filter(_never_remembers, calls), None)
    if call is None:
        return
    # of a Bidirectional its halves are not what you wrote
    layer = call.parent or call
    yield Problem(
        mistake="one-timestep-without-a-state",
        level="doubt",
        title=f"The layer {layer.layer_name} reads a single timestep",
        expected="several timesteps, or a state that comes from before",
        came=f"{samples} samples of 1 timestep",
        why=(
            "It begins at zeros every time and never uses its recurrent weights: it is a Dense "
            "layer with gates."
        ),
        fix=(
            "# cut the series into windows of several timesteps: unrolled.windows(series, "
            "timesteps=10)"
        ),
        fix_is_example=True,
    )


def _never_remembers(call: RecurrentCall) -> bool:
    """Tell whether a call reads one timestep and begins at zeros.

    One half of a Bidirectional as well.
    """
    # pictures over time are not looked at
    if call.x.ndim != 3:
        return False
    if call.x.shape[1] != 1:
        return False
    # a later call of the same layer may go on where the first one ended
    if call.number > 0 or call.stateful:
        return False
    if "initial_state" in call.argument_names:
        return False
    # inside a model or another wrapper the step may be one of a loop
    if not isinstance(call.parent, (BidirectionalCall, type(None))):
        return False
    return not any(state.any() for state in call.initial_state)


def _backwards(case: Case, output: Output) -> Iterator[Problem]:
    """Yield a doubt where outputs from last step to first meet labels in the data's order."""
    turned = _turned(output.call)
    # turned twice, the steps stand in their order again
    if len(turned) % 2 == 0:
        return
    layer = turned[0].layer_name
    fix = change_end(
        case,
        f"keras.ops.flip(h, axis=1) behind {layer}",
        "keras.ops.flip(model.outputs[0], axis=1)",
    )
    yield Problem(
        mistake="go-backwards-returns-the-last-step-first",
        level="doubt",
        title=f"The layer {layer} returns the last timestep first",
        expected="outputs in the order of the labels",
        came="go_backwards=True with return_sequences=True: output 0 belongs to the last timestep",
        why="The label of the first step is compared with the output of the last one.",
        fix=fix.code,
        fix_is_example=fix.is_example,
    )


def _turned(call: LayerCall | None) -> list[RecurrentCall]:
    """Return the layers that turn the steps round on the way to an output.

    Empty where that is not known.
    """
    turned: list[RecurrentCall] = []
    while call is not None:
        if not isinstance(call, RecurrentCall):
            if not call.facts.keeps_steps:
                return []
        elif call.go_backwards:
            turned.append(call)
        # layers that keep the steps read them from their first input
        call = next(iter(call.sources), None)
    return turned
