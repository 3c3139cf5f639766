"""What an explanation says: as text and as HTML, from entries of the catalogue. No Keras."""

from itertools import combinations

import unrolled
from unrolled.explanations.explanation import Explanation
from unrolled.explanations.mistakes import catalogue
from unrolled.explanations.patterns import fill

ENTRIES = list(catalogue().values())


class AnyValue(dict):
    """A value for every placeholder."""

    def __contains__(self, name):
        return True

    def __missing__(self, name):
        return f"<{name}>"


def explained(mistake):
    return Explanation(mistake, "", AnyValue(), mistake.causes)


def test_each_cause_is_said_with_its_fix_and_its_line():
    for mistake in ENTRIES:
        text = str(explained(mistake))
        flat = " ".join(text.split())
        opening = "Most likely" if len(mistake.causes) > 1 else "Cause"
        for cause in mistake.causes:
            said = " ".join(fill(cause.text, AnyValue()).split())
            fix = " ".join(fill(cause.fix, AnyValue()).split())
            assert f"{opening}: {said} Fix: {fix}" in flat, mistake.name
            opening = "Or"
            if cause.line:
                after = f"Fix: {fix} For example: {' '.join(cause.line.split())}"
                assert after in flat, mistake.name
                assert all(f"    {line}" in text for line in cause.line.splitlines() if line)
        assert text.startswith(f"{mistake.title}\n")
        assert text.endswith(f"\n\nMore: errors/{mistake.name}.html")
        assert flat.count("For example:") == sum(bool(cause.line) for cause in mistake.causes)


def test_lines_are_no_wider_than_a_terminal():
    for mistake in ENTRIES:
        code = {line for cause in mistake.causes for line in cause.line.splitlines()}
        for line in str(explained(mistake)).splitlines():
            assert len(line) <= 100 or line.strip() in code or " " not in line, mistake.name


def test_html_says_the_same_and_escapes_it():
    for mistake in ENTRIES:
        html = explained(mistake)._repr_html_()
        assert html.count("<li>") == len(mistake.causes)
        assert html.count("<pre>") == sum(bool(cause.line) for cause in mistake.causes)
        assert html.count("<strong>Fix:</strong>") == len(mistake.causes)
        assert "<layer>" not in html


def test_of_two_headings_the_longer_one_counts():
    alone = [
        m for m in ENTRIES if not m.silent and unrolled.explain(m.heading).message == m.heading
    ]
    alone = [mistake for mistake in alone if unrolled.explain(mistake.heading).mistake is mistake]
    pairs = [(a, b) for a, b in combinations(alone, 2) if len(a.heading) < len(b.heading)]
    seen = 0
    for short, long in pairs[:40]:
        for text in (f"{short.heading} | {long.heading}", f"{long.heading} | {short.heading}"):
            found = unrolled.explain(text)
            if found.message == found.mistake.heading:  # else a wording matched across the two
                seen += 1
                assert found.mistake.heading == long.heading
    assert seen > 40


def test_a_part_of_a_message_is_explained_without_numbers():
    found = unrolled.explain("expected ndim=3, found ndim=2")
    assert found.values == {}
    assert "{" not in str(found)
    assert found.what == f"{found.mistake.title}."
    assert str(found).count(found.mistake.title) == 1
