"""Every gallery script runs as a plain script, as a reader who downloads it would run it."""

from __future__ import annotations

import runpy
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from test_geometry import assert_tidy

from unrolled.diagrams import diagram as diagrams
from unrolled.diagrams.diagram import Diagram

GALLERY = Path(__file__).parents[2] / "gallery"
SCRIPTS = sorted(GALLERY.glob("**/plot_*.py"))


def test_there_are_scripts() -> None:
    assert SCRIPTS


@pytest.mark.filterwarnings("ignore:FigureCanvasAgg is non-interactive:UserWarning")
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda p: p.relative_to(GALLERY).as_posix())
def test_script_runs(script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    drawn: list[Diagram] = []
    real = diagrams.draw
    monkeypatch.setattr(
        diagrams, "draw", lambda *args, **kwargs: drawn.append(real(*args, **kwargs)) or drawn[-1]
    )
    runpy.run_path(str(script), run_name="__main__")
    assert drawn, "a gallery script draws its model"
    for diagram in drawn:
        assert_tidy(diagram.scene)
    plt.close("all")
