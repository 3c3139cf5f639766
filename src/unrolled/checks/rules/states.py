"""What is found in states.

Batches of a stateful model, shuffling, states in the wrong place, a single timestep.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from unrolled.checks.cases import Case
from unrolled.checks.outputs import Output
from unrolled.checks.reports import Problem
from unrolled.traces.calls import BidirectionalCall, LayerCall, RecurrentCall

ORDER = 2


def find(case: Case) -> Iterator[Problem]:
    """Yield what is wrong with the batches of a stateful model and with the states of the run."""
    if case.stateful:
        yield from _batches(case)
        yield from _shuffle(case)
    calls = case.trace.calls if case.trace else ()
    recurrent = [call for call in calls if isinstance(call, RecurrentCall)]
    for call in recurrent:
        yield from _given_states(call)
    yield from _one_step(case, recurrent)
    for output in case.outputs:
        yield from _backwards(output)


def _batches(case: Case) -> Iterator[Problem]:
    fixed, samples = case.io.fixed_batch, case.samples
    if not fixed or not samples or samples % fixed == 0:
        return
    rest, whole = samples % fixed, samples - samples % fixed
    silent = rest == 1 and samples > fixed
    why = f"With batch_size={fixed} Keras stops."
    if silent:
        why = (
            f"With batch_size={fixed} predict returns {whole + fixed} rows for {samples} samples: "
            "one sample is "
            "stretched over all the states."
        )
    fix = "\n".join(f"{name} = {name}[:{whole}]" for name in case.variables)
    if not whole:
        shape = ", ".join(
            str(n) for n in (samples, *case.io.inputs[0].shape[1:])
        )
        fix = f"keras.Input(batch_shape=({shape}))  # where the model is built"
    yield Problem(
        mistake="samples-not-a-multiple-of-the-stateful-batch",
        level="wrong" if silent else "raises",
        title=f"{samples} samples do not fill batches of {fixed}",
        expected=f"a multiple of {fixed} samples: the states are (batch {fixed}, units)",
        came=f"{samples} samples: the last batch has {rest}",
        why=why,
        fix=fix,
        fix_is_example=not whole,
    )


def _shuffle(case: Case) -> Iterator[Problem]:
    if not case.shuffle:
        return
    arguments = "x, y" if case.labels else "x"
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
        fix=(
            f"model.fit({arguments}, batch_size={case.io.fixed_batch}, shuffle=False)  # where "
            "you train it"
        ),
        fix_is_example=True,
    )


def _given_states(call: RecurrentCall) -> Iterator[Problem]:
    """Yield states that a layer was given and does not have, or has in another order."""
    arguments = zip(
        call.sources, call.source_indices, call.argument_names, strict=False
    )
    begins = [
        (source, n)
        for source, n, argument in arguments
        if argument == "initial_state"
    ]
    own = call.cell_facts.states
    if own and len(begins) > len(own):
        yield _too_many(call, len(begins), own)
        return
    for source, run in groupby(begins, key=lambda begin: begin[0]):
        numbers = [number for _, number in run]
        swapped = len(numbers) > 1 and numbers != sorted(numbers)
        if isinstance(source, RecurrentCall) and swapped:
            yield _wrong_order(call, source, numbers)


def _too_many(call: RecurrentCall, count: int, own: tuple[str, ...]) -> Problem:
    names, units = ", ".join(own), call.config.get("units", 8)
    return Problem(
        mistake="more-states-than-the-layer-has",
        level="wrong",
        title=f"The layer {call.layer_name} is given {count} states and has {len(own)}",
        expected=f"initial_state=[{names}]",
        came=f"{count} states for a {call.layer_class}",
        why="Keras takes the first ones and leaves the others unread, without a word.",
        fix=(
            f"y = keras.layers.{call.layer_class}({units})(x, initial_state=[{names}])  # in the "
            "model"
        ),
        fix_is_example=True,
    )


def _wrong_order(
    call: RecurrentCall, source: RecurrentCall, numbers: list[int]
) -> Problem:
    names = ", ".join(call.cell_facts.states) or "in the order of the encoder"
    return Problem(
        mistake="states-in-the-wrong-order",
        level="wrong",
        title=f"The layer {call.layer_name} is given its states in another order",
        expected=f"initial_state=[{names}]",
        came=f"the outputs {', '.join(map(str, numbers))} of {source.layer_name}",
        why="c becomes h and h becomes c. Both have the same shape, so nothing stops.",
        fix="sequence, h, c = encoder(x); decoder(y, initial_state=[h, c])  # in the model",
        fix_is_example=True,
    )


def _one_step(case: Case, calls: list[RecurrentCall]) -> Iterator[Problem]:
    """Yield a doubt where a layer without a past reads one timestep.

    It never uses its recurrent weights.
    """
    sequences = [
        a.array
        for a in case.inputs
        if a.array is not None and a.array.ndim == 3
    ]
    if not any(array.shape[1] == 1 for array in sequences):
        return
    call = next((call for call in calls if _never_remembers(call)), None)
    if call is None:
        return
    layer = call.parent if isinstance(call.parent, BidirectionalCall) else call
    yield Problem(
        mistake="one-timestep-without-a-state",
        level="doubt",
        title=f"The layer {layer.layer_name} reads a single timestep",
        expected="several timesteps, or a state that comes from before",
        came=f"{call.x.shape[0]} samples of 1 timestep",
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
    if call.x.ndim != 3 or call.x.shape[1] != 1 or call.stateful or call.number:
        return False
    if call.parent is not None and not isinstance(
        call.parent, BidirectionalCall
    ):
        return False
    given = "initial_state" in call.argument_names
    return not given and not any(state.any() for state in call.initial_state)


def _backwards(output: Output) -> Iterator[Problem]:
    """Yield a doubt where outputs from last step to first meet labels in the data's order."""
    if output.labels is None or output.shape is None or len(output.shape) != 3:
        return
    turned = _turned(output.call)
    if len(turned) % 2 == 0:
        return
    name = output.labels.variable
    yield Problem(
        mistake="go-backwards-returns-the-last-step-first",
        level="doubt",
        title=f"The layer {turned[0].layer_name} returns the last timestep first",
        expected="outputs in the order of the labels",
        came="go_backwards=True with return_sequences=True: output 0 belongs to the last timestep",
        why="The label of the first step is compared with the output of the last one.",
        fix=(
            f"h = keras.ops.flip(h, axis=1)  # behind the layer; or, once, {name} = {name}[:, ::-1]"
        ),
        fix_is_example=True,
    )


def _turned(call: LayerCall | None) -> list[RecurrentCall]:
    """Return the layers that turn the steps round on the way to an output.

    None where that is not known.
    """
    turned = []
    while call is not None:
        if isinstance(call, RecurrentCall):
            turned += [call] if call.go_backwards else []
        elif not call.facts.keeps_steps:
            return []
        call = call.sources[0] if call.sources else None
    return turned
