"""The one line of an error that says what is wrong, the same in every run."""

from __future__ import annotations

import re

#: the colours of a terminal: Keras writes in bold
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
#: lines around a message that Keras and TensorFlow add to every error
FRAME = re.compile(
    "Exception encountered|Arguments received|^Graph execution error|^Detected at node"
)
TELLING = re.compile("must|Incompatible|logits|labels|Received")
#: what is of one run alone, and what stands there instead
OF_ONE_RUN = (
    (re.compile(r"'\{\{node.*|(?<=x=)\[\[.*"), "…"),
    (re.compile(r"but are \d+ and \d+"), "but are … and …"),
    (re.compile(r"[(\[][\d?, None]+[)\]]"), "(…)"),
)


def telling_line(error: Exception) -> str:
    """Return the line of a message that matters, without the names and numbers of one run."""
    text = COLOUR.sub("", str(error))
    lines = list(filter(str.strip, text.splitlines()))
    useful = [line for line in lines if not FRAME.search(line)]
    # an error may have no lines but these
    if not useful:
        useful = lines
    telling = filter(TELLING.search, useful)
    found = next(telling, useful[0])
    for pattern, instead in OF_ONE_RUN:
        found = pattern.sub(instead, found)
    return f"{type(error).__name__}: {found.strip()}"
