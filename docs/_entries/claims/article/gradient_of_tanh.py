import keras
import numpy as np
import tensorflow as tf

x = tf.constant(np.linspace(-6, 6, 2401), dtype="float64")
slopes = {}
for name in ("tanh", "sigmoid"):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = keras.activations.get(name)(x)
    slopes[name] = tape.gradient(y, x).numpy()
    print(f"{name:8s} largest slope {slopes[name].max():.2f}")
larger = slopes["tanh"] > slopes["sigmoid"]
print(
    "tanh is steeper for inputs between",
    f"{x.numpy()[larger].min():.2f} and {x.numpy()[larger].max():.2f}",
)
if larger.all():
    verdict = "holds"
else:
    verdict = "holds with a condition" if larger.any() else "does not hold"
