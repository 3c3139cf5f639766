"""The search finds the right section first, from disk, and survives whatever is pasted into it."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from built import EXAMPLES

TRACEBACK = """Traceback (most recent call last):
  File "train.py", line 12, in <module>
    model.fit(x, y)
  File "keras/src/utils/traceback_utils.py", line 122, in error_handler
    raise e.with_traceback(filtered_tb) from None
\x1b[1;31mValueError\x1b[0m: Python 3.11 or newer is needed by make page PATTERN=many_to_one"""

# query -> the page whose section must come first
QUERIES = {
    "many to one": "plot_10_many_to_one",
    "MANY_TO_ONE": "plot_10_many_to_one",
    "contributing": "contributing",
    "contribuitng": "contributing",
    "add a case": "contributing",
    "how to add cases": "contributing",
    "GITHUB gallery/NN_section": "contributing",
    "the diagram": "diagram",
    "diagrams": "diagram",
    "shape your data": "shape-your-data",
    "contrib": "contributing",
    "file_format mystnb": "contributing",
    "fiel_format mysntb": "contributing",
    TRACEBACK: "contributing",
}


def first(page) -> str:
    page.wait_for_selector("#search-results li a")
    return page.locator("#search-results li a").first.get_attribute("href")


@pytest.mark.parametrize(
    "query", QUERIES, ids=lambda q: q[:30].replace("\n", " ")
)
def test_finds(visit, query: str) -> None:
    seen = visit(f"search.html?q={quote(query)}")
    assert QUERIES[query] in first(seen.page)
    assert (
        seen.page.locator("#search-results li").first.locator("mark").count()
        > 0
    )
    assert "found" in seen.page.locator("#search-status").inner_text()
    assert seen.errors == []


@pytest.mark.parametrize(
    "query",
    [
        "return_sequences",
        "retrun_sequences",
        "returnsequences",
        "Return_Sequence",
    ],
)
def test_an_argument_is_found_and_marked_in_the_excerpt(
    visit, query: str
) -> None:
    page = visit(f"search.html?q={query}").page
    first(page)
    marks = (
        page.locator("#search-results li")
        .first.locator("mark")
        .all_inner_texts()
    )
    assert "return_sequences" in [mark.lower() for mark in marks]


def test_printed_output_and_drawn_words_are_found(visit) -> None:
    known = visit("search.html").page.evaluate(
        "window.UNROLLED_SEARCH.map((entry) => entry.code).join(' ')"
    )
    page = visit(EXAMPLES[0]).page
    for selector in (".sphx-glr-script-out pre", "figure.unrolled svg text"):
        found = page.locator(selector).first.text_content()
        assert found
        assert " ".join(found.split())[:40] in known


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   ",
        "'\"<b>",
        "[",
        "(((",
        "\\",
        "*" * 500,
        "\x1b[0m",
        "字",
        "a b c d " * 200,
    ],
)
def test_survives(visit, query: str) -> None:
    seen = visit(f"search.html?q={quote(query)}")
    seen.page.wait_for_timeout(50)
    assert seen.errors == []
    assert seen.page.locator("#search-results b").count() == 0


def test_nothing_found_is_said(visit) -> None:
    page = visit("search.html?q=xqzwvjk").page
    assert page.locator("#search-results li").count() == 0
    assert "Nothing found" in page.locator("#search-status").inner_text()


@pytest.mark.parametrize("key", ["ArrowDown", "Enter"])
def test_a_key_right_after_typing_keeps_its_place(visit, key: str) -> None:
    page = visit("search.html?q=stateful").page
    page.evaluate(
        """(key) => {
          const box = document.getElementById("search-box");
          box.focus();
          box.value = "contributing";
          box.dispatchEvent(new Event("input", { bubbles: true }));
          if (key === "Enter") box.form.requestSubmit();
          else box.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        }""",
        key,
    )
    page.wait_for_timeout(300)
    assert page.evaluate(
        "document.activeElement.getAttribute('href')"
    ).startswith("contributing.html")


def test_typing_and_keys(visit) -> None:
    page = visit("search.html").page
    page.locator("h1").click()
    page.keyboard.press("/")
    page.keyboard.type("contributing")
    page.wait_for_selector("#search-results li a")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(
        "document.activeElement.closest('#search-results') !== null"
    )
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.id") == "search-box"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/contributing.html*")


def test_pasted_lines_keep_their_spaces(visit) -> None:
    page = visit("search.html").page
    page.evaluate(
        """() => {
          const box = document.getElementById("search-box");
          box.focus();
          const data = new DataTransfer();
          data.setData("text", "first line\\nsecond line");
          const event = {clipboardData: data, bubbles: true, cancelable: true};
          box.dispatchEvent(new ClipboardEvent("paste", event));
        }"""
    )
    assert page.input_value("#search-box").split() == [
        "first",
        "line",
        "second",
        "line",
    ]


def test_sidebar_box_leads_here(visit) -> None:
    page = visit("auto_gallery/index.html").page
    page.fill(".sidebar-search", "contributing")
    page.press(".sidebar-search", "Enter")
    page.wait_for_url("**/search.html?q=contributing*")
    assert "contributing" in first(page)


def test_without_javascript(chrome, html) -> None:
    context = chrome.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{html.as_uri()}/search.html")
    assert "needs JavaScript" in page.locator("article").inner_text()
    context.close()
