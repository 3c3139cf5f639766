"""Where the built site is and which pages it has."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
HTML = ROOT / "build" / "html"
PAGES = sorted(
    p.relative_to(HTML).as_posix() for p in HTML.rglob("*.html") if "_static" not in p.parts
)
#: pages made from one template each: of these every eighth stands for all where a check takes seconds
MADE = tuple(
    p for p in PAGES if p.startswith(("errors/", "questions/")) and not p.endswith("/index.html")
)
CHECKED = [p for p in PAGES if p not in MADE or MADE.index(p) % 8 == 0]
EXAMPLES = [p for p in PAGES if "/plot_" in p]
THEMES = ("light", "dark")
