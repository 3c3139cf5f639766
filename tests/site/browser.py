"""Find a Chromium for the tests of the site, and install one where that is possible.

Run as a script: prints the path that was found, or one sentence and fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def own_download() -> str | None:
    """Return the browser that `playwright install chromium` left, if there is one."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def find() -> str | None:
    """Return the path of a Chromium, or None."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, NAMES)), None) or own_download()


def install() -> None:
    """Install a Chromium: with apt-get where we are root on Debian, otherwise playwright's own."""
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        print("==> installing chromium with apt-get", flush=True)
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        command = [
            "apt-get",
            "install",
            "-y",
            "-qq",
            "--no-install-recommends",
            "chromium",
        ]
    else:
        print("==> installing chromium with playwright", flush=True)
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL)


def main() -> int:
    """Find a browser or install one."""
    path = find()
    if path is None:
        install()
        path = find()
    if path is None:
        print(
            "The tests of the site need Chromium. "
            "Fix: install it, or name it with CHROMIUM=/path/to/chromium."
        )
        return 1
    print(f"browser: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
