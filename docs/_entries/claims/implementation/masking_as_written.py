import warnings

import keras
import numpy as np
from keras import layers

BATCH_SIZE, MAX_LENGTH = 4, 6
x = np.random.default_rng(0).normal(size=(8, MAX_LENGTH, 1)).astype("float32")


def works(*first):
    """Build and train the model as written, with these layers in front of the LSTM."""
    lstm = layers.LSTM(16, input_shape=(BATCH_SIZE, MAX_LENGTH, 1), return_sequences=False)
    try:
        model = keras.Sequential(
            [*first, lstm, layers.Dense(units=2), layers.Activation("sigmoid")]
        )
        model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
        model.fit(x, np.zeros((8, 2)), verbose=0)
    except ValueError as error:
        print("without Masking:", str(error).split(": ", 1)[1])
        return False
    print("with Masking in front: output", model.output_shape)
    return True


with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    written = works(layers.Masking(mask_value=0.0, input_shape=(MAX_LENGTH, 1)))
    alone = works()
print(len(caught), "warnings; the first:", str(caught[0].message).split(". ")[0])
if written:
    verdict = "holds" if alone and not caught else "holds with a condition"
else:
    verdict = "does not hold"
