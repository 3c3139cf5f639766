"""explain_errors around real Keras: its errors get a note, those of your own code none."""

import keras
import numpy as np
import pytest
from keras import layers

import unrolled

X, Y = np.zeros((4, 5, 2), "float32"), np.zeros((4, 1), "float32")


@pytest.fixture(scope="module")
def model():
    model = keras.Sequential(
        [keras.Input((5, 2)), layers.LSTM(3), layers.Dense(1)]
    )
    model.compile(loss="mse")
    return model


def notes(error):
    return getattr(error, "__notes__", [])


def test_a_known_error_of_keras_is_explained():
    with (
        pytest.raises(ValueError, match="found ndim=2") as caught,
        unrolled.explain_errors(),
    ):
        layers.LSTM(3)(X[:, :, 0])
    (note,) = notes(caught.value)
    assert note.startswith("A recurrent layer got two axes\n")


def test_an_unknown_error_of_keras_is_sent_to_check():
    with (
        pytest.raises(ValueError, match="cropping") as caught,
        unrolled.explain_errors(),
    ):
        layers.Cropping1D(cropping=(1, 2, 3))
    (note,) = notes(caught.value)
    assert note.startswith(
        "This message is not in the catalogue. Fix: unrolled.check("
    )


class Dividing(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        print(1 / 0)


def test_an_error_of_a_callback_gets_no_note(model):
    with pytest.raises(ZeroDivisionError) as caught, unrolled.explain_errors():
        model.fit(X, Y, verbose=0, callbacks=[Dividing()])
    assert notes(caught.value) == []
