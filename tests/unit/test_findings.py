"""What is said of arrays that do not fit an input: the whole sentence, the name of the mistake, and
whether the model stops.
"""

import numpy as np
import pytest

from unrolled.model_io.input_structure import judge_structure
from unrolled.model_io.inputs import read_x
from unrolled.model_io.signature import InputSpec, ModelIO

SERIES = InputSpec(name="series", shape=(None, 5, 2), dtype="float32")
LONE = InputSpec(name="series", shape=(None, 5, 1), dtype="float32")
IDS = InputSpec(name="ids", shape=(None, 4), dtype="int32", ids=9)
TEXT = InputSpec(name="text", shape=(None, 1), dtype="string")
ONE_SERIES = (
    "Expected (batch, timesteps 5, features 2) for the input 'series' of the "
    "model 'm', got"
)
ONE_OF_9 = (
    "Expected ids from 0 to 8 (an Embedding of 9) for the input 'ids', got"
)
LOOK = "Fix: print(np.shape(x))  # after each line that cuts or filters it"


def model(*specs):
    """Return a model of one input, or of a list of inputs."""
    paths = [()]
    if len(specs) > 1:
        paths = [(number,) for number in range(len(specs))]
    return ModelIO(name="m", inputs=specs, input_paths=tuple(paths))


# an input, what is given for it, the mistake, its title, its sentence
SAID = {
    "no samples": (
        SERIES,
        np.zeros((0, 5, 2)),
        "no-samples",
        "x holds nothing",
        (
            "Expected at least one sample for the model 'm', got an empty batch: shape (0, 5, 2), "
            f"(batch 0, timesteps 5, features 2). {LOOK}"
        ),
    ),
    "no samples of ids": (
        IDS,
        np.zeros((0, 4)),
        "no-samples",
        "x holds nothing",
        (
            "Expected at least one sample for the model 'm', got an empty batch: shape (0, 4), "
            f"(batch 0, timesteps 4). {LOOK}"
        ),
    ),
    "no features": (
        SERIES,
        np.zeros((3, 5, 0)),
        "no-samples",
        "x holds nothing",
        (
            "Expected at least one value in each sample for the model 'm', got an axis of size 0: "
            f"shape (3, 5, 0), (batch 3, timesteps 5, features 0). {LOOK}"
        ),
    ),
    "a number": (
        SERIES,
        4.0,
        "no-samples",
        "x is a single number",
        f"Expected at least one sample for the model 'm', got a single number. {LOOK}",
    ),
    "one sample": (
        SERIES,
        np.zeros((5, 2)),
        "sample-without-batch-axis",
        "This looks like one sample without its axis batch",
        f"{ONE_SERIES} (batch 5, features 2). Fix: x = x[np.newaxis]",
    ),
    "no features of one": (
        LONE,
        np.zeros((3, 5)),
        "features-axis-added",
        "Keras adds the axis features",
        (
            "Expected (batch, timesteps 5, features 1) for the input 'series' of the model 'm', "
            "got (batch 3, timesteps 5). Fix: x = x[..., np.newaxis]"
        ),
    ),
    "too many axes": (
        SERIES,
        np.zeros((3, 5, 2, 1)),
        "last-axis-dropped",
        "There is one axis too many",
        f"{ONE_SERIES} (batch 3, 5, 2, 1). Fix: x = x[..., 0]",
    ),
    "swapped axes": (
        SERIES,
        np.zeros((3, 2, 5)),
        "swapped-timesteps-and-features",
        "The axes timesteps and features are swapped",
        f"{ONE_SERIES} (batch 3, timesteps 2, features 5). Fix: x = np.swapaxes(x, 1, 2)",
    ),
    "too many timesteps": (
        SERIES,
        np.zeros((3, 7, 2)),
        "timesteps-other-than-built",
        "The model was built for 5 timesteps and gets 7",
        (
            f"{ONE_SERIES} (batch 3, timesteps 7, features 2). Fix: x = x[:, -5:]  # the last "
            "ones; or keras.Input((None, 2)) for any number"
        ),
    ),
    "too few timesteps": (
        SERIES,
        np.zeros((3, 3, 2)),
        "timesteps-other-than-built",
        "The model was built for 5 timesteps and gets 3",
        (
            f"{ONE_SERIES} (batch 3, timesteps 3, features 2). Fix: keras.Input((None, 2))  "
            "# where the model is built: any number of timesteps"
        ),
    ),
    "too many ids": (
        IDS,
        np.zeros((3, 6)),
        "timesteps-other-than-built",
        "The model was built for 4 timesteps and gets 6",
        (
            "Expected (batch, timesteps 4) for the input 'ids' of the model 'm', got "
            "(batch 3, timesteps 6). Fix: x = x[:, -4:]  # the last ones; or keras.Input((None,)) "
            "for any number"
        ),
    ),
    "too many features": (
        SERIES,
        np.zeros((3, 5, 4)),
        "features-other-than-built",
        "The model was built for 2 in the axis features and gets 4",
        (
            f"{ONE_SERIES} (batch 3, timesteps 5, features 4). Fix: keras.Input((5, 4))  "
            "# where the model is built; or give x 2 features"
        ),
    ),
    "features in a row": (
        SERIES,
        np.zeros((3, 10)),
        "invalid-input-shape-for-input-tensor",
        "The model takes 3 axes and gets 2",
        f"{ONE_SERIES} (batch 3, features 10). Fix: x = x.reshape(len(x), 5, 2)",
    ),
    "an id too large": (
        IDS,
        np.array([[0, 1, 2, 9]]),
        "indices-is-not-in",
        "An id is too large",
        (
            f"{ONE_OF_9} 0 to 9. Fix: keras.layers.Embedding(10, 8)  # where the model is built: "
            "the largest id + 1, and as many units as before"
        ),
    ),
    "a negative id": (
        IDS,
        np.array([[-1, 1, 2, 8]]),
        "negative-id",
        "An id is negative",
        f"{ONE_OF_9} -1 to 8. Fix: x = x + 1  # and Embedding(10) in the model",
    ),
}
# the same of what is no array of numbers
KINDS = {
    "what is read once": (
        SERIES,
        iter([1]),
        "invalid-dtype-object",
        "x cannot be read twice",
        (
            "Expected an array for the input 'series', got a list_iterator, which can be read only "
            "once. Fix: x = next(generator)[0]  # the x of one of its batches"
        ),
    ),
    "no text": (
        TEXT,
        np.zeros((3, 1)),
        "invalid-dtype-object",
        "x does not hold text",
        (
            "Expected text (dtype string) for the input 'text', got dtype float64. "
            "Fix: x = np.asarray(x).astype(str)"
        ),
    ),
    "text": (
        SERIES,
        np.array([["a"], ["b"]]),
        "invalid-dtype-str",
        "x holds text",
        (
            "Expected numbers for the input 'series', got dtype <U1. "
            "Fix: vectorize = keras.layers.TextVectorization(); vectorize.adapt(x); "
            "x = np.asarray(vectorize(x))  # text to ids"
        ),
    ),
    "complex numbers": (
        SERIES,
        np.zeros((3, 5, 2), complex),
        "invalid-dtype-object",
        "x is not an array of numbers",
        (
            "Expected one array of numbers, all rows equally long for the input 'series', got "
            'dtype complex128. Fix: x = np.asarray(x, dtype="float32")'
        ),
    ),
    "fractions": (
        IDS,
        np.full((3, 4), 0.5),
        "ids-with-fractions",
        "x has fractions",
        (
            "Expected whole numbers (int32) for the input 'ids', got float64 with fractions. "
            "Fix: keras.Input((None, 1))  # for numbers, without an Embedding; or give ids"
        ),
    ),
}


@pytest.mark.parametrize("name", [*SAID, *KINDS])
def test_an_array_that_does_not_fit_is_told_word_for_word(name):
    spec, x, code, title, sentence = {**SAID, **KINDS}[name]
    (finding,) = read_x(model(spec), x).findings
    assert (finding.code, finding.title) == (code, title)
    assert finding.sentence == sentence
    assert finding.stops
    # a TypeError, where it is not the shape or a value that is wrong
    assert finding.is_type is (name in KINDS)


@pytest.mark.parametrize("kind", ["bool", "int8", "uint16", "float16", "int64"])
def test_an_array_of_any_kind_of_numbers_is_read(kind):
    assert read_x(model(SERIES), np.zeros((3, 5, 2), kind)).findings == ()


@pytest.mark.parametrize(
    ("x", "came"), [(np.zeros((3, 5, 2)), "1 array"), (None, "None")]
)
def test_the_inputs_that_are_missing_are_named_in_their_order(x, came):
    (finding,) = read_x(model(SERIES, IDS), x).findings
    assert finding.sentence == (
        f"Expected 2 arrays: series, ids for the model 'm', got {came}. "
        "Fix: x = [x_series, x_ids]"
    )


def test_one_input_is_one_array():
    finding = judge_structure(model(SERIES), [np.zeros(2)] * 3)
    assert finding.sentence == (
        "Expected 1 array: series for the model 'm', got 3 arrays. "
        "Fix: x = np.stack(x)"
    )
    assert not finding.fix_is_example


def test_arrays_of_other_lengths_are_counted():
    x = [np.zeros((3, 5, 2)), np.zeros((4, 4))]
    (finding,) = read_x(model(SERIES, IDS), x).findings
    assert finding.sentence == (
        "Expected the same number of samples: one row of x[1] per sample of x[0], "
        "got rows: x[0] 3, x[1] 4. Fix: x[1] = x[1][-len(x[0]):]  # or [:len(x[0])]: which rows "
        "belong together is yours to know"
    )
