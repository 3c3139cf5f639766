"""The gradient of a number with respect to copies of what was read, on each backend of Keras.

Each function takes a run ``run(mark, tensors, units) -> (number, extras)``, which calls ``mark``
for a copy of a tensor, and returns a pull ``pull(arrays, units) -> (gradients, extras)``: a
gradient for each copy, in order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras

from unrolled.keras_bridge.probes import Mark
from unrolled.keras_bridge.tensors import Tensor

Run = Callable[[Mark, Sequence[Tensor], Tensor], tuple[Tensor, list[Tensor]]]
Pull = Callable[[Sequence[Tensor], Tensor], tuple[list[Tensor], list[Tensor]]]


def make_pull(run: Run) -> Pull:
    """Return the pull of a run for the backend that Keras works on."""
    makers = {
        "tensorflow": pull_tensorflow,
        "jax": pull_jax,
        "torch": pull_torch,
    }
    name = keras.backend.backend()
    if name not in makers:
        raise ValueError(
            f"Expected a backend with gradients ({', '.join(makers)}), got {name!r}."
        )
    return makers[name](run)


def pull_tensorflow(run: Run) -> Pull:
    """Run as one graph: past some hundred steps an eager loop and its gradient take longer."""
    import tensorflow as tf

    def pull(
        tensors: Sequence[Tensor], units: Tensor
    ) -> tuple[list[Tensor], list[Tensor]]:
        copies: list[Tensor] = []
        graph = tf.compat.v1.get_default_graph()
        with tf.GradientTape(watch_accessed_variables=False) as tape:

            def mark(tensor: Tensor) -> Tensor:
                if tf.compat.v1.get_default_graph() is not graph:
                    return (
                        tensor  # inside a loop or branch of the model's graph
                    )
                copies.append(tf.identity(tensor))
                tape.watch(copies[-1])
                return copies[-1]

            number, extras = run(mark, tensors, units)
        return tape.gradient(
            number, copies, unconnected_gradients="zero"
        ), extras

    compiled: dict[Any, Pull] = {}

    def pull_compiled(
        tensors: Sequence[Tensor], units: Tensor
    ) -> tuple[list[Tensor], list[Tensor]]:
        key = tuple(units.shape)
        if key not in compiled:
            function = tf.function(pull, autograph=False)
            specs = [tf.TensorSpec(t.shape, t.dtype) for t in (*tensors, units)]
            compiled[key] = function.get_concrete_function(
                specs[:-1], specs[-1]
            )
        return compiled[key](tensors, units)

    return pull_compiled


def pull_jax(run: Run) -> Pull:
    """Add zeros to what is read and differentiate by them; a run of shapes tells how many."""
    import jax
    import jax.numpy as jnp

    def pull(
        tensors: Sequence[Tensor], units: Tensor
    ) -> tuple[list[Tensor], list[Tensor]]:
        zeros: list[Tensor] = []

        def note(tensor: Tensor) -> Tensor:
            zeros.append(jax.ShapeDtypeStruct(tensor.shape, tensor.dtype))
            return tensor + jnp.zeros_like(tensor)

        jax.eval_shape(lambda ts, us: run(note, ts, us), tensors, units)

        def number(added: Sequence[Tensor]) -> tuple[Tensor, list[Tensor]]:
            left = iter(added)
            return run(lambda tensor: tensor + next(left), tensors, units)

        gradients, extras = jax.grad(number, has_aux=True)(
            [jnp.zeros(z.shape, z.dtype) for z in zeros]
        )
        return gradients, extras

    compiled: Pull = jax.jit(pull)
    return compiled


def pull_torch(run: Run) -> Pull:
    """Ask autograd for the gradient of each copy."""
    import torch

    def pull(
        tensors: Sequence[Tensor], units: Tensor
    ) -> tuple[list[Tensor], list[Tensor]]:
        copies: list[Tensor] = []

        def mark(tensor: Tensor) -> Tensor:
            copies.append(
                tensor.clone()
                if tensor.requires_grad
                else tensor.detach().clone().requires_grad_()
            )
            return copies[-1]

        with torch.enable_grad():
            number, extras = run(mark, tensors, units)
        if not (copies and number.requires_grad):
            return [torch.zeros_like(c) for c in copies], extras
        found = torch.autograd.grad(number, copies, allow_unused=True)
        return [
            torch.zeros_like(c) if g is None else g
            for g, c in zip(found, copies, strict=True)
        ], extras

    return pull
