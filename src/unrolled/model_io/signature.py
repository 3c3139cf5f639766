"""What a model takes and returns, read once: names, shapes, nesting, batch size.

Plain data, knows no Keras.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from unrolled.model_io.matching import spell_parts
from unrolled.model_io.nested import Path, keys


@dataclass(frozen=True, kw_only=True)
class InputSpec:
    """One input of a model.

    Attributes
    ----------
    name : str
        Of the input.
    shape : tuple of int or None
        With the axis batch first; None where any size will do.
    dtype : str
        That Keras turns the array into; ``string`` for text.
    layer_name : str
        Of the InputLayer that stands for it.
    optional : bool
        Whether None may be given for it.
    ids : int or None
        How many ids it may hold, where an Embedding looks them up.
    """

    name: str
    shape: tuple[int | None, ...]
    dtype: str
    layer_name: str = ""
    optional: bool = False
    ids: int | None = None


@dataclass(frozen=True, kw_only=True)
class OutputSpec:
    """One output of a model, as far as it is known without a run.

    Attributes
    ----------
    name : str
        Its key in the dict that the model returns, or the name of the layer that makes it.
    shape : tuple of int or None
        With the axis batch first.
    path : tuple
        The keys and numbers that lead to it in what the model returns.
    activation : str
        The activation that it ends with; empty where that is not known.
    """

    name: str
    shape: tuple[int | None, ...]
    path: Path = ()
    activation: str = ""


@dataclass(frozen=True, kw_only=True)
class ModelIO:
    """What a model takes and returns.

    Attributes
    ----------
    name : str
        Of the model.
    inputs : tuple of InputSpec
        In the model's order; empty where it does not say (a subclass).
    outputs : tuple of OutputSpec
        In the model's order; empty where it does not say.
    input_paths : tuple of tuples
        Where each input stands in what the model takes.
    input_structure : object
        What the model takes, with a tensor for each input; None where it does not say.
    output_structure : object
        What the model returns, likewise.
    takes_any_timesteps : bool
        Whether Keras lets it run on another number of timesteps than it was built for (a Sequential
        model).
    is_sequential : bool
        Whether it is one, which does not know the names of its outputs.
    reads_sorted_keys : bool
        Whether it gets the arrays of a dict in the order of all keys, so that one too many moves
        those behind it.

    Examples
    --------
    >>> spec = InputSpec(name="x", shape=(4, None, 2), dtype="float32")
    >>> io = ModelIO(name="m", inputs=(spec,), input_paths=((),))
    >>> io.fixed_batch, io.names, io.spell_inputs()
    (4, ['x'], 'x')
    """

    name: str
    inputs: tuple[InputSpec, ...] = ()
    outputs: tuple[OutputSpec, ...] = ()
    input_paths: tuple[Path, ...] = ()
    input_structure: Any = None
    output_structure: Any = None
    takes_any_timesteps: bool = False
    is_sequential: bool = False
    reads_sorted_keys: bool = False

    @property
    def called(self) -> str:
        """The model in a sentence."""
        return f"the model {self.name!r}"

    @property
    def names(self) -> list[str]:
        """The names of the inputs."""
        names = map(attrgetter("name"), self.inputs)
        return list(names)

    @property
    def fixed_batch(self) -> int | None:
        """The batch size that the model was built for; None where any will do."""
        for spec in self.inputs:
            # an input of no axis has no batch
            sizes = spec.shape[:1]
            if any(sizes):
                return sizes[0]
        return None

    @property
    def keys(self) -> list[Any]:
        """The keys that a dict of inputs has, in the order of the inputs."""
        if isinstance(self.input_structure, Mapping):
            return keys(self.input_structure)
        # Keras looks the arrays of a dict up by the names of its inputs
        return self.names

    def spell_inputs(self) -> str:
        """Return how x is written, with a variable for each array."""
        return spell_parts("x", self.input_paths, self.names)
