"""Reads a picture as a reader does: which box an arrow leaves, which it points at."""

from collections import Counter
from itertools import pairwise

from picture_shapes import boxes_of, lines_of, text_of
from test_geometry import overlap

NEAR = 32.0  # under a box stand the numbers of its steps
STATES = {"h", "c", "line"}


def read_arrows(scene):
    """Return how often an arrow of data runs from one box to another, named by their hovers.

    A box is called ``LSTM(4), t = 0``; None where an arrow begins or ends at no box and no dots.
    """
    boxes = frames_of(scene)
    dots = [t for t in scene.texts() if text_of(t) == "…"]
    lines = [s for s in solid_lines(scene) if s.stroke not in STATES]
    found = Counter()
    for line in (s for s in lines if s.head):
        starts = gathered(line, lines) or [line]
        found.update(
            (leaves(s, boxes, dots), reaches(line, boxes, dots)) for s in starts
        )
    return found


def solid_lines(scene):
    return [s for s in lines_of(scene) if not s.dashed]


def gathered(line, lines):
    """Return the stems that end at the bar, or the way around, from which an arrow comes."""
    headless = [s for s in lines if not s.head]
    bars = [s for s in headless if touches(s, line.points[0])]
    stems = [s for s in headless if len(s.points) == 2 and s not in bars]
    return [s for s in stems if touches_any(bars, s.points[-1])]


def touches_any(lines, point):
    return any(touches(line, point) for line in lines)


def touches(line, point):
    """Tell whether a point lies on a level piece of a line."""
    x, y = point
    return any(
        abs(y1 - y) < 0.01
        and abs(y2 - y) < 0.01
        and min(x1, x2) - 0.01 <= x <= max(x1, x2) + 0.01
        for (x1, y1), (x2, y2) in pairwise(line.points)
        if x1 != x2
    )


def leaves(line, boxes, dots):
    """Return the name of the box whose top an arrow leaves."""
    x, y = line.points[0]
    found = [
        b
        for b in boxes
        if b.bounds[0] <= x <= b.bounds[2] and -2 <= b.bounds[1] - y <= 6
    ]
    return name(found[0]) if found else at_dots(x, y, dots)


def reaches(line, boxes, dots):
    """Return the name of the box whose bottom or left side an arrow points at: the nearest one."""
    x, y = line.points[-1]
    beside = [
        b
        for b in boxes
        if 0 <= b.bounds[0] - x <= 6 and b.bounds[1] <= y <= b.bounds[3]
    ]
    if beside:
        return name(beside[0])
    found = [
        b
        for b in boxes
        if b.bounds[0] <= x <= b.bounds[2] and -2 <= y - b.bounds[3] <= NEAR
    ]
    return (
        name(max(found, key=lambda b: b.bounds[3]))
        if found
        else at_dots(x, y, dots)
    )


def name(box):
    return box.title.partition(": ")[0] or "a box"


def at_dots(x, y, dots):
    near = any(
        abs((t.bounds[0] + t.bounds[2]) / 2 - x) < 20
        and abs(t.bounds[1] - y) < 120
        for t in dots
    )
    return "…" if near else None


def frames_of(scene):
    return [s for s in boxes_of(scene) if s.fill == "ground" and s.radius]


def lines_through_boxes(scene, depth=4.0):
    """Solid lines that run through a column's box: they end at one, or go around it."""
    frames = frames_of(scene)
    lines = solid_lines(scene)
    wrong = []
    for box in frames:
        left, top, right, bottom = box.bounds
        inner = (left + depth, top + depth, right - depth, bottom - depth)
        wrong += [
            (line.points, inner)
            for line in lines
            if any(crosses(p, q, inner) for p, q in pairwise(line.points))
        ]
    return wrong


def lines_through_texts(scene):
    """Texts that a line strikes out; the dots of hidden steps stand on lines on purpose."""
    lines = [s for s in lines_of(scene) if s.stroke != "ghost"]
    texts = [text for text in scene.texts() if text_of(text) != "…"]
    struck = [text for text in texts if strikes_out(lines, text)]
    return [text_of(text) for text in struck if not is_boxed(text, scene)]


def strikes_out(lines, text):
    left, top, right, bottom = text.bounds
    inner = (left + 1.5, top + 3, right - 1.5, bottom - 3)
    return any(
        crosses(p, q, inner) for line in lines for p, q in pairwise(line.points)
    )


def is_boxed(text, scene):
    return any(within(text.bounds, box.bounds) for box in frames_of(scene))


def texts_half_under_boxes(scene):
    """Texts of which a column's box hides a part: they stand in a box or outside it."""
    return [
        text_of(text)
        for text in scene.texts()
        if any(
            overlap(text.bounds, b.bounds)
            and not within(text.bounds, b.bounds, 1.0)
            for b in frames_of(scene)
        )
    ]


def within(inner, outer, room=0.0):
    low = inner[0] >= outer[0] - room and inner[1] >= outer[1] - room
    return low and inner[2] <= outer[2] + room and inner[3] <= outer[3] + room


def crosses(p, q, box):
    """Tell whether the way from p to q touches the box (clipping by Liang and Barsky 1984)."""
    low, high = 0.0, 1.0
    for axis in (0, 1):
        step = q[axis] - p[axis]
        for sign, side in ((-1, box[axis]), (1, box[axis + 2])):
            room = sign * (side - p[axis])
            if step == 0:
                if room < 0:
                    return False
            elif sign * step > 0:
                high = min(high, room / (sign * step))
            else:
                low = max(low, room / (sign * step))
    return low < high
