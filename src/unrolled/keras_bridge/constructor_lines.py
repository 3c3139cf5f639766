"""Parts of a constructor line: values as their user writes them, and a line cut at its commas."""

from __future__ import annotations

import re
from typing import Any

#: arguments that Keras keeps as one number for each axis
_SIZES = {"kernel_size", "strides", "dilation_rate", "pool_size"}


def write_value(value: Any) -> str:
    """Return a value as its user would write it; of a float four digits.

    >>> write_value(0.00392156862745098), write_value(0.25), write_value("tanh")
    ('0.003922', '0.25', "'tanh'")
    """
    # a picture has no room for the digits of 1 / 3
    if isinstance(value, float):
        return f"{value:.4g}"
    return repr(value)


def write_key(key: Any) -> str:
    """Return what stands between the brackets of an indexed tensor.

    >>> write_key((slice(None), -1)), write_key((Ellipsis, slice(1, 3)))
    (':, -1', '..., 1:3')
    >>> write_key(slice(None, None, 2)), write_key(slice(4, None))
    ('::2', '4:')
    """
    if isinstance(key, (tuple, list)):
        return ", ".join(map(write_key, key))
    if not isinstance(key, slice):
        # the three dots are an object of that name
        return str(key).replace("Ellipsis", "...")
    parts = (key.start, key.stop, key.step)
    text = ":".join(map(str, parts))
    # what is left out is not written, and without a step there is one colon
    return text.replace("None", "").removesuffix(":")


def plain_sizes(name: str, value: Any) -> Any:
    """Return a value as its user writes it: of a size that is the same on each axis one number.

    >>> plain_sizes("strides", [1, 1]), plain_sizes("strides", [1, 2])
    (1, (1, 2))
    >>> plain_sizes("axes", [1, 1]), plain_sizes("strides", 1)
    ((1, 1), 1)
    """
    if name in _SIZES:
        return one_if_same(value)
    # a configuration holds lists where tuples were given
    if isinstance(value, list):
        return tuple(value)
    return value


def one_if_same(value: Any) -> Any:
    """Return one value for several same ones: Keras stores ``strides=1`` as ``(1, 1)``.

    >>> one_if_same((2, 2)), one_if_same([2, 3]), one_if_same(2)
    (2, (2, 3), 2)
    """
    if not isinstance(value, (list, tuple)):
        return value
    distinct = set(value)
    if len(distinct) == 1:
        return value[0]
    return tuple(value)


def split_constructor(text: str) -> list[str]:
    """Split a constructor line into its positional part and its keyword arguments.

    >>> split_constructor("LSTM(4, activation='relu', stateful=True)")
    ['LSTM(4)', "activation='relu'", 'stateful=True']
    >>> split_constructor("TimeDistributed(Dense(2, use_bias=False))")
    ['TimeDistributed(Dense(2, use_bias=False))']
    >>> split_constructor("RNN(return_sequences=True)"), split_constructor("x[:, -1]")
    (['RNN()', 'return_sequences=True'], ['x[:, -1]'])
    """
    cuts = _find_cuts(text)
    if not cuts:
        # the one argument may still be a keyword, before which no comma stands
        single = re.fullmatch(r"(\w+)\((\w+=[^,\n]*)\)", text)
        if single is None:
            return [text]
        head, keyword = single.groups()
        return [f"{head}()", keyword]
    first, *others = cuts
    head, _, argument = text[:first].partition("(")
    ends = [*others, len(text) - 1]
    pieces = map(text.__getitem__, map(slice, cuts, ends))
    # without the comma before each
    keywords = [piece.strip(", ") for piece in pieces]
    # the first argument may be a keyword too
    if re.match(r"\w+=", argument):
        return [f"{head}()", argument, *keywords]
    return [f"{head}({argument})", *keywords]


def _find_cuts(text: str) -> list[int]:
    """Return where the commas stand before keyword arguments of the constructor itself."""
    cuts: list[int] = []
    for match in re.finditer(r",\s*\w+=", text):
        before = text[: match.start()]
        # a comma further in belongs to a layer or a list inside
        opened = sum(map(before.count, "([{"))
        closed = sum(map(before.count, ")]}"))
        if opened - closed == 1:
            cuts.append(match.start())
    return cuts
