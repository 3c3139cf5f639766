"""Which causes an explanation tells, and in which order."""

from unrolled.explanations.mistakes import Cause, Mistake


def cause(text, when=None):
    return Cause(text=text, fix="", when=when or {})


def told(causes, values, *, exclusive=False):
    mistake = Mistake(
        "m", "", "", "States", "", tuple(causes), exclusive=exclusive
    )
    return [c.text for c in mistake.ordered(values)]


def test_a_cause_the_message_points_to_comes_first():
    causes = [
        cause("a", {"layer": "gru"}),
        cause("b"),
        cause("c", {"layer": "lstm"}),
    ]
    assert told(causes, {"layer": "lstm"}) == ["c", "a", "b"]


def test_two_values_that_must_agree_are_searched_together():
    same = cause("same", {"target output": r"^\(\w+, (\d+)\) \(\w+, \1\)$"})
    assert same.is_likely({"target": "(None, 3)", "output": "(None, 3)"})
    assert not same.is_likely({"target": "(None, 4)", "output": "(None, 3)"})


def test_a_message_that_tells_its_causes_apart_leaves_out_the_others():
    causes = [
        cause("a", {"name": "lr"}),
        cause("b", {"name": "decay"}),
        cause("c"),
    ]
    assert told(causes, {"name": "decay"}, exclusive=True) == ["b"]
    assert told(causes, {"name": "other"}, exclusive=True) == ["c"]
    assert told(causes[:2], {"name": "other"}, exclusive=True) == ["a", "b"]
