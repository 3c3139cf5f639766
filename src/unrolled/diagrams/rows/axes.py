"""What the axes of an array mean: which one is time, which are the rows and columns of a map, and their words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from unrolled.traces.calls import LayerCall, RecurrentCall, Trace

Axis = tuple[int, str]  # size, and the word for it ("" where nobody can know it)

#: the colour of a word that is not a role by itself
ROLES = {
    "planes": "soft",
    "rows": "soft",
    "columns": "soft",
    "heads": "soft",
    "channels": "features",
    "ids": "features",
    "filters": "units",
    "": "ink",
}

_MAKES_TIME = (
    "Embedding",
    "RepeatVector",
    "TimeDistributed",
    "Masking",
    "Bidirectional",
    "LSTM",
    "GRU",
    "SimpleRNN",
)
#: layers that keep the axes of what they read
_KEEPS_AXES: tuple[str, ...] = (
    "Dense",
    "EinsumDense",
    "Dropout",
    "SpatialDropout1D",
    "GaussianNoise",
    "GaussianDropout",
    "Masking",
)
_KEEPS_AXES = (
    *_KEEPS_AXES,
    "Identity",
    "Activation",
    "ReLU",
    "LeakyReLU",
    "PReLU",
    "ELU",
    "Softmax",
    "Concatenate",
)
_KEEPS_AXES = (*_KEEPS_AXES, "Add", "Average", "Multiply", "Maximum", "Minimum", "Subtract")
_UNITS = ("Dense", "EinsumDense", "Bidirectional", "TimeDistributed")
_MAP = {1: ("rows",), 2: ("rows", "columns"), 3: ("planes", "rows", "columns")}


class Below(Protocol):
    """What is asked of the row under a call: its axes, and whether it hands on a time axis."""

    axes: tuple[Axis, ...]
    timesteps: int | None

    @property
    def returns_steps(self) -> bool:
        """Whether what the row hands on has a time axis."""


def read_kind(
    trace: Trace, call: LayerCall, below: Sequence[Below | None]
) -> tuple[str, int | None]:
    """Return the kind of row for a call (``recurrent``, ``steps``, ``vector``, ``plain``), and its timesteps."""
    shape = call.outputs[0].shape if call.outputs else ()
    if isinstance(call, RecurrentCall) and 3 <= call.h.ndim <= 6 and not _channels_first(call):
        return "recurrent", call.h.shape[1]
    if not 1 <= len(shape) <= 6 or _channels_first(call):
        return "plain", None
    if len(shape) == 2 and _are_ids(trace, call):
        return "steps", shape[1]
    if len(shape) <= 2:
        return "vector", None
    if _has_time(trace, call, below):
        return "steps", shape[1]
    is_map = (
        len(shape) == 4 or isinstance(call, RecurrentCall) or any(_is_map(b, shape) for b in below)
    )
    return ("vector", None) if is_map else ("plain", None)


def read_input_axes(
    trace: Trace, call: LayerCall, readers: Sequence[LayerCall], *, ids: bool
) -> tuple[tuple[Axis, ...], bool]:
    """Return the axes of a model's input, and whether its second one is time. readers: the calls that read it."""
    shape = call.outputs[0].shape
    is_mask = not readers and any(c.mask_source is call for c in trace.calls)
    if len(shape) == 2 and is_mask:
        return name_axes(shape, ("batch", "timesteps")), True
    reads_time = any(
        isinstance(c, RecurrentCall) or c.layer_class == "TimeDistributed" for c in readers
    )
    timed = len(shape) in (3, 5, 6) or (len(shape) == 2 and ids) or (len(shape) == 4 and reads_time)
    if len(shape) > 6:
        return name_axes(shape, ()), False
    space = len(shape) - timed - 2
    last = () if len(shape) == 2 and ids else ("channels",) if space > 0 else ("features",)
    if space == 1 and any(_reads_time_inside(c) for c in readers):
        return name_axes(shape, ("batch", "timesteps", "timesteps", "features")), True
    if len(shape) == 3 and reads_time and call.outputs[0].dtype.kind in "iu":
        last = ("ids",)
    return name_axes(shape, ("batch", *["timesteps"] * timed, *_MAP.get(space, ()), *last)), timed


def read_axes(call: LayerCall, kind: str, below: Sequence[Below | None]) -> tuple[Axis, ...]:
    """Return the axes of what a call returns, with their words."""
    if not call.outputs:
        return ()
    shape = call.outputs[0].shape
    if kind == "plain":
        return name_axes(shape, ("batch",))
    timed = kind == "steps" or (isinstance(call, RecurrentCall) and call.return_sequences)
    space = len(shape) - timed - 2
    if space == 1 and _reads_time_inside(call):
        return name_axes(shape, ("batch", "timesteps", "timesteps", "units"))
    if isinstance(call, RecurrentCall) or call.layer_class in _UNITS:
        last = "filters" if space > 0 else "units"
    else:
        last = "filters" if "Conv" in call.layer_class and space > 0 else "features"
        source = next((b for b in below if b is not None), None)
        if (
            source is not None
            and source.axes
            and shape[-1] == source.axes[-1][0]
            and "Conv" not in call.layer_class
        ):
            last = source.axes[-1][1] if len(shape) == len(source.axes) else last
    words = (
        "batch",
        *["timesteps"] * timed,
        *_MAP.get(space, ()),
        *[last] * (len(shape) > 1 + timed),
    )
    return name_axes(shape, words)


def name_axes(shape: Sequence[int], words: Sequence[str]) -> tuple[Axis, ...]:
    """Return the axes of a shape with their words; without a word where there are fewer words than axes."""
    padded = [*words, *[""] * len(shape)][: len(shape)]
    return tuple((int(n), w) for n, w in zip(shape, padded, strict=True))


def _reads_time_inside(call: LayerCall) -> bool:
    """Tell whether a TimeDistributed wraps a recurrent layer, which reads an axis of time of its own at every step."""
    wrapped = re.search(r"(Conv)?(LSTM|GRU|RNN)(Cell)?\(", call.constructor)
    return call.layer_class == "TimeDistributed" and wrapped is not None and not wrapped[1]


def _has_time(trace: Trace, call: LayerCall, below: Sequence[Below | None]) -> bool:
    """Tell whether the second axis of what a call returns is time."""
    shape, kind = call.outputs[0].shape, call.layer_class
    if "2D" in kind and not isinstance(call, RecurrentCall):
        return False
    if isinstance(call, RecurrentCall):
        return call.return_sequences
    if len(shape) == 3 and (
        call.attention is not None or (kind == "Reshape" and call in trace.output_sources)
    ):
        return True
    if kind in ("Permute", "Reshape", "Transpose"):
        return _is_read_as_time(trace, call)
    if "1D" in kind:
        return not any(b is not None and not b.returns_steps and len(b.axes) > 2 for b in below)
    same_time = any(b is not None and b.returns_steps and b.timesteps == shape[1] for b in below)
    turned = any(c.layer_class in ("Permute", "Transpose") for c in _readers(trace, call))
    return (
        same_time
        or _is_read_as_time(trace, call)
        or (kind in _MAKES_TIME and not turned)
        or len(shape) > 4
    )


def _is_read_as_time(trace: Trace, call: LayerCall) -> bool:
    """Tell whether a layer further up reads the second axis as time; layers that keep the axes are looked through."""
    for reader in _readers(trace, call):
        if isinstance(reader, RecurrentCall) or reader.layer_class in (
            "TimeDistributed",
            "Bidirectional",
        ):
            return True
        keeps = reader.layer_class in _KEEPS_AXES or reader.layer_class.endswith("Normalization")
        if "1D" in reader.layer_class or (keeps and _is_read_as_time(trace, reader)):
            return True
    return False


def _readers(trace: Trace, call: LayerCall) -> list[LayerCall]:
    return [c for c in trace.calls if any(s is call for s in c.sources)]


def _are_ids(trace: Trace, call: LayerCall) -> bool:
    """Tell whether a call makes the ids that an Embedding looks up."""
    return call.outputs[0].dtype.kind in "iu" and any(
        c.layer_class == "Embedding" for c in _readers(trace, call)
    )


def _is_map(below: Below | None, shape: Sequence[int]) -> bool:
    """Tell whether a row is a map without time, of as many axes as a shape has."""
    if below is None or below.returns_steps or len(below.axes) != len(shape):
        return False
    return below.axes[1][1] == "rows"


def _channels_first(call: LayerCall) -> bool:
    return call.config.get("data_format") == "channels_first"
