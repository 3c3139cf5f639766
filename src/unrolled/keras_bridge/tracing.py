"""Run the real model once, with all its calls recorded, and make a Trace of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import chain
from math import inf
from typing import Any

import keras

from unrolled.keras_bridge.batch_runs import run_batches
from unrolled.keras_bridge.model_inputs import ModelInputs
from unrolled.keras_bridge.models import naming_arrays, read_model
from unrolled.keras_bridge.snapshots import left_as_found
from unrolled.model_io.datasets import is_dataset, read_batches
from unrolled.model_io.inputs import cut_batches, make_up_inputs, read_x
from unrolled.model_io.signature import ModelIO
from unrolled.traces.cells import Array
from unrolled.traces.compiled import read_compiled_loss
from unrolled.traces.joined import join
from unrolled.traces.trace import Trace

#: how much the trace of a dataset may hold, whose end need not be known
MOST_BYTES = 4 * 10**9


def trace(
    model: Any,
    x: Any = None,
    *,
    batch_size: int | None = None,
    training: bool = False,
) -> Trace:
    """Run the real model once over ``x`` and return every layer call with its arrays.

    Those are inputs and outputs, states, gates and masks.

    The model is left as it was found: weights, states, seeds, compile state.

    Parameters
    ----------
    model : keras.Model
        A built model (Sequential with an Input, Functional, or a subclass that was called once).
    x : array of shape (batch, timesteps, features), or what the model takes
        As for ``model.predict``: an array, a list or dict of arrays, a ``tf.data.Dataset`` or
        ``PyDataset``. None: small seeded values are made up.
    batch_size : int, optional
        Samples per batch. Without it all samples make one batch; a model of a fixed batch size (a
        stateful one) always takes batches of that size, so that ``k`` times as many samples are
        ``k`` batches in a row.
    training : bool
        Run as ``fit`` would: dropout acts, and each call tells what it dropped (``call.dropout``).

    Returns
    -------
    Trace
        ``trace["lstm"].h`` has shape (batch, timesteps, units), float32 unless the layer's dtype
        differs.

    Raises
    ------
    TypeError
        ``model`` is no Keras model, or ``x`` holds no numbers.
    ValueError
        The model is not built, or ``x`` does not fit it, or it is a dataset whose trace would hold
        more than 4 GB: the text says what was expected, what came and the fix.
    TraceError
        ``h`` rebuilt from the gates is further than 1e-5 from the model's own.

    Examples
    --------
    >>> import keras, numpy as np, unrolled
    >>> model = keras.Sequential([keras.Input((5, 2)), keras.layers.LSTM(4, name="lstm")])
    >>> trace = unrolled.trace(model, np.zeros((3, 5, 2)))
    >>> trace["lstm"].h.shape, trace["lstm"].gates["f"].shape
    ((3, 5, 4), (3, 5, 4))
    """
    check_model(model)
    check_may_run()
    io = read_model(model)
    batches = _batches(io, x, batch_size)
    first = next(batches)
    # a dataset need not have an end
    most_bytes = MOST_BYTES if is_dataset(x) else inf
    with left_as_found(model), naming_arrays(io, first):
        made = run_batches(
            model,
            ModelInputs(io, x, first),
            chain([first], batches),
            training=training,
            x_made_up=x is None,
            most_bytes=most_bytes,
        )
    joined = join(made)
    joined.compiled_loss = read_compiled_loss(model)
    return joined


def check_may_run() -> None:
    """Raise RuntimeError while a graph is built: then values are not there yet."""
    if keras.backend.backend() != "tensorflow":
        return
    import tensorflow as tf

    if not tf.executing_eagerly():
        raise RuntimeError(
            "Expected a call from plain Python, got one while TensorFlow builds a graph (in a "
            "tf.function, or in "
            "call() during fit or predict), where values are not there yet. Fix: trace or draw "
            "outside it, for "
            "instance in a callback's on_epoch_end, or compile the model with run_eagerly=True."
        )


def _batches(
    io: ModelIO, x: Any, batch_size: int | None
) -> Iterator[list[Array]]:
    if is_dataset(x):
        if batch_size is not None:
            raise ValueError(
                "Expected no batch_size beside a dataset, which has its own; got "
                f"{batch_size!r}. Fix: dataset.unbatch().batch(n)."
            )
        for part, _ in read_batches(x):
            arrays = read_x(io, part).require()
            # the last batch of a dataset may be smaller than the others
            size = io.fixed_batch or len(arrays[0])
            yield from cut_batches(io, arrays, size)
        return
    arrays = make_up_inputs(io) if x is None else read_x(io, x).require()
    yield from cut_batches(io, arrays, batch_size)


def check_model(model: Any) -> None:
    """Raise TypeError for what is no Keras model.

    ValueError for a model that has not been built.
    """
    if not isinstance(model, keras.Model):
        hint = ""
        if isinstance(model, keras.layers.Layer):
            hint = " Fix: put the layer into keras.Sequential([keras.Input(...), layer])."
        elif isinstance(model, (str, os.PathLike)):
            hint = " Fix: load the file first: keras.models.load_model(path)."
        raise TypeError(
            f"Expected a Keras model, got {type(model).__name__}.{hint}"
        )
    is_sequential = isinstance(model, keras.Sequential)
    # a Sequential that is not built raises where it is asked for its inputs
    if not model.built or (is_sequential and not model.inputs):
        raise ValueError(
            f"Expected a built model, got {model.name!r}, which has no weights yet because it "
            "does not know the "
            "shape of its input. Fix: begin it with keras.Input((timesteps, features)), or call "
            "model.build((None, timesteps, features)), or call a subclassed model once on data."
        )
