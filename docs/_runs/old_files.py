"""Models that Keras 2 wrote, small, with its predictions.

The files in docs/_entries/old_files were written once by tf-keras 2.21, the last Keras 2 (``pip
install tf-keras``, ``python docs/_runs/old_files.py``); nothing else here needs it. Each model is
described by one function, which builds it with the Keras that it gets, the old or the new one.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).resolve().parents[1] / "_entries" / "old_files"
PREDICTIONS = "predictions.npz"


def lstm(keras: Any) -> Any:
    return keras.Sequential(
        [keras.Input((5, 3)), keras.layers.LSTM(4), keras.layers.Dense(1)]
    )


def gru(keras: Any) -> Any:
    return keras.Sequential(
        [
            keras.Input((5, 3)),
            keras.layers.GRU(3, return_sequences=True),
            keras.layers.SimpleRNN(2, return_sequences=True),
            keras.layers.TimeDistributed(keras.layers.Dense(1)),
        ]
    )


def stateful(keras: Any) -> Any:
    shape = (
        {"batch_shape": (2, 5, 3)}
        if keras.__version__ >= "3"
        else {"shape": (5, 3), "batch_size": 2}
    )
    return keras.Sequential(
        [
            keras.Input(**shape),
            keras.layers.LSTM(4, stateful=True),
            keras.layers.Dense(1),
        ]
    )


def words(keras: Any) -> Any:
    return keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.Embedding(9, 4, mask_zero=True),
            keras.layers.LSTM(3, return_sequences=True),
            keras.layers.LSTM(2),
            keras.layers.Dense(2, activation="softmax"),
        ]
    )


def bidirectional(keras: Any) -> Any:
    layer = keras.layers.LSTM(3, return_sequences=True)
    return keras.Sequential(
        [
            keras.Input((5, 3)),
            keras.layers.Bidirectional(layer),
            keras.layers.Dense(1),
        ]
    )


def encoder_decoder(keras: Any) -> Any:
    source, target = keras.Input((5, 3)), keras.Input((4, 3))
    _, h, c = keras.layers.LSTM(3, return_state=True)(source)
    decoded = keras.layers.LSTM(3, return_sequences=True)(
        target, initial_state=[h, c]
    )
    return keras.Model([source, target], keras.layers.Dense(2)(decoded))


def conv_lstm(keras: Any, gates: Any = None) -> Any:
    """Return a ConvLSTM2D with the gates that its version gives it, or others."""
    given = {} if gates is None else {"recurrent_activation": gates}
    return keras.Sequential(
        [
            keras.Input((5, 4, 4, 1)),
            keras.layers.ConvLSTM2D(2, 3, padding="same", **given),
        ]
    )


MODELS: dict[str, Callable[[Any], Any]] = {
    f.__name__: f
    for f in (
        lstm,
        gru,
        stateful,
        words,
        bidirectional,
        encoder_decoder,
        conv_lstm,
    )
}


def inputs(name: str) -> Any:
    """Return what a model read when its predictions were stored: two samples."""
    rng = np.random.default_rng(0)
    if name == "words":
        return np.array([[1, 2, 3, 0, 0, 0], [4, 5, 6, 7, 8, 1]])
    if name == "conv_lstm":
        return rng.normal(size=(2, 5, 4, 4, 1)).astype("float32")
    first = rng.normal(size=(2, 5, 3)).astype("float32")
    return (
        [first, rng.normal(size=(2, 4, 3)).astype("float32")]
        if name == "encoder_decoder"
        else first
    )


def missed(name: str, model: Any, file: str) -> float:
    """Return how far the predictions with a file's weights are from those of Keras 2."""
    model.load_weights(FOLDER / file)
    with np.load(FOLDER / PREDICTIONS) as stored:
        return float(
            np.abs(model.predict(inputs(name), verbose=0) - stored[name]).max()
        )


def hard_sigmoid(x: Any) -> Any:
    """Return what Keras 2 calls ``hard_sigmoid``."""
    import keras

    return keras.ops.clip(0.2 * x + 0.5, 0, 1)


def all_files() -> dict[str, Any]:
    """Return the table: a model, how it is built again, the file, how far its predictions are."""
    import keras

    rows = [
        (name, "its defaults", f"{name}.h5", build(keras))
        for name, build in MODELS.items()
    ]
    rows += [
        (
            "conv_lstm",
            "the gates of Keras 2",
            "conv_lstm.h5",
            conv_lstm(keras, hard_sigmoid),
        )
    ]
    rows += [
        ("lstm", "its defaults", file.name, MODELS["lstm"](keras))
        for file in sorted(FOLDER.glob("lstm_*"))
    ]
    return {"loaded": [_row(*row) for row in rows]}


def _row(name: str, how: str, file: str, model: Any) -> list[str]:
    kinds = ", ".join(type(layer).__name__ for layer in model.layers)
    return [kinds, how, f"`{file}`", f"{missed(name, model, file):.6f}"]


def trained(model: Any) -> Any:
    """Return the model with weights as if trained, biases too: each shows in the predictions."""
    rng = np.random.default_rng(1)
    model.set_weights(
        [
            (0.7 * rng.normal(size=w.shape)).astype("float32")
            for w in model.get_weights()
        ]
    )
    return model


def main() -> None:
    """Write the files anew."""
    os.environ["TF_USE_LEGACY_KERAS"] = "1"
    import tf_keras

    FOLDER.mkdir(exist_ok=True)
    predictions = {}
    for name, build in MODELS.items():
        model = trained(build(tf_keras))
        predictions[name] = model.predict(inputs(name), verbose=0)
        model.compile("adam", "mse")
        model.save(FOLDER / f"{name}.h5")
    np.savez(FOLDER / PREDICTIONS, **predictions)
    model = trained(lstm(tf_keras))
    model.save(FOLDER / "lstm_keras_2.keras")
    model.save_weights(FOLDER / "lstm_weights.h5")
    model.save_weights(FOLDER / "lstm_keras_2.weights.h5")


if __name__ == "__main__":
    main()
