"""
Embedding and masking
=====================

Words are not numbers, and messages differ in length. An ``Embedding`` looks up a vector for each
word's id, and with ``mask_zero=True`` the padding is skipped. What exactly is skipped, and what
happens if you forget the mask?
"""

# %%
# Messages as ids
# ---------------
# The tanks' operators write short messages, and each is labelled alarm or no alarm. No single word
# decides: falling pressure is normal while the pump is stopped, and a fault while it runs. Every
# word has an id; short messages are padded with 0 at the end. Every fourth message text is held
# out, with all its copies.

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
for text, ids, alarm in list(zip(log.texts, log.ids, log.alarm[:, 0], strict=True))[:4]:
    print(ids, "alarm" if alarm else "     ", text)

# %%
# The model, drawn
# ----------------
# The bottom row holds ids. An id has no axis for features: the ``Embedding`` adds it. ``input_dim``
# counts all ids, including the one for padding. Hatched steps are masked.


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
trace = unrolled.trace(model, x_test[shortest])
unrolled.draw(trace, y=y_test[shortest])

# %%
# What to notice
# --------------

lstm = trace["lstm"]
print("ids      ", trace["embedding"].inputs[0].shape)
print("vectors  ", trace["embedding"].outputs[0].shape)
print("weights  ", trace["embedding"].weights.formula, "and", lstm.weights.formula)
print("mask     ", lstm.mask[0])
for t, h in enumerate(lstm.h[0]):
    print(f"h at t={t} ", h.round(3), "" if lstm.mask[0, t] else "masked: as before")

# %%
# - The lookup adds the axis for features. Its length is ``output_dim`` and has nothing to do with
#   the number of words.
# - The mask travels along with the vectors; the LSTM needs no argument for it.
# - At a masked step ``h`` and ``c`` stay unchanged, so the last step still holds what the last real
#   word left there. That is why a mask works with ``return_sequences=False``.
# - The padding has a vector too: id 0 is looked up like any other id, and then ignored.
#
# What it learned
# ---------------
# The embedding has two values per word, so you can plot its table as it is. On average the words
# that decide about an alarm are far apart; the neutral ones stay together. Read word by word, two
# messages separate at the last word.


def spread(words):
    a = vectors[[log.words.index(word) for word in words]]
    return np.linalg.norm(a[:, None] - a[None], axis=-1).sum() / (len(a) * (len(a) - 1))


vectors = model.get_layer("embedding").get_weights()[0]
deciding = ["running", "stopped", "closed", "rising", "falling", "steady"]
idle = ["north", "south", "old", "again", "today"]
for words in (deciding, idle):
    print(f"mean distance {spread(words):.1f} between", ", ".join(words))

guess = model.predict(x_test, verbose=0)
print(
    f"right for {np.mean((guess > 0.5) == y_test):.0%} of {len(y_test)} messages "
    "whose text was never seen"
)
print(f"right by always saying the larger class: {max(y_test.mean(), 1 - y_test.mean()):.0%}")

fig, (top, bottom) = plt.subplots(2, 1, figsize=(6.4, 7), layout="constrained")
for number, (word, (a, b)) in enumerate(zip(log.words[1:], vectors[1:], strict=True)):
    top.plot(a, b, "o", ms=4, color="0.55" if word in idle else "#047857")
    if word not in idle:
        side = {"xytext": (5, 4)} if number % 2 else {"xytext": (-5, 4), "ha": "right"}
        top.annotate(word, (a, b), textcoords="offset points", fontsize=9, **side)
top.margins(0.2)
top.set(title="The vector of each word (grey: neutral)", xlabel="feature 0", ylabel="feature 1")

pair = ["pump running pressure rising", "pump running pressure falling"]
read = np.array([[log.words.index(word) for word in text.split()] for text in pair])
h = unrolled.trace(model, read)["lstm"].h
kernel, bias = model.get_layer("alarm").get_weights()
chance = 1 / (1 + np.exp(-(h @ kernel + bias)[:, :, 0]))
for text, values, colour in zip(pair, chance, ["#1d4ed8", "#b91c1c"], strict=True):
    bottom.plot(values, "o-", color=colour)
    bottom.annotate(
        text.split()[-1], (3, values[-1]), xytext=(6, -3), textcoords="offset points", color=colour
    )
bottom.set_xticks(range(4), ["pump", "running", "pressure", "last word"])
bottom.set(
    title="Chance of an alarm, word by word", xlabel="word just read", ylabel="output of Dense"
)
bottom.set(xlim=(-0.2, 3.8), ylim=(-0.05, 1.05))
plt.show()

# %%
# What goes wrong
# ---------------
# Without the mask, the same weights read the padding as if it were a word. The predictions get
# worse, and they depend on how much padding there is:

unmasked = build(mask_zero=False)
unmasked.set_weights(model.get_weights())
for more in (0, 4, 12):
    padded = np.pad(x_test, ((0, 0), (0, more)))
    answers = [np.mean((np.asarray(m(padded)) > 0.5) == y_test) for m in (model, unmasked)]
    print(
        "padded to {:2d} ids: right with mask {:.0%}, without {:.0%}".format(
            padded.shape[1], *answers
        )
    )

# %%
# In the picture of the model without a mask nothing is hatched, and ``h`` keeps changing after the
# last word:

unrolled.draw(unmasked, x_test[shortest], y_test[shortest])

# %%
# The largest id must be smaller than ``input_dim``. If you count only the words and forget the
# padding id, you get:

broken = x_test[:1].copy()
broken[0, 0] = len(log.words)
try:
    model.predict(broken, verbose=0)
except Exception as error:
    print(
        type(error).__name__,
        *[line for line in str(error).splitlines() if "not in" in line],
        sep=": ",
    )

# %%
# Related
# -------
# - One value for a whole sequence: :ref:`many to one
#   <sphx_glr_auto_gallery_10_data_flow_plot_10_many_to_one.py>`.
# - How masks look in every picture: :doc:`/diagram`.
