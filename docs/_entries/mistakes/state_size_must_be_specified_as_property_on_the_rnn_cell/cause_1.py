from keras import layers


class Cell(layers.Layer):
    state_size = None

    def call(self, x, states):
        return x, [states[0] + x]


layer = layers.RNN(Cell())
