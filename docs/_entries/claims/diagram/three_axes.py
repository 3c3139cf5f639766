import keras
from keras import layers

built = []
for shape in [(), (5,), (5, 2), (6, 5, 2)]:
    axes = 1 + len(shape)
    try:
        print(axes, "axes in,", layers.LSTM(4)(keras.Input(shape)).ndim, "out")
        built.append(axes)
    except ValueError as error:
        print(axes, "axes in:", type(error).__name__)
verdict = "holds" if built == [3] else "does not hold"
