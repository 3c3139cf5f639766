"""The row of labels says what the loss takes that the model was compiled with."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers

import unrolled

SPARSE = "sparse_categorical_crossentropy"
ONE_HOT = "categorical_crossentropy"


def model(units, loss, *, sequences=False):
    made = keras.Sequential(
        [
            keras.Input((5, 2)),
            layers.GRU(3, return_sequences=sequences),
            layers.Dense(units, activation="softmax"),
        ]
    )
    if loss:
        made.compile(loss=loss)
    return made


def last_line(*given):
    return unrolled.draw(*given).words().splitlines()[-1]


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (
            model(3, SPARSE),
            (
                "(batch 3,): the shape y must have, class ids from 0 to 2, for "
                f"{SPARSE}."
            ),
        ),
        (
            model(
                3, keras.losses.SparseCategoricalCrossentropy(), sequences=True
            ),
            (
                "(batch 3, timesteps 5): the shape y must have, class ids from 0 to 2, "
                f"for {SPARSE}."
            ),
        ),
        (
            model(3, ONE_HOT),
            (
                "(batch 3, targets 3): the shape y must have, one-hot: a value for each "
                f"class, for {ONE_HOT}."
            ),
        ),
        (model(3, "mse"), "(batch 3, targets 3): the shape y must have."),
        (
            model(3, None),
            (
                "(batch 3, targets 3): the shape y must have, "
                "(one-hot; or class ids, one axis less)."
            ),
        ),
    ],
)
def test_the_loss_says_what_y_must_be(made, expected):
    assert last_line(made) == f"- Labels y {expected}"


@pytest.mark.parametrize(
    ("loss", "shape", "said"),
    [
        (SPARSE, (4, 5), f"timesteps 5): class ids: for {SPARSE}."),
        (SPARSE, (4, 5, 1), f"targets 1): class ids: for {SPARSE}."),
        (
            SPARSE,
            (4, 5, 3),
            (
                f"does not fit the output, {SPARSE} takes class ids, "
                "output (4, 5, 3), labels (4, 5, 3)."
            ),
        ),
        (
            ONE_HOT,
            (4, 5),
            (
                f"does not fit the output, {ONE_HOT} takes a value for each class, "
                "output (4, 5, 3), labels (4, 5)."
            ),
        ),
        (ONE_HOT, (4, 5, 3), "one label for each output value."),
        (
            "mse",
            (4, 5),
            "does not fit the output, output (4, 5, 3), labels (4, 5).",
        ),
    ],
)
def test_given_labels_are_compared_as_the_loss_does(loss, shape, said):
    made = model(3, loss, sequences=True)
    assert last_line(made, np.zeros((4, 5, 2)), np.zeros(shape)).endswith(said)


def test_class_ids_of_a_map_leave_its_rows_and_columns():
    made = keras.Sequential(
        [keras.Input((4, 6, 2)), layers.Conv2D(3, 1, activation="softmax")]
    )
    made.compile(loss=SPARSE)
    assert last_line(made).startswith(
        "- Labels y (batch 3, rows 4, columns 6): the shape y must have"
    )
