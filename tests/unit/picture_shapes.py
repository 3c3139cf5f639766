"""The shapes of a scene by kind, for tests that read a picture."""

from unrolled.scenes.shapes import Box, Line


def boxes_of(scene):
    return [s for s in scene.shapes if isinstance(s, Box)]


def lines_of(scene):
    return [s for s in scene.shapes if isinstance(s, Line)]


def squares_of(scene):
    """The boxes that show a value by their colour."""
    return [s for s in boxes_of(scene) if (s.fill or "").startswith("v")]


def titled(scene, start):
    """The boxes whose hover begins with these words."""
    return [s for s in boxes_of(scene) if s.title.startswith(start)]


def text_of(text):
    return "".join(span.text for span in text.spans)


def holds(box, x, y):
    """Return whether a point lies in a box."""
    left, top, right, bottom = box.bounds
    return left <= x <= right and top <= y <= bottom
