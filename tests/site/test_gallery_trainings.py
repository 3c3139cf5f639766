"""A training that is put back leaves all as the training itself would: shown on scripts that go on.

What comes after a training depends on the weights, on the optimizer and on every random generator.
"""

from __future__ import annotations

import contextlib
import functools
import io
from collections.abc import Iterator
from pathlib import Path

import gallery_trainings
import keras
import numpy as np
import pytest

SCRIPT = """
import keras, numpy as np, tensorflow as tf
keras.utils.set_random_seed(1)
x, y = np.random.normal(size=(24, 5, 2)), np.random.normal(size=(24, 1))
model = keras.Sequential([
    keras.Input((5, 2)), keras.layers.LSTM(3), keras.layers.Dropout(0.3), keras.layers.Dense(1),
])
model.compile("adam", "mse", metrics=["mae"])
first = model.fit(x, y, epochs=2, batch_size=8, verbose=0, validation_split=0.25)
print(np.random.normal(), keras.random.normal((2,)))
print(tf.random.normal((2,)), keras.initializers.GlorotUniform()((2, 2)))
second = model.fit(x, y, epochs=3, batch_size=8, verbose=0)
print(first.history, second.history, second.epoch, second.params, model.optimizer.iterations)
print(model.evaluate(x, y, verbose=0), model.history is second, [w.numpy() for w in model.weights])
"""


@pytest.fixture
def script(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(gallery_trainings, "FOLDER", tmp_path / "trainings")
    path = tmp_path / "gallery" / "plot_script.py"
    path.parent.mkdir()
    path.write_text(SCRIPT)
    return path


@pytest.fixture
def trained(monkeypatch) -> Iterator[list[int]]:
    """The epochs of each training that was really run."""
    epochs: list[int] = []
    fit = keras.Model.fit

    @functools.wraps(fit)
    def counted(model, *args, **named):
        epochs.append(named["epochs"])
        return fit(model, *args, **named)

    base = next(c for c in keras.Model.__mro__ if "fit" in vars(c))
    monkeypatch.setattr(base, "fit", counted)
    return epochs


@contextlib.contextmanager
def keeping(path: Path) -> Iterator[None]:
    """Keep trainings as the gallery does while a script runs."""
    gallery_trainings.keep_trainings({}, path, "before")
    try:
        yield
    finally:
        gallery_trainings.keep_trainings({}, path, "after")


def run(path: Path) -> str:
    """Run a script as the gallery does; return what it printed."""
    keras.utils.clear_session()
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), keeping(path):
        exec(compile(path.read_text(), str(path), "exec"), {})
    return printed.getvalue()


def kept(path: Path) -> list[Path]:
    return sorted(path.parents[1].glob("trainings/**/*.pickle"))


def test_a_training_put_back_goes_on_as_the_training_itself(script, trained):
    first = run(script)
    assert trained == [2, 3]
    assert run(script) == first
    assert trained == [2, 3]
    newest = max(kept(script), key=lambda file: file.stat().st_mtime_ns)
    newest.unlink()
    assert run(script) == first
    assert trained == [2, 3, 3]


def test_another_script_trains_again_and_forgets_the_old_trainings(
    script, trained
):
    run(script)
    old = kept(script)
    script.write_text(SCRIPT.replace("LSTM(3)", "LSTM(4)"))
    run(script)
    assert trained == [2, 3, 2, 3]
    assert len(kept(script)) == 2
    assert not set(kept(script)) & set(old)


@pytest.mark.parametrize(
    "change", [{"verbose": 2}, {"callbacks": [keras.callbacks.Callback()]}]
)
def test_what_prints_or_calls_back_is_run_each_time(script, trained, change):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    how = {"epochs": 1, "verbose": 0} | change
    with keeping(script):
        model.fit(np.ones((4, 2)), np.ones((4, 1)), **how)
        model.fit(np.ones((4, 2)), np.ones((4, 1)), **how)
    assert trained == [1, 1]
    assert not kept(script)
    assert not hasattr(keras.Model.fit, "script")


def test_other_data_other_weights_and_other_random_states_have_other_keys(
    script, trained
):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    x, y = np.ones((4, 2)), np.ones((4, 1))
    start = model.get_weights()
    with keeping(script):
        keras.utils.set_random_seed(0)
        model.fit(x, y, epochs=1, verbose=0)
        model.fit(x, y, epochs=2, verbose=0)  # other weights
        model.set_weights(start)
        model.optimizer.iterations.assign(0)
        keras.utils.set_random_seed(1)
        model.fit(x, y, epochs=3, verbose=0)  # other random states
        model.set_weights(start)
        model.optimizer.iterations.assign(0)
        keras.utils.set_random_seed(0)
        model.fit(2 * x, y, epochs=4, verbose=0)  # other data
    assert trained == [1, 2, 3, 4]
