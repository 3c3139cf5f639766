"""Formulas are MathML when the page is written; one that cannot be read stops the build."""

from __future__ import annotations

from types import SimpleNamespace

import mathml
import pytest
from docutils import nodes


@pytest.mark.parametrize(
    ("tex", "parts"),
    [
        (r"a &= b \\ c &= d", ['<mtable class="ams-align">', "<mo>=</mo>"]),
        (
            r"\begin{cases} a & b \\ c & d \end{cases}",
            ["{</mo>", 'class="cases"'],
        ),
        (r"h_t = o_t \odot \tanh(c_t)", ["<msub>", "⊙"]),
        ("x", ["<mi>x</mi>"]),
    ],
)
def test_formulas(tex: str, parts: list[str]) -> None:
    written = mathml.convert(nodes.math_block(tex, tex))
    assert all(part in written for part in parts)
    assert 'display="block"' in written


def test_a_formula_in_a_line_is_not_a_block() -> None:
    assert 'display="block"' not in mathml.convert(nodes.math("x_t", "x_t"))


def test_a_wrong_formula_is_a_warning_and_is_shown_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    warned: list[str] = []
    heard = SimpleNamespace(
        warning=lambda text, error, location: warned.append(str(error))
    )
    monkeypatch.setattr(mathml, "logger", heard)
    assert (
        mathml.convert(nodes.math("x", r"\nonsense < x"))
        == r"<code>\nonsense &lt; x</code>"
    )
    assert len(warned) == 1
    assert "nonsense" in warned[0]
