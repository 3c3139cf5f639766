"""Does the data fit the model, and does it mean what you think? All that is wrong, at once."""

from __future__ import annotations

from typing import Any

from unrolled.checks.cases import read_case
from unrolled.checks.reports import Report, make_report
from unrolled.checks.rules import find_problems


def check(
    model: Any,
    x: Any,
    y: Any = None,
    *,
    loss: Any = None,
    shuffle: bool | None = None,
) -> Report:
    """Say everything that is wrong with a model and its data, also where Keras would raise nothing.

    The model is run on one batch and left as it was found. All values are looked at.

    Parameters
    ----------
    model : keras.Model
        A built model.
    x : array of shape (batch, timesteps, features), or what the model takes
        As for ``model.fit``: an array, a list or dict of arrays, a ``tf.data.Dataset`` or
        ``PyDataset`` (its first three batches are looked at), or :class:`Windows`, which bring
        their y.
    y : array, or a list or dict with one array per output, optional
        The labels. Of a model with a ``compute_loss`` of its own only their number of samples is
        looked at.
    loss : str, keras.losses.Loss, function, or a list or dict of them, optional
        As for ``model.compile``. Without it the one the model was compiled with; where it was not
        compiled, the one that the activation of the output and the labels suggest. A function of
        your own is run on arrays of the shapes of y and of the output, and judged by what it
        returns alone.
    shuffle : bool, optional
        The argument of ``fit`` that will be used.

    Returns
    -------
    Report
        True where nothing is wrong; prints as text.

    Raises
    ------
    TypeError, ValueError
        ``model`` is not a built Keras model; ``x`` is None, or a generator, which can be read only
        once; Keras does not know the loss; a dataset is empty.

    Examples
    --------
    >>> import keras, numpy as np, unrolled
    >>> layers = [keras.layers.LSTM(8), keras.layers.Dense(1)]
    >>> model = keras.Sequential([keras.Input((20, 4)), *layers])
    >>> x, y = np.zeros((32, 20, 4)), np.zeros((32, 20))
    >>> report = unrolled.check(model, x, y, loss="mse")
    >>> report.problems[0].level, report.problems[0].expected, report.problems[0].came
    ('wrong', '(batch 32, targets 1): one label for each value of the output', '(batch 32, timesteps
    20)')
    """
    if x is None:
        raise TypeError(
            "Expected x, the data that the model is to read, got None. "
            "Fix: unrolled.check(model, x, y)."
        )
    if hasattr(x, "__next__"):
        raise TypeError(
            f"Expected arrays or a dataset as x, got a {type(x).__name__}, which can be read only "
            "once. "
            "Fix: x, y = next(generator), then unrolled.check(model, x, y)."
        )
    case = read_case(model, x, y, loss, shuffle)
    return make_report(find_problems(case), case.summary)
