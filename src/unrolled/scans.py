"""The loop over time on the JAX backend: as Keras writes it, with a step that also returns its parts.

Keras's own loop there takes a step with one array as output, so it cannot be widened from outside.
Source: Keras ``src/backend/jax/rnn.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras.src import tree

Tensor = Any
Step = Callable[[Any, Any], tuple[Tensor, Any, dict[str, Tensor]]]


def scan(step: Step, call: dict[str, Any]) -> tuple[Tensor, Any, dict[str, Tensor]]:
    """Run the steps; return outputs and parts, each (timesteps, batch, ...) in reading order, and the final states.

    step: takes inputs and states, returns output, new states and the parts. call: the arguments of Keras's loop,
    with inputs and mask time-major.
    """
    import jax.numpy as jnp
    from jax import lax

    mask, backwards = call.get("mask"), bool(call.get("go_backwards"))
    inputs = call["inputs"]
    steps = tree.flatten(inputs)[0].shape[0]
    kept = jnp.ones((steps, 1, 1), bool) if mask is None else mask.astype(bool)

    def body(states: Any, item: Any) -> Any:
        current, keep = item
        output, new_states, parts = step(current, tuple(states) + tuple(call.get("constants") or ()))
        before = states[-1][0] if tree.is_nested(states[0]) else states[0]
        other = jnp.zeros_like(output) if call.get("zero_output_for_mask") else before
        output = output if mask is None else jnp.where(keep, output, other)
        carried = tree.map_structure(lambda old, new: jnp.where(_fit(keep, new), new, old), states, tuple(new_states))
        return carried, (output, parts)

    with keras.StatelessScope():
        final, (outputs, parts) = lax.scan(body, tuple(call["initial_states"]), (inputs, kept), reverse=backwards)
    if backwards:
        outputs, parts = tree.map_structure(lambda a: jnp.flip(a, axis=0), (outputs, parts))
    return outputs, final, parts


def _fit(keep: Tensor, state: Tensor) -> Tensor:
    """Return the mask (batch, 1) with as many axes as a state has."""
    return keep.reshape(keep.shape + (1,) * (state.ndim - keep.ndim))
