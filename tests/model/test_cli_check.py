"""``unrolled check`` on saved models: its report, its exit codes, and the loss in the file."""

import json
import re
import sys
import zipfile

import keras
import numpy as np
import pytest
from keras import layers

import unrolled
from unrolled.cli import main as cli
from unrolled.keras_bridge.saved_losses import read_saved_loss

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 5, 2)).astype("float32")
Y = X.sum((1, 2))[:, None]


def build(loss=None, last="linear"):
    model = keras.Sequential(
        [
            keras.Input((5, 2), name="x"),
            layers.LSTM(3),
            layers.Dense(1, activation=last, name="last"),
        ],
        name="m",
    )
    if loss is not None:
        model.compile(loss=loss)
    return model


def build_two(loss=None):
    series = keras.Input((5, 2), name="series")
    h = layers.GRU(3)(series)
    outputs = [
        layers.Dense(1, name="level")(h),
        layers.Dense(1, activation="sigmoid", name="alarm")(h),
    ]
    model = keras.Model(series, outputs, name="two")
    if loss is not None:
        model.compile(loss=loss)
    return model


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with models, and arrays that fit them or do not."""
    path = tmp_path_factory.mktemp("checked")
    build().save(path / "plain.keras")
    build("mse").save(path / "mse.keras")
    build_two({"level": "mse", "alarm": "binary_crossentropy"}).save(
        path / "two.keras"
    )
    np.save(path / "x.npy", X)
    np.save(path / "flat.npy", X[:, :, 0])
    np.save(path / "y.npy", Y)
    np.save(path / "wide.npy", np.repeat(Y, 5, axis=1))
    np.savez(path / "two.npz", alarm=(Y > 0).astype("float32"), level=Y)
    np.savez(path / "ordered.npz", first=Y, second=(Y > 0).astype("float32"))
    (path / "text.npy").write_text("1, 2")
    return path


@pytest.fixture
def run(folder, capsys, monkeypatch):
    monkeypatch.chdir(folder)

    def run(line):
        capsys.readouterr()
        code = cli.main(line.split())
        return code, *capsys.readouterr()

    return run


def test_what_fits_is_said_with_0(run):
    report = unrolled.check(build("mse"), X, Y)
    assert run("check mse.keras x.npy y.npy") == (0, f"{report}\n", "")
    assert run("check mse.keras x.npy")[0] == 0


def test_what_does_not_fit_is_said_with_1(run):
    code, out, err = run("check mse.keras x.npy wide.npy")
    assert (code, err) == (1, "")
    assert (
        out == f"{unrolled.check(build('mse'), X, np.repeat(Y, 5, axis=1))}\n"
    )
    assert "y has a label for every timestep" in out
    code, out, _ = run("check mse.keras flat.npy y.npy")
    assert code == 1
    assert "Keras stops with an error" in out


def test_a_file_without_a_loss_is_judged_and_the_loss_is_asked_for(run):
    code, out, err = run("check plain.keras x.npy y.npy")
    assert code == 0
    assert out.startswith("The model 'm' with x (40, 5, 2), y (40, 1)")
    assert err.count("\n") == 1
    assert "holds no loss" in err
    assert "--loss mse" in err
    assert run("check plain.keras x.npy y.npy --loss mse")[2] == ""
    assert (
        run("check plain.keras x.npy")[2] == ""
    )  # without labels no loss is needed


def test_the_loss_of_the_command_line_counts(run):
    code, out, _ = run(
        "check plain.keras x.npy y.npy --loss sparse_categorical_crossentropy"
    )
    assert code == 1
    assert "sparse_categorical_crossentropy" in out
    assert (
        run(
            "check mse.keras x.npy y.npy --loss sparse_categorical_crossentropy"
        )[1]
        == out
    )


def test_several_outputs_by_name_and_in_order(run):
    by_name, in_order = (
        run("check two.keras x.npy two.npz"),
        run("check two.keras x.npy ordered.npz"),
    )
    assert by_name[0] == in_order[0] == 0
    swapped = run(
        "check two.keras x.npy two.npz --loss binary_crossentropy --loss mse"
    )
    assert swapped[0] == 1
    assert "binary_crossentropy" in swapped[1]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("check none.keras x.npy y.npy", "There is no file 'none.keras'"),
        ("check mse.keras none.npy y.npy", "No such file"),
        ("check mse.keras text.npy y.npy", "Expected arrays of numbers"),
        (
            "check mse.keras x.npy y.npy --loss mme",
            "Expected the name of a loss of Keras after --loss, got 'mme'",
        ),
        (
            "check mse.keras x.npy y.npy --import no_such_module",
            "No module named",
        ),
    ],
)
def test_what_cannot_be_checked_is_one_line_with_2(run, line, message):
    code, out, err = run(line)
    assert (code, out) == (2, "")
    assert err.startswith("unrolled: ")
    assert err.count("\n") == 1
    assert message in err


@pytest.mark.parametrize(
    ("loss", "name"),
    [
        ("mae", "mean_absolute_error"),
        (
            keras.losses.BinaryCrossentropy(from_logits=True),
            "binary_crossentropy",
        ),
        (keras.losses.mean_squared_error, "mean_squared_error"),
    ],
)
def test_the_compiled_loss_is_read_with_its_options(tmp_path, loss, name):
    build(loss).save(tmp_path / "m.keras")
    found = read_saved_loss(tmp_path / "m.keras")
    assert getattr(found, "name", None) == name or found.__name__ == name
    assert keras.losses.serialize(found) == keras.losses.serialize(
        keras.losses.get(loss)
    )


def test_losses_of_several_outputs_keep_their_names(folder):
    found = read_saved_loss(folder / "two.keras")
    assert {name: loss.__name__ for name, loss in found.items()} == {
        "level": "mean_squared_error",
        "alarm": "binary_crossentropy",
    }


def test_a_model_without_a_loss_has_none(folder, tmp_path):
    assert read_saved_loss(folder / "plain.keras") is None
    model = build()
    model.compile("adam")
    model.save(tmp_path / "m.keras")
    assert read_saved_loss(tmp_path / "m.keras") is None


MODULE = """
import keras

@keras.saving.register_keras_serializable("test_cli_check")
def far_off(y, output):
    return keras.ops.mean(keras.ops.abs(y - output), axis=-1)
"""


def test_a_loss_of_ones_own_is_asked_for_or_imported(run, folder, monkeypatch):
    (folder / "my_losses.py").write_text(MODULE)
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
    from my_losses import far_off

    build(far_off).save("own.keras")
    monkeypatch.delitem(sys.modules, "my_losses")
    keras.saving.get_custom_objects().pop("test_cli_check>far_off")
    sys.path.remove(str(folder))
    code, out, err = run("check own.keras x.npy y.npy")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "'test_cli_check>far_off'" in err
    assert "--loss mse, or --import the MODULE" in err
    assert run("check own.keras x.npy y.npy --loss mse")[0] == 0
    assert (
        run("check own.keras x.npy")[0] == 0
    )  # without labels no loss is needed
    assert run("check own.keras x.npy y.npy --import my_losses")[0] == 0
    keras.saving.get_custom_objects().pop("test_cli_check>far_off")


@pytest.mark.parametrize(
    "saved",
    [
        {
            "module": "os",
            "class_name": "function",
            "config": "system",
            "registered_name": "function",
        },
        {
            "module": "builtins",
            "class_name": "function",
            "config": "eval",
            "registered_name": "function",
        },
        {
            "module": "keras.layers",
            "class_name": "Dense",
            "config": {"units": 1},
            "registered_name": None,
        },
        {
            "module": "keras.losses",
            "class_name": "get",
            "config": {"identifier": "mse"},
            "registered_name": None,
        },
        {
            "module": "builtins",
            "class_name": "__lambda__",
            "config": {"value": "x"},
            "registered_name": None,
        },
        7,
    ],
)
def test_a_file_cannot_name_anything_else_as_its_loss(run, folder, saved):
    change_compiled(json.dumps({"loss": saved}))
    code, out, err = run("check changed.keras x.npy y.npy")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "compiled with the loss" in err


def change_compiled(text):
    """Write changed.keras: mse.keras, compiled with what a JSON text holds."""
    with (
        zipfile.ZipFile("mse.keras") as whole,
        zipfile.ZipFile("changed.keras", "w") as changed,
    ):
        for name in whole.namelist():
            data = whole.read(name)
            if name == "config.json":
                config = json.loads(data) | {"compile_config": "COMPILED"}
                data = json.dumps(config).replace('"COMPILED"', text).encode()
            changed.writestr(name, data)


@pytest.mark.parametrize("module", ["builtins", "keras.metrics"])
def test_a_function_of_keras_is_read_by_any_name_that_a_version_gives_it(
    run, folder, module
):
    saved = {
        "module": module,
        "class_name": "function",
        "config": "mean_squared_error",
    }
    change_compiled(json.dumps({"loss": saved}))
    assert read_saved_loss("changed.keras") is keras.losses.mean_squared_error


def test_a_metric_is_not_taken_for_a_loss(run, folder):
    saved = {
        "module": "keras.metrics",
        "class_name": "MeanSquaredError",
        "config": {},
    }
    change_compiled(json.dumps({"loss": saved}))
    with pytest.raises(ValueError, match="not a loss of Keras"):
        read_saved_loss("changed.keras")


@pytest.mark.parametrize(("start", "end"), [("[", "]"), ('{"a": ', "}")])
@pytest.mark.parametrize("depth", [900, 200_000])
def test_a_loss_nested_without_an_end_is_one_line(
    run, folder, start, end, depth
):
    change_compiled('{"loss": ' + start * depth + '"mse"' + end * depth + "}")
    code, out, err = run("check changed.keras x.npy y.npy")
    assert re.search("RecursionError|Traceback", out + err) is None
    if depth == 900 and code != 2:
        # how much of the stack is left decides whether it is read: then it is a loss in many lists
        assert (code in (0, 1), out[:8], err) == (True, "The mode", "")
        return
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "changed.keras" in err or "nested too deeply" in err


@pytest.mark.parametrize(
    "compiled", ["null", "3", "[]", '{"loss": null}', "{}"]
)
def test_what_is_no_compiled_loss_is_none(run, folder, compiled):
    change_compiled(compiled)
    assert read_saved_loss(folder / "changed.keras") is None


def test_control_characters_in_a_file_do_not_reach_the_terminal(run):
    model = build("mse")
    model.name = "red\033[31m"
    model.save("red.keras")
    code, out, _ = run("check red.keras x.npy y.npy")
    assert code == 0
    assert out.isprintable() is False  # its line break
    assert all(c.isprintable() or c == "\n" for c in out)
    assert "red\ufffd" in out or "red\\x1b" in out
