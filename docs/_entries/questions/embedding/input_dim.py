import keras
import numpy as np

for rows in (10, 11):
    model = keras.Sequential([keras.layers.Embedding(rows, 3), keras.layers.LSTM(4)])
    try:
        print(rows, "rows, id 10:", model.predict(np.full((1, 5), 10), verbose=0).shape)
    except Exception as error:
        print(
            rows,
            "rows, id 10:",
            type(error).__name__,
            next(w for w in str(error).splitlines() if "is not in" in w),
        )
table = keras.layers.Embedding(4, 2)
print("id -1 is the last row:", np.array_equal(table(np.array([-1])), table(np.array([3]))))
