"""The plots of one layer: what they show, and that one can read it. Needs no TensorFlow."""

import re
import subprocess
import sys
import warnings
from dataclasses import replace
from io import StringIO
from itertools import combinations

import numpy as np
import pytest
from examples import some
from fakes import array, input_call, recurrent_call
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

import unrolled
from unrolled.plots.figures import set_heading
from unrolled.scenes.colors import DIVERGING, color
from unrolled.traces.cell_facts import cell_facts_of
from unrolled.traces.gate_weights import cut_gates
from unrolled.traces.layer_calls import Weights


def call(
    kind="LSTM",
    *,
    batch=2,
    timesteps=6,
    features=2,
    units=4,
    mask=None,
    backwards=False,
    scale=1.0,
):
    """Return a RecurrentCall with gates and weights, NaN at the masked steps."""
    rng = np.random.default_rng(0)
    source = input_call("x", scale * array(rng, batch, timesteps, features))
    rec = recurrent_call(
        rng, "layer", source, units, kind=kind, mask=mask, backwards=backwards
    )
    gates = {
        name: rng.random((batch, timesteps, units), "float32")
        for name in cell_facts_of(rec.cell_class).gates
    }
    if mask is not None:
        gates = {
            name: np.where(mask[..., None], g, np.nan)
            for name, g in gates.items()
        }
    return replace(rec, gates=gates, weights=weights_of(kind, features, units))


def weights_of(kind, features=2, units=4, *, bias=True):
    columns = units * {"LSTM": 4, "GRU": 3, "SimpleRNN": 1}[kind]
    rng = np.random.default_rng(0)
    rows = (2,) if kind == "GRU" else ()
    biases = array(rng, *rows, columns) if bias else None
    kernels = array(rng, features, columns), array(rng, units, columns)
    return cut_gates(
        Weights(columns, f"{columns}"), f"{kind}Cell", *kernels, biases
    )


def axes_of(figure, label):
    return [ax for ax in figure.axes if ax.get_label() == label]


def texts_of(figure):
    """Return the bounding box of every word that is drawn."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer, found = canvas.get_renderer(), []
    if figure._suptitle:
        found.append(figure._suptitle)
    for ax in figure.axes:
        found += texts_of_axes(ax)
        for child in ax.child_axes:
            found += texts_of_axes(child)
    shown = [t for t in found if t.get_visible() and t.get_text().strip()]
    return [
        (t.get_text(), t.get_window_extent(renderer)) for t in shown
    ], figure.bbox


def texts_of_axes(ax):
    """Return the texts of one plot: titles, labels, ticks in view, legend."""
    found = [ax.title, ax._left_title]
    for axis in (ax.xaxis, ax.yaxis):
        low, high = sorted(axis.get_view_interval())
        ticks = [
            t for t in axis.get_major_ticks() if low <= t.get_loc() <= high
        ]
        found += [label for t in ticks for label in (t.label1, t.label2)]
        found += [axis.label, axis.get_offset_text()]
    if ax.get_legend():
        found += ax.get_legend().get_texts()
    return found


def check_readable(figure):
    words, page = texts_of(figure)
    for (a, box), (b, other) in combinations(words, 2):
        width = min(box.x1, other.x1) - max(box.x0, other.x0)
        height = min(box.y1, other.y1) - max(box.y0, other.y0)
        assert width < 1 or height < 1, f"{a!r} and {b!r} overlap"
    for text, box in words:
        left, right = page.x0 - 1 <= box.x0, box.x1 <= page.x1 + 1
        below, above = page.y0 - 1 <= box.y0, box.y1 <= page.y1 + 1
        assert (left, right, below, above) == (True,) * 4, (
            f"{text!r} is cut off"
        )


def test_gates_are_shown_one_a_heat_map():
    rec = call()
    figure = unrolled.plot_gates(rec, sample=1)
    panels = axes_of(figure, "gate")
    assert [ax.get_title("left").split()[0] for ax in panels] == [
        "i",
        "f",
        "c",
        "o",
    ]
    for ax, gate in zip(panels, rec.gates.values(), strict=True):
        np.testing.assert_array_equal(ax.images[0].get_array(), gate[1].T)
        assert (ax.get_ylabel(), ax.get_xlim()) == ("unit", (-0.5, 5.5))
    assert [ax.images[0].get_clim() for ax in panels] == [
        (0, 1),
        (0, 1),
        (-1, 1),
        (0, 1),
    ]
    ends = [to_hex(panels[2].images[0].get_cmap()(v)) for v in (0.0, 0.5, 1.0)]
    assert tuple(ends) == DIVERGING["light"]
    assert "layer: LSTM(4" in figure._suptitle.get_text()
    assert "sample 1" in figure._suptitle.get_text()


def test_the_features_are_lines_under_the_gates():
    rec = call()
    (bottom,) = axes_of(unrolled.plot_gates(rec, sample=1), "input")
    assert bottom.get_xlabel() == "timestep"
    assert [t.get_text() for t in bottom.get_legend().get_texts()] == [
        "feature 0",
        "feature 1",
    ]
    np.testing.assert_array_equal(bottom.lines[1].get_ydata(), rec.x[1, :, 1])


def test_the_candidate_of_a_gru_is_h_and_time_may_run_backwards():
    figure = unrolled.plot_gates(call("GRU", features=12, backwards=True))
    assert [ax.images[0].get_clim() for ax in axes_of(figure, "gate")] == [
        (0, 1),
        (0, 1),
        (-1, 1),
    ]
    (bottom,) = axes_of(figure, "input")
    assert bottom.images[0].get_array().shape == (12, 6)
    assert bottom.get_ylabel() == "feature"
    assert "from the last to the first" in bottom.get_xlabel()


def test_chosen_units_keep_their_numbers():
    rec = call(units=9)
    (first, *_) = axes_of(unrolled.plot_gates(rec, units=[7, 2]), "gate")
    np.testing.assert_array_equal(
        first.images[0].get_array(), rec.gates["i"][0][:, [7, 2]].T
    )
    assert [first.yaxis.get_major_formatter()(y, 0) for y in (-1, 0, 1, 2)] == [
        "",
        "7",
        "2",
        "",
    ]


@pytest.mark.parametrize("plot", [unrolled.plot_gates, unrolled.plot_states])
def test_masked_steps_are_hatched_in_every_panel(plot):
    mask = np.array([[True] * 6, [True, False, True, True, False, False]])
    figure = plot(call(mask=mask), sample=1)
    panels = [ax for ax in figure.axes if ax.get_label() != "bar"]
    for ax in panels:
        (patch,) = hatched_patches(ax)
        inside = [
            any(p.contains_point((t, 0.5)) for p in _rectangles(patch))
            for t in range(6)
        ]
        assert inside == (~mask[1]).tolist()
    assert "hatched" in figure._suptitle.get_text()
    clean = plot(call(mask=mask), sample=0)
    assert [hatched_patches(ax) for ax in clean.axes] == [[]] * len(clean.axes)


def hatched_patches(ax):
    return [p for p in ax.patches if p.get_hatch()]


def _rectangles(patch):
    path = patch.get_path()
    return [type(path)(corners) for corners in path.vertices.reshape(-1, 5, 2)]


def test_states_are_a_heat_map_and_lines():
    rec = call()
    figure = unrolled.plot_states(rec)
    panels = axes_of(figure, "state")
    assert [ax.get_title("left") for ax in panels] == ["h  state", "c  state"]
    for ax, state in zip(panels, rec.states, strict=True):
        np.testing.assert_array_equal(ax.images[0].get_array(), state[0].T)
        assert ax.images[0].get_clim() == pytest.approx(
            (-np.abs(state[0]).max(), np.abs(state[0]).max())
        )
    lines = [ax for ax in figure.axes if ax.lines]
    assert [len(ax.lines) for ax in lines] == [4, 4]
    assert len(axes_of(unrolled.plot_states(call("SimpleRNN")), "state")) == 1


# long and wide by turns: both at once would be seconds of colouring
LARGE = [(10_000, 20), (50, 512)]
OVER_TIME = [unrolled.plot_gates, unrolled.plot_states]


@pytest.mark.parametrize(
    ("plot", "timesteps", "units"),
    some([(plot, *size) for plot in OVER_TIME for size in LARGE]),
)
def test_large_plots_take_few_artists(plot, timesteps, units):
    mask = np.random.default_rng(1).random((1, timesteps)) < 0.5
    rec = call(batch=1, timesteps=timesteps, units=units, mask=mask)
    figure = plot(rec)
    assert (
        max(
            len(ax.lines)
            + len(ax.patches)
            + len(ax.images)
            + len(ax.collections)
            for ax in figure.axes
        )
        <= 5
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_readable(figure)


SIZES = [
    {"timesteps": 1, "features": 1, "units": 1},
    {"timesteps": 6, "features": 3},
    {"timesteps": 25, "features": 8, "units": 8},
    {"timesteps": 100, "features": 12, "units": 9},
    {"timesteps": 10_000, "features": 1, "units": 64, "scale": 1e7},
    {"timesteps": 7, "features": 2, "units": 100, "scale": 1e-6},
]


# a GRU has other panels, which are as wide and as high as those of an LSTM
KINDS_AND_SIZES = [
    *(("LSTM", size) for size in SIZES),
    *(("GRU", size) for size in SIZES[1::2]),
]


@pytest.mark.parametrize(("kind", "size"), some(KINDS_AND_SIZES), ids=str)
def test_no_words_overlap(kind, size):
    rec = call(kind, **size)
    rec = replace(
        rec,
        constructor=rec.constructor
        + ", recurrent_initializer='orthogonal'" * 3,
    )
    for figure in (
        unrolled.plot_gates(rec),
        unrolled.plot_states(rec),
        unrolled.plot_weights(rec),
    ):
        check_readable(figure)


KINDS = [("LSTM", 300, 2), ("GRU", 1, 1), ("SimpleRNN", 2, 3)]


@pytest.mark.parametrize(
    ("kind", "features", "units", "bias"),
    some([(*kind, bias) for bias in (True, False) for kind in KINDS]),
)
def test_weights_are_drawn_over_the_same_columns(kind, features, units, bias):
    weights = weights_of(kind, features, units, bias=bias)
    figure = unrolled.plot_weights(weights)
    panels = axes_of(figure, "weights")
    columns = units * len(weights.columns)
    rows = [features, units]
    if bias:
        rows.append(2 if kind == "GRU" else 1)
    assert [ax.images[0].get_array().shape for ax in panels] == [
        (n, columns) for n in rows
    ]
    assert [ax.get_ylabel() for ax in panels][:2] == ["feature", "unit"]
    assert [t.get_text() for t in panels[-1].get_xticklabels()] == [
        f"{a}:{b}" for a, b in weights.columns.values()
    ]
    limits = {ax.images[0].get_clim()[1] for ax in panels[:2]}
    assert limits == {
        max(np.abs(ax.images[0].get_array()).max() for ax in panels[:2])
    }
    check_readable(figure)


def test_the_two_biases_of_a_gru_have_names_and_a_scale_of_their_own():
    weights = weights_of("GRU")
    bias = {name: values * 100 for name, values in weights.bias.items()}
    panel = axes_of(
        unrolled.plot_weights(replace(weights, bias=bias)), "weights"
    )[2]
    assert [t.get_text() for t in panel.get_yticklabels()] == [
        "input",
        "recurrent",
    ]
    shown = panel.images[0].get_array()
    np.testing.assert_allclose(
        shown, np.concatenate(list(bias.values()), axis=1), rtol=1e-6
    )
    high = np.abs(shown).max()
    assert panel.images[0].get_clim() == (-high, high)


@pytest.mark.parametrize(
    ("candidate", "extend"),
    [(0.5, "neither"), (1.5, "max"), (-1.5, "min"), (None, "both")],
)
def test_a_colour_bar_points_where_values_lie_past_it(candidate, extend):
    rec = call()
    values = np.zeros_like(rec.gates["c"])
    values[0, 0] = 1.5 if candidate is None else candidate
    values[0, 1] = -1.5 if candidate is None else 0.0
    panel = axes_of(
        unrolled.plot_gates(replace(rec, gates={**rec.gates, "c": values})),
        "gate",
    )[2]
    assert panel.images[0].colorbar.extend == extend


def test_a_given_figure_is_drawn_into_and_a_dark_one_gets_dark_colours():
    figure = Figure(figsize=(8, 7), facecolor="#131416")
    assert unrolled.plot_gates(call(), figure=figure) is figure
    cmap = axes_of(figure, "gate")[2].images[0].get_cmap()
    assert tuple(to_hex(cmap(v)) for v in (0.0, 0.5, 1.0)) == DIVERGING["dark"]
    inks = {
        to_hex(label.get_color())
        for ax in figure.axes
        for label in (*ax.get_yticklabels(), ax._left_title)
    }
    assert {*inks, to_hex(figure._suptitle.get_color())} == {
        color("ink", "dark")
    }
    left, right = Figure(figsize=(14, 7), layout="constrained").subfigures(1, 2)
    assert unrolled.plot_gates(call(), figure=left) is left
    unrolled.plot_states(call(), figure=right)
    assert left.axes
    assert right.axes


PLOTS = [unrolled.plot_gates, unrolled.plot_states, unrolled.plot_weights]


def svg_of(figure):
    """Return a figure as SVG, without the ids that Matplotlib makes of addresses in memory."""
    out = StringIO()
    with rc_context({"svg.hashsalt": "x"}):
        figure.savefig(
            out, format="svg", metadata={"Date": None, "Creator": None}
        )
    return re.sub("p[0-9a-f]{10}", "", out.getvalue())


@pytest.mark.parametrize("plot", some(PLOTS))
def test_a_figure_knows_how_it_is_drawn_again(plot):
    light, dark = plot(call()), plot(call(), theme="dark")
    assert to_hex(light.get_facecolor()) == color("ground")
    assert to_hex(dark.get_facecolor()) == color("ground", "dark")
    assert to_hex(dark._suptitle.get_color()) == color("ink", "dark")
    as_light, as_dark = (
        svg_of(light),
        svg_of(dark),
    )  # once: the layout settles further each time
    assert as_light != as_dark
    assert svg_of(light.unrolled_redraw()) == as_light
    assert svg_of(light.unrolled_redraw(theme="dark")) == as_dark
    again = dark.unrolled_redraw(theme="light")
    assert to_hex(again.get_facecolor()) == color("ground")
    own = Figure(figsize=(8, 7))
    assert light.unrolled_redraw(figure=own) is own
    assert own.axes


def test_it_is_drawn_again_with_all_that_was_asked():
    again = unrolled.plot_gates(call(units=9), 1, [7, 2]).unrolled_redraw(
        theme="dark"
    )
    first = axes_of(again, "gate")[0]
    np.testing.assert_array_equal(
        first.images[0].get_array(), call(units=9).gates["i"][1][:, [7, 2]].T
    )
    assert "sample 1" in again._suptitle.get_text()
    states = unrolled.plot_states(call(), 1).unrolled_redraw()
    assert "sample 1" in states._suptitle.get_text()


@pytest.mark.parametrize("plot", PLOTS)
@pytest.mark.parametrize(
    "bad", [3, "figure", Figure().add_subplot()], ids=["3", "text", "axes"]
)
def test_what_is_not_a_figure_is_refused(plot, bad):
    with pytest.raises(
        TypeError,
        match=r"Expected figure to be a Matplotlib figure, got \w+\. Fix",
    ):
        plot(call(), figure=bad)


@pytest.mark.parametrize("plot", PLOTS)
def test_a_theme_that_there_is_not_is_refused(plot):
    with pytest.raises(
        ValueError, match="theme to be 'light' or 'dark', got 'blue'"
    ):
        plot(call(), theme="blue")


def test_no_line_of_a_heading_is_a_number_on_its_own():
    mask = np.array([[True, False] * 3] * 2)
    figure = unrolled.plot_states(call(mask=mask))
    notes = ("sample 0", "masked steps hatched")
    assert figure._suptitle.get_text().endswith(", ".join(("", *notes)))
    for length in range(60):
        set_heading(figure, f"{'p' * length}: LSTM(4, {'a' * 25})", *notes)
        heading = figure._suptitle.get_text()
        assert heading.replace("\n", " ").endswith(", ".join(("", *notes)))
        assert "sample\n0" not in heading
        assert all(len(line) <= 80 for line in heading.splitlines())


@pytest.mark.parametrize("plot", some(PLOTS))
def test_names_in_a_heading_are_printable(plot):
    heading = plot(
        replace(call(), path="a\x1b[31m\u202e\r")
    )._suptitle.get_text()
    assert heading.startswith("a\ufffd[31m\ufffd\ufffd: LSTM")
    assert heading.replace("\n", " ").isprintable()


@pytest.mark.parametrize("plot", some(PLOTS))
def test_values_next_to_zero_are_drawn(plot):
    rec = call(scale=1e-45)
    rec = replace(rec, states=tuple(np.full_like(s, 1e-45) for s in rec.states))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        FigureCanvasAgg(plot(rec)).draw()


def test_of_several_cells_one_with_gates_is_named():
    stack = replace(
        call(), cell_class="StackedRNNCells", gates={}, weights=Weights(3, "3")
    )
    stack.inside.extend([replace(call("SimpleRNN"), gates={}), call("GRU")])
    with pytest.raises(
        ValueError, match=r"take one of its cells, call\.cells\[1\]"
    ):
        unrolled.plot_gates(stack)


def test_layers_without_named_gates_are_refused():
    with pytest.raises(
        ValueError, match=r"SimpleRNN has no gates.*plot_states"
    ):
        unrolled.plot_gates(call("SimpleRNN"))
    custom = replace(
        call(), cell_class="MyCell", gates={}, weights=Weights(3, "3")
    )
    with pytest.raises(ValueError, match=r"MyCell are not known.*plot_states"):
        unrolled.plot_gates(custom)
    assert [
        ax.get_title("left")
        for ax in axes_of(unrolled.plot_states(custom), "state")
    ] == [
        "state 0",
        "state 1",
    ]
    with pytest.raises(ValueError, match="gates are not known"):
        unrolled.plot_weights(custom)


@pytest.mark.parametrize("bad", [-1, 2, 0.5, True, None, "0"])
@pytest.mark.parametrize("plot", [unrolled.plot_gates, unrolled.plot_states])
def test_a_sample_that_is_not_there(plot, bad):
    with pytest.raises(ValueError, match="one of the 2 samples, 0 to 1"):
        plot(call(), sample=bad)


@pytest.mark.parametrize("bad", [3, [], [4], [-1], [0.5], "01"])
def test_units_that_are_not_there(bad):
    with pytest.raises(ValueError, match="numbers from 0 to 3"):
        unrolled.plot_gates(call(), units=bad)


@pytest.mark.parametrize(
    "draw", [unrolled.plot_gates, unrolled.plot_states, unrolled.plot_weights]
)
@pytest.mark.parametrize(
    "bad", [None, 3, [call()], input_call("x", np.zeros((1, 2, 3)))]
)
def test_what_is_no_recurrent_call(draw, bad):
    with pytest.raises((TypeError, ValueError), match="Expected"):
        draw(bad)


def test_pyplot_is_never_imported():
    code = (
        "import sys, unrolled; assert not {'matplotlib', 'keras'} & set(sys.modules); "
        "from unrolled.plots import gates_and_states, weights; "
        "assert not {'matplotlib', 'keras'} & set(sys.modules); "
        "sys.path.insert(0, sys.argv[1]); import test_plots as t; "
        "[plot(t.call()) for plot in t.PLOTS]; "
        "assert not {'matplotlib.pyplot', 'keras'} & set(sys.modules)"
    )
    here = __file__.rpartition("/")[0]
    subprocess.run([sys.executable, "-c", code, here], check=True)


def test_without_matplotlib_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    for draw in (
        unrolled.plot_gates,
        unrolled.plot_states,
        unrolled.plot_weights,
    ):
        with pytest.raises(ImportError, match="pip install matplotlib"):
            draw(call())
