"""explain finds a message in whatever is pasted, and says where it knows none. No Keras."""

import sys
import time

import pytest

import unrolled
from unrolled.explanations.mistakes import catalogue
from unrolled.explanations.patterns import Wording, clean_text, small_letters

NDIM = "expected-ndim-3-found-ndim-2"
TRACEBACK = """Traceback (most recent call last):
  File "train.py", line 12, in <module>
    model.fit(x, y)
  File "keras/src/utils/traceback_utils.py", line 122, in error_handler
    raise e.with_traceback(filtered_tb) from None
ValueError: Exception encountered when calling Sequential.call().

\x1b[1mInput 0 with name 'None' of layer 'lstm_1' is incompatible with the layer: expected ndim=3,
found ndim=2. Full shape received: (None, 8)\x1b[0m

Arguments received by Sequential.call():
  • inputs=tf.Tensor(shape=(None, 8), dtype=float32)"""

CURLY = (
    "Input 0 of layer \u201clstm\u201d is incompatible with the layer: "
    "expected ndim=3, found ndim=2. Full shape received: [None, 10]"
)


@pytest.mark.parametrize(
    "text",
    [
        TRACEBACK,
        "Input 0 is incompatible with layer lstm_1: expected ndim=3, found ndim=2",
        CURLY,
        (
            "ValueError:   Input 0 of layer lstm_2 is\n   incompatible with the layer:\n"
            " expected ndim=3,\tfound ndim=2"
        ),
    ],
)
def test_finds_a_message_in_any_wording(text):
    assert unrolled.explain(text).mistake.name == NDIM


def test_tells_the_numbers_of_the_message():
    found = unrolled.explain(TRACEBACK)
    assert found.values["shape"] == "(None, 8)"
    assert "lstm_1" in found.what
    assert "(None, 8)" in str(found)
    assert found.page == f"errors/{NDIM}.html"


def test_an_exception_is_read_with_what_it_came_from():
    inner = ValueError(
        "Input 0 of layer lstm is incompatible with the layer: expected ndim=3, found ndim=2"
    )
    outer = RuntimeError("the training failed")
    outer.__cause__ = inner
    assert unrolled.explain(outer).mistake.name == NDIM


@pytest.mark.parametrize(
    "text", ["", "KeyError: 'nothing of Keras'", "<script>alert(1)</script>"]
)
def test_an_unknown_message_is_said_to_be_unknown(text):
    found = unrolled.explain(text)
    assert not found
    assert "check(model, x, y)" in str(found)
    assert "<script" not in found._repr_html_()


def test_what_is_no_message_is_refused():
    with pytest.raises(
        TypeError, match="Expected an exception or its text, got int"
    ):
        unrolled.explain(3)


def test_html_escapes_what_a_message_holds():
    evil = "Input 0 is incompatible with layer <b>x</b>: expected ndim=3, found ndim=2"
    assert "<b>x" not in unrolled.explain(evil)._repr_html_()


def test_explaining_adds_a_note_and_raises_the_same_error():
    error = ValueError(
        "Input 0 is incompatible with layer lstm_1: expected ndim=3, found ndim=2"
    )
    with (
        pytest.raises(ValueError, match="lstm_1") as caught,
        unrolled.explain_errors(),
    ):
        raise error
    assert caught.value is error
    assert "A recurrent layer got two axes" in error.__notes__[0]


ONE_WORD = (
    "\nAttention layer mask must be a list, namely [query_mask, value_mask]"
)


@pytest.mark.parametrize("letters", ["a", "0f", "a.", "İ", "<", "(", "'"])
def test_one_long_word_is_read_in_a_second(letters):
    catalogue()
    began = time.process_time()
    found = unrolled.explain(
        letters * (1_000_000 // len(letters)) + " " + ONE_WORD
    )
    assert time.process_time() - began < 1
    assert found.values["layer"] == "Attention"


def test_small_letters_stand_where_the_letters_stood():
    letters = "".join(map(chr, range(sys.maxunicode + 1)))
    assert len(small_letters(letters)) == len(letters)


def test_a_name_that_hangs_on_a_long_word_is_cut():
    found = unrolled.explain("a" * 1_000_000 + ONE_WORD.strip())
    assert found
    assert len(found.values["layer"]) == 200


def test_a_message_is_found_wherever_it_stands_in_a_long_text():
    noise = "epoch 1: loss 0.5 (expected ndim= " * 500
    for text in (
        TRACEBACK + noise,
        noise + TRACEBACK,
        noise + TRACEBACK + noise,
    ):
        found = unrolled.explain(text)
        assert found.mistake.name == NDIM
        assert found.values["shape"] == "(None, 8)"


def test_a_search_around_needles_finds_what_a_search_of_the_whole_text_finds():
    examples = [
        w.filled()
        for m in catalogue().values()
        for w in m.wordings
        if w.example
    ]
    text = clean_text(" ".join(examples))
    for mistake in catalogue().values():
        for wording in mistake.wordings:
            whole = list(wording.pattern.finditer(text))
            found = wording.find(text)
            assert (found and found.span()) == (
                whole[-1].span() if whole else None
            ), wording.text


def test_two_quotes_of_one_message_may_differ_and_one_name_may_not():
    wording = Wording("", "layer '{a:name}' and {a:name}: {b}.")
    assert wording.find("layer \u201clstm\u201d and lstm: 3.").groupdict() == {
        "a": "lstm",
        "b": "3",
    }
    assert wording.find("layer 'lstm' and gru: 3.") is None


def test_no_pattern_hangs_on_a_long_text():
    starts = [
        w.text.split("{")[0] for m in catalogue().values() for w in m.wordings
    ]
    long = clean_text(" ".join(starts * 8) + " (" * 3000 + " expected [" * 3000)
    began = time.process_time()
    unrolled.explain(long)
    assert time.process_time() - began < 10, (
        "a pattern backtracks without an end"
    )


def test_an_entry_has_a_known_topic_and_a_wording_or_is_silent():
    for mistake in catalogue().values():
        assert mistake.silent or mistake.wordings, mistake.name
        assert all(isinstance(w, Wording) for w in mistake.wordings)
        assert mistake.causes
