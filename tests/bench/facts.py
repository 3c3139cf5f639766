"""What the output of a tool tells, found by program: two models that differ in one thing only are
shown, and their outputs compared; or the texts of one output are searched.
"""

import re

import keras
import numpy as np
from peer_models import build
from peers import shapes, texts


class NoAnswerError(Exception):
    """The tool's output differs from run to run, or is an image, so that the question has no
    answer.
    """


def seen(picture):
    """Return what of a picture a reader sees: texts and the number of shapes, or the bytes of an
    image.
    """
    return (
        (texts(picture), shapes(picture))
        if isinstance(picture, str)
        else picture
    )


def show(tool, name, **changes):
    return tool.show(*build(name, **changes))


def tells_apart(name, first=None, **second):
    """Return the question whether a tool's output changes when the model does."""

    def ask(tool):
        one, again = (seen(show(tool, name, **(first or {}))) for _ in range(2))
        if one != again:
            raise NoAnswerError
        return one != seen(show(tool, name, **second))

    return ask


def shows_each_timestep(tool):
    """Two more timesteps make more boxes, not only another number."""
    short, long = (
        drawn(show(tool, "m1", timesteps=timesteps)) for timesteps in (5, 7)
    )
    return shapes(long) > shapes(short)


def names_states(tool):
    """Both h and c stand somewhere as words of their own."""
    return {"h", "c"} <= words(show(tool, "m4"))


def counts_weights(tool):
    model, x = build("m1")
    return str(model.get_layer("lstm").count_params()) in words(
        tool.show(model, x)
    )


def leaves_states_alone(tool):
    model, x = build("m3")
    states = [s for layer in model.layers for s in layer.states]
    for k, state in enumerate(states):
        state.assign(np.full(state.shape, 0.1 * (k + 1)))
    before = [keras.ops.convert_to_numpy(s) for s in states]
    tool.show(model, x)
    return all(
        np.array_equal(b, keras.ops.convert_to_numpy(s))
        for b, s in zip(before, states, strict=True)
    )


def gives_the_same_bytes(tool):
    return all(
        show(tool, name) == show(tool, name)
        for name in ("m1", "m2", "m3", "m4")
    )


def drawn(picture):
    if not isinstance(picture, str):
        raise NoAnswerError
    return picture


def words(picture):
    return set(re.findall(r"[\w']+", " ".join(texts(drawn(picture)))))


FACTS = {
    "a box for each timestep": shows_each_timestep,
    "h and c by name": names_states,
    "the values of h": tells_apart("m1", seed=1),
    "the number of units": tells_apart("m1", units=3),
    "the number of weights": counts_weights,
    "the activation of the gates": tells_apart(
        "m1", recurrent_activation="hard_sigmoid"
    ),
    "the order of reading": tells_apart("m1", go_backwards=True),
    "a mask": tells_apart("m2", mask_zero=False),
    "the inside of Bidirectional": tells_apart("m2", backward=keras.layers.GRU),
    "how Bidirectional merges": tells_apart(
        "m2", {"merge_mode": "ave"}, merge_mode="sum"
    ),
    "states kept between batches": tells_apart("m3", stateful=False),
    "which state goes where": tells_apart("m4", swapped=True),
    "the same bytes twice": gives_the_same_bytes,
    "states left alone": leaves_states_alone,
}


def ask(tool):
    """Return, by fact, yes, no, ``?`` where there is no answer, or ``fails``."""
    answers = {}
    for fact, question in FACTS.items():
        try:
            answers[fact] = "yes" if question(tool) else "no"
        except NoAnswerError:
            answers[fact] = "?"
        except Exception:
            answers[fact] = "fails"
    return answers
