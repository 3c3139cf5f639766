"""Any message of the catalogue, in any era's wording or inside a traceback, finds its page first; from disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from unrolled.doctor.mistakes import catalogue

RUNS = Path(__file__).parents[2] / "build" / "runs" / "mistake_runs.json"
TRACEBACK = """Traceback (most recent call last):
  File "train.py", line 12, in <module>
    model.fit(x, y)
  File "keras/src/utils/traceback_utils.py", line 122, in error_handler
    raise e.with_traceback(filtered_tb) from None
\x1b[1;31m{}\x1b[0m

Arguments received by LSTM.call():
  • sequences=tf.Tensor(shape=(None, 10), dtype=float32)"""


def asked():
    """Return every message to search for, with the name of its entry."""
    runs = json.loads(RUNS.read_text(encoding="utf-8"))
    found = [(w.filled(), m.name) for m in catalogue().values() for w in m.wordings if w.example]
    for mistake in (m for m in catalogue().values() if not m.silent):
        for cause in runs[mistake.name]["causes"]:
            made = cause["mistake"]
            message = f"{made['raised']}: {made['message']}"
            found += [(made["message"], mistake.name), (TRACEBACK.format(message), mistake.name)]
    return found


@pytest.fixture(scope="module")
def search(chrome, html):
    """Return what searches as a reader does: types into the box and reads the first results."""
    page = chrome.new_page()
    page.goto(f"{html.as_uri()}/search.html")

    def ask(query):
        return page.evaluate(
            """(query) => {
              const box = document.getElementById("search-box");
              box.value = query;
              box.form.requestSubmit();
              const links = [...document.querySelectorAll("#search-results li > a")].slice(0, 3);
              return links.map((link) => link.getAttribute("href"));
            }""",
            query,
        )

    yield ask
    page.close()


def test_every_message_finds_its_page_first(search) -> None:
    missed = [(query, name, search(query)) for query, name in asked()]
    missed = [(q, n, found) for q, n, found in missed if not found or not found[0].startswith(f"errors/{n}.html")]
    assert not missed, "\n".join(
        f"{name} is not first for: {query[:200]!r}, but {found}" for query, name, found in missed
    )
