"""Which timesteps of its input one step of a local layer reads: convolutions, pooling, padding. Knows no Keras."""

from __future__ import annotations

from typing import Any

from unrolled.tracing.traces import LayerCall


def find_reach(call: LayerCall, steps: int) -> list[list[int]] | None:
    """Return for each timestep of what a layer returns the timesteps of its input it is made of; None if not known.

    steps: the number of timesteps of its input.
    Source: Keras ``src/ops/operation_utils.py`` (``compute_conv_output_shape``), ``src/layers/reshaping``.

    >>> import numpy as np
    >>> config = {"kernel_size": (3,), "strides": (2,), "padding": "valid"}
    >>> made = {"layer_name": "c", "layer_class": "Conv1D", "path": "c", "constructor": "Conv1D(1, 3, strides=2)"}
    >>> call = LayerCall(**made, config=config, outputs=(np.ones((1, 3, 1)),))
    >>> find_reach(call, 7)
    [[0, 1, 2], [2, 3, 4], [4, 5, 6]]
    """
    config, kind = call.config, call.layer_class
    if not call.outputs or call.outputs[0].ndim != 3 or config.get("data_format") == "channels_first":
        return None
    count = int(call.outputs[0].shape[1])
    if kind in ("Conv1D", "SeparableConv1D", "DepthwiseConv1D"):
        return _windows(count, steps, _one(config["kernel_size"]), config, _one(config.get("dilation_rate", 1)))
    if kind in ("MaxPooling1D", "AveragePooling1D"):
        return _windows(count, steps, _one(config["pool_size"]), config, 1)
    if kind == "UpSampling1D":
        return [[t // _one(config["size"])] for t in range(count)]
    if kind in ("ZeroPadding1D", "Cropping1D"):
        given = config["padding" if kind == "ZeroPadding1D" else "cropping"]
        first = given if isinstance(given, int) else given[0]
        shift = -first if kind == "ZeroPadding1D" else first
        return [[t + shift] if 0 <= t + shift < steps else [] for t in range(count)]
    return None


def _windows(count: int, steps: int, size: int, config: Any, dilation: int) -> list[list[int]]:
    stride = _one(config.get("strides") or size)
    reach = (size - 1) * dilation
    left = {"causal": reach, "same": max((count - 1) * stride + reach + 1 - steps, 0) // 2}.get(config["padding"], 0)
    return [[at for k in range(size) if 0 <= (at := t * stride - left + k * dilation) < steps] for t in range(count)]


def _one(value: Any) -> int:
    return int(value[0]) if isinstance(value, (list, tuple)) else int(value)
