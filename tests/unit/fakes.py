"""Traces made without Keras: random models as plain arrays, for tests of what is drawn and said."""

import numpy as np
from hypothesis import strategies as st

from unrolled.traces.joined import join
from unrolled.traces.layer_calls import LayerCall, Weights
from unrolled.traces.recurrent_calls import RecurrentCall
from unrolled.traces.trace import Trace

NAMES = st.one_of(
    st.sampled_from(
        [
            "lstm",
            "dense_1",
            "a_rather_long_layer_name_that_nobody_would_write_but_somebody_did",
        ]
    ),
    st.text(max_size=30),
)


def array(rng, *shape):
    return rng.normal(size=shape).astype("float32")


def input_call(name, values):
    return LayerCall(
        layer_name=name,
        layer_class="InputLayer",
        path=name,
        constructor="Input()",
        outputs=(values,),
    )


def steps_of(array):
    return array.shape[1] if array.ndim > 2 else 1


def step_by_step(sources, outputs):
    """The reach of a layer that works on each step alone; it mixes all where it cannot."""
    reach = {}
    for number, source in enumerate(sources):
        steps, source_steps = steps_of(outputs), steps_of(source.outputs[0])
        same = steps == source_steps
        matrix = np.eye(steps) if same else np.ones((steps, source_steps))
        reach[0, number] = matrix.astype(bool)
    return reach


def layer_call(kind, name, sources, outputs, **extra):
    extra.setdefault("constructor", f"{kind}({outputs.shape[-1]})")
    extra.setdefault("reach", step_by_step(sources, outputs))
    return LayerCall(
        layer_name=name,
        layer_class=kind,
        path=name,
        inputs=tuple(s.outputs[0] for s in sources),
        sources=tuple(sources),
        outputs=(outputs,),
        **extra,
    )


def recurrent_call(
    rng,
    name,
    source,
    units,
    *,
    kind="LSTM",
    sequences=True,
    backwards=False,
    stateful=False,
    mask=None,
    encoder=None,
):
    x = source.outputs[0]
    batch, timesteps = x.shape[:2]
    encoders = () if encoder is None else (encoder,) * len(encoder.states)
    states = tuple(
        array(rng, batch, timesteps, units)
        for _ in range(2 if kind == "LSTM" else 1)
    )
    last = 0 if backwards else -1
    output = states[0]
    if backwards:
        output = states[0][:, ::-1]
    if not sequences:
        output = states[0][:, last]
    flags = (
        f", return_sequences={sequences}"
        + ", go_backwards=True" * backwards
        + ", stateful=True" * stateful
    )
    return RecurrentCall(
        layer_name=name,
        layer_class=kind,
        path=name,
        constructor=f"{kind}({units}{flags})",
        inputs=(x,),
        sources=(source, *encoders),
        source_indices=(0, *range(1, len(encoders) + 1)),
        outputs=(output,),
        mask=mask,
        cell_class=f"{kind}Cell",
        states=states,
        gates={},
        initial_state=tuple(
            np.zeros((batch, units), "float32") for _ in states
        ),
        final_state=tuple(s[:, last] for s in states),
        go_backwards=backwards,
        stateful=stateful,
        return_sequences=sequences,
        weights=Weights(12, "4·(1·(1+1)+1) = 12"),
    )


def chain(
    seed,
    *,
    batch=3,
    timesteps=5,
    features=2,
    layers=(("LSTM", 4, False),),
    name="model",
    stateful=False,
    mask=False,
):
    """Recurrent layers (kind, units, backwards), the last with one output, and a Dense."""
    rng = np.random.default_rng(seed)
    start = input_call("x", array(rng, batch, timesteps, features))
    calls, source = [], start
    for k, (kind, units, backwards) in enumerate(layers):
        masked = rng.random((batch, timesteps)) < 0.7 if mask else None
        call = recurrent_call(
            rng,
            f"{kind}_{k}",
            source,
            units,
            kind=kind,
            sequences=k < len(layers) - 1,
            backwards=backwards,
            stateful=stateful,
            mask=masked,
        )
        calls.append(call)
        source = call
    dense = layer_call(
        "Dense",
        "dense",
        [source],
        array(rng, batch, 1),
        weights=Weights(5, "4·1+1 = 5"),
    )
    return Trace(
        name,
        [start],
        [*calls, dense],
        [dense.outputs[0]],
        [dense],
        stateful=stateful,
    )


@st.composite
def traces(draw):
    """A random trace: recurrent and plain layers that read any earlier call, in several batches."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    batch, features = draw(st.integers(1, 6)), draw(st.integers(1, 12))
    timesteps = draw(st.sampled_from([1, 2, 5, 8, 9, 40, 3000]))
    plan = draw(
        st.lists(
            st.tuples(st.sampled_from(list(MAKERS)), st.integers(0, 9), NAMES),
            min_size=1,
            max_size=7,
        )
    )
    units, stateful = draw(st.integers(1, 20)), draw(st.booleans())
    seeds = [int(s) for s in rng.integers(0, 10**6, draw(st.integers(1, 4)))]
    return join(
        [
            _one(seed, batch, timesteps, features, plan, units, stateful)
            for seed in seeds
        ]
    )


def _one(seed, batch, timesteps, features, plan, units, stateful):
    rng = np.random.default_rng(seed)
    start = input_call("x", array(rng, batch, timesteps, features))
    known = [start]
    for kind, pick, name in plan:
        source = known[pick % len(known)]
        call = MAKERS[kind](rng, name, source, units, stateful, known)
        if call is not None:
            known.append(call)
    last = known[-1]
    return Trace(
        "model <&\">'",
        [start],
        known[1:],
        [last.outputs[0]],
        [last],
        stateful=stateful,
    )


def _rnn(kind, *, sequences, backwards=False):
    def make(rng, name, source, units, stateful, known):
        if source.outputs[0].ndim != 3:
            return None
        shape = source.outputs[0].shape[:2]
        mask = rng.random(shape) < 0.6 if units % 3 == 0 else None
        return recurrent_call(
            rng,
            name,
            source,
            units,
            kind=kind,
            sequences=sequences,
            backwards=backwards,
            stateful=stateful,
            mask=mask,
        )

    return make


def _decoder(rng, name, source, units, stateful, known):
    encoders = [c for c in known if isinstance(c, RecurrentCall)]
    if source.outputs[0].ndim != 3 or not encoders:
        return None
    encoder = encoders[units % len(encoders)]
    return recurrent_call(
        rng,
        name,
        source,
        encoder.units,
        kind=encoder.layer_class,
        encoder=encoder,
    )


def _dense(rng, name, source, units, stateful, known):
    shape = source.outputs[0].shape
    return layer_call(
        "Dense",
        name,
        [source],
        array(rng, *shape[:-1], units),
        weights=Weights(7, "3·2+1 = 7"),
    )


def _repeat(rng, name, source, units, stateful, known):
    x = source.outputs[0]
    return (
        layer_call("RepeatVector", name, [source], np.repeat(x[:, None], 6, 1))
        if x.ndim == 2
        else None
    )


def _flatten(rng, name, source, units, stateful, known):
    x = source.outputs[0]
    return layer_call("Flatten", name, [source], x.reshape(len(x), -1))


def _add(rng, name, source, units, stateful, known):
    twins = [c for c in known if c.outputs[0].shape == source.outputs[0].shape]
    return layer_call(
        "Add", name, [source, twins[0]], source.outputs[0] + twins[0].outputs[0]
    )


def _image(rng, name, source, units, stateful, known):
    return layer_call(
        "MyLayer", name, [source], array(rng, len(source.outputs[0]), 3, 4, 2)
    )


MAKERS = {
    "lstm": _rnn("LSTM", sequences=True),
    "lstm last": _rnn("LSTM", sequences=False),
    "gru": _rnn("GRU", sequences=True),
    "gru back": _rnn("GRU", sequences=False, backwards=True),
    "simple": _rnn("SimpleRNN", sequences=True, backwards=True),
    "decoder": _decoder,
    "dense": _dense,
    "repeat": _repeat,
    "flatten": _flatten,
    "add": _add,
    "image": _image,
}
