"""Listen to Keras's attention layers: the weights with which each query step reads the value steps.

Sources: Keras ``src/layers/attention/attention.py``, ``multi_head_attention.py``, ``grouped_query_attention.py``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import keras

from unrolled.keras_bridge.loops import swap_attribute
from unrolled.keras_bridge.own_loops import Tensor


def hear_attention(stack: ExitStack, keep: Callable[[Tensor], None]) -> None:
    """Hand the weights of every attention to ``keep`` until the stack unwinds.

    They are (batch, query timesteps, value timesteps), of several heads with the axis heads after batch. A fused
    kernel keeps its weights to itself: nothing is handed over for it.
    """
    apply = keras.layers.Attention._apply_scores

    def apply_scores(self: Any, *args: Any, **kwargs: Any) -> Any:
        result, weights = apply(self, *args, **kwargs)
        keep(weights)
        return result, weights

    swap_attribute(stack, keras.layers.Attention, "_apply_scores", apply_scores)
    for kind in (keras.layers.MultiHeadAttention, keras.layers.GroupQueryAttention):
        swap_attribute(stack, kind, "_compute_attention", _listening(kind._compute_attention, keep))


def _listening(compute: Callable[..., Any], keep: Callable[[Tensor], None]) -> Callable[..., Any]:
    """Return the method, made to hand over its weights; where it did not need them they are computed beside it."""
    signature = inspect.signature(compute)
    asks = "return_attention_scores" in signature.parameters

    def compute_attention(*args: Any, **kwargs: Any) -> Any:
        result, weights = compute(*args, **kwargs)
        given = signature.bind(*args, **kwargs).arguments
        layer = given["self"]
        if weights is None and asks and not layer._flash_attention:
            if given.pop("use_causal_mask", False):
                given["attention_mask"] = layer._compute_causal_mask(given["query"], given["value"])
            weights = compute(**given | {"return_attention_scores": True})[1]
        if weights is not None:
            keep(weights)
        return result, weights

    return compute_attention
