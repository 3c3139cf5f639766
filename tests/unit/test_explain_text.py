"""What an explanation says: as text and as HTML, from entries of the catalogue. No Keras."""

import re
from itertools import combinations

import unrolled
from unrolled.explanations.explanation import Explanation
from unrolled.explanations.mistakes import catalogue
from unrolled.explanations.patterns import fill, html_text, plain_text

ENTRIES = list(catalogue().values())


class AnyValue(dict):
    """A value for every placeholder."""

    def __contains__(self, name):
        return True

    def __missing__(self, name):
        return f"<{name}>"


def explained(mistake):
    return Explanation(mistake, "", AnyValue(), mistake.causes)


def filled(template):
    return plain_text(fill(template, AnyValue()))


def in_one_line(text):
    return " ".join(text.split())


def indented(code):
    return {f"    {line}" for line in code.splitlines() if line}


def test_each_cause_is_said_with_its_fix():
    for mistake in ENTRIES:
        text = str(explained(mistake))
        flat = in_one_line(text)
        opening = "Most likely" if len(mistake.causes) > 1 else "Cause"
        for cause in mistake.causes:
            fix = in_one_line(filled(cause.fix))
            said = in_one_line(filled(cause.text))
            assert f"{opening}: {said} Fix: {fix}" in flat, mistake.name
            opening = "Or"
        assert text.startswith(f"{plain_text(mistake.title)}\n")
        assert text.endswith(f"\n\nMore: errors/{mistake.name}.html")


def test_the_line_of_a_cause_follows_its_fix():
    for mistake in ENTRIES:
        text = str(explained(mistake))
        flat, lines = in_one_line(text), set(text.splitlines())
        examples = [cause for cause in mistake.causes if cause.line]
        assert flat.count("For example:") == len(examples)
        for cause in examples:
            fix, example = (
                in_one_line(filled(cause.fix)),
                in_one_line(cause.line),
            )
            assert f"Fix: {fix} For example: {example}" in flat, mistake.name
            assert lines >= indented(cause.line), mistake.name


def test_lines_are_no_wider_than_a_terminal():
    for mistake in ENTRIES:
        code = {
            line for cause in mistake.causes for line in cause.line.splitlines()
        }
        for line in str(explained(mistake)).splitlines():
            assert (
                len(line) <= 100 or line.strip() in code or " " not in line
            ), mistake.name


def test_html_says_the_same_and_escapes_it():
    for mistake in ENTRIES:
        html = explained(mistake)._repr_html_()
        assert html.count("<li>") == len(mistake.causes)
        assert html.count("<pre>") == sum(
            bool(cause.line) for cause in mistake.causes
        )
        assert html.count("<strong>Fix:</strong>") == len(mistake.causes)
        assert "<layer>" not in html
        assert "`" not in html
        for cause in mistake.causes:
            assert html_text(fill(cause.fix, AnyValue())) in html


#: what only code has: underscores, quotes, brackets behind a name, an argument, a star
CODE = re.compile(
    r"[_*\"“”]|\b\w+=[\w\"]|\w\[|\w\(\)|\.\w+\(|//|\.(h5|keras)\b"
)


def marked_texts(mistake):
    yield mistake.title
    yield mistake.what
    if mistake.silent:
        yield mistake.heading
    for cause in mistake.causes:
        yield from (cause.heading, cause.text, cause.fix)


def test_code_in_the_catalogue_is_marked_as_code():
    for mistake in ENTRIES:
        for text in marked_texts(mistake):
            assert text.count("`") % 2 == 0, mistake.name
            words = re.sub(r"`[^`]*`", "", fill(text, AnyValue()))
            words = re.sub(r"<\w+>", "", words)
            assert not CODE.search(words), f"{mistake.name}: {text}"


def test_causes_have_short_names_of_their_own():
    for mistake in ENTRIES:
        names = [cause.heading for cause in mistake.causes]
        assert len(set(names)) == len(names), mistake.name
        for name in names:
            assert not name.endswith("."), mistake.name
            assert len(plain_text(name)) <= 80, name
            assert ". " not in name, name


def is_found_by_heading(mistake):
    if mistake.silent:
        return False
    found = unrolled.explain(mistake.heading)
    return found.message == mistake.heading and found.mistake is mistake


def test_of_two_headings_the_longer_one_counts():
    alone = [mistake for mistake in ENTRIES if is_found_by_heading(mistake)]
    pairs = [
        (a, b)
        for a, b in combinations(alone, 2)
        if len(a.heading) < len(b.heading)
    ]
    seen = 0
    for short, long in pairs[:40]:
        for text in (
            f"{short.heading} | {long.heading}",
            f"{long.heading} | {short.heading}",
        ):
            found = unrolled.explain(text)
            if (
                found.message == found.mistake.heading
            ):  # else a wording matched across the two
                seen += 1
                assert found.mistake.heading == long.heading
    assert seen > 40


def test_a_part_of_a_message_is_explained_without_numbers():
    found = unrolled.explain("expected ndim=3, found ndim=2")
    assert found.values == {}
    assert "{" not in str(found)
    assert found.what == f"{found.mistake.title}."
    assert str(found).count(found.mistake.title) == 1
