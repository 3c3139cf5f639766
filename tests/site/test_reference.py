"""The tables of the reference in the browser: rows are chosen, counted, linked, and stay inside the
page.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from built import HTML, PAGES

REFERENCE = [p for p in PAGES if p.startswith("reference/")]
FILTERED = [
    p
    for p in REFERENCE
    if 'class="table-filter"' in (HTML / p).read_text(encoding="utf-8")
]
RETURNS = "reference/returns.html"
SHOWN = ".filtered tbody tr:not([hidden])"


def said(page: Any) -> str:
    return page.locator(".table-filter output").inner_text()


def rows(page: Any) -> list[str]:
    return page.locator(SHOWN).all_inner_texts()


def test_there_are_tables_with_filters() -> None:
    assert RETURNS in FILTERED
    assert "reference/labels.html" in FILTERED


@pytest.mark.parametrize("address", FILTERED)
def test_every_choice_shows_its_rows_and_says_how_many(
    visit, address: str
) -> None:
    seen = visit(address)
    page = seen.page
    assert (
        page.locator(".table-filter").count() == 1
    )  # two would share the names in the address
    total = page.locator(".filtered tbody tr").count()
    for select in page.locator(".table-filter select").all():
        page.locator(".table-filter button").evaluate(
            "button => button.click()"
        )
        assert said(page) == f"{total} of {total} rows"
        counts = []
        for value in select.locator("option").evaluate_all(
            "options => options.map((o) => o.value)"
        )[1:]:
            select.select_option(value)
            column = int(select.get_attribute("data-column"))
            cells = page.locator(
                f"{SHOWN} td:nth-child({column + 1})"
            ).all_inner_texts()
            assert {text.strip() for text in cells} == {value}
            assert said(page) == f"{len(cells)} of {total} rows"
            counts.append(len(cells))
        assert sum(counts) == total
    assert seen.errors == []


def test_a_choice_is_kept_in_the_address_and_found_again(visit) -> None:
    page = visit(RETURNS).page
    start = rows(page)
    page.select_option("select[name=layer]", "Bidirectional(GRU)")
    page.select_option("select[name=merge_mode]", "None")
    wanted = rows(page)
    assert wanted != start
    link = page.url
    assert "merge_mode=None" in link
    again = visit(f"{RETURNS}?{link.partition('?')[2]}").page
    assert rows(again) == wanted
    again.reload()
    assert rows(again) == wanted
    again.select_option("select[name=merge_mode]", "")
    again.select_option("select[name=layer]", "LSTM")
    assert again.url.partition("?")[2] == ""
    assert rows(again) == start


def test_an_unknown_choice_and_none_that_fits(visit) -> None:
    start = said(visit(RETURNS).page)
    seen = visit(f"{RETURNS}?layer=<b>&other=1")
    assert said(seen.page) == start
    none = visit(f"{RETURNS}?layer=LSTM&merge_mode=sum").page
    assert re.fullmatch(
        r"0 of \d+ rows: none has all of these together", said(none)
    )
    assert seen.errors == []


def test_with_the_keyboard(visit) -> None:
    page = visit(RETURNS).page
    page.locator("select[name=layer]").focus()
    page.keyboard.type("GRU")
    assert page.input_value("select[name=layer]") == "GRU"
    assert {
        t.strip()
        for t in page.locator(f"{SHOWN} td:first-child").all_inner_texts()
    } == {"GRU"}
    for _ in range(4):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Show all"
    page.keyboard.press("Enter")
    assert page.locator(".filtered tbody tr[hidden]").count() == 0
    assert page.evaluate("document.activeElement.name") == "layer"


def test_what_the_choice_says_is_announced(visit) -> None:
    page = visit(RETURNS).page
    assert (
        page.locator(".table-filter output").get_attribute("aria-live")
        == "polite"
    )
    names = page.locator(".table-filter select").evaluate_all(
        "all => all.map((s) => s.labels[0].innerText.trim())"
    )
    assert [name.split()[0] for name in names] == [
        "layer",
        "merge_mode",
        "return_sequences",
        "return_state",
    ]


@pytest.mark.parametrize("address", REFERENCE)
def test_on_a_phone_a_row_is_a_list_that_names_its_columns(
    visit, address: str
) -> None:
    page = visit(address, "phone").page
    page.wait_for_load_state("load")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    wide = page.locator(".table-wrapper").evaluate_all(
        "all => all.filter((b) => b.scrollWidth > b.clientWidth).length"
    )
    assert wide == 0
    for table in page.locator("table.runs").all():
        names = table.locator("th").evaluate_all(
            "all => all.map((cell) => cell.textContent.trim())"
        )
        row = table.locator("tbody tr:not([hidden])").first
        cells = row.locator("td").evaluate_all(
            """all => all.map((cell) => {
              const { left, top } = cell.getBoundingClientRect();
              return [getComputedStyle(cell, "::before").content, left, top];
            })"""
        )
        assert [content.strip('"') for content, _, _ in cells] == names
        assert len({left for _, left, _ in cells}) == 1
        tops = [top for _, _, top in cells]
        assert tops == sorted(set(tops))
        assert table.get_attribute("role") == "table"


def test_on_a_wide_screen_a_row_is_a_row(visit) -> None:
    tops = (
        visit(RETURNS)
        .page.locator(f"{SHOWN} >> nth=0 >> td")
        .evaluate_all(
            "all => all.map((cell) => cell.getBoundingClientRect().top)"
        )
    )
    assert len(tops) > 3
    assert len(set(tops)) == 1


def test_without_javascript_every_row_is_there(chrome, html) -> None:
    context = chrome.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{html.as_uri()}/{RETURNS}")
    assert not page.locator(".table-filter").is_visible()
    assert (
        page.locator(".filtered tbody tr").count()
        == page.locator(f"{SHOWN}").count()
        > 80
    )
    context.close()


@pytest.mark.parametrize("address", REFERENCE)
def test_no_id_stands_twice(visit, address: str) -> None:
    ids = visit(address).page.evaluate(
        "[...document.querySelectorAll('[id]')].map((e) => e.id)"
    )
    assert sorted(i for i in set(ids) if ids.count(i) > 1) == []
