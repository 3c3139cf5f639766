"""Datasets of tf.data, which come with TensorFlow."""

import pytest
import tensorflow as tf
from test_datasets import MODEL, STATEFUL, X, Y, assert_run_batch_by_batch

import unrolled

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
