"""Results by content: what runs again after which edit, and that two runs give the same."""

import json
import shutil
import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest
import script_jobs
from entries import Script
from import_graph import ImportGraph, code_digest, public_names
from reports import report_of
from run import in_order, make_all, run_all
from saved_names import load_names, save_names
from script_jobs import (
    ROOT,
    Planner,
    ScriptJob,
    diagram_of,
    frozen,
    make,
    picture_of,
)
from scripts import execute
from store import Store, hashed, write_if_changed

PLAIN = Script("questions/timesteps/timesteps")
DRAWN = Script("questions/units/units", draws="model")
#: it calls unrolled.trace itself
ITSELF = Script("questions/drawing/draw_units", draws="model")
#: what it draws is no picture of its model
OWN_DIAGRAM = Script("questions/drawing/look_inside", draws="model")
CHECKED = Script(
    "mistakes/nan_or_infinity/cause_1", draws="labelled model", checks=True
)
#: an edit in a module of the library -> the parts of the four scripts above that are made anew
EDITS = {
    "diagrams/layout/painting.py": [[], ["picture"], ["picture"], ["picture"]],
    "keras_bridge/tracing.py": [
        [],
        ["drawable", "picture"],
        ["drawable", "picture", "run", "saved"],
        ["drawable", "picture", "report"],
    ],
    "checks/rules/masks.py": [[], [], [], ["report"]],
    "cell_diagrams/plans.py": [[], [], [], []],
    "cli/main.py": [[], [], [], []],
}


@pytest.fixture
def root(tmp_path):
    """Return a copy of what keys depend on."""
    for folder in ("src", "docs/_runs"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "requirements.lock", tmp_path)
    return tmp_path


def keys(root=ROOT):
    """Return the keys of the four scripts, as a new process would find them."""
    planner = Planner(Store(root / "store"), root)
    return [planner.keys(s, s.text) for s in (PLAIN, DRAWN, ITSELF, CHECKED)]


@pytest.fixture(scope="module")
def before():
    return keys()


def changed(before, after):
    """Return which parts have another key."""
    return [
        sorted(part for part in one if one[part] != two[part])
        for one, two in zip(before, after, strict=True)
    ]


def append(path, text):
    """Write a text under what a file holds."""
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


@pytest.mark.parametrize("path", EDITS)
def test_an_edit_in_the_library_makes_what_it_can_change(before, root, path):
    append(root / "src" / "unrolled" / path, "\nMORE = 1\n")
    assert changed(before, keys(root)) == EDITS[path]


def test_a_remark_changes_nothing(before, root):
    for path in EDITS:
        append(root / "src" / "unrolled" / path, "\n# a remark\n")
    append(root / "docs" / "_runs" / "scripts.py", "\n# a remark\n")
    assert changed(before, keys(root)) == [[], [], [], []]


@pytest.mark.parametrize("path", ["requirements.lock", "docs/_runs/scripts.py"])
def test_an_edit_in_the_lock_or_the_runner_makes_everything(before, root, path):
    append(root / path, "\nmore = 1\n")
    assert changed(before, keys(root)) == [sorted(each) for each in before]


def test_a_script_with_another_text_is_another_job(tmp_path):
    planner = Planner(Store(tmp_path))
    before = planner.keys(PLAIN, PLAIN.text)
    assert changed([before], [planner.keys(PLAIN, "print(1)")]) == [["run"]]


def test_a_picture_is_drawn_again_from_its_arrays_alone(tmp_path, monkeypatch):
    planner = Planner(Store(tmp_path))
    job = planner.job(DRAWN)
    assert job.wanted == {"run", "saved", "drawable", "picture"}
    make(job, planner.store)
    first = planner.store.get(job.keys["picture"])
    assert "LSTM(3)" in first["words"]
    other = {**job.keys, "picture": hashed("another drawing")}
    monkeypatch.setitem(sys.modules, "scripts", None)  # a run would fail
    make(replace(job, keys=other, wanted=frozenset({"picture"})), planner.store)
    assert planner.store.get(other["picture"]) == first
    assert planner.job(DRAWN).wanted == frozenset()


def test_a_diagram_of_the_scripts_own_is_no_other_one_later(tmp_path):
    store = Store(tmp_path)
    job = Planner(store).job(OWN_DIAGRAM)
    make(job, store)
    first = store.get(job.keys["picture"])
    assert first["words"].startswith("One step of LSTM(3)")
    make(replace(job, wanted=frozenset({"drawable", "picture"})), store)
    assert store.get(job.keys["picture"]) == first


def test_arrays_of_classes_that_changed_are_not_read(tmp_path):
    store = Store(tmp_path)
    job = Planner(store).job(DRAWN)
    make(job, store)
    stale = store.get(job.keys["drawable"]) | {
        "classes": "other",
        "pickle": "no pickle",
    }
    store.put(job.keys["drawable"], stale)
    before = store.get(job.keys["picture"])
    make(replace(job, wanted=frozenset({"picture"})), store)
    assert store.get(job.keys["picture"]) == before
    assert store.get(job.keys["drawable"])["classes"] != "other"


@pytest.mark.filterwarnings("ignore")  # some of these mistakes warn
@pytest.mark.parametrize(
    "name",
    [
        "mistakes/mask_is_lost/cause_1",
        "mistakes/softmax_over_one_value/cause_1",
        "mistakes/incompatible_shapes/cause_3_fixed",
        "mistakes/unscaled_features/cause_1",
    ],
)
def test_what_is_saved_of_a_script_is_drawn_and_checked_alike(name):
    silent = not name.endswith("fixed")
    script = Script(name, draws="labelled model", checks=silent)
    names = execute(script.text, script.name).names
    saved = save_names(names, everything=silent)
    again = load_names(saved)
    assert again["model"] is not names["model"]
    assert picture_of(diagram_of(script, again)) == picture_of(
        diagram_of(script, names)
    )
    if silent:
        assert report_of(again) == report_of(names)


STATEFUL = """
import keras

model = keras.Sequential([keras.Input(batch_shape=(1, 3, 2)), keras.layers.LSTM(2, stateful=True)])
"""
OWN = """
import keras

class Own(keras.layers.Layer):
    def call(self, x):
        return 2 * x

model = keras.Sequential([keras.Input((3, 2)), Own(), keras.layers.LSTM(2)])
"""
HELPED = """
import keras

def helper():
    return 1

model = keras.Sequential([keras.Input((3, 2)), keras.layers.LSTM(2)])
"""


@pytest.mark.parametrize(
    ("text", "everything", "saved"),
    [
        (STATEFUL, False, False),
        (OWN, False, False),
        (HELPED, True, False),
        (HELPED, False, True),
    ],
)
def test_what_a_saved_model_would_forget_is_run_again(text, everything, saved):
    found = save_names(execute(text).names, everything=everything)
    assert bool(load_names(found)) is saved


def test_what_cannot_be_stored_is_left_out():
    assert frozen(SimpleNamespace(function=lambda: 1)) == {}
    assert frozen(None) is None


def test_a_script_that_fails_is_named_and_the_others_are_kept(
    tmp_path, monkeypatch
):
    store = Store(tmp_path / "store")
    good = Planner(store).job(PLAIN)
    bad = replace(
        good,
        script=replace(PLAIN, name="questions/none/bad", files=("missing.h5",)),
    )
    errors = run_all([bad, good], tmp_path)
    assert len(errors) == 1
    assert errors[0].startswith("questions/none/bad: FileNotFoundError")
    assert "500 timesteps" in store.get(good.keys["run"])["printed"]
    assert set(json.loads((tmp_path / "seconds.json").read_text())) == {
        bad.name,
        good.name,
    }


def test_long_jobs_come_first_and_alone():
    jobs = [
        ScriptJob(Script(name), "", {}, frozenset({"run"})) for name in "abcd"
    ]
    batches = in_order(jobs, {"a": 0.1, "b": 9.0, "c": 0.2, "d": 3.0})
    assert [[job.name for job in batch] for batch in batches] == [
        ["b"],
        ["d"],
        ["c", "a"],
    ]


def test_store_keeps_what_is_used_and_no_half_results(tmp_path):
    store = Store(tmp_path)
    for key in ("aa1", "bb2"):
        store.put(key, {"key": key})
    (tmp_path / "aa" / "aa3.unfinished").write_text("{")
    again = Store(tmp_path)
    assert again.has("aa1")
    assert not again.has("aa3")
    again.prune()
    assert [p.name for p in sorted(tmp_path.glob("*/*"))] == ["aa1.json"]


def test_an_unchanged_file_is_not_written(tmp_path):
    path = tmp_path / "a" / "b.txt"
    assert write_if_changed(path, "1")
    assert not write_if_changed(path, "1")
    assert write_if_changed(path, "2")


def test_imports_are_followed_through_functions_and_not_for_types(tmp_path):
    package = tmp_path / "lib"
    (package / "data").mkdir(parents=True)
    (package / "sub").mkdir()
    files = {
        "__init__.py": "from lib.sub.b import thing",
        "a.py": "if TYPE_CHECKING:\n    from lib import c\ndef f():\n    from lib import thing\n",
        "c.py": "x = 1",
        "sub/__init__.py": "",
        "sub/b.py": "thing = 1",
        "sub/words.toml": "a = 1",
    }
    for name, text in files.items():
        (package / name).write_text(text)
    graph = ImportGraph(tmp_path, "lib")
    needed = graph.needed(["lib.a"])
    assert needed == {"lib.a", "lib.sub", "lib.sub.b"}
    before = graph.digest(needed)
    (package / "sub" / "words.toml").write_text("a = 2")
    assert ImportGraph(tmp_path, "lib").digest(needed) != before


def test_comments_and_docstrings_are_no_code():
    one = 'def f():\n    """Do."""\n    return 1  # so\n'
    assert code_digest(one) == code_digest("def f():\n    return 1")
    assert code_digest(one) != code_digest("def f():\n    return 2")
    assert public_names(
        "from unrolled import draw\nimport unrolled\nunrolled.check(1)",
        "unrolled",
    ) == {
        "draw",
        "check",
    }


def test_nothing_runs_where_nothing_changed(monkeypatch, tmp_path):
    monkeypatch.setattr("run.all_scripts", lambda: iter([PLAIN]))
    monkeypatch.setattr("run.function_jobs", lambda planner: iter([]))
    monkeypatch.setattr(
        "run.assemble", lambda *found: ({"group": {"a": 1}}, [])
    )
    ran = []
    monkeypatch.setattr(
        "run.run_all",
        lambda jobs, out: ran.append([j.name for j in jobs]) or [],
    )
    assert make_all(tmp_path, "before") == 0
    job = Planner(Store(tmp_path / "store")).job(PLAIN)
    Store(tmp_path / "store").put(job.keys["run"], {})
    assert make_all(tmp_path, "before") == 0
    assert ran == [[PLAIN.name]]
    assert script_jobs.library().paths
