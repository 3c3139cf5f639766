"""Names of features, steps, classes and targets: given, or read from data that have them."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest
from fakes import chain
from picture_shapes import text_of, titled

import unrolled
from unrolled import draw
from unrolled.diagrams.given_names import read_given, read_names_of
from unrolled.diagrams.rows.value_names import ValueNames
from unrolled.scenes.shapes import Text

HOURS = ["06:00", "07:00", "08:00", "09:00", "10:00"]
LONG = "temperature of the water in the lower tank"


def texts(diagram):
    """The texts of a picture, by what they say."""
    return {
        text_of(shape): shape
        for shape in diagram.scene.shapes
        if isinstance(shape, Text)
    }


class Frame:
    """Holds columns, as a data frame does."""

    def __init__(self, columns):
        self.columns = columns


class Labelled:
    """Has coordinates along its axes, as an array of xarray does."""

    dims = ("tank", "hour", "reading")

    def __init__(self, **coords):
        self.coords = coords


def test_features_and_steps_stand_beside_their_rows_and_columns():
    diagram = draw(chain(0), features=["pressure", LONG], steps=HOURS)
    shown = texts(diagram)
    assert {"pressure", *HOURS} <= shown.keys()
    assert not {"feature 0", "feature 1", "t = 0"} & shown.keys()
    (cut,) = (shape for text, shape in shown.items() if text.startswith("temp"))
    assert text_of(cut).endswith("…")
    assert cut.full == LONG, "the whole name under the mouse"
    line = diagram.words().splitlines()[1]
    assert line.endswith(f"named pressure, {LONG}, steps 06:00 to 10:00.")
    (box,) = titled(diagram.scene, "Input data, 07:00: [pressure: ")
    assert f", {LONG}: " in box.title


def test_without_names_features_and_steps_are_numbered():
    shown = texts(draw(chain(0)))
    assert {"feature 0", "feature 1", "t = 0", "t = 4"} <= shown.keys()


def test_more_names_than_the_words_list_are_cut():
    names = [f"place {k}" for k in range(12)]
    said = ValueNames(features=tuple(names))
    assert read_given(features=names) == said


def test_classes_and_targets_name_output_and_label():
    y = np.zeros((3, 1))
    diagram = draw(chain(0), y=y, classes=["alarm"], targets=["alarm at six"])
    shown = texts(diagram)
    assert shown["alarm"].spans[0].role == "units"
    assert shown["alarm at six"].spans[0].role == "targets"
    of_output, of_labels = diagram.words().splitlines()[-2:]
    assert of_output.endswith("named alarm.")
    assert of_labels.endswith("named alarm at six.")


@pytest.mark.parametrize(
    ("names", "error", "text"),
    [
        (
            {"features": ["a"]},
            ValueError,
            "2 names for features, got 1: a. Fix",
        ),
        ({"steps": HOURS[:4]}, ValueError, "5 names for steps, got 4: 06:00"),
        (
            {"classes": "ab"},
            TypeError,
            "classes to be a list of names, got str",
        ),
        (
            {"classes": ["a", "b"]},
            ValueError,
            "1 name for classes, got 2: a, b",
        ),
        (
            {"targets": ["a", "b"]},
            ValueError,
            "1 name for targets, got 2: a, b",
        ),
        ({"vocabulary": ["a"]}, ValueError, "no input of the model holds ids"),
        ({"vocabulary": {"a": 1}}, TypeError, "list of names, got dict"),
        ({"features": 2}, TypeError, "list of names, got int"),
    ],
)
def test_names_that_do_not_fit_raise(names, error, text):
    with pytest.raises(error, match=text):
        draw(chain(0), **names)


@pytest.mark.parametrize(
    "name", ["</text><script>", "a&b<c>'d\"", "\x00\x1b[1mred", "two\nlines"]
)
def test_hostile_names_stay_text(name):
    diagram = draw(
        chain(0), features=[name, name], steps=[name] * 5, targets=[name]
    )
    root = ET.fromstring(diagram.svg())
    assert not [e for e in root.iter() if e.tag.endswith("script")]
    assert "\x1b" not in diagram.words()
    assert "\nlines" not in diagram.words()


def test_windows_frames_and_labelled_arrays_have_names():
    table = {"pressure": np.arange(9.0), "flow": np.arange(9.0)}
    cut = unrolled.windows(table, 4, targets="flow")
    assert read_names_of(cut) == ValueNames(
        features=("pressure", "flow"), targets=("flow",)
    )
    assert read_names_of(Frame(["a", 3])) == ValueNames(features=("a", "3"))
    hours = np.array(["2024-01-01T06", "2024-01-01T07"], "datetime64[ns]")
    labelled = Labelled(hour=hours, reading=np.array(["a", "b"]))
    assert read_names_of(labelled) == ValueNames(
        features=("a", "b"), steps=("2024-01-01T06:00", "2024-01-01T07:00")
    )
    assert not read_names_of(Labelled()), "axes without coordinates"
    assert not read_names_of(np.zeros((3, 5, 2)))


def test_given_names_come_before_those_of_the_data():
    given = read_given(features=["a"])
    both = given | ValueNames(features=("b",), targets=("c",))
    assert both == ValueNames(features=("a",), targets=("c",))
