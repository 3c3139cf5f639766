from keras import layers

units, features = 5, 4
formula = 3 * (units * (units + features) + units)
counts = {}
for reset_after in (True, False):
    layer = layers.GRU(units, reset_after=reset_after)
    layer.build((None, 7, features))
    counts[reset_after] = layer.count_params()
    print(
        f"reset_after={reset_after!s:5} {counts[reset_after]} weights; the formula gives {formula}"
    )
by_default, before = counts[True] == formula, counts[False] == formula
verdict = "holds" if by_default else "holds with a condition" if before else "does not hold"
