"""Datasets are run batch by batch, as predict runs them. Those of tf.data: test_tf_data.py."""

import keras
import numpy as np
import pytest
from keras import layers

import unrolled

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
    assert "Input data (3 batch, 5 timesteps, 2 features)" in words
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
