"""Run each idiom of Keras 1 and 2, and what is written now, for the pages "From Keras 1 and 2 to 3"."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
from old_files import FOLDER as FILES
from old_files import MODELS, conv_lstm, missed
from scripts import Outcome, execute, tidy

import unrolled

FOLDER = Path(__file__).parent / "migration"
IMPORTS = {
    "keras": "import keras",
    "np": "import numpy as np",
    "layers": "from keras import layers",
}
DOES = re.compile(r"runs|warns|gives other numbers|raises \w+")


@dataclass(frozen=True)
class Idiom:
    """One thing that was written for Keras 1 or 2.

    name: of its anchor. old: the idiom, as Markdown. does: what Keras 3 does with it: ``runs``, ``warns``, ``raises
    ValueError``, or ``gives other numbers``, where both scripts leave ``as_meant``. write: what to write now. script,
    instead: the idiom and what is written now, run with the imports that they miss. note: what is good to know. files:
    of Keras 2, which the scripts find in their folder.
    """

    name: str
    old: str
    does: str
    write: str
    script: str
    instead: str
    note: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """The idioms of one subject. page: its name."""

    page: str
    title: str
    about: str
    idioms: tuple[Idiom, ...]


def groups() -> Iterator[Group]:
    """Yield the groups in the order of their files. Raises TypeError for a key that no idiom has."""
    for path in sorted(FOLDER.glob("*.toml")):
        raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        idioms = tuple(_idiom(**found) for found in raw.pop("idiom"))
        yield Group(page=path.stem.split("_", 1)[1].replace("_", "-"), idioms=idioms, **raw)


def _idiom(**found: Any) -> Idiom:
    """Return an idiom whose scripts stand by themselves."""
    kept = tidy(found)
    return Idiom(**kept | {part: with_imports(kept[part]) for part in ("script", "instead")})


def with_imports(script: str) -> str:
    """Return a script under the imports that it misses.

    >>> print(with_imports("np.ones(3)"))
    import numpy as np
    <BLANKLINE>
    np.ones(3)
    """
    used = {node.id for node in ast.walk(ast.parse(script)) if isinstance(node, ast.Name)}
    missing = [line for name, line in IMPORTS.items() if name in used and line not in script]
    between = [] if script.startswith(("import ", "from ")) else [""]
    return "\n".join([*missing, *between, script]) if missing else script


def run() -> dict[str, Any]:
    """Return each group by its page, with what came of the scripts of its idioms."""
    return {
        group.page: {
            "place": place,
            "title": group.title,
            "about": group.about,
            "loaded": loaded() if group.page == "old-files" else [],
            "idioms": [asdict(idiom) | settle(idiom) for idiom in group.idioms],
        }
        for place, group in enumerate(groups())
    }


def loaded() -> list[list[str]]:
    """Return a table of the files of Keras 2: a model, how it is built again, the file, what its predictions miss."""
    rows = [(name, "its defaults", f"{name}.h5", build(keras)) for name, build in MODELS.items()]
    rows += [("conv_lstm", "the gates of Keras 2", "conv_lstm.h5", conv_lstm(keras, hard_sigmoid))]
    rows += [
        ("lstm", "its defaults", file.name, MODELS["lstm"](keras))
        for file in sorted(FILES.glob("lstm_*"))
    ]
    return [
        [
            ", ".join(type(layer).__name__ for layer in model.layers),
            how,
            f"`{file}`",
            f"{missed(name, model, file):.6f}",
        ]
        for name, how, file, model in rows
    ]


def hard_sigmoid(x: Any) -> Any:
    """Return what Keras 2 calls ``hard_sigmoid``."""
    return keras.ops.clip(0.2 * x + 0.5, 0, 1)


def settle(idiom: Idiom) -> dict[str, Any]:
    """Run both scripts of an idiom. Raises ValueError where one does something else than the idiom says."""
    files = [FILES / name for name in idiom.files]
    then, now = (execute(script, idiom.name, files) for script in (idiom.script, idiom.instead))
    check(idiom, then, now)
    return {"then": _told(then), "now": _told(now)}


def check(idiom: Idiom, then: Outcome, now: Outcome) -> None:
    """Raise ValueError unless the idiom does what it says, and what is written now runs without a warning."""
    found = does(then)
    if not DOES.fullmatch(idiom.does) or found != idiom.does:
        raise ValueError(
            f"{idiom.name}: expected that it {idiom.does}, got that it {found}. {then.message}"
        )
    if does(now) != "runs":
        raise ValueError(
            f"{idiom.name}: expected that what is written now runs, got {does(now)}. {now.message}"
        )
    if idiom.does == "gives other numbers" and not now.names.get("as_meant"):
        raise ValueError(
            f"{idiom.name}: expected as_meant to be True in what is written now.\n{now.printed}"
        )


def does(outcome: Outcome) -> str:
    """Return what a script does, in the words of ``Idiom.does``."""
    if outcome.raised:
        return f"raises {outcome.raised}"
    if outcome.warned:
        return "warns"
    return "runs" if outcome.names.get("as_meant", True) else "gives other numbers"


def _told(outcome: Outcome) -> dict[str, Any]:
    """Return what came of a script, with the error page that explains it."""
    found = unrolled.explain(outcome.error) if outcome.error else None
    return {
        "printed": outcome.printed,
        "warned": outcome.warned,
        "raised": outcome.raised,
        "message": outcome.message,
        "page": found.mistake.name if found and found.mistake else "",
    }
