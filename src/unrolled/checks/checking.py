"""Does the data fit the model, and does it mean what the reader thinks? All that is wrong, at once."""

from __future__ import annotations

from typing import Any

import numpy as np

from unrolled.checks.cases import Subject, read_subject
from unrolled.checks.reports import Report, make_report
from unrolled.checks.rules.leaks import find_leaks
from unrolled.checks.rules.masks import find_in_masks
from unrolled.checks.rules.parts import find_in_parts
from unrolled.checks.rules.states import find_in_states
from unrolled.checks.rules.x_shapes import find_in_x_shapes
from unrolled.checks.rules.x_values import find_in_x_values
from unrolled.checks.rules.y_shapes import find_in_y_shapes
from unrolled.checks.rules.y_values import find_in_y_values
from unrolled.windowing.windows import Windows


def check(
    model: Any, x: Any, y: Any = None, *, loss: Any = None, shuffle: bool | None = None
) -> Report:
    """Say everything that is wrong with a model and its data, also where Keras would raise nothing.

    The model is run on one batch and left as it was found. All values are looked at.

    Parameters
    ----------
    model : keras.Model
        A built model.
    x : array of shape (batch, timesteps, features), or what the model takes
        As for ``model.fit``: an array, a list or dict of arrays, a ``tf.data.Dataset`` or ``PyDataset`` (its first
        three batches are looked at), or :class:`Windows`, which bring their y.
    y : array, or a list or dict with one array per output, optional
        The labels.
    loss : str, keras.losses.Loss, function, or a list or dict of them, optional
        As for ``model.compile``. Without it the one the model was compiled with; where it was not compiled, the one
        that the activation of the output and the labels suggest.
    shuffle : bool, optional
        The argument of ``fit`` that will be used.

    Returns
    -------
    Report
        True where nothing is wrong; prints as text.

    Raises
    ------
    TypeError, ValueError
        ``model`` is no built Keras model; ``x`` is None; Keras does not know the loss; a dataset is empty.

    Examples
    --------
    >>> import keras, numpy as np, unrolled
    >>> model = keras.Sequential([keras.Input((20, 4)), keras.layers.LSTM(8), keras.layers.Dense(1)])
    >>> x, y = np.zeros((32, 20, 4)), np.zeros((32, 20))
    >>> report = unrolled.check(model, x, y, loss="mse")
    >>> report.problems[0].level, report.problems[0].expected, report.problems[0].came
    ('wrong', '(32 batch, 1 targets): one label for each value of the output', '(32 batch, 20 timesteps)')
    """
    if x is None:
        raise TypeError(
            "Expected x, the data that the model is to read, got None. Fix: unrolled.check(model, x, y)."
        )
    windows = x if isinstance(x, Windows) else None
    if windows is not None:
        x, y = windows.x, windows.y if y is None else y
    subject = read_subject(model, x, y, loss, shuffle)
    found = [
        *find_in_parts(subject),
        *find_in_x_shapes(subject),
        *find_in_y_shapes(subject),
        *find_in_states(subject),
        *find_in_masks(subject),
        *find_in_x_values(subject),
        *find_in_y_values(subject),
        *find_leaks(subject, windows),
    ]
    return make_report(found, _told(subject))


def _told(subject: Subject) -> str:
    """Return in one line what was looked at."""
    parts = [
        f"{g.variable} {np.shape(g.array)}"
        for g in (*subject.inputs, *subject.labels)
        if g.array is not None
    ]
    return f"The model {subject.model.name!r} with {', '.join(parts) or 'no arrays'}"
