import numpy as np
import tensorflow as tf
from keras import layers

dropped = np.array(layers.Dropout(0.2, seed=1)(np.ones((100, 100), "float32"), training=True))
share = (dropped == 0).mean()
print(f"dropped {share:.1%}, the others are {dropped.max():.2f}; outside training", end=" ")
print(f"{(np.array(layers.Dropout(0.2)(np.ones((100, 100)))) == 0).mean():.0%}")


def updated(samples):
    """Return how many of 20 inputs have weights that get a gradient."""
    drop, dense = layers.Dropout(0.2, seed=2), layers.Dense(1)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(dense(drop(tf.ones((samples, 20)), training=True)) ** 2)
    return int((tape.gradient(loss, dense.kernel).numpy() != 0).sum())


one, many = updated(1), updated(64)
print(f"inputs whose weights are updated: {one} of 20 with one sample, {many} of 20 with 64")
if abs(share - 0.2) < 0.02 and one < 20:
    verdict = "holds with a condition" if many == 20 else "holds"
else:
    verdict = "does not hold"
