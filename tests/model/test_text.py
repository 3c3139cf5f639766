"""Models that read text; Keras does so with TensorFlow, whatever its backend."""

import pytest
from cases import case
from catalogue import TEXT, make
from test_geometry import assert_tidy

import unrolled


@pytest.mark.parametrize("name", TEXT)
def test_text_is_an_input_like_any_other(name):
    model, x, y = make(name)
    diagram = unrolled.draw(model, x, y)
    assert_tidy(diagram.scene)
    assert any(word in diagram.words() for word in ("string", "text"))


def test_ids_are_steps_where_an_embedding_reads_them():
    lines = case("text_in").diagram.words().splitlines()
    assert "timesteps 8" in next(
        line for line in lines if "'vectorize'" in line
    )
    assert "b'" not in case("text_in").diagram.words()
