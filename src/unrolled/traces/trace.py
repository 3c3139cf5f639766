"""One run of a model, as a collection of its layer calls. Plain NumPy, knows no Keras."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Any, TypeVar, overload

from unrolled.axes import say_count
from unrolled.model_io.nested import Path, numbered
from unrolled.plain_text import printable_line
from unrolled.traces.cells import Array
from unrolled.traces.compiled import CompiledLoss
from unrolled.traces.layer_calls import LayerCall, Provenance, nest
from unrolled.traces.names import find_named
from unrolled.traces.recurrent_calls import RecurrentCall

Kind = TypeVar("Kind", bound="LayerCall")
_PATH, _NAME = attrgetter("path"), attrgetter("layer_name")


class Trace:
    """One run of a model: its inputs, every layer call in order, its outputs.

    Made by :func:`unrolled.trace`. Where the run took several batches the arrays here are theirs,
    one after the other along the axis batch. A trace is a collection of its layer calls: ``for call
    in trace``, ``"lstm" in trace``, ``len(trace)``.

    Attributes
    ----------
    model_name : str
        As Keras has it.
    inputs : tuple of LayerCall
        A call for each input of the model; its one output is the array that was given.
    calls : tuple of LayerCall
        Every layer call, in call order: an outer call before the calls inside it.
    outputs : tuple of array
        What the model returned, flat.
    output_sources : tuple of LayerCall or None
        Per output the call that made it.
    output_indices : tuple of int
        Per output which of that call's outputs it is.
    output_paths : tuple of path
        Per output where it stands in what the model returns: keys and numbers.
    output_names : tuple of str
        Per output its name: the key in a dict, or the layer that made it.
    outputs_made_from : tuple of Provenance or None
        Per output how it was made in ``call()``; None where a layer made it.
    batches : tuple of Trace
        A trace of each batch.
    stateful : bool
        Whether a layer keeps its states from batch to batch.
    x_made_up, training : bool
        Whether the values of x were made up; whether dropout acted.

    Examples
    --------
    >>> import numpy as np
    >>> x = LayerCall(
    ...     layer_name="x", layer_class="InputLayer", path="x", constructor="Input((5, 2))",
    ...     outputs=(np.zeros((3, 5, 2)),),
    ... )
    >>> lstm = RecurrentCall(
    ...     layer_name="lstm", layer_class="LSTM", path="lstm", constructor="LSTM(4)",
    ...     inputs=x.outputs, outputs=(np.zeros((3, 4)),), sources=(x,),
    ...     cell_class="LSTMCell", states=(np.zeros((3, 5, 4)),),
    ... )
    >>> trace = Trace("model", [x], [lstm], lstm.outputs, [lstm])
    >>> trace.recurrent("lstm").h.shape, trace["x"] is x, "lstm" in trace, len(trace)
    ((3, 5, 4), True, True, 1)
    """

    #: what the model was compiled with, which says how labels meet its outputs; None if it was not
    compiled_loss: CompiledLoss | None = None

    inputs: tuple[LayerCall, ...]
    calls: tuple[LayerCall, ...]
    outputs: tuple[Array, ...]
    output_sources: tuple[LayerCall | None, ...]
    outputs_made_from: tuple[Provenance | None, ...]

    def __init__(
        self,
        model_name: str,
        inputs: Sequence[LayerCall],
        calls: Sequence[LayerCall],
        outputs: Sequence[Array],
        output_sources: Sequence[LayerCall | None],
        *,
        output_paths: Sequence[Path] = (),
        output_names: Sequence[str] = (),
        output_indices: Sequence[int] = (),
        outputs_made_from: Sequence[Provenance | None] = (),
        stateful: bool = False,
        x_made_up: bool = False,
        training: bool = False,
    ) -> None:
        self.model_name = model_name
        self.inputs = tuple(inputs)
        self.calls = tuple(calls)
        nest(self.calls)
        self.outputs = tuple(outputs)
        count = len(self.outputs)
        self.output_sources = tuple(output_sources)
        # without them: a flat list of outputs, each the only one of the layer that made it
        self.output_paths = tuple(output_paths or numbered(count))
        self.output_indices = tuple(output_indices or [0] * count)
        self.outputs_made_from = tuple(outputs_made_from or [None] * count)
        makers = [getattr(maker, "layer_name", "") for maker in output_sources]
        self.output_names = tuple(output_names or makers)
        self.stateful = stateful
        self.x_made_up = x_made_up
        self.training = training
        # so that one batch is read like several of them
        self.batches: tuple[Trace, ...] = (self,)

    @property
    def samples(self) -> int:
        """The number of samples that were run: the length of the axis batch."""
        samples = 0
        for batch in self.batches:
            # all inputs have as many samples
            first, *_ = batch.inputs
            (x,) = first.outputs
            samples += len(x)
        return samples

    @overload
    def call(self, name: str) -> LayerCall: ...

    @overload
    def call(self, name: str, kind: type[Kind]) -> Kind: ...

    def call(self, name: str, kind: type[LayerCall] = LayerCall) -> LayerCall:
        """Return the one call of a layer, or an input, by its name or path.

        Parameters
        ----------
        name : str
            ``"lstm"``, or ``"encoder/lstm"`` where it is nested.
        kind : type, optional
            The class that the call must have, so that a type checker knows it: ``trace.call("both",
            BidirectionalCall).forward``.

        Returns
        -------
        LayerCall
            Of the class ``kind``.

        Raises
        ------
        KeyError
            No such layer was called, or it was called several times; the text lists the names.
        TypeError
            The call is of another class.
        """
        first, *others = self.calls_of(name)
        # the first one may not be the one that is meant
        if others:
            times = 1 + len(others)
            each_once = dict.fromkeys(map(_PATH, [first, *others]))
            paths = ", ".join(each_once)
            raise KeyError(
                f"{name!r} was called {times} times. "
                f"Fix: trace.calls_of({name!r})[0], or one of the paths {paths}."
            )
        if not isinstance(first, kind):
            expected, got = kind.__name__, type(first).__name__
            raise TypeError(
                f"Expected {name!r} to be a {expected}, got a {got}: {first.constructor}."
            )
        return first

    def recurrent(self, name: str) -> RecurrentCall:
        """Return the one call of a recurrent layer, with its states and gates. As :meth:`call`."""
        return self.call(name, RecurrentCall)

    def calls_of(self, name: str) -> tuple[LayerCall, ...]:
        """Return all calls of the layer with this name or path, in call order; of an input its one.

        Raises KeyError, with the names there are.
        """
        known = (*self.calls, *self.inputs)
        paths, names = map(_PATH, known), map(_NAME, known)
        found = find_named(name, known, paths, names)
        if not found:
            there = ", ".join(self._ipython_key_completions_())
            raise KeyError(
                f"no layer named {name!r} was called. Layers of this trace: {there}."
            )
        return tuple(found)

    def __getitem__(self, name: str) -> Any:
        """Return the call of the layer or input with this name or path.

        A list where it was called more than once.

        Raises KeyError, with the names there are.
        """
        first, *others = self.calls_of(name)
        # most layers are called once, and their call is what is meant
        if not others:
            return first
        return [first, *others]

    def __iter__(self) -> Iterator[LayerCall]:
        """Yield every layer call, in call order."""
        return iter(self.calls)

    def __len__(self) -> int:
        """Return the number of layer calls."""
        return len(self.calls)

    def __bool__(self) -> bool:
        """Return True: a model that calls no layer was run too."""
        return True

    def __contains__(self, name: object) -> bool:
        """Return whether a layer or input of this name or path was called.

        Or whether this call is in the trace.
        """
        known = (*self.calls, *self.inputs)
        paths, names = map(_PATH, known), map(_NAME, known)
        return name in [*known, *paths, *names]

    def _ipython_key_completions_(self) -> list[str]:
        """Return what may stand between the brackets, for completion."""
        known = (*self.calls, *self.inputs)
        # a layer that was called twice is named once
        paths = dict.fromkeys(map(_PATH, known))
        return list(paths)

    def __repr__(self) -> str:
        samples = say_count(self.samples, "samples")
        batches = say_count(len(self.batches), "batches")
        title = f"<Trace of {self.model_name}: {samples} in {batches}"
        # a call of its own makes its line printable
        lines = [printable_line(title), *map(repr, self.calls)]
        text = "\n  ".join(lines)
        return f"{text}>"
