import keras
import numpy as np
import tensorflow as tf
from keras import layers

import unrolled

x = np.random.default_rng(0).normal(size=(2, 4, 3)).astype("float32")
layer = layers.LSTM(5, return_sequences=True)
outputs = layer(x)


def reached(pick):
    """Return the steps whose output the loss compares with a label."""
    with tf.GradientTape() as tape:
        every = tf.identity(outputs)
        tape.watch(every)
        loss = tf.reduce_mean((pick(every) - 1.0) ** 2)
    gradient = tape.gradient(loss, every).numpy()
    return [t for t in range(4) if gradient[:, t].any()]


all_steps, last_step = reached(lambda every: every), reached(lambda every: every[:, -1])
print("steps with an output:", outputs.shape[1])
print("steps in the loss, return_sequences=True: ", all_steps)
print("steps in the loss, return_sequences=False:", last_step)
diagram = unrolled.draw(keras.Sequential([keras.Input((4, 3)), layers.LSTM(5), layers.Dense(1)]), x)
if len(all_steps) == outputs.shape[1]:
    verdict = "holds" if last_step == all_steps else "holds with a condition"
else:
    verdict = "does not hold"
