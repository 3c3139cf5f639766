"""Datasets are run batch by batch, as predict runs them. Those of tf.data: test_tf_data.py."""

import re

import keras
import numpy as np
import pytest
from keras import layers

import unrolled
from unrolled.keras_bridge import tracing

MODEL = keras.Sequential(
    [keras.Input((5, 2)), layers.LSTM(3), layers.Dense(1)], name="m"
)
STATEFUL = keras.Sequential(
    [keras.Input(batch_shape=(3, 5, 2)), layers.LSTM(3, stateful=True)],
    name="s",
)
X = np.random.default_rng(0).normal(size=(7, 5, 2)).astype("float32")
Y = np.zeros((7, 1), "float32")


class Batches(keras.utils.PyDataset):
    def __init__(self, *arrays, batches=3):
        super().__init__()
        self.arrays, self.batches = arrays, batches

    def __len__(self):
        return self.batches

    def __getitem__(self, k):
        parts = tuple(a[3 * k : 3 * k + 3] for a in self.arrays)
        return parts if len(parts) > 1 else parts[0]


def assert_run_batch_by_batch(dataset, *, labels):
    trace = unrolled.trace(MODEL, dataset)
    assert [b.samples for b in trace.batches] == [3, 3, 1]
    np.testing.assert_allclose(
        trace.outputs[0],
        unrolled.trace(MODEL, X).outputs[0],
        rtol=1e-5,
        atol=1e-6,
    )
    words = unrolled.draw(MODEL, dataset).words()
    assert "Input data (batch 3, timesteps 5, features 2)" in words
    assert ("one label for each output value" in words) is labels


@pytest.mark.parametrize("arrays", [(X, Y), (X,)], ids=["x and y", "x alone"])
def test_a_dataset_of_python_is_run_batch_by_batch(arrays):
    assert_run_batch_by_batch(Batches(*arrays), labels=len(arrays) == 2)


def test_datasets_that_cannot_be_run():
    with pytest.raises(ValueError, match="empty dataset"):
        unrolled.trace(MODEL, Batches(X, batches=0))
    with pytest.raises(ValueError, match="no batch_size beside a dataset"):
        unrolled.trace(MODEL, Batches(X), batch_size=2)
    with pytest.raises(ValueError, match="multiple of 3 samples"):
        unrolled.trace(STATEFUL, Batches(X))


class Endless(keras.utils.PyDataset):
    """As many batches as anybody asks for, and the numbers of those that were."""

    def __init__(self):
        super().__init__()
        self.asked = []

    def __len__(self):
        return 10**9

    def __getitem__(self, k):
        self.asked.append(k)
        return X[:3]


def assert_read_up_to_the_limit(dataset, asked, spare=0):
    """A trace stops at the batch that makes it too large, and reads none behind it.

    spare: how many batches are made before they are asked for.
    """
    with pytest.raises(ValueError, match="dataset whose trace holds") as error:
        unrolled.trace(MODEL, dataset)
    said = re.search(
        r"up to 0.0001 GB, got one whose first (\d+) batches .* "
        r"Fix: dataset.take\((\d+)\)",
        str(error.value),
    )
    assert int(said[2]) == int(said[1]) - 1
    assert 30 < int(said[1]) < 90
    assert 0 <= max(asked) + 1 - int(said[1]) <= spare


def test_a_dataset_is_not_read_to_its_end(monkeypatch):
    monkeypatch.setattr(tracing, "MOST_BYTES", 100_000)
    dataset = Endless()
    assert_read_up_to_the_limit(dataset, dataset.asked)
