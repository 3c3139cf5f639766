"""
Embedding and masking
=====================

Words are not numbers, and messages differ in length. What does a recurrent layer read instead, and
what does it skip?

An ``Embedding`` looks up a vector for each word's id, and with ``mask_zero=True`` the LSTM skips
the padding.

.. first-picture::

   Read upwards: ids, the vector of each word, the LSTM. Hatched steps are padding; ``h`` and ``c``
   stay unchanged there.

- An id has no axis for features. The ``Embedding`` adds it; its length is ``output_dim`` and has
  nothing to do with the number of words.
- The mask travels along with the vectors; the LSTM needs no argument for it.
- The last step still holds what the last real word left there. That is why a mask works with
  ``return_sequences=False``.
- The padding has a vector too: id 0 is looked up like any other id, and then ignored.
"""

# %%
# The data
# --------
# The tanks' operators write short messages, labelled alarm or no alarm. No single word decides:
# falling pressure is normal while the pump is stopped, and a fault while it runs. Short messages
# are padded with 0 at the end. Every fourth message text is held out, with all its copies.

import keras
import matplotlib.pyplot as plt
import numpy as np

import unrolled

keras.utils.set_random_seed(1)
log = unrolled.example_data.simulate_log(messages=400)
held_out = set(sorted(set(log.texts))[::4])
test = np.array([text in held_out for text in log.texts])
x_train, y_train, x_test, y_test = log.ids[~test], log.alarm[~test], log.ids[test], log.alarm[test]
print("x", log.ids.shape, log.ids.dtype, " y", log.alarm.shape, " words", len(log.words))
print(log.ids[0], log.texts[0])

# %%
# The model
# ---------
# ``input_dim`` counts all ids, including the one for padding.


def build(mask_zero=True):
    layers = [
        keras.Input((None,), dtype="int32"),
        keras.layers.Embedding(len(log.words), 2, mask_zero=mask_zero, name="embedding"),
        keras.layers.LSTM(3, name="lstm"),
        keras.layers.Dense(1, activation="sigmoid", name="alarm"),
    ]
    return keras.Sequential(layers, name="messages")


model = build()
model.compile(keras.optimizers.Adam(0.03), "binary_crossentropy")
model.fit(x_train, y_train, epochs=30, verbose=0)
shortest = np.argsort((x_test > 0).sum(axis=1), kind="stable")[:3]
unrolled.draw(model, x_test[shortest], y_test[shortest])

# %%
# What it learned
# ---------------
# Read word by word, two messages separate at the last word. The embedding has two values per word,
# so you can plot it as it is: the words that decide are far apart.

right = np.mean((model.predict(x_test, verbose=0) > 0.5) == y_test)
print(f"right for {right:.0%} of {len(y_test)} messages whose text was never seen")
fig, (left, ax) = plt.subplots(1, 2, figsize=(9, 3.8), layout="constrained")
vectors = model.get_layer("embedding").get_weights()[0]
left.scatter(*vectors[1:].T, s=14)
for word, vector in zip(log.words[1:], vectors[1:], strict=True):
    left.annotate(word, vector, xytext=(4, 3), textcoords="offset points", fontsize=8)
left.margins(0.2)
left.set(title="The vector of each word", xlabel="value 0", ylabel="value 1")
kernel, bias = model.get_layer("alarm").get_weights()
for text in ("pump running pressure rising", "pump running pressure falling"):
    ids = np.array([[log.words.index(word) for word in text.split()]])
    h = unrolled.trace(model, ids)["lstm"].h[0]
    ax.plot(1 / (1 + np.exp(-(h @ kernel + bias))), "o-", label=text.split()[-1])
ax.set_xticks(range(4), ["pump", "running", "pressure", "last word"])
ax.set(title="Chance of an alarm, word by word", ylim=(-0.05, 1.05))
ax.legend(frameon=False)
plt.show()

# %%
# What goes wrong
# ---------------
# Without the mask, the same weights read the padding as if it were a word. In the picture nothing
# is hatched, and ``h`` keeps changing after the last word.

unmasked = build(mask_zero=False)
unmasked.set_weights(model.get_weights())
right = np.mean((unmasked.predict(x_test, verbose=0) > 0.5) == y_test)
print(f"without the mask right for {right:.0%}")
unrolled.draw(unmasked, x_test[shortest], y_test[shortest])

# %%
# Related
# -------
# - Masks for series of numbers: :ref:`padding and masks
#   <sphx_glr_auto_gallery_10_data_flow_plot_80_masking.py>`.
