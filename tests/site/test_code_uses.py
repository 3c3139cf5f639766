"""What a piece of code uses of the library, read from its text."""

from __future__ import annotations

import pytest
from code_uses import code_of_page, uses_in


@pytest.mark.parametrize(
    ("code", "used"),
    [
        ("x = 1", set()),
        ("unrolled.draw(model)", {"draw", "Diagram"}),
        ("unrolled.nothing(model)", set()),
        ("other.draw(model)", set()),
        ("from unrolled import draw as d\nd(model).svg()", {"draw", "Diagram"}),
        (
            "t = unrolled.trace(m)\nfor c in t.calls:\n    c.mask",
            {"trace", "Trace", "LayerCall"},
        ),
        (
            "t = unrolled.trace(m)\n[c.gates for c in t.calls]",
            "trace Trace LayerCall RecurrentCall",
        ),
        (
            "t = unrolled.trace(m)\nt['b'].forward.h",
            "trace Trace LayerCall BidirectionalCall RecurrentCall",
        ),
        (
            "t = unrolled.trace(m)\nt['l'].weights.count",
            "trace Trace LayerCall Weights",
        ),
        ("r = unrolled.check(m, x)\nr.problems[0].fix", "check Report Problem"),
        ("e, n = unrolled.explain('a'), 3\ne.what", "explain Explanation"),
        ("w = unrolled.windows(t, 3)\nw.split(0.5)[0].x", "windows Windows"),
        (
            "unrolled.sensitivity(m, x)['lstm'].by_step",
            "sensitivity Sensitivity LayerSensitivity",
        ),
        ("except_ = unrolled.TraceError", "TraceError"),
    ],
)
def test_names_are_used_where_their_values_are(
    code: str, used: set[str] | str
) -> None:
    expected = set(used.split()) if isinstance(used, str) else used
    assert uses_in(f"import unrolled\n{code}") == expected


def test_a_variable_is_what_it_was_assigned_last() -> None:
    code = "import unrolled\nt = unrolled.trace(m)\nt = 3\nt.calls"
    assert uses_in(code) == {"trace", "Trace"}


def test_cells_that_are_no_python_are_left_out() -> None:
    page = (
        "```{code-cell} ipython3\n:tags: [a]\n!pip install x\ny = 1\n```\n"
        "text\n```python\n1 +\n```"
    )
    assert code_of_page(page).split() == ["y", "=", "1"]
    assert code_of_page("```sh\nunrolled draw\n```") == ""
