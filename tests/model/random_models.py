"""Random recurrent models from a seed: cells, flags, masks, states, ways to join layers."""

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import layers
from plans import Plan, one_or_list

LAYERS = {"LSTM": layers.LSTM, "GRU": layers.GRU, "SimpleRNN": layers.SimpleRNN}
CELLS = {
    "LSTM": layers.LSTMCell,
    "GRU": layers.GRUCell,
    "SimpleRNN": layers.SimpleRNNCell,
}
MERGE_MODES = ["concat", "sum", "ave", "mul"]
IDS = 10
#: of the weights; from about 0.7 on a recurrent layer makes the last digit of a float32 grow from
#: step to step
SPREAD = 0.5


@dataclass
class RandomModel:
    """A model, how it was put together, and an x that fits it; batch_size: what to cut x into, None
    for one batch.
    """

    model: Any
    plan: Plan
    arrays: list
    batch_size: int | None

    @property
    def x(self):
        return one_or_list(self.arrays)

    def batches(self):
        size = (
            self.model.inputs[0].shape[0]
            or self.batch_size
            or len(self.arrays[0])
        )
        return [
            [a[k : k + size] for a in self.arrays]
            for k in range(0, len(self.arrays[0]), size)
        ]


def build(seed):
    """Return the RandomModel of a seed."""
    keras.utils.set_random_seed(seed)
    draft = Draft(seed)
    shape = draft.choice(SHAPES, SHARES)
    model = SHAPES[shape](draft)
    for weight in model.weights:
        weight.assign(draft.rng.normal(size=weight.shape) * SPREAD)
    return RandomModel(model, draft.plan, draft.arrays(), draft.batch_size)


class Draft:
    """The draws of one seed, and the model so far."""

    def __init__(self, seed):
        self.rng, self.plan, self._kinds = (
            np.random.default_rng(seed),
            Plan(),
            [],
        )
        self.batch, self.timesteps, self.features = (
            self.below(1, 4),
            self.below(1, 7),
            self.below(1, 4),
        )
        self.stateful, self.masked, self.known = (
            self.chance(0.3),
            self.chance(0.4),
            self.chance(0.7),
        )
        self.batch_size = (
            None if self.stateful or self.chance(0.7) else self.below(1, 3)
        )

    @property
    def may_unroll(self):
        # Keras 3.15 cannot unroll a masked backward layer on PyTorch
        return self.known and not (
            self.masked and keras.backend.backend() == "torch"
        )

    def chance(self, share):
        return bool(self.rng.random() < share)

    def below(self, low, high):
        return int(self.rng.integers(low, high))

    def choice(self, names, shares=None):
        return str(self.rng.choice(list(names), p=shares))

    def enter(self, *shape, kind="numbers", dtype="float32"):
        """Add an input to the model; shape without batch and timesteps unless kind is states."""
        if kind != "states":
            shape = (self.timesteps if self.known else None, *shape)
        self._kinds.append(kind)
        return self.plan.enter(
            keras.Input(
                batch_shape=(self.batch if self.stateful else None, *shape),
                dtype=dtype,
            )
        )

    def arrays(self):
        """Return an array for each input."""
        samples = self.batch * (self.below(1, 4) if self.stateful else 1)
        return [
            self._fill(kind, samples, t)
            for kind, t in zip(self._kinds, self.plan.inputs, strict=True)
        ]

    def _fill(self, kind, samples, tensor):
        steps = () if kind == "states" else (self.timesteps,)
        shape = (samples, *steps, *tensor.shape[1 + len(steps) :])
        if kind == "ids":
            return (
                self.rng.integers(1, IDS, shape)
                * (self.rng.random(shape) < 0.7)
            ).astype("int32")
        if kind == "mask":
            return self.rng.random(shape) < 0.6
        x = self.rng.normal(size=shape)
        if self.masked and kind == "numbers":
            x[self.rng.random(shape[:2]) < 0.4] = 0.0
        return x.astype("float32")


# Ways to put layers together ----------------------------------------------------------------------


def make_stack(draft):
    """Recurrent layers one after the other."""
    made, sequences = add_stack(draft, draft.plan, add_start(draft), last=True)
    return draft.plan.model(
        *(made if draft.chance(0.3) else [add_head(draft, made[0], sequences)])
    )


def make_nested(draft):
    """A model inside a model, called once or twice."""
    first = add_layer(draft, draft.plan, add_start(draft), sequences=True)[0]
    plan = Plan()
    start = plan.enter(keras.Input(batch_shape=first.shape))
    (inner_tensor, *_), sequences = add_stack(draft, plan, start)
    inner = plan.model(inner_tensor, name="inner")
    tensor = draft.plan.call(inner, first, inner=plan)[0]
    if (
        inner_tensor.shape[1:] == start.shape[1:]
        and sequences
        and draft.chance(0.5)
    ):
        tensor = draft.plan.call(inner, tensor, inner=plan)[0]
    return draft.plan.model(add_head(draft, tensor, sequences))


def make_shared(draft):
    """One layer called on two inputs."""
    starts = [draft.enter(draft.features) for _ in range(2)]
    if draft.masked:
        masking = layers.Masking()
        starts = [draft.plan.call(masking, start)[0] for start in starts]
    layer = random_layer(draft, sequences=False)
    tensors = [draft.plan.call(layer, start)[0] for start in starts]
    return draft.plan.model(
        draft.plan.call(
            layers.Dense(2), draft.plan.call(layers.Concatenate(), *tensors)[0]
        )[0]
    )


def make_twice(draft):
    """One layer called on its own output."""
    start = add_start(draft)
    units = start.shape[-1]
    layer = random_layer(draft, sequences=True, units=units, may_wrap=False)
    tensor = draft.plan.call(layer, draft.plan.call(layer, start)[0])[0]
    return draft.plan.model(add_head(draft, tensor, True))


def make_masked(draft):
    """A mask that is an input of the model, given to each layer."""
    draft.masked = True
    tensor, mask = (
        draft.enter(draft.features),
        draft.enter(kind="mask", dtype="bool"),
    )
    for _ in range(draft.below(1, 3)):
        tensor = add_layer(
            draft, draft.plan, tensor, sequences=True, mask=mask
        )[0]
    sequences = draft.chance(0.5)
    tensor = add_layer(
        draft, draft.plan, tensor, sequences=sequences, mask=mask
    )[0]
    return draft.plan.model(add_head(draft, tensor, sequences))


def make_encoder_decoder(draft):
    """A layer that starts from the states of another one, or from an input of the model."""
    kind, units = draft.choice(LAYERS), draft.below(1, 5)
    if draft.chance(0.5):
        encoder = LAYERS[kind](
            units,
            **random_flags(draft, kind, sequences=False)
            | {"return_state": True},
        )
        initial = draft.plan.call(encoder, add_start(draft))[1:]
    else:
        initial = [
            draft.enter(units, kind="states")
            for _ in range(2 if kind == "LSTM" else 1)
        ]
    decoder = LAYERS[kind](units, **random_flags(draft, kind, sequences=True))
    tensor = draft.plan.call(decoder, add_start(draft), initial=initial)[0]
    return draft.plan.model(add_head(draft, tensor, True))


def make_maps(draft):
    """ConvLSTM1D: its states are maps (batch, rows, filters)."""
    tensor = draft.enter(draft.below(2, 5), draft.features)
    # Keras 3.15 cannot mask maps on JAX (its loop lines the mask up with vectors)
    masked = draft.masked and keras.backend.backend() != "jax"
    mask = draft.enter(kind="mask", dtype="bool") if masked else None
    for sequences in [True] * draft.below(0, 2) + [draft.chance(0.5)]:
        flags = random_flags(draft, "LSTM", sequences=sequences)
        del flags["implementation"], flags["unroll"]
        layer = layers.ConvLSTM1D(
            draft.below(1, 4), draft.below(1, 4), padding="same", **flags
        )
        if draft.chance(0.2):
            layer = wrap(draft, layer, layer.cell.filters)
        tensor = draft.plan.call(layer, tensor, mask=mask)[0]
    return draft.plan.model(tensor)


SHAPES = {
    "stack": make_stack,
    "nested": make_nested,
    "shared": make_shared,
    "twice": make_twice,
    "masked": make_masked,
    "encoder-decoder": make_encoder_decoder,
    "maps": make_maps,
}
SHARES = [0.46, 0.09, 0.09, 0.09, 0.09, 0.09, 0.09]


def add_start(draft):
    """Add an input and what makes its mask."""
    if draft.chance(0.15):
        embedding = layers.Embedding(
            IDS, draft.features, mask_zero=draft.masked
        )
        return draft.plan.call(
            embedding, draft.enter(kind="ids", dtype="int32")
        )[0]
    start = draft.enter(draft.features)
    return (
        draft.plan.call(layers.Masking(), start)[0] if draft.masked else start
    )


def add_stack(draft, plan, tensor, *, last=False):
    """Add one to three recurrent layers; return what the last one makes, and whether it is a
    sequence.
    """
    for _ in range(draft.below(0, 3)):
        tensor = add_layer(draft, plan, tensor, sequences=True)[0]
        if draft.chance(0.3):
            tensor = plan.call(layers.Dropout(0.5), tensor)[0]
    sequences = draft.chance(0.5)
    return plan.call(
        random_layer(draft, sequences=sequences, last=last), tensor
    ), sequences


def add_head(draft, tensor, sequences):
    head = layers.Dense(2)
    # Keras 3.15 maps TimeDistributed over a number of timesteps that is not known, where nothing
    # can listen
    if sequences and draft.known and draft.chance(0.3):
        head = layers.TimeDistributed(head)
    return draft.plan.call(head, tensor)[0]


# Layers -------------------------------------------------------------------------------------------


def add_layer(draft, plan, tensor, *, sequences, mask=None):
    """Add a random recurrent layer; return the tensors that it makes."""
    return plan.call(
        random_layer(draft, sequences=sequences), tensor, mask=mask
    )


def random_layer(draft, *, sequences, units=None, may_wrap=True, last=False):
    """Return a recurrent layer; only a last one may make two outputs that belong together."""
    kind, units = draft.choice(LAYERS), units or draft.below(1, 5)
    flags = random_flags(draft, kind, sequences=sequences)
    layer = make_layer(draft, kind, units, flags)
    return (
        wrap(draft, layer, units, last=last)
        if may_wrap and draft.chance(0.2)
        else layer
    )


def wrap(draft, layer, units, *, last=False):
    """Return a Bidirectional around a layer, now and then with a backward layer of its own kind."""
    layer.go_backwards = False
    # Keras 3.15 cannot call a stateful Bidirectional that returns its states (compute_mask
    # multiplies a generator)
    layer.return_state = layer.return_state and not layer.stateful
    merge_mode = (
        None if last and draft.chance(0.3) else draft.choice(MERGE_MODES)
    )
    if not draft.chance(0.3) or isinstance(layer, layers.ConvLSTM1D):
        return layers.Bidirectional(layer, merge_mode=merge_mode)
    kind = draft.choice(LAYERS)
    flags = random_flags(draft, kind, sequences=layer.return_sequences) | {
        "go_backwards": True,
        "return_state": False,
    }
    backward = make_layer(draft, kind, units, flags)
    layer.return_state, layer.stateful = (
        False,
        layer.stateful and backward.stateful,
    )
    backward.stateful = layer.stateful
    return layers.Bidirectional(
        layer, backward_layer=backward, merge_mode=merge_mode
    )


def make_layer(draft, kind, units, flags):
    """Return LSTM(units), RNN(LSTMCell(units)), RNN([LSTMCell(n), LSTMCell(units)]) or the like."""
    way = draft.choice(["layer", "cell", "cells"], [0.7, 0.15, 0.15])
    if way == "layer":
        return LAYERS[kind](units, **flags)
    around = {
        n: flags[n]
        for n in (
            "return_sequences",
            "return_state",
            "go_backwards",
            "stateful",
            "unroll",
        )
    }
    inside = {
        n: f
        for n, f in flags.items()
        if n not in around and n != "implementation"
    }
    cells = [CELLS[kind](units, **inside)]
    if way == "cells":
        cells.insert(0, CELLS[draft.choice(CELLS)](draft.below(1, 5)))
        # Keras 3.15 cannot keep the states of stacked cells from batch to batch (reset_state
        # expects them flat)
        around["stateful"] = False
    return layers.RNN(cells if way == "cells" else cells[0], **around)


def random_flags(draft, kind, *, sequences):
    flags = {
        "return_sequences": sequences,
        "return_state": draft.chance(0.3),
        "go_backwards": draft.chance(0.3),
        "stateful": draft.stateful,
        "unroll": draft.chance(0.3) and draft.may_unroll,
        "use_bias": draft.chance(0.8),
        "activation": draft.choice(
            ["tanh", "relu", "linear", "softsign"], [0.7, 0.1, 0.1, 0.1]
        ),
        "dropout": 0.4 * draft.chance(0.5),
        "recurrent_dropout": 0.4 * draft.chance(0.5),
    }
    if kind != "SimpleRNN":
        flags["recurrent_activation"] = draft.choice(
            ["sigmoid", "hard_sigmoid"]
        )
        flags["implementation"] = draft.below(1, 3)
    if kind == "GRU":
        flags["reset_after"] = draft.chance(0.5)
    return flags
