"""The command on real models, saved to disk: what it writes, and what it refuses to load."""

import io
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

import unrolled
from unrolled.cli import main as cli

X = np.random.default_rng(0).normal(size=(40, 5, 2)).astype("float32")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with models, and arrays that fit them."""
    path = tmp_path_factory.mktemp("models")
    model = keras.Sequential(
        [keras.Input((5, 2), name="x"), layers.LSTM(3), layers.Dense(1)],
        name="my_model",
    )
    model.save(path / "model.keras")
    a, b = keras.Input((5, 2), name="a"), keras.Input((3,), name="b")
    merged = layers.Concatenate()([layers.GRU(3)(a), b])
    keras.Model(
        [a, b], [layers.Dense(1)(merged), layers.Dense(2)(merged)], name="two"
    ).save(path / "two.keras")
    np.save(path / "x.npy", X)
    np.save(path / "y.npy", X.sum((1, 2))[:, None])
    np.savez(path / "two.npz", b=np.ones((4, 3)), a=np.ones((4, 5, 2)))
    np.savez(path / "ys.npz", first=np.ones((4, 1)), second=np.ones((4, 2)))
    return path


@pytest.fixture
def run(folder, capsys, monkeypatch):
    monkeypatch.chdir(folder)

    def run(line):
        code = cli.main(line.split())
        return code, *capsys.readouterr()

    return run


def refused(result):
    code, out, err = result
    assert (code, out) == (1, "")
    assert err.startswith("unrolled: ")
    assert err.count("\n") == 1
    return err


def test_summary_is_the_words(run):
    model = keras.saving.load_model("model.keras")
    assert run("summary model.keras") == (
        0,
        f"{unrolled.draw(model).words()}\n",
        "",
    )
    assert run("summary model.keras --input x.npy") == (
        0,
        f"{unrolled.draw(model, X).words()}\n",
        "",
    )


def test_draw_without_a_place_for_images_is_the_words(run):
    assert run("draw model.keras") == run("summary model.keras")


def test_dash_writes_the_svg_and_nothing_else(run):
    code, out, err = run(
        "draw model.keras --input x.npy --labels y.npy -o - --sample 34 --max-steps 4 --no-values"
    )
    assert (code, err) == (0, "")
    model = keras.saving.load_model("model.keras")
    svg = unrolled.draw(
        model, X, np.load("y.npy"), sample=34, max_steps=4, values=False
    ).svg()
    assert out.isascii()
    assert ET.canonicalize(out) == ET.canonicalize(svg)


@pytest.mark.parametrize("ending", ["svg", "png", "pdf", "html", "tex"])
def test_a_file_is_written_and_named(run, folder, ending):
    assert run(f"draw model.keras --input x.npy -o out.{ending}") == (
        0,
        f"out.{ending}\n",
        "",
    )
    written = (folder / f"out.{ending}").read_bytes()
    again = unrolled.draw(keras.saving.load_model("model.keras"), X).save(
        folder / f"again.{ending}"
    )
    assert written == again.read_bytes()


def test_several_inputs_and_labels_by_name(run):
    model = keras.saving.load_model("two.keras")
    x, y = (
        [np.ones((4, 5, 2)), np.ones((4, 3))],
        [np.ones((4, 1)), np.ones((4, 2))],
    )
    code, out, err = run("draw two.keras --input two.npz --labels ys.npz")
    assert (code, out, err) == (
        0,
        f"{unrolled.draw(model, x, y).words()}\n",
        "",
    )


class Terminal(io.StringIO):
    encoding = "ascii"

    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("term", "start"),
    [("xterm-kitty", "\033_Ga=T,f=100,"), ("xterm", "Data flow of")],
)
def test_draw_shows_an_image_where_the_terminal_can(
    run, monkeypatch, term, start
):
    for name in ("TMUX", "STY", "TERM_PROGRAM", "KITTY_WINDOW_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert run("draw model.keras")[0] == 0
    assert sys.stdout.getvalue().startswith(start)
    assert sys.stdout.getvalue().isascii()


def test_without_matplotlib_the_words_are_shown_and_a_png_is_refused(
    run, monkeypatch
):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert "pip install matplotlib" in refused(
        run("draw model.keras -o none.png")
    )
    monkeypatch.setenv("TERM", "xterm-kitty")
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert run("draw model.keras")[0] == 0
    assert sys.stdout.getvalue().startswith("Data flow of")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("summary model.keras --input y.npy", "got (batch 40, features 1)"),
        ("summary two.keras --input x.npy", "Expected 2 arrays"),
        (
            "draw model.keras --input x.npy --labels ys.npz",
            "one row per sample of x (40)",
        ),
        (
            "draw model.keras --sample 3",
            "one of the 3 samples of a batch, 0 to 2; got 3",
        ),
        ("draw model.keras --max-steps 2", "at least 3, got 2"),
        (
            "draw model.keras -o none/x.svg",
            "folder of 'none/x.svg' does not exist",
        ),
        (
            "draw model.keras --import no_such_module",
            "No module named 'no_such_module'",
        ),
    ],
)
def test_what_does_not_fit_is_one_line(run, line, message):
    assert message in refused(run(line))


def test_a_lambda_layer_is_not_run(run, folder):
    ran = folder / "ran"
    code = layers.Lambda(
        lambda t: t * (Path("ran").write_text("") + 1), output_shape=(5, 2)
    )
    keras.Sequential([keras.Input((5, 2)), code, layers.LSTM(2)]).save(
        "lambda.keras"
    )
    ran.unlink(missing_ok=True)
    err = refused(run("draw lambda.keras -o lambda.svg"))
    assert "holds a Lambda layer" in err
    assert "unrolled.draw(model)" in err
    assert not ran.exists()
    assert not (folder / "lambda.svg").exists()


MODULE = """
import keras

print("a module that talks")

@keras.saving.register_keras_serializable("test_cli")
class Twice(keras.layers.Layer):
    def call(self, x):
        return x * 2
"""


def test_custom_objects_need_their_module(run, folder, capsys, monkeypatch):
    (folder / "my_layers.py").write_text(MODULE)
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
    from my_layers import Twice

    keras.Sequential([keras.Input((5, 2)), Twice(), layers.LSTM(2)]).save(
        "custom.keras"
    )
    monkeypatch.delitem(sys.modules, "my_layers")
    keras.saving.get_custom_objects().pop("test_cli>Twice")
    capsys.readouterr()
    err = refused(run("summary custom.keras"))
    assert "it needs 'Twice', which is not registered here" in err
    assert "--import" in err
    sys.path.remove(str(folder))
    code, out, err = run("summary custom.keras --import my_layers")
    assert (code, err) == (0, "a module that talks\n")
    assert out.startswith("Data flow of")
    assert "Twice" in out


@pytest.mark.parametrize("part", ["config.json", "model.weights.h5"])
def test_a_damaged_file_is_one_line(run, folder, part):
    import zipfile

    with (
        zipfile.ZipFile("model.keras") as whole,
        zipfile.ZipFile("damaged.keras", "w") as damaged,
    ):
        for name in whole.namelist():
            damaged.writestr(name, b"{" if name == part else whole.read(name))
    assert "'damaged.keras' cannot be loaded: " in refused(
        run("summary damaged.keras")
    )


def test_control_characters_in_a_file_do_not_reach_the_terminal(run):
    model = keras.Sequential([keras.Input((5, 2)), layers.LSTM(3)], name="m")
    model.name = "red\033[31m"
    model.save("red.keras")
    code, out, _ = run("summary red.keras")
    assert code == 0
    assert out.startswith("Data flow of the model red\ufffd[31m")
