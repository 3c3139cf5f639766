"""What runs again after which edit, shown on a small site that is built for real with the same
extension.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from built import ROOT

pytestmark = pytest.mark.xdist_group("one small site")

CONF = """
import sys
sys.path[:0] = [{ext!r}, {runs!r}]
project = "tiny"
extensions = ["myst_nb", "sphinx_gallery.gen_gallery", "freshness", "gallery_pages"]
exclude_patterns = ["auto_gallery/**.ipynb"]
nb_execution_mode = "cache"
nb_execution_cache_path = {cache!r}
nb_execution_raise_on_error = True
sphinx_gallery_conf = {{
    "examples_dirs": "../gallery", "gallery_dirs": "auto_gallery", "abort_on_example_error": True,
    "image_scrapers": (), "reset_modules": (), "write_computation_times": False,
    "download_all_examples": False, "show_signature": False, "min_reported_time": 10**9,
}}
"""
INDEX = """
Tiny
====

.. toctree::

   auto_gallery/index
   notebook
"""
SCRIPT = '''"""
{name}
======

A page.
"""

from pathlib import Path

with Path({log!r}).open("a") as log:
    log.write("{name}\\n")
assert "broken" not in Path({library!r}).read_text()


def uses_the_library():
    from unrolled.{module} import x
'''
NOTEBOOK = """---
file_format: mystnb
kernelspec:
  name: python3
---
# Notebook

```{{code-cell}} python
from pathlib import Path
with Path({log!r}).open("a") as log:
    log.write("notebook\\n")

def uses_the_library():
    from unrolled.part import x
```
"""


@dataclass
class Tiny:
    """A small site with two scripts and one executed page.

    All use the module ``part``; the script ``two`` uses ``drawing`` too, which nobody else does.
    """

    root: Path

    @property
    def library(self) -> Path:
        return self.root / "src" / "unrolled" / "part.py"

    @property
    def drawing(self) -> Path:
        return self.root / "src" / "unrolled" / "drawing.py"

    def script(self, name: str) -> Path:
        return self.root / "gallery" / f"plot_{name}.py"

    def build(self, *, fails: bool = False, **env: str) -> list[str]:
        """Build the site and return what ran, sorted."""
        log = self.root / "log"
        log.write_text("")
        command = [
            sys.executable,
            "-m",
            "sphinx",
            "-q",
            "-c",
            ".",
            "docs",
            "build/html",
        ]
        done = subprocess.run(
            command,
            cwd=self.root,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **env},
        )
        assert (done.returncode != 0) is fails, done.stderr
        return sorted(log.read_text().split())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Tiny:
    tiny = Tiny(tmp_path_factory.mktemp("tiny"))
    log, library = str(tiny.root / "log"), str(tiny.library)
    for folder in ("docs", "gallery", "src/unrolled"):
        (tiny.root / folder).mkdir(parents=True)
    (tiny.library.parent / "__init__.py").write_text("")
    tiny.library.write_text("x = 1\n")
    tiny.drawing.write_text("from unrolled.part import x\n")
    (tiny.root / "requirements.lock").write_text("a==1\n")
    conf = CONF.format(
        ext=str(ROOT / "docs" / "_ext"),
        runs=str(ROOT / "docs" / "_runs"),
        cache=str(tiny.root / "build" / "jupyter-cache"),
    )
    (tiny.root / "conf.py").write_text(conf)
    (tiny.root / "docs" / "index.rst").write_text(INDEX)
    (tiny.root / "docs" / "notebook.md").write_text(NOTEBOOK.format(log=log))
    (tiny.root / "gallery" / "GALLERY_HEADER.rst").write_text(
        "Gallery\n=======\n"
    )
    for name, module in (("one", "part"), ("two", "drawing")):
        tiny.script(name).write_text(
            SCRIPT.format(name=name, log=log, library=library, module=module)
        )
    assert tiny.build() == ["notebook", "one", "two"]
    return tiny


@pytest.fixture
def tiny(built: Tiny, tmp_path: Path) -> Iterator[Tiny]:
    """The built site; what a test changes is put back, with the times of all files."""
    saved = tmp_path / "saved"
    shutil.copytree(built.root, saved)
    yield built
    shutil.rmtree(built.root)
    shutil.copytree(saved, built.root)


def test_nothing_changed_nothing_runs(tiny: Tiny) -> None:
    assert tiny.build() == []


def test_an_edit_in_the_library_runs_everything_once(tiny: Tiny) -> None:
    tiny.library.write_text("x = 2\n")
    assert tiny.build() == ["notebook", "one", "two"]
    assert tiny.build() == []


def test_an_edit_runs_what_imports_it(tiny: Tiny) -> None:
    tiny.drawing.write_text("from unrolled.part import x\ny = x\n")
    assert tiny.build() == ["two"]


def test_a_comment_in_the_library_runs_nothing(tiny: Tiny) -> None:
    tiny.library.write_text("x = 1  # the first\n")
    assert tiny.build() == []


def test_an_edit_in_the_lock_runs_everything(tiny: Tiny) -> None:
    (tiny.root / "requirements.lock").write_text("a==2\n")
    assert tiny.build() == ["notebook", "one", "two"]


def test_an_edit_in_one_script_runs_that_script(tiny: Tiny) -> None:
    script = tiny.script("one")
    script.write_text(script.read_text() + "\nprint(1)\n")
    assert tiny.build() == ["one"]


def test_a_script_that_is_gone_leaves_no_page(tiny: Tiny) -> None:
    script = tiny.script("three")
    script.write_text(tiny.script("one").read_text())
    assert tiny.build() == ["one"]
    assert (
        tiny.root / "build" / "html" / "auto_gallery" / "plot_three.html"
    ).exists()
    script.unlink()
    assert tiny.build() == []
    assert not list(tiny.root.rglob("plot_three.rst"))
    assert not list(tiny.root.rglob("plot_three.html"))


def test_a_build_that_failed_is_taken_up(tiny: Tiny) -> None:
    tiny.library.write_text("broken = 1\n")
    assert tiny.build(fails=True) == ["one"]
    tiny.library.write_text("x = 3\n")
    assert tiny.build() == ["notebook", "one", "two"]


def test_one_page_alone_leaves_the_others_for_later(tiny: Tiny) -> None:
    tiny.library.write_text("x = 4\n")
    assert tiny.build(UNROLLED_PATTERN="one") == []
    assert tiny.build() == ["notebook", "one", "two"]
