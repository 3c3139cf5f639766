import keras
from keras import layers


def works(build):
    try:
        build()
    except (ValueError, TypeError) as error:
        print(f"{build.__name__:24s} {type(error).__name__}")
        return False
    print(f"{build.__name__:24s} works")
    return True


def stack_layer_twice():
    dense = layers.Dense(3)
    model = keras.Sequential([keras.Input((3,)), dense, dense])
    assert len(model.weights) == 2


def stack_two_inputs():
    keras.Sequential([keras.Input((3,)), keras.Input((3,)), layers.Dense(3)])


def stack_two_stacks():
    dense = layers.Dense(3)
    first, second = (
        keras.Sequential([keras.Input((3,)), dense]),
        keras.Sequential([keras.Input((3,)), dense]),
    )
    assert first.layers[0] is second.layers[0]


def stack_three_outputs():
    model = keras.Sequential([keras.Input((5, 2)), layers.LSTM(3, return_state=True)])
    assert len(model.outputs) == 3


def functional():
    one, two, dense = keras.Input((3,)), keras.Input((3,)), layers.Dense(3)
    keras.Model([one, two], [dense(one), dense(two)])


one_input = not works(stack_two_inputs)
around = [works(stack_layer_twice), works(stack_two_stacks), works(stack_three_outputs)]
if works(functional) and one_input:
    verdict = "holds with a condition" if any(around) else "holds"
else:
    verdict = "does not hold"
