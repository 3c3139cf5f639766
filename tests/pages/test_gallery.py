"""Every gallery script runs as a plain script, as a reader who downloads it would run it."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

GALLERY = Path(__file__).parents[2] / "gallery"
SCRIPTS = sorted(GALLERY.glob("**/plot_*.py"))


def test_there_are_scripts() -> None:
    assert SCRIPTS


@pytest.mark.filterwarnings("ignore:FigureCanvasAgg is non-interactive:UserWarning")
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda p: p.relative_to(GALLERY).as_posix())
def test_script_runs(script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(script), run_name="__main__")
    plt = pytest.importorskip("matplotlib.pyplot")
    plt.close("all")
