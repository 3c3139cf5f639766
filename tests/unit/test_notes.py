"""What is said of a row, word by word: each note with its colour, and the sentence in the words."""

from dataclasses import replace

import numpy as np
import pytest
from fakes import array, input_call, layer_call, recurrent_call

from unrolled import draw
from unrolled.traces.joined import join
from unrolled.traces.trace import Trace

RNG = np.random.default_rng(0)
X = input_call("x", array(RNG, 2, 4, 3))
#: the first sample is masked nowhere, the second one at its last two steps
MASK = np.array([[True] * 4, [True, True, False, False]])
FORWARD = "reads t = 0 to 3, carrying h and c from step to step, starting from"


def model_of(*calls, **more):
    """Return a model that ends in a Dense, so that no other row is its output."""
    last = layer_call("Dense", "dense", calls[-1:], array(RNG, 2, 1))
    return Trace("m", [X], [*calls, last], [last.outputs[0]], [last], **more)


def row_of(call, *below, sample=1):
    rows = draw(model_of(*below, call), sample=sample)._rows
    return next(row for row in rows if row.name == call.layer_name)


def recurrent(source=X, **more):
    options = ("kind", "sequences", "backwards", "stateful", "mask")
    chosen = {name: more.pop(name) for name in options if name in more}
    call = recurrent_call(RNG, "rnn", source, 2, **chosen)
    return replace(call, **more)


def of_steps(count, **options):
    source = input_call("x", array(RNG, 2, count, 3))
    return recurrent(source, sequences=False, **options)


def dropping(**dropout):
    call = layer_call("Dropout", "drop", [X], 2 * X.outputs[0])
    return replace(call, dropout=dropout)


def factors(*shape, dropped):
    """Return the factors of two samples; the first one loses nothing."""
    made = np.full((2, *shape), 2.0)
    made[1].flat[:dropped] = 0
    return made


def masking(mask=MASK):
    return layer_call("Masking", "pad", [X], X.outputs[0], output_mask=mask)


VECTOR = ("one vector per sample: h at t = 3", "ink", "")
DROPPED = ("h at t = 0…2: computed, then dropped", "ghost", "")
PASSES = ("passes its input unchanged", "ink", "passes its input unchanged")
EVERY = ("h at every step", "ink", "")
SAID = {
    "the last step": (recurrent(sequences=False), [VECTOR, DROPPED]),
    "the last step of a backward one": (
        recurrent(sequences=False, backwards=True),
        [
            ("one vector per sample: h at t = 0", "ink", ""),
            ("h at t = 1…3: computed, then dropped", "ghost", ""),
        ],
    ),
    "one of two steps": (
        of_steps(2),
        [
            ("one vector per sample: h at t = 1", "ink", ""),
            ("h at t = 0: computed, then dropped", "ghost", ""),
        ],
    ),
    "the only step": (
        of_steps(1),
        [("one vector per sample: h at t = 0", "ink", "")],
    ),
    "every step": (recurrent(), [EVERY]),
    "every step, turned round": (
        recurrent(backwards=True),
        [("h at every step, last step first", "ink", "")],
    ),
    "the final states": (
        recurrent(return_state=True),
        [
            EVERY,
            (
                "and the final state: h, c",
                "ink",
                "and the final state: h, c",
            ),
        ],
    ),
    "masked steps of the drawn sample": (
        recurrent(mask=MASK),
        [
            EVERY,
            (
                "hatched: masked steps, the state passes unchanged",
                "soft",
                "masked at t = 2, t = 3: the state passes unchanged",
            ),
        ],
    ),
    "what dropout takes from all steps": (
        recurrent(dropout={"x": factors(3, dropped=2)}),
        [
            EVERY,
            (
                "dropout on x: 2 of 3 values, the same at every step",
                "soft",
                "dropout on x: 2 of 3 values, the same at every step",
            ),
        ],
    ),
    "what dropout takes from the state": (
        recurrent(dropout={"h": factors(2, dropped=1)}),
        [
            EVERY,
            (
                "dropout on h on its way to the next step: 1 of 2 values, the same at every step",
                "soft",
                "dropout on h on its way to the next step: 1 of 2 values, the same at every step",
            ),
        ],
    ),
    "what dropout takes from each step": (
        dropping(x=factors(4, 3, dropped=5)),
        [
            (
                "✕: dropped, 5 of 12 values; the others grow",
                "soft",
                "dropout drops 5 of 12 values",
            )
        ],
    ),
    "a mask that is made": (
        masking(),
        [
            PASSES,
            (
                "passes on a mask: 2 of 8 steps masked",
                "soft",
                "passes on a mask: 2 of 8 steps masked",
            ),
        ],
    ),
    "a mask of no step": (
        masking(np.ones((2, 4), dtype=bool)),
        [
            PASSES,
            (
                "passes on a mask: no step masked",
                "soft",
                "passes on a mask: no step masked",
            ),
        ],
    ),
}


@pytest.mark.parametrize("name", SAID)
def test_each_note_in_the_picture_and_in_the_words(name):
    call, expected = SAID[name]
    notes = row_of(call).notes
    said = [(note.short(), note.role, note.sentence()) for note in notes]
    assert said == expected


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (dropping(x=factors(4, 3, dropped=5)), "✕: dropped, 0 of 12 values"),
        (recurrent(mask=MASK), "h at every step"),
    ],
)
def test_notes_are_those_of_the_drawn_sample(call, text):
    (note,) = row_of(call, sample=0).notes
    assert note.text.startswith(text)


def test_a_mask_that_does_not_arrive_is_a_warning():
    below = masking()
    *_, note = row_of(recurrent(below), below).notes
    said = "the mask of its input does not reach it"
    assert (note.text, note.role, note.sentence()) == (said, "warn", said)


GIVEN = (np.array([[0, 0], [1, 1]], "float32"), np.zeros((2, 2), "float32"))


@pytest.mark.parametrize(
    ("call", "sample", "begins", "story"),
    [
        (recurrent(), 1, ("0", "0"), f"{FORWARD} zeros; "),
        (recurrent(initial_state=GIVEN), 0, ("0", "0"), f"{FORWARD} zeros; "),
        (
            recurrent(initial_state=GIVEN),
            1,
            ("given", "0"),
            f"{FORWARD} given values; ",
        ),
        (
            recurrent(initial_state=GIVEN, stateful=True),
            1,
            ("carried", "0"),
            f"{FORWARD} the states carried over; ",
        ),
        (
            recurrent(kind="GRU", backwards=True),
            1,
            ("0",),
            "reads t = 3 back to 0, carrying h from step to step, starting from zeros; ",
        ),
    ],
)
def test_where_the_states_of_the_drawn_sample_start(
    call, sample, begins, story
):
    row = row_of(call, sample=sample)
    assert row.begins == (begins,)
    assert row.story.startswith(story)


@pytest.mark.parametrize(
    ("stateful", "returned", "end", "keeps"),
    [
        (False, False, "not kept", False),
        (False, True, "returned", True),
        (True, False, "kept", True),
        (True, True, "kept", True),
    ],
)
def test_what_becomes_of_the_final_state(stateful, returned, end, keeps):
    row = row_of(recurrent(stateful=stateful, return_state=returned))
    assert (row.end, row.keeps, row.carries) == (end, keeps, stateful)
    assert row.returns_state is returned


@pytest.mark.parametrize(
    ("stateful", "between"),
    [
        (False, "every batch starts again from zeros"),
        (
            True,
            "the final state of each sample is where the same sample of the next batch starts",
        ),
    ],
)
def test_what_becomes_of_the_states_between_batches(stateful, between):
    call = recurrent(stateful=stateful)
    batches = [model_of(call, stateful=stateful) for _ in range(2)]
    (row,) = (row for row in draw(join(batches))._rows if row.name == "rnn")
    assert row.story.endswith(f"; {between}")
