"""What a Sensitivity says and how it is plotted. Needs no TensorFlow."""

import subprocess
import sys
import warnings

import numpy as np
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from test_plots import axes_of, check_readable

import unrolled
from unrolled.scenes.colors import color
from unrolled.traces.sensitivities import LayerSensitivity, Sensitivity


def read(
    name="lstm",
    kind="LSTM",
    *,
    strength=None,
    batch=2,
    timesteps=6,
    features=2,
    seed=0,
    values=None,
    **more,
):
    """Return a LayerSensitivity of random gradients, or of these strengths (batch, timesteps)."""
    rng = np.random.default_rng(seed)
    gradients = rng.normal(size=(batch, timesteps, features)).astype("float32")
    if strength is not None:
        gradients = np.stack(
            [
                np.asarray(strength, "float32"),
                np.zeros(np.shape(strength), "float32"),
            ],
            axis=-1,
        )
    if kind == "InputLayer" and values is None:
        values = rng.normal(size=gradients.shape).astype("float32")
    more.setdefault("is_recurrent", kind in ("LSTM", "GRU", "SimpleRNN"))
    return LayerSensitivity(
        name=name, layer_class=kind, gradients=gradients, values=values, **more
    )


def memory(*reads, name="model", target="unit 0 of the output", **more):
    return Sensitivity(
        name, target, reads or (read("x", "InputLayer"), read()), **more
    )


# Numbers and words --------------------------------------------------------------------------------


def test_strength_is_the_norm_over_features_and_share_adds_up_to_one():
    maps = np.random.default_rng(0).normal(size=(3, 4, 2, 5))
    layer = LayerSensitivity(
        name="maps", layer_class="ConvLSTM1D", gradients=maps
    )
    np.testing.assert_allclose(
        layer.strength, np.sqrt((maps**2).sum(axis=(2, 3)))
    )
    np.testing.assert_allclose(
        layer.share, layer.strength / layer.strength.sum(axis=1, keepdims=True)
    )
    assert read().strength.dtype == np.float32
    nothing = read(strength=np.zeros((2, 6)))
    assert not nothing.share.any()
    large = LayerSensitivity(
        name="x",
        layer_class="LSTM",
        gradients=np.full((1, 2, 3), 1e30, "float32"),
    )
    np.testing.assert_allclose(large.strength, np.sqrt(3) * 1e30, rtol=1e-6)


@pytest.mark.parametrize(
    ("strength", "share", "steps"),
    [
        ([0, 0, 0, 1], 0.9, 1),
        ([1, 0, 0, 0], 0.9, 1),
        ([9, 0, 0, 1], 0.9, 4),
        ([1, 0, 0, 9], 0.9, 1),
        ([1, 1, 1, 1], 0.5, 2),
        ([1, 1, 1, 1], 0.51, 3),
        ([1, 1, 1, 1], 1, 4),
        ([1, 4, 4, 0], 0.9, 3),
        ([0, 4, 4, 0], 0.9, 2),
        ([0, 0, 0, 0], 0.9, 0),
    ],
)
def test_reach_counts_back_from_the_last_step_that_moves_the_output(
    strength, share, steps
):
    assert read(strength=[strength]).reach(share).tolist() == [steps]
    assert read(strength=[strength[::-1]], go_backwards=True).reach(
        share
    ).tolist() == [steps]


@given(
    st.lists(st.floats(0, 1e6, width=32), min_size=1, max_size=40),
    st.floats(0.01, 1),
)
def test_reach_is_the_fewest_steps_that_hold_the_share(strength, share):
    layer = read(strength=[strength])
    kept = layer.strength[0].astype("float64")
    while len(kept) and kept[-1] == 0:
        kept = kept[:-1]
    held = [
        kept[len(kept) - n :].sum() >= share * kept.sum() * (1 - 1e-9)
        for n in range(len(kept) + 1)
    ]
    assert layer.reach(share).tolist() == [held.index(True) if len(kept) else 0]


@pytest.mark.parametrize(
    "bad", [0, -0.1, 1.01, True, float("nan"), "a", None, [0.5]]
)
def test_a_share_that_is_none(bad):
    with pytest.raises(
        ValueError,
        match=r"share to be a number above 0 and at most 1, got .*\. Fix: reach\(0\.9\)\.",
    ):
        read().reach(bad)


def test_the_table_has_a_line_for_each_read():
    fading = 0.5 ** np.arange(9, -1, -1.0)
    lines = str(
        memory(
            read("x", "InputLayer", strength=[fading, fading]),
            read("a/lstm", strength=[fading, np.ones(10)]),
            read(
                "back",
                "GRU",
                strength=[fading[::-1], fading[::-1]],
                go_backwards=True,
            ),
        )
    ).splitlines()
    assert (
        lines[0]
        == "<Sensitivity of model: how strongly each timestep moves unit 0 of the output "
        "(2 samples, mean)"
    )
    assert lines[1].split("  ")[1] == "read by"
    assert [line.split()[-4:] for line in lines[2:]] == [
        ["10", "0.00195", "1", "4"],
        ["0.501", "1", "4", "to", "9"][-4:],
        ["10", "1", "0.00195", "4>"],
    ]
    assert "back (GRU, backwards)" in lines[4]
    assert len({len(line.rstrip(">")) for line in lines[1:]}) == 1
    assert "(1 sample)" in repr(memory(read(batch=1)))


def test_what_moves_nothing_is_said():
    assert "does not depend on what was read there" in str(
        memory(read(strength=np.zeros((1, 3))))
    )
    assert "does not depend" not in str(memory())


def test_a_name_does_not_steer_the_terminal():
    assert "\x1b" not in repr(memory(read("a\x1b[31m"), name="\x1b[0m"))


def test_reads_are_found_by_name_and_path():
    first, second, inner, x = (
        read("lstm"),
        read("lstm", seed=1),
        read("outer/gru", "GRU"),
        read("x", "InputLayer"),
    )
    found = memory(
        x, first, inner, second, timeless={"ids": "it holds whole numbers"}
    )
    assert found["lstm"] == [first, second]
    assert found["outer/gru"] is found["gru"] is inner
    assert found.names == ("x", "lstm[0]", "outer/gru", "lstm[1]")
    assert (found.inputs, found.layers) == ((x,), (first, inner, second))
    assert repr(inner) == "<LayerSensitivity of outer/gru: gradients (2, 6, 2)>"
    with pytest.raises(
        KeyError,
        match=r"nothing named 'dense' read a time axis\. What did: x, lstm, outer/gru\.",
    ):
        found["dense"]
    with pytest.raises(
        KeyError, match=r"'ids' read a time axis \(it holds whole numbers\)"
    ):
        found["ids"]


# Plots --------------------------------------------------------------------------------------------


def tops(ax):
    """Return the height drawn at each step: that of the bars of both shades, NaN where there is
    none.
    """
    return np.nanmax(
        [
            patch.get_data().values
            for patch in ax.patches
            if hasattr(patch, "get_data")
        ],
        axis=0,
    )


def drawn(memory, **options):
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "All-NaN")
        return [
            tops(ax)
            for ax in axes_of(
                unrolled.plot_sensitivity(memory, **options), "strength"
            )
        ]


def test_each_recurrent_layer_and_input_has_a_panel():
    x, first, second = (
        read("x", "InputLayer"),
        read("gru", "GRU", seed=1),
        read(seed=2),
    )
    others = read("masking", "Masking"), read("dense", "Dense", seed=4)
    found = memory(x, *others, first, second)
    figure = unrolled.plot_sensitivity(found, sample=1)
    panels = axes_of(figure, "strength")
    assert [ax.get_title("left").split(":")[0] for ax in panels] == [
        "lstm  LSTM",
        "gru  GRU",
        "x  input",
    ]
    for values, layer in zip(
        drawn(found, sample=1), (second, first, x), strict=True
    ):
        np.testing.assert_array_equal(
            values, layer.strength[1].astype("float64")
        )
    (data,) = axes_of(figure, "input")
    np.testing.assert_array_equal(data.lines[1].get_ydata(), x.values[1, :, 1])
    assert data.get_xlabel() == "timestep"
    assert [ax.get_ylabel() for ax in panels] == ["strength"] * 3
    assert {ax.get_xlim() for ax in (*panels, data)} == {(-0.5, 5.5)}
    heading = figure._suptitle.get_text().replace("\n", " ")
    assert (
        heading
        == "model: how strongly each timestep moves unit 0 of the output, sample 1"
    )


def test_a_layer_that_reads_the_input_as_it_is_shares_its_panel():
    figure = unrolled.plot_sensitivity(
        memory(read("x", "InputLayer"), read(), read("top", seed=1))
    )
    titles = [
        ax.get_title("left").split(":")[0] for ax in axes_of(figure, "strength")
    ]
    assert titles == ["top  LSTM", "lstm  LSTM, reading x"]


def test_a_model_without_recurrent_layers_has_a_panel_for_each_layer():
    figure = unrolled.plot_sensitivity(
        memory(read("x", "InputLayer"), read("conv", "Conv1D", seed=1))
    )
    assert [
        ax.get_title("left").split(":")[0] for ax in axes_of(figure, "strength")
    ] == [
        "conv  Conv1D",
        "x  input",
    ]


@pytest.mark.parametrize(
    ("strength", "backwards", "held", "words"),
    [
        ([1, 1, 8, 10], False, [2, 3], "90% in 2 steps, 2 to 3"),
        ([1, 9, 0, 0], False, [1], "90% in 1 step, 1"),
        ([0, 9, 2, 1], True, [1, 2], "90% in 2 steps, 1 to 2"),
        ([0, 0, 0, 0], False, [], "moves nothing"),
    ],
)
def test_the_steps_that_hold_most_are_dark(strength, backwards, held, words):
    figure = unrolled.plot_sensitivity(
        memory(read(strength=[strength], go_backwards=backwards))
    )
    (ax,) = axes_of(figure, "strength")
    light, dark = ax.patches
    assert np.flatnonzero(np.isfinite(dark.get_data().values)).tolist() == held
    assert np.isfinite(light.get_data().values).sum() == np.count_nonzero(
        strength
    ) - len(held)
    assert dark.get_alpha() > light.get_alpha()
    assert ax.get_title("left") == f"lstm  LSTM: {words}"


def test_past_three_decades_the_scale_is_logarithmic_and_shows_six():
    for decades, scale in ((2.9, "linear"), (3.1, "log"), (30, "log")):
        fading = 10 ** np.linspace(-decades, 0, 50)
        figure = unrolled.plot_sensitivity(memory(read(strength=[fading])))
        (ax,) = axes_of(figure, "strength")
        assert ax.get_yscale() == scale
        low, high = ax.get_ylim()
        assert high > 1
        assert low == (
            0
            if scale == "linear"
            else pytest.approx(10 ** -min(6, np.ceil(decades)))
        )
        shown = drawn(memory(read(strength=[fading])))[0]
        np.testing.assert_array_equal(
            np.isfinite(shown), fading.astype("float32") > low
        )


def test_masked_steps_are_hatched():
    mask = np.array([[True] * 6, [True, False, True, True, False, False]])
    found = memory(read("x", "InputLayer", mask=mask), read(seed=1, mask=mask))
    figure = unrolled.plot_sensitivity(found, sample=1)
    for ax in figure.axes:
        (patch,) = [p for p in ax.patches if p.get_hatch()]
        assert len(patch.get_path().vertices) == 5 * 2
    assert "masked steps hatched" in figure._suptitle.get_text().replace(
        "\n", " "
    )
    clean = unrolled.plot_sensitivity(found, sample=0)
    assert not [p for ax in clean.axes for p in ax.patches if p.get_hatch()]


def test_inputs_of_two_lengths_have_an_axis_of_time_each():
    past, future = (
        read("past", "InputLayer"),
        read("future", "InputLayer", timesteps=3, seed=1),
    )
    figure = unrolled.plot_sensitivity(
        memory(
            past, future, read("encoder"), read("decoder", timesteps=3, seed=1)
        )
    )
    titles = [ax.get_title("left").split(":")[0] for ax in figure.axes]
    assert titles == [
        "decoder  LSTM, reading future",
        "future  its data",
        "encoder  LSTM, reading past",
        "past  its data",
    ]
    assert [ax.get_xlim()[1] for ax in figure.axes] == [2.5, 2.5, 5.5, 5.5]
    assert [ax.get_xlabel() for ax in figure.axes] == [
        "",
        "timestep",
        "",
        "timestep",
    ]


def test_ids_are_points_and_many_features_a_heat_map():
    ids = np.arange(12).reshape(2, 6)
    figure = unrolled.plot_sensitivity(
        memory(read("ids", "InputLayer", values=ids), read(seed=1)), sample=1
    )
    (ax,) = axes_of(figure, "input")
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), ids[1])
    assert (ax.get_ylabel(), ax.lines[0].get_linestyle()) == ("id", "None")
    figure = unrolled.plot_sensitivity(
        memory(read("x", "InputLayer", features=20), read(seed=1))
    )
    assert axes_of(figure, "input")[0].images[0].get_array().shape == (20, 6)
    twice = memory(
        read("ids", "InputLayer", values=ids),
        read("ids", "InputLayer", values=ids, seed=1),
    )
    assert len(axes_of(unrolled.plot_sensitivity(twice), "input")) == 1


def test_a_given_figure_is_drawn_into_and_a_dark_one_gets_dark_colours():
    figure = Figure(figsize=(8, 5), facecolor="#131416")
    assert unrolled.plot_sensitivity(memory(), figure=figure) is figure
    (ax,) = axes_of(figure, "strength")
    assert {to_hex(p.get_facecolor()) for p in ax.patches} == {
        color("timesteps", "dark")
    }
    assert (
        to_hex(figure._suptitle.get_color())
        == to_hex(ax._left_title.get_color())
        == color("ink", "dark")
    )
    left, right = Figure(figsize=(14, 5), layout="constrained").subfigures(1, 2)
    assert unrolled.plot_sensitivity(memory(), figure=left) is left
    assert unrolled.plot_sensitivity(memory(), figure=right) is right


@settings(max_examples=examples(10), deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["LSTM", "GRU", "InputLayer"]),
            st.text("ab_W/\x1b", max_size=60),
            st.integers(-300, 30),
        ),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from([1, 2, 7, 40, 1000]),
    st.integers(0, 2**16),
)
def test_no_words_overlap(kinds, timesteps, seed):
    rng = np.random.default_rng(seed)
    reads = []
    for number, (kind, name, decades) in enumerate(kinds):
        fading = 10 ** np.sort(
            rng.uniform(min(decades, 0), max(decades, 0), timesteps)
        )
        mask = rng.random((1, timesteps)) < 0.8 if number % 2 else None
        reads.append(
            read(f"{name}{number}", kind, strength=[fading], mask=mask)
        )
    check_readable(
        unrolled.plot_sensitivity(
            memory(*reads, name="a_model_of_mine", target="unit 3 of output 1")
        )
    )


def test_large_plots_take_few_artists():
    reads = [
        read("x", "InputLayer", timesteps=10_000),
        read(timesteps=10_000, seed=1),
    ]
    figure = unrolled.plot_sensitivity(memory(*reads))
    assert (
        max(
            len(ax.lines) + len(ax.patches) + len(ax.images)
            for ax in figure.axes
        )
        <= 4
    )
    FigureCanvasAgg(figure).draw()


@pytest.mark.parametrize("bad", [None, 3, [memory()], read()])
def test_what_is_no_memory(bad):
    with pytest.raises(
        TypeError,
        match=r"Expected a Sensitivity, got .*Fix: unrolled\.sensitivity",
    ):
        unrolled.plot_sensitivity(bad)


@pytest.mark.parametrize("bad", [-1, 2, 0.5, True, None, "0"])
def test_a_sample_that_is_not_there(bad):
    with pytest.raises(ValueError, match="one of the 2 samples, 0 to 1"):
        unrolled.plot_sensitivity(memory(), sample=bad)


def test_neither_keras_nor_pyplot_is_imported():
    code = (
        "import sys, unrolled; sys.path.insert(0, sys.argv[1]); import test_sensitivity as t; "
        "unrolled.plot_sensitivity(t.memory()); "
        "assert not {'matplotlib.pyplot', 'keras'} & set(sys.modules)"
    )
    subprocess.run(
        [sys.executable, "-c", code, __file__.rpartition("/")[0]], check=True
    )


def test_without_matplotlib_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match="pip install matplotlib"):
        unrolled.plot_sensitivity(memory())
