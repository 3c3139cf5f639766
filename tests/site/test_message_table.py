"""The table by which the search recognises a message is made from the entries of ``explain``."""

from __future__ import annotations

import message_table


def test_parts_of_a_message_are_what_it_always_says() -> None:
    wording = (
        "The layer '{layer:name}' was  Never built, call it on “data” of {kind} "
        "or shape {shape:shape}."
    )
    assert list(message_table.parts(wording)) == ["was never built, call it on"]
    assert (
        message_table.all_parts("not built: '{layer:name}'", "not built") == []
    )
    assert message_table.all_parts(
        "it was never built: '{layer:name}'", "was never built:"
    ) == ["it was never built:"]
    assert (
        message_table.bare("All  `outputs`\n'values'") == "all outputs values"
    )


def test_every_message_can_be_found_by_its_heading() -> None:
    headings = {m["heading"]: m["id"] for m in message_table.messages()}
    assert len(headings) == len(set(headings.values()))
    assert all(m["heading"] and m["parts"] for m in message_table.messages())


def test_each_wording_is_found_by_its_needle_and_its_pattern() -> None:
    for message in message_table.messages():
        assert message["needle"] == message["needle"].lower()
        assert "(?P" not in message["pattern"]
        assert len(message["needle"]) > 3
