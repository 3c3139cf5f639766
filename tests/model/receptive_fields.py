"""Which timesteps of its input one step of a local layer reads: convolutions, pooling, padding.
Knows no Keras.
"""

from __future__ import annotations

from typing import Any

from unrolled.traces.layer_calls import LayerCall

_AXES = {
    "1D": 3,
    "3D": 5,
}  # of an input whose first axis after the batch is time
_CONVOLUTIONS = ("Conv", "SeparableConv", "DepthwiseConv")

Reach = list[list[int]]


def find_reach(call: LayerCall, steps: int) -> Reach | None:
    """Return for each timestep of what a layer returns the timesteps of its input it is made of;
    None if not known.

    steps: the number of timesteps of its input; of a 3D layer the first of the three axes between
    batch and channels. Source: Keras ``src/ops/operation_utils.py``
    (``compute_conv_output_shape``), ``src/layers/reshaping``.

    >>> import numpy as np
    >>> config = {"kernel_size": (3,), "strides": (2,), "padding": "valid"}
    >>> made = {"layer_name": "c", "layer_class": "Conv1D", "path": "c"}
    >>> made["constructor"] = "Conv1D(1, 3, strides=2)"
    >>> call = LayerCall(**made, config=config, outputs=(np.ones((1, 3, 1)),))
    >>> find_reach(call, 7)
    [[0, 1, 2], [2, 3, 4], [4, 5, 6]]
    """
    config = call.config
    kind = call.layer_class.removesuffix("Transpose")
    kind, axes = kind[:-2], _AXES.get(kind[-2:])
    if not call.outputs or call.outputs[0].ndim != axes:
        return None
    if config.get("data_format") == "channels_first":
        return None
    count = int(call.outputs[0].shape[1])
    if kind in _CONVOLUTIONS:
        return _convolution(call, count, steps)
    if kind in ("MaxPooling", "AveragePooling"):
        return _windows(count, steps, _first(config["pool_size"]), config, 1)
    if kind == "UpSampling":
        return [[t // _first(config["size"])] for t in range(count)]
    if kind == "ZeroPadding":
        return _shifted(count, steps, -_first(config["padding"]))
    if kind == "Cropping":
        return _shifted(count, steps, _first(config["cropping"]))
    return None


def _convolution(call: LayerCall, count: int, steps: int) -> Reach | None:
    config = call.config
    size, dilation = (
        _first(config["kernel_size"]),
        _first(config.get("dilation_rate", 1)),
    )
    if call.layer_class.endswith("Transpose"):
        return _spread(count, steps, size, config, dilation)
    leaves_steps_out = (
        config["padding"] == "same" and _first(config["strides"]) > size + 1
    )
    if call.outputs[0].ndim == 5 and leaves_steps_out:
        return None  # which steps are left out depends on the backend
    return _windows(count, steps, size, config, dilation)


def _shifted(count: int, steps: int, shift: int) -> Reach:
    return [[t + shift] if 0 <= t + shift < steps else [] for t in range(count)]


def _windows(
    count: int, steps: int, size: int, config: Any, dilation: int
) -> Reach:
    stride = _first(config.get("strides") or size)
    reach = (size - 1) * dilation
    left = {
        "causal": reach,
        "same": max((count - 1) * stride + reach + 1 - steps, 0) // 2,
    }.get(config["padding"], 0)
    starts = [t * stride - left for t in range(count)]
    windows = [
        range(start, start + size * dilation, dilation) for start in starts
    ]
    return [[at for at in window if 0 <= at < steps] for window in windows]


def _spread(
    count: int, steps: int, size: int, config: Any, dilation: int
) -> Reach:
    """Return the windows of a transposed convolution: those of the convolution that it turns round,
    the other way.
    """
    back = _windows(steps, count, size, config, dilation)
    return [[t for t in range(steps) if at in back[t]] for at in range(count)]


def _first(value: Any) -> int:
    """Return what a setting says of the first axis.

    It is written ``3``, ``(3, 3, 3)`` or ``((1, 1), (0, 0), (0, 0))``.
    """
    while isinstance(value, (list, tuple)):
        value = value[0]
    return int(value)
