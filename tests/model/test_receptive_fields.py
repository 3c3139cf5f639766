"""Which input steps an output step reads is told as Keras does it: one input step is raised, and
seen where.
"""

import keras
import numpy as np
import pytest
from keras import layers
from reading import read_arrows
from receptive_fields import find_reach
from test_geometry import assert_tidy

import unrolled

STEPS = 9
WINDOWS = [
    {"padding": p, "strides": s} for p in ("valid", "same") for s in (1, 2, 3)
]
DILATED = [{"padding": p, "dilation_rate": 2} for p in ("valid", "same")]
CAUSAL = [
    {"padding": "causal", "strides": 2},
    {"padding": "causal", "dilation_rate": 3},
]
CASES = [
    *[
        ("Conv1D", (2, size), given)
        for size in (1, 2, 3, 4)
        for given in [*WINDOWS, *DILATED, *CAUSAL]
    ],
    *[("SeparableConv1D", (2, 3), given) for given in [*WINDOWS, *DILATED]],
    *[("DepthwiseConv1D", (3,), given) for given in [*WINDOWS, *DILATED]],
    *[
        ("Conv1DTranspose", (2, size), given)
        for size in (1, 2, 3, 4, 5)
        for given in WINDOWS
    ],
    *[
        (
            "Conv1DTranspose",
            (2, 3),
            {"padding": p, "strides": 2, "output_padding": 1},
        )
        for p in ("valid", "same")
    ],
    *[
        ("Conv3D", (2, (size, 2, 1)), given)
        for size in (2, 3, 4)
        for given in WINDOWS
    ],
    *[
        ("Conv3DTranspose", (2, (size, 2, 2)), given)
        for size in (2, 3)
        for given in WINDOWS
    ],
    *[
        (f"{kind}1D", (size,), given)
        for kind in ("MaxPooling", "AveragePooling")
        for size in (2, 3)
        for given in WINDOWS
    ],
    *[
        (f"{kind}3D", ((size, 1, 2),), given)
        for kind in ("MaxPooling", "AveragePooling")
        for size in (2, 3)
        for given in [*WINDOWS, {}]
    ],
    ("UpSampling1D", (2,), {}),
    ("UpSampling3D", ((3, 1, 1),), {}),
    ("ZeroPadding1D", (2,), {}),
    ("ZeroPadding1D", ((1, 3),), {}),
    ("ZeroPadding3D", (((1, 2), (0, 0), (0, 1)),), {}),
    ("Cropping1D", ((2, 1),), {}),
    ("Cropping3D", (((2, 1), (1, 0), (0, 0)),), {}),
]


@pytest.mark.parametrize(("kind", "given", "settings"), CASES)
def test_a_step_reads_the_steps_that_it_is_told_to_read(kind, given, settings):
    keras.utils.set_random_seed(1)
    layer = getattr(layers, kind)(*given, **settings)
    x = (
        np.random.default_rng(0)
        .normal(size=(1, STEPS, *(3, 4) * ("3D" in kind), 2))
        .astype("float32")
    )
    trace = unrolled.trace(
        keras.Sequential([keras.Input(x.shape[1:]), layer]), x
    )
    told = find_reach(
        next(c for c in trace.calls if c.layer_class == kind), STEPS
    )
    seen = [[] for _ in trace.outputs[0][0]]
    for t in range(STEPS):
        for at in np.flatnonzero(moved_by(layer, x, t)):
            seen[at].append(t)
    assert told == seen


def test_what_the_backends_do_not_agree_on_is_not_told():
    """TensorFlow on a CPU begins at step 1 here, not at step 0 as with Conv1D."""
    layer, x = (
        layers.Conv3D(2, (1, 2, 2), strides=3, padding="same"),
        np.ones((1, STEPS, 3, 4, 2), "float32"),
    )
    trace = unrolled.trace(
        keras.Sequential([keras.Input(x.shape[1:]), layer]), x
    )
    assert find_reach(trace.calls[-1], STEPS) is None


def moved_by(layer, x, t):
    """Return which output steps differ, bool (timesteps,), where one input step is raised."""
    raised = x.copy()
    raised[:, t] += 10.0
    before, after = (keras.ops.convert_to_numpy(layer(a)) for a in (x, raised))
    return (before != after).any(axis=(0, *range(2, before.ndim)))


def test_a_convolution_over_frames_has_an_arrow_from_each_frame_it_reads():
    model = keras.Sequential(
        [
            keras.Input((5, 4, 4, 1)),
            layers.Conv3D(2, (3, 2, 2), padding="same", name="frames"),
        ]
    )
    diagram = unrolled.draw(model)
    assert_tidy(diagram.scene)
    arrows = read_arrows(diagram.scene)
    title = next(b for _, b in arrows).partition(", t")[0]
    expected = {
        (f"Input data, t = {t + k}", f"{title}, t = {t}")
        for t in range(5)
        for k in (-1, 0, 1)
        if 0 <= t + k < 5
    }
    assert set(arrows) == expected
    assert "a step reads up to 3 steps of the row below" in {
        note.short() for row in diagram._rows for note in row.notes
    }
