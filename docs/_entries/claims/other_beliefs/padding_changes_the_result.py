import keras
import numpy as np
from keras import layers

short = np.random.default_rng(0).normal(size=(1, 3, 2)).astype("float32")
plain = keras.Sequential([keras.Input((None, 2)), layers.LSTM(4)])
masked = keras.Sequential([keras.Input((None, 2)), layers.Masking(), layers.LSTM(4)])
trained = [
    np.random.default_rng(1).normal(size=array.shape) for array in plain.get_weights()
]  # as if trained
plain.set_weights(trained)
masked.set_weights(trained)
wanted = plain.predict(short, verbose=0)
changed = {}
for name, model in {"no mask": plain, "with a mask": masked}.items():
    for where, widths in {"after": (0, 4), "before": (4, 0)}.items():
        padded = np.pad(short, ((0, 0), widths, (0, 0)))
        changed[name, where] = float(np.abs(model.predict(padded, verbose=0) - wanted).max())
        print(f"{name:11s} padding {where:6s}: largest change {changed[name, where]:.3f}")
without = min(changed["no mask", where] for where in ("after", "before")) > 1e-3
within = max(changed["with a mask", where] for where in ("after", "before")) > 1e-6
verdict = (
    "holds" if without and within else "holds with a condition" if without else "does not hold"
)
