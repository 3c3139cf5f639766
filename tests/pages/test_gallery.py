"""What the gallery scripts drew while the site was built.

That build runs each script, and stops at an error or a warning.
"""

from __future__ import annotations

import pickle
import warnings
from pathlib import Path

import gallery_reset
import pytest
from test_geometry import assert_tidy

ROOT = Path(__file__).parents[2]
GALLERY = ROOT / "gallery"
DRAWN = ROOT / "docs" / "auto_gallery"
SCRIPTS = sorted(p.relative_to(GALLERY) for p in GALLERY.glob("**/plot_*.py"))


def test_there_are_scripts() -> None:
    assert SCRIPTS


@pytest.mark.parametrize("script", SCRIPTS, ids=str)
def test_script_ran_as_it_is(script: Path) -> None:
    """The checksum is written when a script has run through; the page is as new as the script."""
    ran = DRAWN / script
    assert ran.read_text(encoding="utf-8") == (GALLERY / script).read_text(
        encoding="utf-8"
    )
    assert ran.with_name(f"{script.name}.md5").exists()


@pytest.mark.parametrize("script", SCRIPTS, ids=str)
def test_script_is_short(script: Path) -> None:
    text = (GALLERY / script).read_text(encoding="utf-8")
    assert 50 <= len(text.splitlines()) <= 110


@pytest.mark.parametrize("script", SCRIPTS, ids=str)
def test_notebook_has_the_caption_and_no_directive(script: Path) -> None:
    ran = (DRAWN / script).with_suffix(".ipynb")
    notebook = ran.read_text(encoding="utf-8")
    assert "> The first picture below: " in notebook
    assert ".. first-picture" not in notebook


@pytest.mark.parametrize("script", SCRIPTS, ids=str)
def test_script_draws_tidily(script: Path) -> None:
    images = (DRAWN / script).parent / "images"
    drawn = [
        pickle.loads(p.read_bytes())
        for p in images.glob(f"{script.stem}_diagram_*.scene")
    ]
    diagrams = [scene for kind, scene in drawn if kind == "Diagram"]
    assert diagrams, "a gallery script draws its model"
    for scene in diagrams:
        assert_tidy(scene)


def test_a_warning_stops_a_script_and_no_one_else() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before = list(warnings.filters)
        gallery_reset.warnings_are_errors({}, "plot_1.py", "before")
        with pytest.raises(UserWarning, match="axes"):
            warnings.warn("these axes look swapped", UserWarning, stacklevel=1)
        warnings.warn(
            "FigureCanvasAgg is non-interactive", UserWarning, stacklevel=1
        )
        gallery_reset.warnings_are_errors({}, "plot_1.py", "after")
        assert list(warnings.filters) == before
