"""One browser for all tests; every page that a test opens is watched for requests and errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import browser as chromium
import pytest
from built import HTML
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright


@dataclass
class Visit:
    """An open page, with what it asked for and what went wrong since it was opened."""

    page: Page
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Listen to the page; one listener serves all visits of this page."""
        page = self.page
        page.on("request", lambda request: self._hear_request(request.url))
        page.on(
            "requestfailed",
            lambda request: self.errors.append(f"failed: {request.url}"),
        )
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on(
            "console",
            lambda message: self._hear_console(message.type, message.text),
        )

    def open(self, address: str) -> None:
        """Open an address in light colours and forget what was heard before."""
        self.show("light")
        self.page.goto("about:blank")
        self.outside.clear()
        self.errors.clear()
        self.page.goto(address)

    def show(self, theme: str) -> None:
        """Let the page see that the reader prefers light or dark colours."""
        self.page.emulate_media(color_scheme=theme)

    def _hear_request(self, url: str) -> None:
        if not url.startswith(("file:", "data:", "about:")):
            self.outside.append(url)

    def _hear_console(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.errors.append(text)


@pytest.fixture(scope="session")
def html() -> Path:
    assert (HTML / "index.html").exists(), "build the site first: make site"
    return HTML


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    path = chromium.find()
    assert path, "no Chromium: run python tests/site/browser.py"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=path, args=chromium.FLAGS
        )
        yield running
        running.close()


@pytest.fixture(scope="session")
def contexts(chrome: Browser) -> Iterator[dict[str, BrowserContext]]:
    opened = {
        "desk": chrome.new_context(),
        "phone": chrome.new_context(
            viewport={"width": 390, "height": 844}, has_touch=True
        ),
    }
    for context in opened.values():
        context.set_default_timeout(10_000)
    yield opened
    for context in opened.values():
        context.close()


@pytest.fixture(scope="session")
def visits(contexts: dict[str, BrowserContext]) -> dict[str, Visit]:
    """One page of each context, which all tests of a process use one after the other."""
    opened = {
        name: Visit(context.new_page()) for name, context in contexts.items()
    }
    for visit in opened.values():
        visit.watch()
    return opened


@pytest.fixture
def visit(visits: dict[str, Visit], html: Path) -> Callable[..., Visit]:
    def go(address: str, context: str = "desk", base: Path = html) -> Visit:
        visits[context].open(f"{base.as_uri()}/{address}")
        return visits[context]

    return go
