"""Run the real model once, with the taps on, and make a Trace of what they heard."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

import keras
import numpy as np
from keras.src import tree

from unrolled.keras_bridge.constructors import reading_once
from unrolled.keras_bridge.hooks import Recorder, recording
from unrolled.keras_bridge.lineage import Origin, find_origins
from unrolled.keras_bridge.models import naming_arrays, read_model
from unrolled.keras_bridge.own_loops import Tensor
from unrolled.keras_bridge.snapshots import kept
from unrolled.keras_bridge.trace_building import read_trace
from unrolled.model_io.datasets import is_dataset, read_batches
from unrolled.model_io.inputs import cut_batches, make_up_inputs, read_x
from unrolled.model_io.matching import with_absent
from unrolled.model_io.nested import Path, pack, paths_to, spell, walk
from unrolled.model_io.signature import ModelIO
from unrolled.traces.calls import Trace
from unrolled.traces.cells import Array
from unrolled.traces.joined import join


def trace(
    model: Any, x: Any = None, *, batch_size: int | None = None, training: bool = False
) -> Trace:
    """Run the real model once over ``x`` and return every layer call with its arrays, states, gates and mask.

    The model is left as it was found: weights, states, seeds, compile state.

    Parameters
    ----------
    model : keras.Model
        A built model (Sequential with an Input, Functional, or a subclass that was called once).
    x : array of shape (batch, timesteps, features), or what the model takes
        As for ``model.predict``: an array, a list or dict of arrays, a ``tf.data.Dataset`` or ``PyDataset``.
        None: small seeded values are made up.
    batch_size : int, optional
        Samples per batch. Without it all samples make one batch; a model of a fixed batch size (a stateful one)
        always takes batches of that size, so that ``k`` times as many samples are ``k`` batches in a row.
    training : bool
        Run as ``fit`` would: dropout acts, and each call tells what it dropped (``call.dropout``).

    Returns
    -------
    Trace
        ``trace["lstm"].h`` has shape (batch, timesteps, units), float32 unless the layer's dtype differs.

    Raises
    ------
    TypeError
        ``model`` is no Keras model, or ``x`` holds no numbers.
    ValueError
        The model is not built, or ``x`` does not fit it: the text says what was expected, what came and the fix.
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
    io = read_model(model)
    batches = list(_batches(io, x, batch_size))
    programs: dict[Any, Program] = {}
    made = []
    with kept(model):
        for batch in batches:
            shapes = tuple(a.shape for a in batch)
            with naming_arrays(io, batch):
                if shapes not in programs:
                    programs[shapes] = Program(
                        model, x, batch, compiled=is_long(model, batches), training=training
                    )
                made.append(programs[shapes].run(batch, x_made_up=x is None))
    return join(made)


def _batches(io: ModelIO, x: Any, batch_size: int | None) -> Iterator[list[Array]]:
    if is_dataset(x):
        if batch_size is not None:
            raise ValueError(
                "Expected no batch_size beside a dataset, which has its own; got "
                f"{batch_size!r}. Fix: dataset.unbatch().batch(n)."
            )
        for part, _ in read_batches(x):
            arrays = read_x(io, part).require()
            yield from cut_batches(io, arrays, io.fixed_batch or len(arrays[0]))
        return
    arrays = make_up_inputs(io) if x is None else read_x(io, x).require()
    yield from cut_batches(io, arrays, batch_size)


def check_model(model: Any) -> None:
    """Raise TypeError for what is no Keras model, ValueError for a model that has not been built."""
    if not isinstance(model, keras.Model):
        hint = ""
        if isinstance(model, keras.layers.Layer):
            hint = " Fix: put the layer into keras.Sequential([keras.Input(...), layer])."
        elif isinstance(model, (str, os.PathLike)):
            hint = " Fix: load the file first: keras.models.load_model(path)."
        raise TypeError(f"Expected a Keras model, got {type(model).__name__}.{hint}")
    if not model.built or (isinstance(model, keras.Sequential) and not model.inputs):
        raise ValueError(
            f"Expected a built model, got {model.name!r}, which has no weights yet because it does not know the "
            "shape of its input. Fix: begin it with keras.Input((timesteps, features)), or call "
            "model.build((None, timesteps, features)), or call a subclassed model once on data."
        )


class Program:
    """A run of one model on batches of one shape, with every tensor that the taps heard as a result.

    compiled: on TensorFlow, run as one graph; an eager step costs 10 to 20 times as much.
    training: as the model's own argument.
    """

    def __init__(
        self, model: Any, x: Any, batch: Sequence[Array], *, compiled: bool, training: bool = False
    ) -> None:
        self._model, self._compiled, self._training = model, compiled, training
        x = next(read_batches(x, 1))[0] if is_dataset(x) else x
        io = read_model(model)
        self._absent = set() if x is None else set(read_x(io, x).absent)
        given = [k for k in range(len(batch) + len(self._absent)) if k not in self._absent]
        names = [spec.layer_name for spec in io.inputs] or _input_names(x)
        self._names = [names[k] for k in given]
        self._dtypes = [
            io.inputs[k].dtype if io.inputs else _float(a)
            for k, a in zip(given, batch, strict=True)
        ]
        self._like = None if io.inputs else x
        self._recorder: Recorder
        self._inputs: list[Tensor]
        self._origins: dict[int, Origin]
        self._slots: dict[int, int]
        self._paths: list[Path]
        self._call = self._compile(batch)

    def run(self, batch: Sequence[Array], *, x_made_up: bool = False) -> Trace:
        """Run one batch and return its Trace."""
        tensors = [
            keras.ops.convert_to_tensor(a, dtype=d)
            for a, d in zip(batch, self._dtypes, strict=True)
        ]
        arrays = [
            np.asarray(t) if _on_tensorflow() else keras.ops.convert_to_numpy(t)
            for t in self._call(*tensors)
        ]

        def value(tensor: Tensor) -> Array | None:
            slot = self._slots.get(id(tensor))
            return None if slot is None else arrays[slot]

        inputs = dict(zip(self._names, self._inputs, strict=True))
        with reading_once():
            return read_trace(
                self._model,
                self._recorder,
                inputs,
                value,
                self._origins,
                self._paths,
                x_made_up=x_made_up,
            )

    def _compile(self, batch: Sequence[Array]) -> Callable[..., list[Tensor]]:
        if not self._compiled:
            return self._listen
        import tensorflow as tf

        specs = [tf.TensorSpec(a.shape, d) for a, d in zip(batch, self._dtypes, strict=True)]
        compiled: Callable[..., list[Tensor]] = tf.function(
            self._listen, autograph=False
        ).get_concrete_function(*specs)
        return compiled

    def _listen(self, *tensors: Tensor) -> list[Tensor]:
        """Call the model and return all that was heard, each tensor once."""
        opened = nullcontext() if self._compiled else _functions_open()
        with opened, recording(training=self._training) as recorder:
            made = self._model(self._arrange(tensors), training=self._training)
        self._paths = paths_to(
            [part for part in tree.flatten(made) if keras.ops.is_tensor(part)], made
        )
        heard = {id(t): t for t in [*tensors, *recorder.tensors()] if _in_reach(t)}
        self._recorder, self._inputs, self._origins = (
            recorder,
            list(tensors),
            find_origins(recorder.calls),
        )
        self._slots = {key: slot for slot, key in enumerate(heard)}
        return list(heard.values())

    def _arrange(self, tensors: Sequence[Tensor]) -> Any:
        """Lay the tensors out as the model takes them, with None for an input that is left out."""
        tensors = with_absent(tensors, self._absent)
        if self._like is not None:
            return pack(self._like, tensors)
        structure = getattr(self._model, "_inputs_struct", None)
        if structure is None:
            structure = self._model.inputs
        return (
            tensors[0]
            if len(tensors) == 1 and not isinstance(structure, dict)
            else tree.pack_sequence_as(structure, tensors)
        )


def _input_names(x: Any) -> list[str]:
    """Return names for the inputs of a model that does not tell them: the keys of a dict, or x, x1, ..."""
    paths = [path for path, _ in walk(x)]
    if isinstance(x, Mapping):
        return [spell(str(path[0]), path[1:]) for path in paths]
    return [f"x{k}" if k else "x" for k in range(len(paths))]


def _on_tensorflow() -> bool:
    return bool(keras.backend.backend() == "tensorflow")


@contextmanager
def _functions_open() -> Iterator[None]:
    """Let a ``tf.function`` in the model's own code run as plain Python: no layer called in it could be heard."""
    if not _on_tensorflow():
        yield
        return
    import tensorflow as tf

    before = tf.config.functions_run_eagerly()
    tf.config.run_functions_eagerly(True)
    try:
        yield
    finally:
        tf.config.run_functions_eagerly(before)


#: runs of more steps than this are compiled first, which takes for each loop as long as some hundred steps
EAGER_STEPS = 150


def is_long(model: Any, batches: Sequence[Sequence[Array]]) -> bool:
    """Tell whether compiling the run pays: a graph takes longer to build than a short run takes.

    A model with a ``tf.function`` of its own is never compiled: what is in it runs as plain Python, to be heard.
    """
    layers = list(model._flatten_layers())
    loops = any(hasattr(layer, "cell") for layer in layers)
    functions = any(hasattr(layer.call, "get_concrete_function") for layer in layers)
    steps = sum(max(a.shape[1] if a.ndim > 1 else 1 for a in batch) for batch in batches)
    return loops and not functions and _on_tensorflow() and steps > EAGER_STEPS


def _in_reach(tensor: Tensor) -> bool:
    """Tell whether a tensor can be returned from here: one made inside a loop or branch of the graph cannot."""
    graph = getattr(tensor, "graph", None)
    if graph is None:
        return True
    import tensorflow as tf

    return graph is tf.compat.v1.get_default_graph()


def _float(array: Array) -> str:
    """Return the dtype that Keras's predict would give an array: floats become the configured float."""
    return keras.config.floatx() if array.dtype.kind == "f" else str(array.dtype)
