"""What is found in states: batches of a stateful model, shuffling, states in the wrong place, a single timestep."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from unrolled.checks.cases import Subject
from unrolled.checks.outputs import Output
from unrolled.checks.reports import Problem
from unrolled.traces.calls import LayerCall, RecurrentCall
from unrolled.traces.cells import STATES

#: layers that leave the order of the timesteps as it is
_STEP_BY_STEP = (
    "InputLayer",
    "Masking",
    "Embedding",
    "Dense",
    "TimeDistributed",
    "Dropout",
    "Activation",
    "LayerNormalization",
    "BatchNormalization",
)


def find_in_states(subject: Subject) -> Iterator[Problem]:
    """Yield what is wrong with the batches of a stateful model and with the states of the run."""
    if subject.stateful:
        yield from _batches(subject)
        yield from _shuffle(subject)
    calls = (
        [c for c in subject.trace.calls if isinstance(c, RecurrentCall)] if subject.trace else []
    )
    for call in calls:
        yield from _given_states(call)
    yield from _one_step(subject, calls)
    for output in subject.outputs:
        yield from _backwards(output)


def _batches(subject: Subject) -> Iterator[Problem]:
    fixed, samples = subject.fixed, subject.samples
    if not fixed or not samples or samples % fixed == 0:
        return
    rest, whole = samples % fixed, samples - samples % fixed
    names = [g.variable for g in (*subject.inputs, *subject.labels)]
    silent = rest == 1 and samples > fixed
    made = (
        f"predict returns {whole + fixed} rows for {samples} samples" if silent else "Keras stops"
    )
    fix = "\n".join(f"{name} = {name}[:{whole}]" for name in names)
    yield Problem(
        "samples-not-a-multiple-of-the-stateful-batch",
        "wrong" if silent else "raises",
        f"{samples} samples do not fill batches of {fixed}",
        f"a multiple of {fixed} samples: the states are (batch {fixed}, units)",
        f"{samples} samples: the last batch has {rest}",
        f"With batch_size={fixed} {made}"
        + (": one sample is stretched over all the states." if silent else "."),
        fix if whole else f"keras.Input(batch_shape=({samples}, ...))",
    )


def _shuffle(subject: Subject) -> Iterator[Problem]:
    if subject.shuffle:
        yield Problem(
            "shuffle-with-a-stateful-model",
            "wrong",
            "fit shuffles the batches of a stateful model",
            "samples in their order: row i of a batch goes on in row i of the next",
            f"shuffle={subject.shuffle!r}, which is the default of fit",
            "The states that a sample begins with are those of another sample, in each epoch of another one.",
            f"model.fit(x, y, batch_size={subject.fixed}, shuffle=False)",
        )


def _given_states(call: RecurrentCall) -> Iterator[Problem]:
    """Yield states that a layer was given and does not have, or has in another order."""
    begins = [
        (source, number)
        for source, number, argument in zip(
            call.sources, call.source_indices, call.argument_names, strict=False
        )
        if argument == "initial_state"
    ]
    own = STATES.get(call.cell_class, ())
    if own and len(begins) > len(own):
        yield Problem(
            "more-states-than-the-layer-has",
            "wrong",
            f"The layer {call.layer_name} is given {len(begins)} states and has {len(own)}",
            f"initial_state=[{', '.join(own)}]",
            f"{len(begins)} states for a {call.layer_class}",
            "Keras takes the first ones and leaves the others unread, without a word.",
            f"{call.layer_name} = layers.{call.layer_class}(...)(x, initial_state=[{', '.join(own)}])",
        )
        return
    for source, run in groupby(begins, key=lambda begin: begin[0]):
        numbers = [number for _, number in run]
        if isinstance(source, RecurrentCall) and len(numbers) > 1 and numbers != sorted(numbers):
            yield Problem(
                "states-in-the-wrong-order",
                "wrong",
                f"The layer {call.layer_name} is given its states in another order",
                f"initial_state=[{', '.join(own) or 'in the order of the encoder'}]",
                f"the outputs {', '.join(map(str, numbers))} of {source.layer_name}",
                "c becomes h and h becomes c. Both have the same shape, so nothing stops.",
                "sequence, h, c = encoder(x); decoder(y, initial_state=[h, c])",
            )


def _one_step(subject: Subject, calls: list[RecurrentCall]) -> Iterator[Problem]:
    """Yield a doubt where a layer without a past reads one timestep: it never uses its recurrent weights."""
    sequences = [g for g in subject.inputs if g.array is not None and g.array.ndim == 3]
    for call in calls:
        given = "initial_state" in call.argument_names or any(s.any() for s in call.initial_state)
        read = call.x.ndim == 3 and call.x.shape[1] == 1
        if not read or given or call.stateful or call.number or call.parent is not None:
            continue
        if not any(g.array is not None and g.array.shape[1] == 1 for g in sequences):
            continue
        yield Problem(
            "one-timestep-without-a-state",
            "doubt",
            f"The layer {call.layer_name} reads a single timestep",
            "several timesteps, or a state that comes from before",
            f"{call.x.shape[0]} samples of 1 timestep",
            "It begins at zeros every time and never uses its recurrent weights: it is a Dense layer with gates.",
            "x = unrolled.windows(series, timesteps=10).x",
        )
        return


def _backwards(output: Output) -> Iterator[Problem]:
    """Yield a doubt where the outputs of a layer that reads backwards meet labels in the order of the data."""
    if output.labels is None or output.shape is None or len(output.shape) != 3:
        return
    call: LayerCall | None = output.call
    turned = []
    while call is not None:
        if isinstance(call, RecurrentCall):
            turned += [call] if call.go_backwards else []
        elif call.layer_class not in _STEP_BY_STEP:
            return
        call = call.sources[0] if call.sources else None
    if len(turned) % 2:
        name = output.labels.variable
        yield Problem(
            "go-backwards-returns-the-last-step-first",
            "doubt",
            f"The layer {turned[0].layer_name} returns the last timestep first",
            "outputs in the order of the labels",
            "go_backwards=True with return_sequences=True: output 0 belongs to the last timestep",
            "The label of the first step is compared with the output of the last one.",
            f"{name} = {name}[:, ::-1]  # or keras.ops.flip(sequence, axis=1) behind the layer",
        )
