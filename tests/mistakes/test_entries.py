"""Claims, idioms and questions: what is written of them, and what their scripts did."""

import re

import keras
import pytest
from assembling import does, faults
from entries import (
    FOLDER,
    TABLES,
    Entry,
    Script,
    all_scripts,
    read_page,
    read_pages,
)
from old_files import FOLDER as OLD_FILES
from old_files import MODELS, conv_lstm, hard_sigmoid, missed
from page_runs import stored

ALIKE = sorted(set(MODELS) - {"conv_lstm"})
NUMBER = re.compile(r"\d+(?:\.\d+)?")
#: the version of a library, or the code of a thing, is not a result
NAMED = re.compile(r"(?:Keras|TensorFlow|NumPy)\s+\d[\d.]*|\w*[A-Za-z_]\d+\w*")
PAGE = """
title = "Units"
lead = "."

[[question]]
name = "units"
title = "?"
answer = "."
{more}
"""


def entries(kind):
    """Return the entries of a kind."""
    return [entry for page in read_pages(kind) for entry in page.entries]


def results(kind):
    """Return what was stored of the entries of a kind, by their names."""
    return {
        e["name"]: e for page in stored(kind).values() for e in page["entries"]
    }


@pytest.mark.parametrize("kind", TABLES)
def test_each_entry_has_a_name_of_its_own_and_is_as_it_was_run(kind):
    found = entries(kind)
    assert len({entry.name for entry in found}) == len(found)
    for entry in found:
        run = results(kind)[entry.name]
        assert [s["script"] for s in run["scripts"]] == [
            s.text for s in entry.scripts
        ], entry.name
        assert not list(faults(entry, run)), entry.name


def test_every_script_belongs_to_an_entry():
    known = {script.path for script in all_scripts()}
    assert known == set(FOLDER.rglob("*.py"))


def numbers(text):
    return {float(number) for number in NUMBER.findall(text)}


def test_each_number_in_an_answer_is_printed_or_stands_in_the_script():
    wrong = []
    for question in entries("questions"):
        run = results("questions")[question.name]["scripts"][0]
        shown = numbers(
            " ".join([run["printed"], run["script"], *run["warned"]])
        )
        missing = numbers(NAMED.sub("", question.texts["answer"])) - shown
        if missing:
            wrong.append(f"{question.name}: {sorted(missing)}")
    assert not wrong, "\n".join(wrong)


def test_a_picture_is_shown_where_one_is_due_and_two_on_a_page_at_most():
    for page in stored("questions").values():
        drawn = [bool(e["scripts"][0]["picture"]) for e in page["entries"]]
        assert drawn == [e.get("picture", False) for e in page["entries"]], (
            page["title"]
        )
        assert sum(drawn) <= 2, page["title"]


def test_no_wording_is_that_of_two_questions():
    texts = [entry.texts for entry in entries("questions")]
    asked = [
        wording.lower()
        for t in texts
        for wording in (t["title"], *t.get("asked", ()))
    ]
    assert len(asked) == len(set(asked))


@pytest.mark.parametrize("more", ["sees = []", 'script = "print()"'])
def test_a_key_that_no_question_has_is_refused(more):
    assert (
        read_page("questions", "units", PAGE.format(more="")).entries[0].name
        == "units"
    )
    with pytest.raises(ValueError, match=f"unknown: {more.split()[0]}"):
        read_page("questions", "units", PAGE.format(more=more))


def test_a_key_that_is_missing_is_named():
    with pytest.raises(ValueError, match="missing: answer"):
        read_page(
            "questions",
            "units",
            PAGE.format(more="").replace('answer = "."', ""),
        )


def came(**what):
    """Return what came of a script that printed something and ran to its end."""
    plain = {
        "printed": "4\n",
        "warned": [],
        "raised": "",
        "message": "",
        "results": {},
    }
    return plain | what


RAISED = came(raised="ZeroDivisionError", message="division by zero")


@pytest.mark.parametrize(
    ("kind", "texts", "scripts", "fault"),
    [
        (
            "claims",
            {"verdict": "holds"},
            [came(results={"verdict": "holds"})],
            "",
        ),
        (
            "claims",
            {"verdict": "holds"},
            [came(results={"verdict": "does not hold"})],
            "got 'does",
        ),
        (
            "claims",
            {"verdict": "perhaps"},
            [came(results={"verdict": "perhaps"})],
            "'perhaps'",
        ),
        ("claims", {"verdict": "holds"}, [RAISED], "got ZeroDivisionError"),
        ("questions", {}, [came()], ""),
        ("questions", {}, [came(printed="\n")], "expected the script to print"),
        ("questions", {}, [RAISED], "to run, got ZeroDivisionError"),
        ("idioms", {"does": "runs"}, [came(), came()], ""),
        (
            "idioms",
            {"does": "runs"},
            [RAISED, came()],
            "got that it raises ZeroDivisionError",
        ),
        ("idioms", {"does": "raises ZeroDivisionError"}, [RAISED, came()], ""),
        (
            "idioms",
            {"does": "runs"},
            [came(), RAISED],
            "what is written now runs, got raises",
        ),
        (
            "idioms",
            {"does": "runs"},
            [came(), came(warned=["old"])],
            "runs, got warns",
        ),
        (
            "idioms",
            {"does": "gives other numbers"},
            [came(results={"as_meant": False}), came()],
            "as_meant to be True",
        ),
    ],
)
def test_a_script_that_does_something_else_is_named(
    kind, texts, scripts, fault
):
    entry = Entry(kind, "name", texts, (Script("a"),) * len(scripts))
    found = list(faults(entry, {"scripts": scripts}))
    assert bool(found) is bool(fault)
    assert all(f.startswith("name: ") and fault in f for f in found)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (RAISED, "raises ZeroDivisionError"),
        (came(warned=["old"]), "warns"),
        (came(results={"as_meant": False}), "gives other numbers"),
        (came(results={"as_meant": True}), "runs"),
        (came(), "runs"),
    ],
)
def test_what_a_script_does(found, words):
    assert does(found) == words


@pytest.mark.parametrize("name", ALIKE)
def test_a_model_built_again_predicts_as_keras_2_did(name):
    assert missed(name, MODELS[name](keras), f"{name}.h5") < 1e-5


@pytest.mark.parametrize(
    "file", sorted(file.name for file in OLD_FILES.glob("lstm_*"))
)
def test_the_other_kinds_of_file_hold_the_same_weights(file):
    assert missed("lstm", MODELS["lstm"](keras), file) < 1e-5


def test_a_conv_lstm_needs_the_gates_of_keras_2():
    assert missed("conv_lstm", conv_lstm(keras), "conv_lstm.h5") > 0.01
    assert (
        missed("conv_lstm", conv_lstm(keras, hard_sigmoid), "conv_lstm.h5")
        < 1e-5
    )
