"""The pictures of two shapes: made of axes alone, and read from wrong to right as the fix goes."""

import re

import pytest
from entries import read_mistakes
from mismatches import Mismatch, read_message, read_shape, read_shapes
from page_runs import stored

from unrolled.scenes.shapes import Text

#: of these the fix gives what the script builds only later: the texts name it as the second way
SECOND_WAY = {
    ("argument-output-must-have-rank-target-ndim-1", 1),
    ("arguments-target-and-output-must-have-the-same-rank", 3),
    ("arguments-target-and-output-must-have-the-same-rank", 4),
    ("concatenate-layer-requires-inputs-with-matching-shapes", 2),
    ("incompatible-shapes", 6),
}
#: the shape is inside the model, or comes of a call: no script writes, prints or draws it
INSIDE = {
    ("concatenate-layer-requires-inputs-with-matching-shapes", 1),
    ("incompatible-input-shapes-axis-values", 1),
    ("incompatible-shapes", 2),
    ("incompatible-shapes-of-states", 2),
    ("same-shape-up-until-the-last-dimension", 1),
    ("shape-mismatch-in-layer", 1),
    ("weight-shape-is-not-compatible-with-provided-weight-shape", 1),
}


def pictures():
    """Yield the entry, the cause, the picture and the runs of each cause that has one."""
    for entry in read_mistakes():
        tables = entry.texts.get("shapes", ())
        runs = stored("mistakes")[entry.name]["causes"]
        for cause, run in enumerate(runs, 1):
            picture = read_shapes(tables, cause, run["mistake"]["values"])
            if picture is not None:
                yield entry.name, cause, picture, run


PICTURES = list(pictures())
NAMES = [f"{name} {cause}" for name, cause, _, _ in PICTURES]
each = pytest.mark.parametrize(
    ("name", "cause", "picture", "run"), PICTURES, ids=NAMES
)


def sizes(text):
    """Return the sizes of every shape in a text, None where one is open."""
    shapes = []
    for inside in re.findall(r"[(\[]([^()\[\]]*)[)\]]", text):
        items = [item for item in inside.split(",") if item.strip()]
        number = r"\d+|None|:|-1"
        found = [re.search(number, item) for item in items]
        if found and all(found):
            known = [match[0] for match in found]
            shapes.append([int(n) if n.isdigit() else None for n in known])
    return shapes


def after_the_fix(run):
    """Return the shapes that the fixed script writes, prints and draws."""
    fixed = run["fixed"]
    text = fixed["script"] + fixed["printed"]
    if fixed["picture"]:
        text += fixed["picture"]["words"]
    found = sizes(text)
    # what Input is given has no batch
    return found + [[None, *shape] for shape in found]


def fits(axes, shape):
    """Return whether axes may be a shape: as many, and the same size where both say one."""
    if len(axes) != len(shape):
        return False
    for axis, size in zip(axes, shape, strict=True):
        is_open = not axis.size or axis.size == "any" or size is None
        if not is_open and int(axis.size) != size:
            return False
    return True


def texts_of(picture):
    for shape in picture.scene.shapes:
        if isinstance(shape, Text):
            yield "".join(span.text for span in shape.spans)


def is_compared(name, cause, picture):
    """Return whether a fixed script shows the shape; names of arrays are no sizes."""
    if (name, cause) in SECOND_WAY | INSIDE:
        return False
    return any(axis.size or axis.word == "batch" for axis in picture.takes)


@each
def test_a_box_holds_one_axis(name, cause, picture, run):
    for axis in picture.takes + picture.got:
        assert axis.text
        assert not re.search(r"[()]| and | or |,", axis.text)
    assert "" not in texts_of(picture)


@each
def test_the_fix_turns_got_into_takes(name, cause, picture, run):
    assert picture.takes != picture.got
    if not is_compared(name, cause, picture):
        return
    fixed = after_the_fix(run)
    right = [shape for shape in fixed if fits(picture.takes, shape)]
    assert right, f"no {picture.takes} in {fixed}"
    is_open = [axis.size for axis in picture.got].count("any")
    wrong = [shape for shape in right if not fits(picture.got, shape)]
    # an open size is what the fix closes
    assert wrong or is_open, f"{picture.got} is right too: {right}"


def test_most_pictures_are_compared_with_what_the_fix_makes():
    compared = [
        name
        for name, cause, picture, _ in PICTURES
        if is_compared(name, cause, picture)
    ]
    assert len(PICTURES) > 100
    assert len(compared) > 0.75 * len(PICTURES)


@pytest.mark.parametrize("text", ["4 and 4", "(None, 3) and y (None,)", "7"])
def test_a_sentence_is_not_a_shape(text):
    with pytest.raises((SyntaxError, ValueError)):
        read_message(text)


def test_a_gap_has_a_place():
    with pytest.raises(ValueError, match="places of 1 missing axes"):
        Mismatch("x", ["batch", "features"], ["features"])
    assert read_shape("x", {"x": "(None,)"})[0].text == "batch"
