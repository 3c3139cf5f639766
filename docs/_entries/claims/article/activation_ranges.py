import keras
import numpy as np

x = np.linspace(-50, 50, 1001).astype("float32")
ranges = {}
for name in ("sigmoid", "tanh", "relu"):
    values = np.array(keras.activations.get(name)(x))
    ranges[name] = float(values.min()), float(values.max())
    print(f"{name:8s} from {values.min():.3f} to {values.max():.3f} for inputs from -50 to 50")
right = np.allclose(
    [ranges[n] for n in ("sigmoid", "tanh", "relu")], [(0, 1), (-1, 1), (0, 50)], atol=1e-6
)
verdict = "holds" if right else "does not hold"
