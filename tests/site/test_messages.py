"""Each message of the catalogue finds its page first, however pasted; questions find theirs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path

import pytest
from built import ALL
from message_table import bare, parts

from unrolled.explanations.mistakes import catalogue

RUNS = Path(__file__).parents[2] / "build" / "runs" / "mistakes.json"
TRACEBACK = """Traceback (most recent call last):
  File "train.py", line 12, in <module>
    model.fit(x, y)
  File "keras/src/utils/traceback_utils.py", line 122, in error_handler
    raise e.with_traceback(filtered_tb) from None
{}

Arguments received by LSTM.call():
  • sequences=tf.Tensor(shape=(None, 10), dtype=float32)"""
#: lines around the message itself
AROUND = ("Exception encountered when", "  •")
#: how a message looks where a reader copied it
FORMS = {
    "message": lambda raised, message, name: message,
    "line": lambda raised, message, name: f"{raised}: {message}",
    "traceback": lambda raised, message, name: TRACEBACK.format(
        f"{raised}: {message}"
    ),
    "colours": lambda raised, message, name: TRACEBACK.format(
        f"\x1b[1;31m{raised}\x1b[0m: \x1b[1m{message}\x1b[0m"
    ),
    "first line": lambda raised, message, name: saying(message, name)[0],
    "last line": lambda raised, message, name: saying(message, name)[-1],
}


def saying(message: str, name: str) -> list[str]:
    """Return the lines that say what happened, not which call it came from, nor what was passed.

    They hold words that every message of the entry holds, at least half as many as the line with
    most of them.
    """
    words = words_of(name)
    lines = [
        line for line in message.splitlines() if not line.startswith(AROUND)
    ]
    shared = {
        line: max((len(w) for w in words if w in bare(line)), default=0)
        for line in lines
    }
    most = max(shared.values(), default=0)
    if not most:
        return [message]
    return [line for line in lines if 2 * shared[line] >= most]


def words_of(name: str) -> set[str]:
    """Return the parts that the messages of an entry have in common with its wordings."""
    mistake = catalogue()[name]
    texts = (mistake.heading, *(wording.text for wording in mistake.wordings))
    return {part for text in texts for part in parts(text)}


@cache
def asked() -> tuple[tuple[str, str, str], ...]:
    """Return the error, the message and the entry of every cause and of every older wording."""
    runs = json.loads(RUNS.read_text(encoding="utf-8"))
    older = [
        ("ValueError", w.filled(), m.name)
        for m in catalogue().values()
        for w in m.wordings
        if w.example
    ]
    spoken = [m for m in catalogue().values() if not m.silent]
    made = [
        (m.name, cause["mistake"])
        for m in spoken
        for cause in runs[m.name]["causes"]
    ]
    return tuple(
        dict.fromkeys(
            [
                *older,
                *((run["raised"], run["message"], name) for name, run in made),
            ]
        )
    )


@pytest.fixture(scope="module")
def page(chrome, html) -> Iterator:
    page = chrome.new_page()
    page.goto(f"{html.as_uri()}/search.html")
    yield page
    page.close()


#: the first results for each of the queries, asked one after the other in one call of the browser
ASK = """([queries, isPasted]) => {
  const box = document.getElementById("search-box");
  const paste = (query) => {
    box.value = "";
    box.focus();
    const clipboardData = new DataTransfer();
    clipboardData.setData("text", query);
    const event = {clipboardData, bubbles: true, cancelable: true};
    box.dispatchEvent(new ClipboardEvent("paste", event));
  };
  return queries.map((query) => {
    if (isPasted) paste(query);
    else box.value = query;
    box.form.requestSubmit();
    const links = [...document.querySelectorAll("#search-results li > a")].slice(0, 5);
    return links.map((link) => link.getAttribute("href"));
  });
}"""


def typed(page, queries: list[str]) -> list[list[str]]:
    """Return the first results for what stands in the box: of one line, as a box has no other."""
    return page.evaluate(ASK, [queries, False])


def pasted(page, queries: list[str]) -> list[list[str]]:
    """Return the first results after a paste into the empty box."""
    return page.evaluate(ASK, [queries, True])


def in_turn(form: str) -> list[tuple[str, str]]:
    """Return what is asked in a form, each with the name of its entry.

    Each message is asked in two of the six forms; in ``make test-all`` in all.
    """
    place = list(FORMS).index(form)
    every = len(FORMS) // 2
    chosen = asked() if ALL else asked()[place % every :: every]
    return [(FORMS[form](*each), each[-1]) for each in chosen]


# What has several lines is pasted, one line is typed.
@pytest.mark.parametrize(
    ("ask", "form"),
    [
        *((pasted, form) for form in ("message", "traceback", "colours")),
        *((typed, f) for f in FORMS if "line" in f),
    ],
)
def test_every_message_finds_its_page_first(page, form, ask) -> None:
    assert len(asked()) > 200
    queries = list(dict.fromkeys(in_turn(form)))
    results = ask(page, [query for query, _ in queries])
    found = [
        (*query, links) for query, links in zip(queries, results, strict=True)
    ]
    missed = [
        (q, n, f)
        for q, n, f in found
        if not f or not f[0].startswith(f"errors/{n}.html")
    ]
    assert not missed, f"{len(missed)} of {len(found)}:\n" + "\n".join(
        f"{name} is not first for: {query[:200]!r}, but {found[:2]}"
        for query, name, found in missed
    )


@pytest.mark.parametrize(
    "topic", sorted({m.topic for m in catalogue().values() if not m.silent})
)
def test_a_message_typed_letter_by_letter_is_found(page, topic) -> None:
    names = [m.name for m in catalogue().values() if m.topic == topic]
    line, name = next(
        (saying(message, name)[0], name)
        for _, message, name in asked()
        if name == names[0]
    )
    page.fill("#search-box", "")
    page.locator("#search-box").press_sequentially(line)
    page.wait_for_function(
        "(text) => new URLSearchParams(location.search).get('q') === text",
        arg=line,
    )
    assert (
        page.locator("#search-results li > a")
        .first.get_attribute("href")
        .startswith(f"errors/{name}.html")
    )


def test_headings_are_enough(page) -> None:
    spoken = [m for m in catalogue().values() if not m.silent]
    found = typed(page, [m.heading for m in spoken])
    missed = [
        (m.heading, links[:2])
        for m, links in zip(spoken, found, strict=True)
        if links[0].split("#")[0] != f"errors/{m.name}.html"
    ]
    assert not missed


QUESTIONS = [
    "return_sequences",
    "stateful",
    "masking",
    "what is units",
    "mask padding",
    "timesteps",
    "return_state",
    "dropout",
    "bidirectional",
    "how do I shape my data",
    "how do I get the output of every step of an LSTM and not only the last one",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_not_swamped_by_error_pages(page, question) -> None:
    found = [link.split("#")[0] for link in typed(page, [question])[0]]
    assert found
    assert not found[0].startswith("errors/"), found
    runs = [
        len(list(group))
        for error, group in groupby(
            found, lambda link: link.startswith("errors/")
        )
        if error
    ]
    assert sum(runs) <= 1, found


@pytest.mark.parametrize(
    ("question", "first"),
    [
        (
            "I would like to forecast several values with an LSTM (from many earlier values)",
            "forecasting",
        ),
        (
            "what's the right picture for a network (unrolled in time) in a thesis or a lecture",
            "drawing",
        ),
        (
            "Is it an LSTM with a layer of 3 neurons, and isn't that the number of features",
            "units",
        ),
    ],
)
def test_an_apostrophe_or_a_parenthesis_makes_no_message_of_a_question(
    page, question, first
) -> None:
    assert typed(page, [question])[0][0].startswith(f"questions/{first}.html")
