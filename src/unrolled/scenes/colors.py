"""The palette: one colour for each axis and role, for light and for dark, and the map of values.

Every picture, table and word of the site takes its colours from here.
Imports nothing but the standard library.
"""

from __future__ import annotations

from typing import Literal

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, Theme] = ("light", "dark")

#: role -> (light, dark). The first five are the axes; their words are the roles' names. Red is
#: ``warn`` alone: what is wrong.
PALETTE: dict[str, tuple[str, str]] = {
    "batch": ("#475569", "#a8b6ca"),
    "timesteps": ("#1d4ed8", "#7fabff"),
    "features": ("#b5186f", "#ff8fc7"),
    "units": ("#047857", "#3ddba4"),
    "targets": ("#6d28d9", "#c4a6ff"),
    "h": ("#4d7c0f", "#b4dc5a"),
    "c": ("#b45309", "#f5ac55"),
    "ink": ("#0f172a", "#f1f5f9"),
    "soft": ("#475569", "#a8b6ca"),
    "line": ("#64748b", "#8494ab"),
    "ghost": ("#64748b", "#8f9db3"),
    "hatch": ("#a9b4c4", "#4b5768"),
    "ground": ("#ffffff", "#131416"),
    "sheet": ("#f1f5f9", "#232a35"),
    "band": ("#f0fdf7", "#10221c"),
    "warn": ("#c81e1e", "#ff7d76"),
}
AXES = ("batch", "timesteps", "features", "units", "targets")

#: ends of the diverging map: (negative, zero, positive) per theme. Ochre and cyan: no axis has
#: these hues, and colour-blind readers tell them apart
DIVERGING: dict[Theme, tuple[str, str, str]] = {
    "light": ("#d9a35b", "#ffffff", "#5cb8c9"),
    "dark": ("#7a5220", "#1b2330", "#1d6675"),
}
LEVELS = 8  # steps to each end: more could not be told apart


def color(role: str, theme: Theme = "light") -> str:
    """Return the hex colour of a role.

    >>> color("timesteps"), color("timesteps", "dark")
    ('#1d4ed8', '#7fabff')
    """
    return PALETTE[role][THEMES.index(theme)]


def level(value: float, limit: float) -> int:
    """Return the step of ``value`` on the diverging map: -8 to 8, 0 for zero, cut off at ``limit``.

    >>> level(0.0, 1.0), level(0.5, 1.0), level(-3.0, 1.0)
    (0, 4, -8)
    """
    # NaN is unlike itself; it has no place on the map, as little as any value at no limit
    is_nan = value != value
    if is_nan or not limit > 0:
        return 0
    share = value / limit
    share = max(-1.0, min(1.0, share))
    return round(LEVELS * share)


def level_color(step: int, theme: Theme = "light") -> str:
    """Return the hex colour of one step of the diverging map.

    >>> level_color(0), level_color(8)
    ('#ffffff', '#5cb8c9')
    """
    negative, zero, positive = DIVERGING[theme]
    end = negative
    if step > 0:
        end = positive
    share = abs(step) / LEVELS
    return mix(zero, end, share)


def hex_color(name: str, theme: Theme = "light") -> str:
    """Return the hex colour of a role, or of ``v-8`` to ``v8``, the steps of the diverging map.

    >>> hex_color("ink"), hex_color("v-8")
    ('#0f172a', '#d9a35b')
    """
    if name in PALETTE:
        return color(name, theme)
    step = int(name.removeprefix("v"))
    return level_color(step, theme)


def mix(a: str, b: str, share: float) -> str:
    """Return the colour ``share`` of the way from ``a`` to ``b``.

    >>> mix("#000000", "#ffffff", 0.5)
    '#808080'
    """
    mixed = "#"
    for start, end in zip(channels(a), channels(b), strict=True):
        channel = round(start + (end - start) * share)
        mixed += f"{channel:02x}"
    return mixed


def contrast(a: str, b: str) -> float:
    """Return the WCAG 2 contrast ratio of two colours, 1 to 21.

    Source: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio

    >>> round(contrast("#000000", "#ffffff"), 1)
    21.0
    """
    one, other = luminance(a), luminance(b)
    high, low = max(one, other), min(one, other)
    # the 0.05 stand for the light of the room, which black reflects too
    return (high + 0.05) / (low + 0.05)


def luminance(hexcolor: str) -> float:
    """Return the relative luminance of a colour, 0 to 1 (WCAG 2).

    >>> luminance("#ffffff")
    1.0
    """
    red, green, blue = map(_linear, channels(hexcolor))
    # the eye takes green for brighter than red, and red for brighter than blue
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: int) -> float:
    """Return the light of a channel, 0 to 1."""
    share = channel / 255
    # near black the curve of sRGB is a straight line
    if share <= 0.04045:
        return share / 12.92
    return float(((share + 0.055) / 1.055) ** 2.4)


def channels(hexcolor: str) -> tuple[int, int, int]:
    """Return red, green and blue, 0 to 255.

    >>> channels("#1d4ed8")
    (29, 78, 216)
    """
    digits = hexcolor.removeprefix("#")
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue
