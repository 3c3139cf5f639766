import keras

layers = keras.layers
x = keras.Input((5, 3))
for kind in (layers.SimpleRNN, layers.GRU, layers.LSTM):
    alone = kind(4, return_state=True)(x)
    both = layers.Bidirectional(kind(4, return_state=True))(x)
    print(
        f"{kind.__name__:9s} {len(alone)}  Bidirectional {len(both)}",
        [tuple(t.shape) for t in both],
    )
