import keras
import numpy as np
from keras import layers

series = np.sin(np.arange(12) / 2).astype("float32")
stateful = keras.Sequential([keras.Input(batch_shape=(1, 3, 1)), layers.LSTM(4, stateful=True)])
whole = keras.Sequential([keras.Input((None, 1)), layers.LSTM(4)])
whole.set_weights(stateful.get_weights())
expected = whole.predict(series[None, :, None], verbose=0)
forgotten = whole.predict(series[None, -3:, None], verbose=0)

found = {}
for stride in (3, 1):
    windows = np.stack([series[start : start + 3] for start in range(0, 10, stride)])[..., None]
    stateful.layers[0].reset_states()
    last = stateful.predict(windows, batch_size=1, verbose=0)[-1:]
    found[stride] = np.allclose(last, expected, atol=1e-6)
    print(
        f"stride {stride}: {len(windows)} windows;",
        f"the last output is that of the whole series: {found[stride]},",
        "that of its last window alone:",
        np.allclose(last, forgotten, atol=1e-6),
    )
if found[3]:
    verdict = "holds" if found[1] else "holds with a condition"
else:
    verdict = "does not hold"
