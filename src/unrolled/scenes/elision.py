"""Which of many things are shown, and where the middle is left out."""

from __future__ import annotations


def elide(count: int, limit: int) -> list[int | None]:
    """Return the indices to draw; past the limit None stands for the middle that is left out.

    >>> elide(4, 8)
    [0, 1, 2, 3]
    >>> elide(1000, 8)
    [0, 1, 2, None, 998, 999]
    >>> elide(9, 3)
    [0, None, 8]
    """
    if count <= limit:
        return list(range(count))
    tail = 1
    if limit >= 6:
        tail = 2
    # one place is left for the sign of what is left out
    room = limit - tail - 1
    head = max(1, min(3, room))
    return [*range(head), None, *range(count - tail, count)]
