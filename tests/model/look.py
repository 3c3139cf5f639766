"""Write the pictures of the catalogue's models: ``python tests/model/look.py OUT_DIR [NAMES]``.

For each model an .svg and an .html, with headless Chromium a .png in light and in dark, and one
page of them all.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

if __name__ == "__main__":  # before Keras is imported
    os.environ |= {
        "KERAS_BACKEND": "tensorflow",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
    }

from catalogue import BUILDERS, make

import unrolled

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = ["--headless", "--no-sandbox", "--hide-scrollbars", "--disable-gpu"]


def write(name, folder):
    """Draw one model into the folder and return its diagram."""
    model, x, y = make(name)
    diagram = unrolled.draw(model, x, y)
    diagram.save(folder / f"{name}.svg")
    diagram.save(folder / f"{name}.html")
    (folder / f"{name}.txt").write_text(diagram.words() + "\n")
    return diagram


def photograph(page, width, height, *, dark=False):
    """Write the .png of a page as Chromium shows it."""
    target = page.with_suffix(".dark.png" if dark else ".png")
    scheme = (
        ["--blink-settings=preferredColorScheme=0"]
        if dark
        else ["--blink-settings=preferredColorScheme=1"]
    )
    size = f"--window-size={width},{height}"
    subprocess.run(
        [
            CHROMIUM,
            *FLAGS,
            *scheme,
            size,
            f"--screenshot={target}",
            page.resolve().as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )


def write_sheet(folder, names):
    """Write one page with every picture, in light and in dark."""
    figures = [
        f"<h2>{n}</h2><img src='{n}.svg' loading='lazy' style='max-width:49%'>"
        for n in names
    ]
    page = (
        "<!doctype html><meta charset='utf-8'><title>Every picture</title>"
        + "\n".join(figures)
    )
    (folder / "index.html").write_text(page)


def main(folder, *names):
    """Draw the named models, or all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or BUILDERS:
        began = time.monotonic()
        try:
            diagram = write(name, folder)
        except Exception as error:
            print(f"{name}: {type(error).__name__}: {error}")
            continue
        scene = diagram.scene
        print(
            f"{name}: {scene.width:.0f} x {scene.height:.0f}, {time.monotonic() - began:.1f} s",
            flush=True,
        )
        for dark in (False, True) if CHROMIUM else ():
            photograph(
                folder / f"{name}.html",
                round(scene.width) + 40,
                round(scene.height) + 90,
                dark=dark,
            )
    write_sheet(folder, names or BUILDERS)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
