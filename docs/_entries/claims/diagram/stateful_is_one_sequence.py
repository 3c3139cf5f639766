import keras
import numpy as np
from keras import layers

import unrolled

rng = np.random.default_rng(0)
series = rng.normal(size=(2, 6, 1)).astype("float32")  # two sequences of six steps
chunks = np.concatenate([series[:, :3], series[:, 3:]])  # batch 0, then batch 1
stateful = keras.Sequential([keras.Input(batch_shape=(2, 3, 1)), layers.LSTM(3, stateful=True)])
stateless = keras.Sequential([keras.Input((None, 1)), layers.LSTM(3)])
stateless.set_weights(stateful.get_weights())

whole = stateless.predict(series, verbose=0)
carried = stateful.predict(chunks, batch_size=2, verbose=0)[2:]
as_one = stateless.predict(chunks.reshape(1, 12, 1), verbose=0)
unrelated = np.allclose(
    stateless.predict(chunks[::-1], verbose=0), stateless.predict(chunks, verbose=0)[::-1]
)
each_sample_goes_on = np.allclose(carried, whole, atol=1e-6)
all_is_one = np.allclose(carried[-1], as_one[0], atol=1e-6)
print("stateless: another order of the samples, the same outputs:", unrelated)
print("stateful: sample i goes on in sample i of the next batch: ", each_sample_goes_on)
print("stateful: all twelve steps are one sequence:              ", all_is_one)

for layer in stateful.layers:
    layer.reset_states()
diagram = unrolled.draw(stateful, chunks)
if unrelated and each_sample_goes_on:
    verdict = "holds" if all_is_one else "holds with a condition"
else:
    verdict = "does not hold"
