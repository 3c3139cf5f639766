"""The models that are traced on each backend, and their traces as plain arrays by name.

Weights come from NumPy, because each backend draws other numbers from the same seed.
"""

import dataclasses
from collections.abc import Mapping
from contextlib import nullcontext
from zlib import crc32

import catalogue
import keras
import numpy as np
from random_models import build

import unrolled
from unrolled.traces.recurrent_calls import RecurrentCall

RANDOM = [f"random {seed}" for seed in range(70)]
#: Keras needs TensorFlow for text on every backend; the autoencoder draws noise also when it
#: predicts
NOT_EVERYWHERE = {"preprocessing", "text_in", "variational_autoencoder"}
CATALOGUE = [name for name in catalogue.BUILDERS if name not in NOT_EVERYWHERE]
NAMES = RANDOM + CATALOGUE


def trace_of(name):
    """Trace the model of that name."""
    keras.backend.clear_session()  # layers are numbered from 0 again
    with wide_numbers():
        if name in RANDOM:
            made = build(int(name.removeprefix("random ")))
            return unrolled.trace(
                made.model, made.x, batch_size=made.batch_size
            )
        model, x, _ = catalogue.make(name)
        fill(model, crc32(name.encode()))
        return unrolled.trace(model, x)


def wide_numbers():
    """Let JAX have float64 and int64, which it cuts to 32 bits unless told otherwise."""
    if keras.backend.backend() != "jax":
        return nullcontext()
    import jax

    return jax.enable_x64(True)


def fill(model, seed):
    """Give the model weights that are the same on each backend, about as large as those that Keras
    begins with.
    """
    rng = np.random.default_rng(seed)
    for weight in model.trainable_weights:
        weight.assign(
            rng.normal(size=weight.shape)
            / np.sqrt(max(1, np.prod(weight.shape[:-1])))
        )


def arrays_of(trace):
    """Return every array of every call of a trace by name: inputs, outputs, states, gates, masks
    and so on.
    """
    found = {}
    for number, batch in enumerate(trace.batches):
        for call in (*batch.inputs, *batch.calls):
            where = f"batch {number}, {call.path}, call {call.number}"
            for field in dataclasses.fields(call):
                for part, array in parts_of(getattr(call, field.name)):
                    found[f"{where}, {field.name}{part}"] = array
        found |= {
            f"batch {number}, output {k}": array
            for k, array in enumerate(batch.outputs)
        }
    return found


def parts_of(value):
    """Yield the arrays of one field of a call, each with what tells it from the others."""
    if isinstance(value, np.ndarray):
        yield "", value
    elif isinstance(value, tuple):
        yield from (
            (f" {k}", a)
            for k, a in enumerate(value)
            if isinstance(a, np.ndarray)
        )
    elif isinstance(value, Mapping):
        yield from (
            (f" {k}", a) for k, a in value.items() if isinstance(a, np.ndarray)
        )


def recurrent_calls_of(trace):
    return [
        c
        for b in trace.batches
        for c in b.calls
        if isinstance(c, RecurrentCall)
    ]


def backends_alike(trace):
    """Return the backends on which Keras 3.15 computes this model as on TensorFlow:
    test_faults_*.py tell the rest.
    """
    calls = recurrent_calls_of(trace)
    masked = [c for c in calls if c.mask is not None]
    in_python = any(c.config.get("unroll") for c in masked)
    maps = any(c.states[0].ndim > 3 for c in masked)
    started = any(np.any(s) for c in masked for s in c.initial_state)
    wide = any(c.states[0].dtype == "float64" for c in calls)
    alike = {
        "torch": not in_python,
        "jax": not any((in_python, maps, started, wide)),
    }
    return [backend for backend, is_alike in alike.items() if is_alike]
