"""Pack the built site into one zip file, always the same bytes: ``offline.py HTML ZIP``."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

FOLDER = "unrolled-site"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest a zip file can hold
LEFT_OUT = (".buildinfo", ".buildinfo.bak", "objects.inv", "searchindex.js")


def members(html: Path) -> list[Path]:
    """Return the files that a reader needs, sorted."""
    return sorted(
        p for p in html.rglob("*") if p.is_file() and p.name not in LEFT_OUT
    )


def pack(html: Path, target: Path) -> None:
    """Write the zip file."""
    with zipfile.ZipFile(target, "w") as archive:
        for path in members(html):
            name = f"{FOLDER}/{path.relative_to(html).as_posix()}"
            info = zipfile.ZipInfo(name, EPOCH)
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, path.read_bytes(), compresslevel=9)


def main(html: str, target: str) -> None:
    """Pack, and say what was written."""
    pack(Path(html), Path(target))
    size = Path(target).stat().st_size / 1e6
    print(
        f"==> {target} ({size:.1f} MB): unpack it and open {FOLDER}/index.html"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
