"""What a layer does not return is asked of it in a second call, whose results go nowhere else.

Both calls draw the same random numbers: the second one works on the values that the variables have
now, and what it assigns is dropped.
Sources: Keras ``src/layers/attention/*.py`` (``return_attention_scores``),
``src/layers/regularization/dropout.py``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras

from unrolled.keras_bridge.masks import copy_with_mask
from unrolled.keras_bridge.snapshots import drawing_apart
from unrolled.keras_bridge.tensors import Tensor, is_tensor, tensors_in

_SCORES = "return_attention_scores"


def attention_of(
    original: Callable[..., Any], layer: Any, args: Any, kwargs: dict[str, Any]
) -> Tensor | None:
    """Return the weights with which each query step reads the value steps.

    None where the layer returns none.

    They are (batch, query timesteps, value timesteps), of several heads with the axis heads after
    batch. A fused kernel (flash attention) keeps its weights to itself.
    """
    parameters = list(inspect.signature(layer.call).parameters)
    is_fused = getattr(layer, "_flash_attention", False)
    if is_fused or _SCORES not in parameters:
        return None
    index = parameters.index(_SCORES)
    if len(args) > index:
        # it was given by its place
        args = (*args[:index], True, *args[index + 1 :])
    else:
        kwargs = kwargs | {_SCORES: True}
    # on copies: MultiHeadAttention takes the masks off the tensors that it reads
    args, kwargs = keras.tree.map_structure(_copied, (args, kwargs))
    with _aside(layer):
        results = tensors_in(original(layer, *args, **kwargs))
    if len(results) < 2:
        # an author's own layer may take the argument and return its output alone
        return None
    return results[1]


def dropout_of(
    original: Callable[..., Any], layer: Any, args: Any, kwargs: dict[str, Any]
) -> dict[str, Tensor]:
    """Return what a Dropout multiplies its input by; ones where it does not act in this call."""
    if not isinstance(layer, keras.layers.Dropout):
        return {}
    kwargs = dict(kwargs)
    parameters = inspect.signature(layer.call).parameters
    name = next(iter(parameters))
    # its input may be given by its name
    x, *others = args or [kwargs.pop(name)]
    ones = keras.ops.ones_like(x)
    with _aside(layer):
        factor = original(layer, ones, *others, **kwargs)
    return {"x": factor}


def _copied(value: Any) -> Any:
    if not is_tensor(value):
        return value
    return copy_with_mask(value)


@contextmanager
def _aside(layer: Any) -> Iterator[None]:
    """Open a scope in which the layer's variables have the values of now, and keep them outside."""
    variables = layer.non_trainable_variables
    values = [(variable, variable.value) for variable in variables]
    with (
        drawing_apart(),
        keras.StatelessScope(values, initialize_variables=False),
    ):
        yield
