"""Datasets of tf.data, which come with TensorFlow."""

from itertools import count

import pytest
import tensorflow as tf
from test_datasets import (
    MODEL,
    STATEFUL,
    X,
    Y,
    assert_read_up_to_the_limit,
    assert_run_batch_by_batch,
)

import unrolled
from unrolled.keras_bridge import tracing

PAIRS = tf.data.Dataset.from_tensor_slices((X, Y)).batch(3)


def test_pairs_are_run_batch_by_batch():
    assert_run_batch_by_batch(PAIRS, labels=True)


def test_x_alone_is_run_batch_by_batch():
    assert_run_batch_by_batch(PAIRS.map(lambda x, y: x), labels=False)


def test_datasets_that_cannot_be_run():
    with pytest.raises(ValueError, match="repeats for ever"):
        unrolled.trace(MODEL, PAIRS.repeat())
    with pytest.raises(ValueError, match="empty dataset"):
        unrolled.trace(MODEL, PAIRS.take(0))
    with pytest.raises(ValueError, match="no batch_size beside a dataset"):
        unrolled.trace(MODEL, PAIRS, batch_size=2)
    with pytest.raises(ValueError, match="multiple of 3 samples"):
        unrolled.trace(STATEFUL, PAIRS)


def test_a_generator_is_not_read_to_its_end(monkeypatch):
    monkeypatch.setattr(tracing, "MOST_BYTES", 100_000)
    asked = []

    def batches():
        for k in count():
            asked.append(k)
            yield X[:3]

    spec = tf.TensorSpec((3, 5, 2))
    dataset = tf.data.Dataset.from_generator(batches, output_signature=spec)
    # TensorFlow makes some batches ahead
    assert_read_up_to_the_limit(dataset, asked, spare=32)
