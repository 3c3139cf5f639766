"""One script, one job: its run, and what unrolled makes of it, each stored by what it depends on.

A script is run by Keras alone, and the model that it leaves is *saved*. What unrolled adds is
stored apart: the *drawable* (the traced model as NumPy arrays), the *picture* that is drawn from
it, and the *report* of ``unrolled.check``. So an edit in the drawing code draws the stored arrays
again without Keras, and an edit in ``src`` runs no script for its printed lines, unless it uses
unrolled.
"""

from __future__ import annotations

import base64
import copy
import pickle
import pickletools
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from entries import OLD_FILES, Script
from import_graph import ImportGraph
from reports import report_of
from store import Store, digest_files, hashed

ROOT = Path(__file__).resolve().parents[2]
TRACING, DRAWING = "unrolled.keras_bridge.tracing", "unrolled.diagrams.diagram"
CHECKING = "unrolled.checks.checking"
#: what is drawn of a script -> the names of what ``draw`` is given with its model
GIVEN = {"model": ("x",), "labelled model": ("x", "y")}


@dataclass(frozen=True)
class ScriptJob:
    """A script with the keys of its parts, and which of these have to be made.

    text: what the keys were made of; the file may be edited while other jobs are under way.
    """

    script: Script
    text: str
    keys: Mapping[str, str]
    wanted: frozenset[str]

    @property
    def name(self) -> str:
        """The script's name, for messages."""
        return self.script.name


class Planner:
    """Knows what each part of a job depends on."""

    def __init__(self, store: Store, root: Path = ROOT) -> None:
        self.store, self.root = store, root
        self.library = ImportGraph(root / "src", "unrolled")
        self.runners = ImportGraph(root / "docs" / "_runs")
        self.lock = digest_files([root / "requirements.lock"], root)
        self._digest = cache(self._read_digest)

    def job(self, script: Script) -> ScriptJob:
        """Return the job of a script; nothing is wanted where all its parts are stored."""
        text = script.text
        keys = self.keys(script, text)
        missing = set()
        for part, key in keys.items():
            if not self.store.has(key):
                missing.add(part)
        # the arrays are there to be drawn: who has the picture needs none
        if "picture" not in missing:
            missing.discard("drawable")
        return ScriptJob(script, text, keys, frozenset(missing))

    def keys(self, script: Script, text: str) -> dict[str, str]:
        """Return the key of each part that a script with this text has."""
        used = self.library.used_by(text)
        # each part depends on what makes it, and on the part that it is made of
        runner = self.runners.digest(["scripts"])
        files = digest_files(script.data, OLD_FILES)
        library = self._digest(used)
        run = hashed("run", text, files, runner, self.lock, library)
        keys = {"run": run}
        draws = script.draws
        # its own diagram is meant, and it draws none
        if draws == "diagram" and "diagram" not in text:
            draws = ""
        if draws or script.checks:
            saver = self.runners.digest(["saved_names"])
            keys["saved"] = hashed("saved", run, saver, script.checks)
        if draws:
            # to trace takes all that traces, and of drawing only the class that keeps the trace
            maker = self.runners.digest(["script_jobs"])
            traced = self._digest(frozenset({TRACING}), frozenset({DRAWING}))
            drawable = hashed("drawable", keys["saved"], maker, draws, traced)
            drawn = self._digest(used | {DRAWING})
            keys["drawable"] = drawable
            keys["picture"] = hashed("picture", drawable, drawn)
        if script.checks:
            reporter = self.runners.digest(["reports"])
            checking = self._digest(frozenset({CHECKING}))
            keys["report"] = hashed("report", run, reporter, checking)
        return keys

    def _read_digest(
        self, modules: frozenset[str], alone: frozenset[str] = frozenset()
    ) -> str:
        """Return the checksum of modules with all that they need, and of others by themselves."""
        needed = self.library.needed(modules)
        return self.library.digest(needed | alone)


def make(job: ScriptJob, store: Store) -> None:
    """Make and store what is wanted of a script."""
    # the quickest first: Keras is loaded only where it has to be
    if job.wanted == {"picture"} and _draw_stored(job, store):
        return
    names = _names(job, store)
    if job.wanted & {"drawable", "picture"}:
        diagram = diagram_of(job.script, names)
        # before it is drawn, which lays it out
        drawable = frozen(diagram)
        store.put(job.keys["drawable"], drawable)
        picture = picture_of(diagram)
        store.put(job.keys["picture"], picture)
    if "report" in job.wanted:
        report = report_of(names)
        store.put(job.keys["report"], report)


def _names(job: ScriptJob, store: Store) -> Mapping[str, Any]:
    """Return what a script leaves behind: as it was saved, or as its run leaves it now."""
    from saved_names import load_names, save_names
    from scripts import execute, start_again

    # what it drew is not saved
    draws_itself = "diagram" in job.text
    has_run = job.wanted.isdisjoint({"run", "saved"})
    if has_run and not draws_itself:
        start_again()
        saved = store.get(job.keys["saved"])
        restored = load_names(saved)
        if restored:
            return restored
    outcome = execute(job.text, job.name, job.script.data)
    # after an error the names are those of half a script
    names = {} if outcome.raised else outcome.names
    if "run" in job.wanted:
        texts = outcome.texts()
        store.put(job.keys["run"], texts)
    if "saved" in job.wanted:
        saved = save_names(names, everything=job.script.checks)
        store.put(job.keys["saved"], saved)
    return names


def _draw_stored(job: ScriptJob, store: Store) -> bool:
    """Draw a picture from the stored arrays; return whether they still fit their classes."""
    key = job.keys["drawable"]
    if not store.has(key):
        return False
    found = store.get(key)
    # there is nothing to draw
    if found is None:
        store.put(job.keys["picture"], None)
        return True
    # it holds more than arrays
    if not found:
        return False
    # its classes are others now: they would not read what is stored
    if found["classes"] != library().digest(found["modules"]):
        return False
    packed = base64.b64decode(found["pickle"])
    diagram = pickle.loads(zlib.decompress(packed))
    picture = picture_of(diagram)
    store.put(job.keys["picture"], picture)
    return True


def diagram_of(script: Script, names: Mapping[str, Any]) -> Any:
    """Return what is to be drawn of a script; None where there is nothing."""
    import keras

    import unrolled

    own = names.get("diagram")
    # a claim shows nothing but what its script has drawn; a question shows that first
    if script.draws == "diagram":
        return own
    if script.draws == "model" and own is not None:
        return own
    model = names.get("model")
    # the script may end before it has built one
    if not isinstance(model, keras.Model) or not model.built:
        return None
    # a subclass of Model has no inputs before its first call
    if not getattr(model, "inputs", None):
        return None
    given = map(names.get, GIVEN[script.draws])
    try:
        return unrolled.draw(model, *given)
    except (TypeError, ValueError):
        # what the script calls x or y is not what the model got
        return unrolled.draw(model)


def picture_of(diagram: Any) -> dict[str, str] | None:
    """Return a picture as HTML, and in words."""
    if diagram is None:
        return None
    html = diagram._repr_html_()
    words = diagram.words()
    return {"html": html, "words": words}


def frozen(diagram: Any) -> dict[str, Any] | None:
    """Return a diagram before it was laid out; empty where it holds more than arrays."""
    if diagram is None:
        return None
    plain = copy.copy(diagram)
    # what was laid out depends on the drawing code, which may change
    for name, value in vars(type(diagram)).items():
        if isinstance(value, cached_property):
            vars(plain).pop(name, None)
    try:
        data = pickle.dumps(plain)
    except (AttributeError, TypeError, pickle.PicklingError):
        # it holds a function of the script
        return {}
    known = library()
    modules = sorted(modules_in(data).intersection(known.paths))
    packed = base64.b64encode(zlib.compress(data))
    return {
        "pickle": packed.decode(),
        "modules": modules,
        "classes": known.digest(modules),
    }


def modules_in(data: bytes) -> set[str]:
    """Return the texts of a pickle, among them the modules whose classes and functions it names.

    >>> import fractions
    >>> "fractions" in modules_in(pickle.dumps(fractions.Fraction(1, 2)))
    True
    """
    texts = set()
    # the steps by which a pickle is read; their arguments are numbers too
    for _, argument, _ in pickletools.genops(data):
        text = str(argument)
        texts.add(text)
    return texts


@cache
def library() -> ImportGraph:
    """Return the modules of unrolled, as they were when the process began."""
    return ImportGraph(ROOT / "src", "unrolled")
