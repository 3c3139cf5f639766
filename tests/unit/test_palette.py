"""One colour, one meaning: axes, states, values, what is wrong; for colour-blind readers too."""

from itertools import combinations

import numpy as np
import pytest

from unrolled.scenes.colors import (
    AXES,
    DIVERGING,
    THEMES,
    channels,
    color,
    mix,
)

# Björn Ottosson, A perceptual color space for image processing (2020)
TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
# Machado, Oliveira and Fernandes, A physiologically-based model for simulation of color vision
# deficiency (2009), severity 1
SEEN_BY = {
    "all cones": np.eye(3),
    "no red cones": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "no green cones": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "no blue cones": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
THEME = pytest.mark.parametrize("theme", THEMES)


def oklab(hexcolor, eyes="all cones"):
    share = np.array(channels(hexcolor)) / 255
    linear = np.where(
        share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4
    )
    seen = np.clip(SEEN_BY[eyes] @ linear, 0, 1)
    return TO_LAB @ np.cbrt(TO_CONES @ seen)


def hue(hexcolor):
    _, a, b = oklab(hexcolor)
    return np.degrees(np.arctan2(b, a)) % 360


def between(one, other):
    turn = abs(hue(one) - hue(other))
    return min(turn, 360 - turn)


def distance(one, other, eyes="all cones"):
    return np.linalg.norm(oklab(one, eyes) - oklab(other, eyes))


@THEME
def test_no_two_roles_share_a_colour(theme):
    roles = (*AXES, "h", "c", "warn")
    for one, other in combinations(roles, 2):
        apart = distance(color(one, theme), color(other, theme))
        assert apart > 0.08, (one, other)


@THEME
def test_red_is_what_is_wrong_and_nothing_else(theme):
    red = color("warn", theme)
    assert 15 < hue(red) < 40
    for role in (*AXES, "h", "c"):
        assert between(color(role, theme), red) > 20, role
    for end in DIVERGING[theme][::2]:
        assert between(end, red) > 40


@THEME
def test_values_have_hues_that_no_axis_has(theme):
    negative, _, positive = DIVERGING[theme]
    # the grey of the batch has hardly a hue
    for axis in AXES[1:]:
        for end in (negative, positive):
            assert between(end, color(axis, theme)) > 40, axis


@THEME
@pytest.mark.parametrize("eyes", SEEN_BY)
def test_signs_are_told_apart_by_all_eyes(theme, eyes):
    negative, zero, positive = DIVERGING[theme]
    assert distance(negative, positive, eyes) > 0.12
    half = [mix(zero, end, 0.5) for end in (negative, positive)]
    assert distance(*half, eyes) > 0.05
