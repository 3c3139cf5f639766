"""Every idiom of Keras 1 and 2 against the installed Keras, and the weights of files that Keras 2 wrote."""

import dataclasses

import keras
import pytest
from migration_runs import does, groups, hard_sigmoid, settle
from old_files import FOLDER, MODELS, conv_lstm, missed
from page_runs import stored
from scripts import execute

IDIOMS = [pytest.param(idiom, id=idiom.name) for group in groups() for idiom in group.idioms]
ALIKE = sorted(set(MODELS) - {"conv_lstm"})


RUNS = {
    idiom["name"]: idiom for group in stored("migration_runs").values() for idiom in group["idioms"]
}


@pytest.mark.parametrize("idiom", IDIOMS)
def test_the_idiom_does_what_its_page_says_and_what_is_written_now_runs(idiom):
    told = RUNS[idiom.name]  # an idiom that does something else is not stored: make runs stops
    assert told["does"] == idiom.does
    assert told["then"]["raised"] == idiom.does.removeprefix(
        "raises "
    ) or not idiom.does.startswith("raises ")


def test_each_idiom_has_a_name_of_its_own():
    names = [p.values[0].name for p in IDIOMS]
    assert len(names) == len(set(names))


def test_an_idiom_that_does_something_else_is_refused():
    idiom = next(p.values[0] for p in IDIOMS if p.values[0].name == "output-dim")
    with pytest.raises(ValueError, match="expected that it runs, got that it raises TypeError"):
        settle(dataclasses.replace(idiom, does="runs"))
    with pytest.raises(ValueError, match="what is written now runs, got raises TypeError"):
        settle(dataclasses.replace(idiom, instead=idiom.script))


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("1 / 0", "raises ZeroDivisionError"),
        ("import warnings; warnings.warn('old')", "warns"),
        ("as_meant = 1 > 2", "gives other numbers"),
        ("as_meant = 1 < 2", "runs"),
        ("x = 1", "runs"),
    ],
)
def test_what_a_script_does(script, found):
    assert does(execute(script)) == found


@pytest.mark.parametrize("name", ALIKE)
def test_a_model_built_again_predicts_as_keras_2_did(name):
    assert missed(name, MODELS[name](keras), f"{name}.h5") < 1e-5


@pytest.mark.parametrize("file", sorted(file.name for file in FOLDER.glob("lstm_*")))
def test_the_other_kinds_of_file_hold_the_same_weights(file):
    assert missed("lstm", MODELS["lstm"](keras), file) < 1e-5


def test_a_conv_lstm_needs_the_gates_of_keras_2():
    assert missed("conv_lstm", conv_lstm(keras), "conv_lstm.h5") > 0.01
    assert missed("conv_lstm", conv_lstm(keras, hard_sigmoid), "conv_lstm.h5") < 1e-5
