"""Run the real model forwards and back: the gradient of its output to each timestep read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import keras
import numpy as np

from unrolled.keras_bridge.gradient_targets import Target
from unrolled.keras_bridge.hooks import hearing
from unrolled.keras_bridge.model_runs import ModelInputs
from unrolled.keras_bridge.models import naming_arrays, read_model
from unrolled.keras_bridge.nested_layers import variables_of
from unrolled.keras_bridge.probes import Mark, Probe, Prober
from unrolled.keras_bridge.pullbacks import make_pull
from unrolled.keras_bridge.snapshots import left_as_found
from unrolled.keras_bridge.tensors import Tensor
from unrolled.keras_bridge.tracing import check_may_run, check_model
from unrolled.model_io.datasets import is_dataset, read_batches
from unrolled.model_io.inputs import cut_batches, read_x
from unrolled.model_io.signature import ModelIO
from unrolled.traces.cells import Array
from unrolled.traces.sensitivities import LayerSensitivity, Sensitivity

_ROWS = 2**16  # samples · timesteps that go through the model at once


def sensitivity(
    model: Any,
    x: Any,
    *,
    output: int | str | None = None,
    step: int = -1,
    unit: int | None = None,
) -> Sensitivity:
    """Return how strongly each timestep of ``x`` moves the model's output, read by read.

    One number of the output is differentiated, sample by sample: one ``unit`` of it, at one
    ``step`` where it has a time axis. Without a unit each of them is, and the gradients are the
    root of the sum of their squares. The model runs without dropout, and is left as it was found:
    weights, states, seeds, compile state. A stateful model starts from the states it has, which
    count as given; several batches follow each other.

    Parameters
    ----------
    model : keras.Model
        A built model.
    x : array of shape (batch, timesteps, features), or what the model takes
        As for :func:`unrolled.trace`; ids (batch, timesteps) for a model that begins with an
        Embedding.
    output : int or str, optional
        Which output of the model, where it has several: (batch, units) or (batch, timesteps, units)
        of floats. By its number, its key in the dict that the model returns, or the name of the
        layer that makes it. None: the first one that holds floats.
    step : int
        Which timestep of an output (batch, timesteps, units); -1 is the last one.
    unit : int, optional
        Which unit of the output. Of an output of more axes, (batch, rows, filters) and the like,
        its place among all values of one sample and step.

    Returns
    -------
    Sensitivity
        ``sensitivity["x"].gradients``, by the name of an input, and
        ``sensitivity["lstm"].gradients``, by the name of a layer, have shape (batch, timesteps,
        features) and the model's dtype: the derivative with respect to what was read there at each
        step. Ids have no gradient: the one of their input is with respect to the vectors that the
        Embedding looked up. ``.strength`` (batch, timesteps) is the L2 norm over features; 0 at
        masked steps.

    Raises
    ------
    TypeError
        ``model`` is no Keras model, or ``x`` holds no numbers.
    ValueError
        ``x`` does not fit the model, nothing in the model reads a time axis, the output holds no
        floats, or it has no such output, step or unit; the text says what was expected, what came
        and the fix.

    Notes
    -----
    With ``y_k`` the units of the output, the gradients of a unit are ``dy_k / dx_tf``, and of
    several units ``sqrt(sum_k (dy_k / dx_tf)²)``; the strength of a step is ``sqrt(sum_f
    gradient_tf²)``, which for several units is the Frobenius norm of their Jacobian. How it grows
    or fades with the way back is the subject of Bengio, Simard and Frasconi 1994 and of Pascanu,
    Mikolov and Bengio 2013. It is the slope at ``x``: a state that has saturated may remember a
    step that, moved a little, moves the output no more.

    Examples
    --------
    >>> import keras, numpy as np, unrolled
    >>> inputs = keras.Input((20, 2), name="x")
    >>> h = keras.layers.LSTM(4, name="lstm")(inputs)
    >>> model = keras.Model(inputs, keras.layers.Dense(1)(h))
    >>> found = unrolled.sensitivity(model, np.zeros((3, 20, 2)))
    >>> found["lstm"].gradients.shape, found["x"].strength.shape, found["x"].reach().shape
    ((3, 20, 2), (3, 20), (3,))
    """
    check_model(model)
    check_may_run()
    _check_whole(
        output=None if isinstance(output, str) else output, step=step, unit=unit
    )
    io, target = read_model(model), Target(output, step, unit)
    runs: dict[Any, GradientRun] = {}
    made: list[list[LayerSensitivity]] = []
    with left_as_found(model):
        for batch in _batches(io, x):
            shapes = tuple(a.shape for a in batch)
            with naming_arrays(io, batch):
                if shapes not in runs:
                    runs[shapes] = GradientRun(model, x, batch, target)
                made.append(runs[shapes].run(batch))
    _check_lengths(made)
    reads = [_join(parts) for parts in zip(*made, strict=True)]
    if not reads:
        raise ValueError(_no_time(model, batch))
    return Sensitivity(
        model.name,
        target.words(),
        reads,
        _timeless(runs[shapes].names, batch, [r.name for r in reads]),
    )


def _check_lengths(made: Sequence[Sequence[LayerSensitivity]]) -> None:
    if len({tuple(r.gradients.shape[1:] for r in reads) for reads in made}) > 1:
        raise ValueError(
            "Expected batches of equally many timesteps, got several lengths. "
            "Fix: pass the x of one batch at a time."
        )


def _batches(io: ModelIO, x: Any) -> Iterator[list[Array]]:
    """Yield batches that fit in memory; a model of a fixed batch size takes batches of it."""
    for part in (p for p, _ in read_batches(x)) if is_dataset(x) else [x]:
        arrays = read_x(io, part).require()
        size = None if io.fixed_batch else max(1, _ROWS // _steps(arrays))
        yield from cut_batches(io, arrays, size)


class GradientRun:
    """The way forwards and back of one model on batches of one shape. names: of its inputs."""

    def __init__(
        self, model: Any, x: Any, batch: Sequence[Array], target: Target
    ) -> None:
        self._model, self._target = model, target
        self._inputs = ModelInputs(read_model(model), x, batch)
        self.names = self._inputs.names
        # what a run may change is an input: compiled on JAX it would keep that of the first batch
        self._variables = [v for v in variables_of(model) if not v.trainable]
        self._pull = make_pull(self._listen)
        self._probes: list[Probe]
        self._places: list[int]

    def run(self, batch: Sequence[Array]) -> list[LayerSensitivity]:
        """Run one batch; return for each read how strongly its steps move the output."""
        unit = self._target.unit
        gradients, extras = self._pull_units(batch, [unit or 0])
        masks = [
            extras.pop(0).astype(bool) if p.mask is not None else None
            for p in self._probes
        ]
        if unit is None and self._target.units > 1:
            gradients = self._add_units(batch, gradients)
        for variable, value in zip(self._variables, extras, strict=True):
            variable.assign(
                value
            )  # the states from which the next batch starts
        return [
            LayerSensitivity(
                name=p.name,
                layer_class=p.layer_class,
                gradients=gradient,
                mask=mask,
                go_backwards=p.go_backwards,
                is_recurrent=p.is_recurrent,
                values=np.asarray(batch[self.names.index(p.name)])
                if p.layer_class == "InputLayer"
                else None,
            )
            for p, gradient, mask in zip(
                self._probes, gradients, masks, strict=True
            )
        ]

    def _add_units(
        self, batch: Sequence[Array], first: Sequence[Array]
    ) -> list[Array]:
        """Return the root of the sum of squares over all units; first: the gradients of unit 0."""
        totals = [np.square(g, dtype="float64") for g in first]
        size = (
            1
            if read_model(self._model).fixed_batch
            else max(1, _ROWS // (len(batch[0]) * _steps(batch)))
        )
        rest = list(range(1, self._target.units))
        for start in range(0, len(rest), size):
            units = rest[start : start + size]
            # as many each time, so that one program serves all
            padded = units + units[-1:] * (min(size, len(rest)) - len(units))
            for total, gradient in zip(
                totals, self._pull_units(batch, padded)[0], strict=True
            ):
                each = gradient.reshape(len(padded), *total.shape)[: len(units)]
                total += np.square(each, dtype="float64").sum(axis=0)
        return [
            np.sqrt(t).astype(g.dtype)
            for t, g in zip(totals, first, strict=True)
        ]

    def _pull_units(
        self, batch: Sequence[Array], units: Sequence[int]
    ) -> tuple[list[Array], list[Array]]:
        """Run the batch once for each unit, all at the same time; return gradients and extras.

        One sample does not touch another in an inference run: so many copies of the batch are one
        longer batch.
        """
        tiled = [np.tile(a, (len(units),) + (1,) * (a.ndim - 1)) for a in batch]
        tensors = [
            keras.ops.convert_to_tensor(a, dtype=d)
            for a, d in zip(tiled, self._inputs.dtypes, strict=True)
        ]
        tensors += [keras.ops.convert_to_tensor(v) for v in self._variables]
        picked = keras.ops.convert_to_tensor(
            np.repeat(np.asarray(units, dtype="int32"), len(batch[0]))
        )
        gradients, extras = self._pull(tensors, picked)
        arrays = [
            _as_floats(keras.ops.convert_to_numpy(gradients[place]))
            for place in self._places
        ]
        return arrays, [keras.ops.convert_to_numpy(t) for t in extras]

    def _listen(
        self, mark: Mark, tensors: Sequence[Tensor], units: Tensor
    ) -> tuple[Tensor, list[Tensor]]:
        """Run the model on copies of what it reads; return the sum of the chosen numbers.

        The extras are the masks and the values that variables get: in a stateless run they are not
        assigned.
        """
        places: dict[int, int] = {}

        def mark_counted(tensor: Tensor) -> Tensor:
            copy = mark(tensor)
            if copy is not tensor:
                places[id(copy)] = len(places)
            return copy

        prober, inputs = Prober(mark_counted), tensors[: len(self.names)]
        given = list(
            zip(self._variables, tensors[len(self.names) :], strict=True)
        )
        with keras.StatelessScope(given) as scope, hearing(prober):
            entered = [
                prober.enter(n, t)
                for n, t in zip(self.names, inputs, strict=True)
            ]
            outputs = self._model(self._inputs.arrange(entered), training=False)
        chosen = self._target.choose(outputs, self._model, prober)
        self._probes = prober.probes()
        self._places = [places[id(p.copy)] for p in self._probes]
        masks = [p.mask for p in self._probes if p.mask is not None]
        number = keras.ops.sum(
            keras.ops.take_along_axis(chosen, units[:, None], axis=1)
        )
        return number, [
            *masks,
            *(scope.get_current_value(v) for v in self._variables),
        ]


def _join(parts: Sequence[LayerSensitivity]) -> LayerSensitivity:
    """Return one LayerSensitivity of several batches, one after the other along the axis batch."""
    if len(parts) == 1:
        return parts[0]
    arrays = {
        name: [getattr(p, name) for p in parts]
        for name in ("gradients", "mask", "values")
    }
    joined: dict[str, Any] = {
        name: np.concatenate(a)
        for name, a in arrays.items()
        if a[0] is not None
    }
    return replace(parts[0], **joined)


def _as_floats(array: Array) -> Array:
    """Return an array that NumPy can calculate with: bfloat16 as float32."""
    return array if array.dtype.kind == "f" else array.astype("float32")


def _steps(arrays: Sequence[Array]) -> int:
    return max(a.shape[1] if a.ndim > 1 else 1 for a in arrays)


def _timeless(
    names: Sequence[str], batch: Sequence[Array], read: Sequence[str]
) -> dict[str, str]:
    """Return, for each input of which there is no gradient, why."""
    kinds = {
        "f": "it has no time axis",
        "i": "it holds whole numbers",
        "u": "it holds whole numbers",
    }
    reasons = [kinds.get(a.dtype.kind, "it holds no numbers") for a in batch]
    return {
        name: reason
        for name, reason in zip(names, reasons, strict=True)
        if name not in read
    }


def _no_time(model: Any, batch: Sequence[Array]) -> str:
    shapes = ", ".join(str(a.shape) for a in batch)
    if all(a.dtype.kind in "iub" for a in batch) and any(
        a.ndim > 1 for a in batch
    ):
        return (
            f"Expected floats, or ids that an Embedding looks up, got only whole numbers {shapes} "
            f"for {model.name!r}: they have no gradient. Fix: put an Embedding first, or give "
            "floats (batch, timesteps, features)."
        )
    return (
        "Expected a model that reads a time axis, (batch, timesteps, features), got "
        f"{model.name!r}, which read only {shapes}. Fix: give the timesteps an axis of their own, "
        "as in keras.Input((timesteps, features))."
    )


def _check_whole(**numbers: Any) -> None:
    for name, value in numbers.items():
        if value is None and name != "step":
            continue
        if not isinstance(value, (int, np.integer)) or isinstance(value, bool):
            raise ValueError(
                f"Expected {name} to be a whole number, got {value!r}."
            )
