"""Traces beside other work in the same process: threads that train, Ctrl-C, callbacks, traces
inside traces.
"""

import gc
import sys
import threading

import keras
import numpy as np
import pytest
from keras import layers

import unrolled
from unrolled.keras_bridge import snapshots
from unrolled.keras_bridge.hooks import Deaf, hearing
from unrolled.keras_bridge.snapshots import stateless

RNG = np.random.default_rng(0)
X = RNG.normal(size=(8, 6, 3)).astype("float32")
Y = RNG.normal(size=(8, 1)).astype("float32")
TENSORFLOW = keras.backend.backend() == "tensorflow"
JAX = keras.backend.backend() == "jax"


def build(seed=0, extra=None):
    keras.utils.set_random_seed(seed)
    parts = [
        keras.Input((6, 3)),
        layers.Dropout(0.2, seed=1),
        layers.LSTM(4, dropout=0.3, seed=2, return_sequences=True),
        layers.BatchNormalization(),
        layers.GRU(3),
        layers.Dense(1),
    ]
    model = keras.Sequential(parts if extra is None else [*parts, extra])
    model.compile("sgd", "mse")
    return model


def values_of(model):
    return [keras.ops.convert_to_numpy(v).copy() for v in model.variables]


def same_values(first, second):
    return all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


def train(model, callbacks=()):
    model.fit(
        X,
        Y,
        epochs=3,
        batch_size=4,
        shuffle=False,
        verbose=0,
        callbacks=list(callbacks),
    )
    return values_of(model)


def together(*tasks):
    """Run the tasks in a thread each; raise what one of them raised."""
    errors = []

    def guarded(task):
        try:
            task()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def test_threads_that_trace_leave_training_as_it_is_alone():
    alone = train(build())
    trained, others = build(), [build(seed) for seed in (1, 2)]
    expected = [unrolled.trace(m, X).outputs[0] for m in others]
    real = [others[k].predict(X, verbose=0) for k in (0, 1)]
    results, traces = {}, {0: [], 1: []}
    original = keras.layers.Layer.__call__

    def trace_often(k):
        for _ in range(4):
            traces[k] += traced_or_refused(others[k])

    together(
        lambda: results.update(fit=train(trained)),
        lambda: trace_often(0),
        lambda: trace_often(1),
        lambda: results.update(
            predict=[others[0].predict(X, verbose=0) for _ in range(3)]
        ),
    )
    assert same_values(results["fit"], alone)
    assert all(np.array_equal(p, real[0]) for p in results["predict"])
    for k in (0, 1):
        assert_whole(traces[k], expected[k])
    assert keras.layers.Layer.__call__ is original
    assert_graphs_are_compiled()


def traced_or_refused(model, training=False):
    """Trace a model that another thread may train or call: on JAX it may have no values now."""
    try:
        return [unrolled.trace(model, X, training=training)]
    except unrolled.TraceError as error:
        if JAX and "while another thread trains or calls it" in str(error):
            return []
        raise


def assert_whole(traces, output):
    """Each trace holds all calls of the model, and the output that the model has alone."""
    assert all(len(t.calls) == 5 for t in traces)
    assert all(np.allclose(t.outputs[0], output, atol=1e-6) for t in traces)


def assert_graphs_are_compiled():
    if TENSORFLOW:
        import tensorflow as tf

        assert not tf.config.functions_run_eagerly()


def test_the_same_model_is_traced_while_it_trains():
    alone, model, traces = train(build()), build(), []
    results = {}

    def trace_often():
        for training in (False, True, False):
            traces.extend(traced_or_refused(model, training))

    together(lambda: results.update(fit=train(model)), trace_often)
    assert same_values(results["fit"], alone)
    assert all(len(t.calls) == 5 for t in traces)


def test_a_model_without_its_values_is_refused_with_the_reason():
    """Between two steps of `fit` on JAX the values are with Keras, not in the model."""
    model, traces = build(), []

    class Batches(keras.utils.PyDataset):
        def __len__(self):
            return 3

        def __getitem__(self, index):
            traces.append(traced_or_refused(model))
            return X, Y

    model.fit(Batches(), shuffle=False, verbose=0)
    refused = [trace for trace in traces if not trace]
    assert bool(refused) is JAX
    assert len(unrolled.trace(model, X).calls) == 5


@pytest.mark.parametrize(
    ("error", "raised", "said"),
    [
        (
            RuntimeError("Array has been deleted"),
            unrolled.TraceError,
            "at rest",
        ),
        (
            TypeError("'NoneType' is not callable"),
            unrolled.TraceError,
            "at rest",
        ),
        (RuntimeError("RESOURCE_EXHAUSTED"), RuntimeError, "EXHAUSTED"),
    ],
    ids=str,
)
def test_another_error_of_jax_is_not_taken_for_a_training(
    monkeypatch, error, raised, said
):
    class Taken:
        @property
        def value(self):
            raise error

    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    monkeypatch.setattr(snapshots, "variables_of", lambda model: [Taken()])
    with pytest.raises(raised, match=said) as found:
        snapshots._values_now(Plain())
    assert type(found.value) is raised


def test_a_callback_that_draws_changes_no_training():
    alone, drawn = train(build()), []

    class Draw(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            drawn.append(unrolled.trace(self.model, X))
            unrolled.draw(drawn[-1])
            unrolled.trace(self.model, X, training=True)

    assert same_values(train(build(), [Draw()]), alone)
    outputs = [t.outputs[0] for t in drawn]
    assert not np.array_equal(outputs[0], outputs[2]), (
        "weights moved, and a kept run sees it"
    )


def test_a_kept_run_is_dropped_when_the_model_changes():
    model = build()
    for _ in range(3):
        before = unrolled.trace(model, X)
    model.layers[1].cell.activation = keras.activations.relu
    after = unrolled.trace(model, X)
    np.testing.assert_allclose(
        after.outputs[0], keras.ops.convert_to_numpy(model(X)), atol=1e-5
    )
    assert not np.allclose(before.outputs[0], after.outputs[0])


class Peek(layers.Layer):
    """Traces another model in its call."""

    def __init__(self, inner, **options):
        super().__init__(**options)
        self.seen, self._inner = [], [inner]

    def compute_output_spec(self, x):
        return keras.KerasTensor(x.shape, x.dtype)

    def call(self, x):
        if not isinstance(x, keras.KerasTensor):
            self.seen.append(unrolled.trace(self._inner[0], X))
        return x


def test_a_trace_inside_a_trace_is_its_own():
    inner = build()
    peek = Peek(inner, name="peek")
    model = keras.Sequential(
        [keras.Input((6, 3)), peek, layers.LSTM(2, name="lstm")]
    )
    peek.seen.clear()
    trace = unrolled.trace(model, X)
    assert [c.path for c in trace.calls] == ["peek", "lstm"]
    assert [len(t.calls) for t in peek.seen] == [5]
    np.testing.assert_allclose(
        peek.seen[0].outputs[0], keras.ops.convert_to_numpy(inner(X)), atol=1e-6
    )


class Interrupts:
    """Raises KeyboardInterrupt at one line of unrolled's own code, of contextlib's or of Keras's
    scopes.

    A timer would stop TensorFlow too, in places that it does not survive.
    """

    FILES = ("keras_bridge", "contextlib", "stateless_scope")

    def __init__(self, line=None):
        self.lines, self._line = 0, line

    def __enter__(self):
        self._before = sys.gettrace()
        sys.settrace(self._enter_frame)
        return self

    def __exit__(self, *_):
        sys.settrace(self._before)

    def _enter_frame(self, frame, event, argument):
        return (
            self._count
            if any(f in frame.f_code.co_filename for f in self.FILES)
            else None
        )

    def _count(self, frame, event, argument):
        self.lines += event == "line"
        if event == "line" and self.lines == self._line:
            raise KeyboardInterrupt
        return self._count


class Plain(layers.Layer):
    """A layer of the reader's own: a model that has one is run anew each time."""

    def call(self, x):
        return x + 0


@pytest.fixture
def no_collections():
    """What is thrown away at a time of its own runs lines of its own."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collections")
def test_interrupts_restore_all(monkeypatch):
    model = build(extra=Plain())
    unrolled.trace(model, X, training=True)
    before, methods = (
        values_of(model),
        (keras.layers.Layer.__call__, keras.Operation.__call__),
    )
    with Interrupts() as dry:
        unrolled.trace(model, X, training=True)
    dropped = []
    monkeypatch.setattr(
        sys, "unraisablehook", lambda error: dropped.append(error.exc_type)
    )
    for line in np.unique(np.linspace(1, dry.lines, 200).astype(int)):
        dropped.clear()
        raised, was_reached = interrupted(model, line)
        if not was_reached:
            # a run after an interrupt may have some lines less
            assert line > 0.99 * dry.lines
            continue
        # Python drops what is raised while it throws an object away, and says so
        assert [*raised, *dropped] == [KeyboardInterrupt], line
        assert (
            keras.layers.Layer.__call__,
            keras.Operation.__call__,
        ) == methods, line
        with keras.StatelessScope() as scope:
            assert scope.original_scope is None, line
    assert same_values(values_of(model), before)
    # not left in a scope that swallows what is assigned
    bias = model.layers[-2].bias
    bias.assign(bias + 1)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(bias), before[-1] + 1)
    # nor with the lock
    together(lambda: unrolled.trace(model, X))


@pytest.mark.usefixtures("no_collections")
def test_no_line_of_a_scope_leaves_it_open():
    def enter():
        with stateless(), hearing(Deaf()):
            pass

    methods = (keras.layers.Layer.__call__, keras.Operation.__call__)
    with Interrupts() as dry:
        enter()
    assert dry.lines > 50
    left_open = []
    for line in range(1, dry.lines + 1):
        with pytest.raises(KeyboardInterrupt), Interrupts(line):
            enter()
        now = (keras.layers.Layer.__call__, keras.Operation.__call__)
        with keras.StatelessScope() as scope:
            outer = scope.original_scope
        if outer is not None:
            outer.__exit__(None, None, None)
        if outer is not None or now != methods:
            left_open.append(line)
    assert left_open == []


def interrupted(model, line):
    """Interrupt a trace at a line; return what comes of it, and whether the line was reached."""
    interrupts, raised = Interrupts(line), []
    try:
        with interrupts:
            unrolled.trace(model, X, training=True)
    except BaseException as error:
        raised.append(type(error))
    return raised, interrupts.lines >= line


class Norm(layers.Layer):
    """Counts its calls in all ways that Keras has, and draws without a seed."""

    def build(self, shape):
        self.scale = self.add_weight(shape=(), initializer="ones", name="scale")
        self.metric = keras.metrics.Mean(name="seen")
        # a compiled run on JAX takes no number without a seed
        self.seed = keras.random.SeedGenerator(3) if JAX else None
        self.built = True

    def call(self, x):
        self.scale.assign(self.scale * 0.5)
        self.metric.update_state(keras.ops.mean(x))
        shape = keras.ops.shape(x)
        return x * self.scale + keras.random.normal(shape, seed=self.seed)


def test_what_a_call_assigns_comes_back():
    start = keras.Input((6, 3))
    dense = layers.Dense(3)
    model = keras.Model(
        start,
        layers.LSTM(2)(Norm()(layers.SpectralNormalization(dense)(start))),
    )
    keras.utils.set_random_seed(5)
    expected = keras.ops.convert_to_numpy(keras.random.normal((3,)))
    metric = model.layers[2].metric
    before = [
        *values_of(model),
        *(keras.ops.convert_to_numpy(v) for v in metric.variables),
    ]
    keras.utils.set_random_seed(5)
    for training in (False, True):
        unrolled.trace(model, X, training=training)
        unrolled.draw(model, X, training=training)
    after = [
        *values_of(model),
        *(keras.ops.convert_to_numpy(v) for v in metric.variables),
    ]
    assert same_values(after, before)
    drawn = keras.ops.convert_to_numpy(keras.random.normal((3,)))
    np.testing.assert_array_equal(drawn, expected)
