"""Walking through time in a diagram: with the slider and by pointing."""

from __future__ import annotations

from playwright.sync_api import Page

PAGE = "auto_gallery/10_data_flow/plot_10_many_to_one.html"
LIT = """() => [...document.querySelector("svg.unrolled-svg").querySelectorAll("g.u-step.on")]
  .map((g) => g.dataset.t)"""


def slider_of(page: Page):
    return page.locator(".unrolled-walk input").first


def test_the_slider_lights_a_step_and_says_its_numbers(visit) -> None:
    page = visit(PAGE).page
    assert page.evaluate(LIT) == []
    slider_of(page).focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    lit = page.evaluate(LIT)
    assert lit
    assert set(lit) == {"2"}
    said = page.locator(".unrolled-walk output").first.inner_text().splitlines()
    assert [line.split(" = ")[0] for line in said] == [
        "LSTM(4), t",
        "Input data, t",
    ]
    assert all(": " in line and "[" in line for line in said)
    assert slider_of(page).get_attribute("aria-valuetext") == "t = 2"
    page.keyboard.press("Home")
    assert page.evaluate(LIT) == []


def test_pointing_at_a_column_lights_its_path(visit) -> None:
    page = visit(PAGE).page
    step = (
        page.locator("svg.unrolled-svg")
        .first.locator('g.u-step[data-t="1"] rect')
        .first
    )
    step.scroll_into_view_if_needed()
    step.hover(force=True)
    assert set(page.evaluate(LIT)) == {"1"}
    page.mouse.move(0, 0)
    assert page.evaluate(LIT) == []


def test_several_batches_are_walked_one_after_the_other(visit) -> None:
    page = visit(PAGE.replace("10_many_to_one", "30_stateful")).page
    slider = slider_of(page)
    last = int(slider.get_attribute("max") or 0)
    seen = []
    for value in range(last + 1):
        slider.evaluate(
            "(e, v) => { e.value = v; e.dispatchEvent(new Event('input')); }",
            value,
        )
        seen.append(slider.get_attribute("aria-valuetext"))
    assert seen == [
        f"batch {batch}, t = {t}" for batch in range(2) for t in range(4)
    ]
