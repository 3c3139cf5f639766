"""No build leaves a site with missing pictures, however it ended: shown on a small real site."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import whole_builds
from built import ROOT

CONF = """
import os, signal, sys
# a shell ignores Ctrl-C for what it starts in the background, and this test with it
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path.insert(0, {ext!r})
project = "tiny"
extensions = ["whole_builds"]

def stop(app, pagename, templatename, context, doctree):
    if pagename == os.environ.get("STOP_AT"):
        os.kill(os.getpid(), int(os.environ["SIGNAL"]))

def setup(app):
    app.connect("html-page-context", stop)
"""
PAGE = "{name}\n====\n\n.. image:: {name}.svg\n   :alt: {name}\n"
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'
PAGES = ("a", "b", "c")
KILLED = {"Ctrl-C": 2, "terminated": 15, "killed": 9}


@dataclass
class Tiny:
    """A small site of three pages with a picture each."""

    root: Path

    @property
    def html(self) -> Path:
        return self.root / "build" / "html"

    def page(self, name: str) -> Path:
        return self.root / "docs" / f"{name}.rst"

    def build(self, *options: str, **env: str) -> int:
        """Build the site, where a warning is an error unless options say otherwise."""
        command = [sys.executable, "-m", "sphinx", "-q", *(options or ["-W"])]
        command += ["-c", ".", "docs", "build/html"]
        done = subprocess.run(
            command,
            cwd=self.root,
            capture_output=True,
            check=False,
            env={**os.environ, **env},
        )
        return done.returncode

    def pictures(self) -> list[str]:
        """Return the names of the pictures that the built pages have beside them."""
        return sorted(p.name for p in (self.html / "_images").glob("*.svg"))

    def is_up_to_date(self) -> bool:
        return whole_builds.is_up_to_date(self.html, self.root)


@pytest.fixture
def tiny(tmp_path: Path) -> Tiny:
    tiny = Tiny(tmp_path / "a folder with spaces")
    (tiny.root / "docs").mkdir(parents=True)
    (tiny.root / "conf.py").write_text(
        CONF.format(ext=str(ROOT / "docs" / "_ext"))
    )
    contents = "".join(f"   {name}\n" for name in PAGES)
    tiny.page("index").write_text(f"Tiny\n====\n\n.. toctree::\n\n{contents}")
    for name in PAGES:
        tiny.page(name).write_text(PAGE.format(name=name))
        (tiny.root / "docs" / f"{name}.svg").write_text(PICTURE)
    return tiny


@pytest.mark.parametrize("how", KILLED)
def test_a_build_that_was_interrupted_is_made_whole_by_the_next(
    tiny: Tiny, how: str
) -> None:
    assert tiny.build(STOP_AT="b", SIGNAL=str(KILLED[how])) != 0
    assert tiny.pictures() == []
    assert not tiny.is_up_to_date()
    assert tiny.build() == 0
    assert tiny.pictures() == ["a.svg", "b.svg", "c.svg"]
    assert tiny.is_up_to_date()


def test_an_interrupted_build_after_a_whole_one_loses_nothing(
    tiny: Tiny,
) -> None:
    assert tiny.build() == 0
    for name in ("a", "c"):
        (tiny.root / "docs" / f"{name}2.svg").write_text(PICTURE)
        tiny.page(name).write_text(
            PAGE.format(name=name).replace(".svg", "2.svg")
        )
    assert tiny.build(STOP_AT="c", SIGNAL="2") != 0
    assert tiny.build() == 0
    assert tiny.pictures() == ["a2.svg", "b.svg", "c2.svg"]


def test_a_build_that_warned_warns_again(tiny: Tiny) -> None:
    tiny.page("a").write_text("a\n====\n\n:nonsense:`x`\n")
    assert tiny.build() != 0
    assert tiny.build() != 0
    tiny.page("a").write_text("a\n====\n")
    assert tiny.build() == 0
    assert tiny.pictures() == ["b.svg", "c.svg"]


def test_a_warning_in_a_lenient_build_is_an_error_of_the_next_strict_one(
    tiny: Tiny,
) -> None:
    tiny.page("a").write_text("a\n====\n\n:nonsense:`x`\n")
    assert tiny.build("--nitpicky") == 0
    tiny.page("b").write_text("b\n====\n")
    assert tiny.build("--nitpicky") == 0
    assert not tiny.is_up_to_date()
    assert tiny.build() != 0


def test_what_changed_is_seen_without_sphinx(tiny: Tiny) -> None:
    assert not tiny.is_up_to_date()
    assert tiny.build() == 0
    assert tiny.is_up_to_date()
    text = tiny.page("a").read_text()
    tiny.page("a").write_text(f"{text}\nMore.\n")
    assert not tiny.is_up_to_date()
    tiny.page("a").write_text(text)
    assert tiny.is_up_to_date()
    (tiny.root / "docs" / "new.svg").write_text(PICTURE)
    assert not tiny.is_up_to_date()
    (tiny.root / "docs" / "new.svg").unlink()
    (tiny.root / "docs" / "a.svg").unlink()
    assert not tiny.is_up_to_date()


def test_a_picture_that_is_gone_is_seen_without_sphinx(tiny: Tiny) -> None:
    assert tiny.build() == 0
    (tiny.html / "_images" / "a.svg").unlink()
    assert not tiny.is_up_to_date()
