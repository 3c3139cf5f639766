"""Loops over time as Keras writes them, with a step that also returns its parts.

On JAX Keras's own loop takes a step with one array as output, so it cannot be widened from outside. In TensorFlow's
eager mode it builds a graph's loop and runs it piece by piece, which takes twice as long as the steps.
Sources: Keras ``src/backend/jax/rnn.py``, ``src/backend/tensorflow/rnn.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import keras
import numpy as np
from keras.src import backend, tree

Tensor = Any
Step = Callable[[Any, Any], tuple[Tensor, Any, dict[str, Tensor]]]


def scan(step: Step, call: dict[str, Any]) -> tuple[Tensor, Any, dict[str, Tensor]]:
    """Run the steps; return outputs and parts, each (timesteps, batch, ...) in reading order, and the final states.

    step: takes inputs and states, returns output, new states and the parts. call: the arguments of Keras's loop,
    with inputs and mask time-major. Raises ValueError for maps with a mask, which Keras lays over rows, not samples.
    """
    import jax.numpy as jnp
    from jax import lax

    mask, backwards = call.get("mask"), bool(call.get("go_backwards"))
    inputs = call["inputs"]
    steps = tree.flatten(inputs)[0].shape[0]
    kept = jnp.ones((steps, 1, 1), bool) if mask is None else mask.astype(bool)
    if mask is not None:
        _check_masked(tree.flatten(call["initial_states"])[0].shape)

    def body(states: Any, item: Any) -> Any:
        current, keep = item
        output, new_states, parts = step(
            current, tuple(states) + tuple(call.get("constants") or ())
        )
        before = states[-1][0] if tree.is_nested(states[0]) else states[0]
        other = jnp.zeros_like(output) if call.get("zero_output_for_mask") else before
        output = output if mask is None else jnp.where(keep, output, other)
        carried = tree.map_structure(
            lambda old, new: jnp.where(_fit(keep, new), new, old), states, tuple(new_states)
        )
        return carried, (output, parts)

    # as Keras does it: variables are read from the scope there is, and never assigned inside the loop
    with nullcontext() if backend.in_stateless_scope() else keras.StatelessScope():
        final, (outputs, parts) = lax.scan(
            body, tuple(call["initial_states"]), (inputs, kept), reverse=backwards
        )
    if backwards:
        outputs, parts = tree.map_structure(lambda a: jnp.flip(a, axis=0), (outputs, parts))
    return outputs, final, parts


def _check_masked(state: tuple[int, ...]) -> None:
    """Raise ValueError for a masked state that Keras 3.15 masks wrongly on JAX, or not at all."""
    if len(state) > 2 and state[0] > 1:
        raise ValueError(
            f"Expected vectors as states under a mask on the JAX backend, got maps of shape {state}: Keras "
            f"{keras.__version__} lays the mask over their rows there, not over the samples. "
            "Fix: trace one sample at a time (batch_size=1), or take another backend."
        )


def step_through(step: Step, call: dict[str, Any]) -> tuple[Tensor, Any, dict[str, Tensor]]:
    """Run the steps in TensorFlow's eager mode; take and return what :func:`scan` does."""
    import tensorflow as tf

    backwards, constants = bool(call.get("go_backwards")), tuple(call.get("constants") or ())
    mask = None if call.get("mask") is None else tf.cast(call["mask"], "bool")
    kept = None if mask is None else np.asarray(mask)
    masks = None if mask is None else tf.unstack(mask)
    sequences = [tf.unstack(part) for part in tree.flatten(call["inputs"])]
    states, before = tuple(call["initial_states"]), None
    outputs, heard = [], []
    for t in reversed(range(len(sequences[0]))) if backwards else range(len(sequences[0])):
        inputs = tree.pack_sequence_as(call["inputs"], [sequence[t] for sequence in sequences])
        output, new_states, parts = step(inputs, (*states, *constants))
        new_states = tuple(new_states)
        if masks is not None and kept is not None and not kept[t].all():
            other = (
                tf.zeros_like(output)
                if before is None or call.get("zero_output_for_mask")
                else before
            )
            output = tf.where(_fit(masks[t], output), output, other)
            old = tree.flatten(states)
            new = [
                tf.where(_fit(masks[t], n), n, o)
                for n, o in zip(tree.flatten(new_states), old, strict=True)
            ]
            new_states = tree.pack_sequence_as(new_states, new)
        states, before = new_states, output
        outputs.append(output)
        heard.append(parts)
    return (
        tf.stack(outputs),
        states,
        {name: tf.stack([parts[name] for parts in heard]) for name in heard[0]},
    )


def _fit(keep: Tensor, state: Tensor) -> Tensor:
    """Return the mask (batch, 1) with as many axes as a state has."""
    if len(keep.shape) == len(state.shape):
        return keep
    return keras.ops.reshape(keep, (*keep.shape, *(1,) * (len(state.shape) - len(keep.shape))))
