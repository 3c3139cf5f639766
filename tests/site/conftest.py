"""One browser for all tests; every page that a test opens is watched for requests and errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import browser as chromium
import pytest
from built import HTML, THEMES
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright


@dataclass
class Visit:
    """An open page, with what it asked for and what went wrong."""

    page: Page
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def html() -> Path:
    assert (HTML / "index.html").exists(), "build the site first: make site"
    return HTML


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    path = chromium.find()
    assert path, "no Chromium: run python tests/site/browser.py"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def contexts(chrome: Browser) -> Iterator[dict[str, BrowserContext]]:
    made = {theme: chrome.new_context(color_scheme=theme) for theme in THEMES}
    made["phone"] = chrome.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    for theme in THEMES:
        made[theme].set_default_timeout(10_000)
    yield made
    for context in made.values():
        context.close()


@pytest.fixture
def visit(contexts: dict[str, BrowserContext], html: Path) -> Iterator[Callable[..., Visit]]:
    opened: list[Page] = []

    def go(address: str, context: str = "light", base: Path = html) -> Visit:
        page = contexts[context].new_page()
        opened.append(page)
        seen = Visit(page)
        page.on(
            "request", lambda r: r.url.startswith(("file:", "data:")) or seen.outside.append(r.url)
        )
        page.on("requestfailed", lambda r: seen.errors.append(f"failed: {r.url}"))
        page.on("pageerror", lambda e: seen.errors.append(str(e)))
        page.on("console", lambda m: m.type in ("error", "warning") and seen.errors.append(m.text))
        page.goto(f"{base.as_uri()}/{address}")
        return seen

    yield go
    for page in opened:
        page.close()
