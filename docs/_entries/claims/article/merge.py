import keras
from keras import layers

pairs = {
    "the same shape": ((5, 2), (5, 2)),
    "other features": ((5, 2), (5, 3)),
    "one feature": ((5, 2), (5, 1)),
}
made = {}
for merge in (layers.Add(), layers.Concatenate()):
    for name, (first, second) in pairs.items():
        try:
            shape = merge([keras.Input(first), keras.Input(second)]).shape
        except ValueError:
            shape = None
        made[type(merge).__name__, name] = shape
        print(f"{type(merge).__name__:12s} {first} and {second}: {shape or 'ValueError'}")
same = all(made[merge, "the same shape"] for merge in ("Add", "Concatenate"))
other = any(shape for (_, name), shape in made.items() if name != "the same shape")
if same:
    verdict = "holds with a condition" if other else "holds"
else:
    verdict = "does not hold"
