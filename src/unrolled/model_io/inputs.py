"""Read the arrays that a model is to run on, and say clearly what is wrong with them.

Knows models by what they tell of themselves (``inputs``, ``name``, ``layers``); imports no Keras.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from unrolled.model_io.matching import (
    absent,
    by_input,
    keys_of,
    misplaced,
    read_specs,
    spell_inputs,
)
from unrolled.model_io.nested import spell
from unrolled.traces.cells import Array

_AXES = {2: ("batch", "features"), 3: ("batch", "timesteps", "features")}


def read_inputs(model: Any, x: Any, id_ranges: Mapping[str, int] | None = None) -> list[Array]:
    """Return the arrays of ``x``, one for each input of the model, in the model's order.

    x: an array, or lists, tuples and dicts of arrays as ``model.predict`` takes them; each with the axis batch
    first. Tensors and data frames are read as arrays, float64 as the model's own float. id_ranges: for each input
    that an Embedding looks up, how many ids it has. An optional input that is None is left out.

    Raises TypeError for what is not an array of numbers, ValueError for a shape that does not fit; the text
    says what was expected, what came, and how to fix it.
    """
    specs = read_specs(model)
    names = [name for name, _, _ in specs]
    if wrong := misplaced(model, x):
        raise ValueError(
            f"Expected a dict with the keys {keys_of(model)} alone, got {list(x)}: Keras takes the arrays of a dict by "
            f"the order of their keys, and would read {'; '.join(f'{key!r} for {wanted!r}' for wanted, key in wrong)}. "
            f"Fix: x = {{key: x[key] for key in {keys_of(model)}}}."
        )
    given = by_input(model, x)
    if len(given) != len(specs) and (specs or not given):
        count = f"{len(specs)} input array(s)" if specs else "an array"
        raise ValueError(
            f"Expected {count} for {_called(model)} ({', '.join(names)}), got {len(given)}. "
            f"Fix: x = {spell_inputs(model)}."
        )
    left_out = absent(model, given)
    given = [part for number, part in enumerate(given) if number not in left_out]
    specs = [spec for number, spec in enumerate(specs) if number not in left_out]
    names = [name for name, _, _ in specs]
    texts = {name for name, _, dtype in specs if dtype == "string"}
    arrays = [
        _read_text(value, name) if name in texts else _read_array(value, name or spell("x", place))
        for (place, value), name in zip(given, names or [""] * len(given), strict=True)
    ]
    for array, (name, shape, dtype) in zip(arrays, specs, strict=bool(specs)):
        _check_dtype(array, name, dtype)
        _check_shape(model, array, name, shape)
        _check_ids(array, name, (id_ranges or {}).get(name))
    lengths = {len(a) for a in arrays}
    if len(lengths) > 1:
        raise ValueError(
            f"Expected the same number of samples in every input, got {[len(a) for a in arrays]}. "
            "Fix: axis 0 is batch; give every input the same number of rows."
        )
    if lengths == {0}:
        raise ValueError(
            f"Expected at least one sample, got an empty batch: shape {arrays[0].shape}. "
            "Fix: the axis batch (axis 0) must not be 0; look at how x was cut or filtered."
        )
    return arrays


def cut_batches(
    model: Any, arrays: Sequence[Array], batch_size: int | None
) -> Iterator[list[Array]]:
    """Yield the batches to run, in order. A stateful model takes batches of its own fixed size only.

    Raises ValueError where batch_size or the number of samples does not fit.
    """
    samples, fixed = len(arrays[0]), fixed_batch(model)
    if batch_size is not None and (not isinstance(batch_size, (int, np.integer)) or batch_size < 1):
        raise ValueError(
            f"Expected batch_size to be a whole number of at least 1, got {batch_size!r}."
        )
    if fixed and batch_size not in (None, fixed):
        raise ValueError(
            f"Expected batch_size={fixed}: {_called(model)} was built for batches of {fixed}; got {batch_size}. "
            f"Fix: leave batch_size out, or build the model with keras.Input(batch_shape=({batch_size}, ...))."
        )
    if fixed and samples % fixed:
        whole = samples - samples % fixed or fixed
        raise ValueError(
            f"Expected a multiple of {fixed} samples: {_called(model)} was built for batches of {fixed}; got "
            f"{samples}. Fix: pass {whole} samples (x[:{whole}]), "
            f"or build the model with keras.Input(batch_shape=({samples}, ...))."
        )
    size = fixed or batch_size or samples
    for start in range(0, samples, size):
        yield [a[start : start + size] for a in arrays]


def fixed_batch(model: Any) -> int | None:
    """Return the batch size that the model was built for, or None where any will do."""
    return next((shape[0] for _, shape, _ in read_specs(model) if shape and shape[0]), None)


def invent_inputs(
    model: Any, id_ranges: Mapping[str, int], samples: int = 3, timesteps: int = 5
) -> list[Array]:
    """Return small seeded arrays that fit the model: floats in -1..1, or ids below the range given for an input."""
    rng = np.random.default_rng(0)
    specs = read_specs(model)
    if not specs:
        raise ValueError(
            f"Expected x: {_called(model)} does not tell the shape of its inputs (a subclassed model), so none "
            "can be made up. Fix: pass a few of your samples."
        )
    arrays: list[Array] = []
    for name, shape, dtype in specs:
        batch = fixed_batch(model) or samples
        sizes = (batch, *(timesteps if n is None else n for n in shape[1:]))
        if dtype == "string":
            arrays.append(np.full(sizes, "some words"))
        elif name in id_ranges or dtype.startswith(("int", "uint")):
            arrays.append(rng.integers(0, id_ranges.get(name, 2), sizes).astype("int32"))
        else:
            arrays.append(rng.uniform(-1, 1, sizes).astype("float32"))
    return arrays


def _read_array(value: Any, name: str) -> Array:
    if value is None:
        raise TypeError(f"Expected an array for the input {name!r}, got None.")
    if hasattr(value, "__next__"):
        raise TypeError(
            f"Expected an array for the input {name!r}, got a {type(value).__name__}, which can be read only once. "
            "Fix: pass the x of one of its batches, such as next(generator)[0]."
        )
    if hasattr(value, "detach"):
        value = value.detach().cpu()
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise TypeError(_ragged(name, f"rows of different lengths ({error})")) from error
    if array.dtype == object:
        raise TypeError(
            _ragged(name, "dtype object (rows of different lengths, or None, or mixed types)")
        )
    if array.dtype.kind not in "fiub" and array.dtype.name not in ("bfloat16", "float8_e4m3fn"):
        raise TypeError(
            f"Expected numbers for the input {name!r}, got dtype {array.dtype}. "
            "Fix: turn text into ids first (keras.layers.TextVectorization or StringLookup), then pass the ids."
        )
    return array


def _read_text(value: Any, name: str) -> Array:
    """Return an array of text, for an input that a model turns into ids itself."""
    array = np.asarray(value)
    if array.dtype.kind not in "OSU":
        raise TypeError(
            f"Expected text for the input {name!r} (dtype string), got dtype {array.dtype}."
        )
    return array


def _ragged(name: str, came: str) -> str:
    return (
        f"Expected one array of numbers for the input {name!r}, got {came}. "
        'Fix: make the rows equally long with keras.utils.pad_sequences(rows, dtype="float32", padding="post") '
        "and put a Masking layer in front, or convert with np.asarray(x, dtype='float32')."
    )


def _check_dtype(array: Array, name: str, dtype: str) -> None:
    if (
        dtype.startswith(("int", "uint"))
        and array.dtype.kind == "f"
        and not np.all(array == np.round(array))
    ):
        raise TypeError(
            f"Expected whole numbers ({dtype}) for the input {name!r}, got {array.dtype} with fractions. "
            "Fix: this input takes ids; pass integers, or build the model with a float Input."
        )


def _check_ids(array: Array, name: str, count: int | None) -> None:
    if count is None or not array.size or (array.min() >= 0 and array.max() < count):
        return
    raise ValueError(
        f"Expected ids from 0 to {count - 1} for the input {name!r}, which an Embedding({count}, ...) looks up; got "
        f"{array.min()} to {array.max()}. Fix: input_dim must be the largest id + 1, and no id may be negative."
    )


def _check_shape(model: Any, array: Array, name: str, shape: tuple[int | None, ...]) -> None:
    """Raise ValueError where the array does not have the rank and sizes that the model was built for."""
    expected = (
        f"Expected {len(shape)} axes {_words(shape)} for the input {name!r} of {_called(model)}"
    )
    if array.ndim != len(shape):
        raise ValueError(
            f"{expected}, got {array.ndim} axes {array.shape}. {_rank_fix(array, shape)}"
        )
    if 0 in array.shape[1:]:
        raise ValueError(
            f"{expected}, got {array.shape}: an axis of size 0 holds nothing. Fix: look at how x was cut."
        )
    strict = type(model).__name__ != "Sequential"
    for axis in range(len(shape) - 1, 0, -1):
        # a Sequential model runs any number of timesteps; Keras lets it, and the picture shows what came
        if shape[axis] in (None, array.shape[axis]) or (
            axis == 1 and len(shape) == 3 and not strict
        ):
            continue
        word = _AXES.get(len(shape), ())[axis] if len(shape) in _AXES else f"axis {axis}"
        raise ValueError(
            f"{expected}, got {array.shape}: {word} is {array.shape[axis]}, not {shape[axis]}. "
            f"{_size_fix(array, shape, axis)}"
        )


def _rank_fix(array: Array, shape: tuple[int | None, ...]) -> str:
    if array.ndim == len(shape) - 1 and _fits(array.shape, shape[1:]):
        return "Fix: this is one sample; add the axis batch with x[np.newaxis]."
    if array.ndim == len(shape) - 1 and shape[-1] == 1:
        return "Fix: add the axis features with x[..., np.newaxis]."
    if len(shape) == 3:
        return (
            "Fix: cut the series into windows of shape (batch, timesteps, features) = "
            f"(n, {_size(shape[1], 'timesteps')}, {_size(shape[2], 'features')})."
        )
    return f"Fix: reshape x to {_words(shape)}, or build the model for the axes that x has."


def _size_fix(array: Array, shape: tuple[int | None, ...], axis: int) -> str:
    if len(shape) == 3 and _fits((array.shape[2], array.shape[1]), shape[1:]):
        return "Fix: timesteps and features look swapped; pass np.swapaxes(x, 1, 2)."
    sizes = ", ".join(str(n) for n in array.shape[1:])
    return f"Fix: pass {shape[axis]} there, or build the model with keras.Input(({sizes}))."


def _fits(sizes: Sequence[int], shape: Sequence[int | None]) -> bool:
    return len(sizes) == len(shape) and all(
        want in (None, got) for got, want in zip(sizes, shape, strict=True)
    )


def _words(shape: Sequence[int | None]) -> str:
    names = _AXES.get(len(shape), ("batch", *(f"axis {k}" for k in range(1, len(shape)))))
    return (
        "("
        + ", ".join(w if n is None else f"{n} {w}" for n, w in zip(shape, names, strict=True))
        + ")"
    )


def _size(n: int | None, word: str) -> str:
    return word if n is None else str(n)


def _called(model: Any) -> str:
    return f"the model {getattr(model, 'name', type(model).__name__)!r}"
