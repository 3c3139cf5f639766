"""Start every gallery script with the state of a new process.

Keras numbers unnamed layers and models per process: without this, the names on a page, and so its pictures,
would depend on which scripts ran before it in the same build.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any


def keras_names(gallery_conf: dict[str, Any], fname: str | Path | None) -> None:
    """Let Keras count from zero; where no script has imported it yet, there is nothing to do."""
    keras = sys.modules.get("keras")
    if keras is not None:
        keras.utils.clear_session()
