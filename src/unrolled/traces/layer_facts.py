"""What is known of a layer by the name of its class: the one table that every room asks.

A fact here says how a layer is drawn or worded. Which step moves which is measured on the run
(``call.reach``), never looked up here. A class that is not in the table has no facts: nothing is
claimed of it. Sources: Keras ``src/layers/``, whose class names these are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Masking = Literal["", "makes", "reads", "flattens", "drops"]


@dataclass(frozen=True)
class LayerFacts:
    """What a layer class is known for.

    Attributes
    ----------
    keeps_axes : bool
        What it returns has the axes of what it reads, with the same names: Dropout, Activation,
        Add.
    makes_time : bool
        The second axis of what it returns is time, where it has three: Embedding, RepeatVector.
    makes_units : bool
        The last axis of what it returns are units of its own: Dense.
    shares_weights : bool
        The same weights are used at every step.
    ends_with_activation : bool
        The values it returns are in the range of its argument ``activation``.
    mask : str
        ``makes`` one; ``reads`` it, so that masked steps take no part; ``flattens`` the steps,
        masked ones too; ``drops`` it without reading it; empty where Keras hands the mask on, or
        where that is not known.
    reads_ids : bool
        It looks up whole numbers in a table.
    reads_time : bool
        It reads the second axis of its input as time.
    rearranges : bool
        It puts axes or values in another order, so that names of axes do not hold any longer.
    folds : bool
        It only adjusts the values of the layer before it, with which it can share a row.
    """

    keeps_axes: bool = False
    makes_time: bool = False
    makes_units: bool = False
    shares_weights: bool = False
    ends_with_activation: bool = False
    mask: Masking = ""
    reads_ids: bool = False
    reads_time: bool = False
    rearranges: bool = False
    folds: bool = False

    @property
    def keeps_steps(self) -> bool:
        """Whether it leaves the order of the timesteps as it is."""
        # the steps of what it returns are its own, or those that it read
        return any((self.keeps_axes, self.makes_time, self.makes_units))


_SAME = LayerFacts(keeps_axes=True)
_ADJUSTS = LayerFacts(keeps_axes=True, folds=True)
_NORMALISED = LayerFacts(keeps_axes=True, shares_weights=True, folds=True)
_CONVOLVED = LayerFacts(
    shares_weights=True, ends_with_activation=True, mask="drops"
)
_POOLED = LayerFacts(mask="drops")
_READS_MASK = LayerFacts(mask="reads")
_RECURRENT = LayerFacts(makes_time=True, ends_with_activation=True)

_NAMED: Mapping[str, LayerFacts] = {
    "Dense": LayerFacts(
        keeps_axes=True,
        makes_units=True,
        shares_weights=True,
        ends_with_activation=True,
    ),
    "EinsumDense": LayerFacts(
        keeps_axes=True,
        makes_units=True,
        shares_weights=True,
        ends_with_activation=True,
    ),
    "Activation": LayerFacts(
        keeps_axes=True, ends_with_activation=True, folds=True
    ),
    "Embedding": LayerFacts(
        makes_time=True, shares_weights=True, mask="makes", reads_ids=True
    ),
    "Masking": LayerFacts(keeps_axes=True, makes_time=True, mask="makes"),
    "RepeatVector": LayerFacts(makes_time=True),
    "TimeDistributed": LayerFacts(
        makes_time=True, makes_units=True, shares_weights=True, reads_time=True
    ),
    "Bidirectional": LayerFacts(
        makes_time=True, makes_units=True, mask="reads", reads_time=True
    ),
    "LSTM": _RECURRENT,
    "GRU": _RECURRENT,
    "SimpleRNN": _RECURRENT,
    "Attention": _READS_MASK,
    "AdditiveAttention": _READS_MASK,
    "MultiHeadAttention": _READS_MASK,
    "GlobalAveragePooling1D": _READS_MASK,
    "Flatten": LayerFacts(mask="flattens"),
    "Reshape": LayerFacts(mask="drops", rearranges=True),
    "Permute": LayerFacts(mask="drops", rearranges=True),
    "Transpose": LayerFacts(rearranges=True),
    "ZeroPadding1D": LayerFacts(mask="drops"),
    "MaxPooling1D": _POOLED,
    "AveragePooling1D": _POOLED,
    "InputLayer": _SAME,
    "Dropout": _ADJUSTS,
    "SpatialDropout1D": _ADJUSTS,
    "GaussianNoise": _ADJUSTS,
    "GaussianDropout": _ADJUSTS,
    "Identity": _ADJUSTS,
    "ReLU": _ADJUSTS,
    "LeakyReLU": _ADJUSTS,
    "PReLU": _ADJUSTS,
    "ELU": _ADJUSTS,
    "Softmax": _ADJUSTS,
    "Concatenate": _SAME,
    "Add": _SAME,
    "Average": _SAME,
    "Multiply": _SAME,
    "Maximum": _SAME,
    "Minimum": _SAME,
    "Subtract": _SAME,
}
_CONVOLUTIONS = ("Conv", "SeparableConv", "DepthwiseConv")
_OTHER = LayerFacts()


def facts_of(layer_class: str) -> LayerFacts:
    """Return what is known of a layer class; of one that is not known a row of False.

    >>> facts_of("Dense").makes_units, facts_of("BatchNormalization").keeps_axes
    (True, True)
    >>> facts_of("Conv1D").shares_weights, facts_of("MyLayer").keeps_axes
    (True, False)
    """
    if layer_class in _NAMED:
        return _NAMED[layer_class]
    # BatchNormalization, LayerNormalization and those that are still to come
    if layer_class.endswith("Normalization"):
        return _NORMALISED
    # a ConvLSTM has a loop over time, and none of what is known of a convolution
    if "LSTM" in layer_class:
        return _OTHER
    if layer_class.startswith(_CONVOLUTIONS):
        return _CONVOLVED
    # a class of your own may do anything
    return _OTHER
