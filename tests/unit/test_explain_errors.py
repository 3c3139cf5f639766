"""Hostile exceptions in explain_errors: your own error comes out, with one note or none."""

import sys
import traceback

import pytest

import unrolled

KNOWN = (
    "Input 0 is incompatible with layer lstm_1: expected ndim=3, found ndim=2"
)
NDIM = "expected-ndim-3-found-ndim-2"
TITLE = "A recurrent layer got two axes"


def raised_in(module, text="raise ValueError('nothing that is known')"):
    """Raise an error out of a module of this name."""
    exec(compile(text, f"{module}.py", "exec"), {"__name__": module})


def notes(error):
    return getattr(error, "__notes__", [])


class RaisingTextError(Exception):
    def __str__(self):
        raise RuntimeError("no text")


class ExitingTextError(Exception):
    def __str__(self):
        sys.exit(3)


class NoTextError(Exception):
    def __str__(self):
        return 7


class OddNotesError(ValueError):
    __notes__ = None


class RefusedNotesError(ValueError):
    def add_note(self, note):
        raise RuntimeError("no notes")


class FalsyError(ValueError):
    def __len__(self):
        return 0


@pytest.mark.parametrize(
    "error",
    [
        RaisingTextError(),
        ExitingTextError(),
        NoTextError(),
        OddNotesError(KNOWN),
        RefusedNotesError(KNOWN),
        FalsyError(KNOWN),
    ],
    ids=lambda error: type(error).__name__,
)
def test_the_readers_own_error_comes_out(error):
    with pytest.raises(type(error)) as caught, unrolled.explain_errors():
        raise error
    assert caught.value is error


@pytest.mark.parametrize(
    "error", [RaisingTextError(), ExitingTextError(), NoTextError()]
)
def test_an_error_without_a_text_is_unknown(error):
    assert not unrolled.explain(error)


def test_a_cause_is_read_although_the_error_has_no_text():
    error = RaisingTextError()
    error.__cause__ = ValueError(KNOWN)
    assert unrolled.explain(error).mistake.name == NDIM


def test_blocks_inside_each_other_add_one_note():
    with (
        pytest.raises(ValueError, match="lstm_1") as caught,
        unrolled.explain_errors(),
        unrolled.explain_errors(),
    ):
        raise ValueError(KNOWN)
    assert [note.splitlines()[0] for note in notes(caught.value)] == [TITLE]


def test_an_error_that_wraps_an_explained_one_is_not_explained_again():
    with pytest.raises(RuntimeError) as caught, unrolled.explain_errors():
        wrap_explained()
    assert notes(caught.value) == []
    assert "".join(traceback.format_exception(caught.value)).count(TITLE) == 1


def wrap_explained():
    try:
        with unrolled.explain_errors():
            raise ValueError(KNOWN)
    except ValueError as error:
        raise RuntimeError("the training failed") from error


def test_a_foreign_error_gets_no_note():
    with pytest.raises(ZeroDivisionError) as caught, unrolled.explain_errors():
        print(1 / 0)
    assert notes(caught.value) == []
    with (
        pytest.raises(ValueError, match="known") as caught,
        unrolled.explain_errors(),
    ):
        raised_in("kerasticus.layers")
    assert notes(caught.value) == []


@pytest.mark.parametrize(
    "module", ["keras.src.layers.layer", "tensorflow.python.ops", "torch"]
)
def test_an_unknown_error_of_keras_is_sent_to_check(module):
    with (
        pytest.raises(ValueError, match="known") as caught,
        unrolled.explain_errors(),
    ):
        raised_in(module)
    (note,) = notes(caught.value)
    assert "not in the catalogue" in note
    assert "check(model, x, y)" in note


def test_an_error_that_a_callback_raises_inside_keras_is_foreign():
    with pytest.raises(ZeroDivisionError) as caught, unrolled.explain_errors():
        raised_in(
            "keras.src.trainers",
            "import test_explain_errors as own; own.divide()",
        )
    assert notes(caught.value) == []


def divide():
    return 1 / 0


def test_an_error_class_of_keras_counts_wherever_it_is_raised():
    error = type(
        "OwnError", (ValueError,), {"__module__": "tensorflow.errors"}
    )("nothing known")
    with (
        pytest.raises(ValueError, match="nothing") as caught,
        unrolled.explain_errors(),
    ):
        raise error
    assert "not in the catalogue" in notes(caught.value)[0]


def test_interrupts_pass_without_a_note():
    with pytest.raises(KeyboardInterrupt) as caught, unrolled.explain_errors():
        raise KeyboardInterrupt(KNOWN)
    assert notes(caught.value) == []


def test_members_of_groups_are_read():
    inner = ExceptionGroup("inner", [TypeError("other"), ValueError(KNOWN)])
    assert (
        unrolled.explain(
            ExceptionGroup("outer", [KeyError("x"), inner])
        ).mistake.name
        == NDIM
    )
    assert not unrolled.explain(ExceptionGroup("outer", [KeyError("x")]))


def test_of_two_alike_the_last_member_and_the_outer_error_count():
    first, second, outer = (
        KNOWN.replace("lstm_1", f"layer_{k}") for k in range(3)
    )
    group = ExceptionGroup("failed", [ValueError(first), ValueError(second)])
    assert unrolled.explain(group).values["layer"] == "layer_1"
    error = ValueError(outer)
    error.__cause__ = group
    assert unrolled.explain(error).values["layer"] == "layer_2"


def test_long_chains_and_circles_of_causes_are_read_to_their_end():
    first = error = ValueError(KNOWN)
    for number in range(3000):
        outer = RuntimeError(f"step {number}")
        outer.__context__ = error
        error = outer
    assert unrolled.explain(error).mistake.name == NDIM
    first.__cause__ = error
    assert unrolled.explain(error).mistake.name == NDIM


def test_what_a_traceback_leaves_out_is_not_read():
    error = RuntimeError("other")
    error.__context__ = ValueError(KNOWN)
    assert unrolled.explain(error)
    error.__suppress_context__ = True
    assert not unrolled.explain(error)
