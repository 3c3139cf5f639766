import keras

layers = keras.layers


def build(shape, *stack):
    return keras.Sequential([keras.Input(shape), *stack])


print("many to one         ", build((10, 3), layers.LSTM(8), layers.Dense(1)).output_shape)
print(
    "many to many, equal ",
    build((10, 3), layers.LSTM(8, return_sequences=True), layers.Dense(1)).output_shape,
)
one_to_many = build(
    (3,), layers.RepeatVector(4), layers.LSTM(8, return_sequences=True), layers.Dense(1)
)
print("one to many         ", one_to_many.output_shape)
model = build(
    (5, 3),
    layers.LSTM(4),
    layers.RepeatVector(2),
    layers.LSTM(4, return_sequences=True),
    layers.Dense(1),
)
print("many to many, other ", model.input_shape, "->", model.output_shape)
