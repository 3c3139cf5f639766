"""What check says of wrong data, word for word: the level, the mistake, the numbers, the fix."""

import tomllib
from pathlib import Path

import pytest
from wrong_data import WRONG, problems

SAID = tomllib.loads(
    (Path(__file__).parent / "check_texts.toml").read_text(encoding="utf-8")
)
#: what Keras or NumPy says stands behind these words
QUOTED = ("stops:", "rows of different lengths (")


def without_quotes(problem):
    """Return a problem without what Keras or NumPy says in it."""
    own = dict(problem)
    for field, text in problem.items():
        for words in QUOTED:
            before, found, _ = text.partition(words)
            if found:
                own[field] = before + found
    return own


# Keras warns of it when such a model runs
@pytest.mark.filterwarnings("ignore:You are using a softmax:UserWarning")
@pytest.mark.parametrize("name", WRONG)
def test_each_problem_is_told_word_for_word(name):
    found = [without_quotes(problem) for problem in problems(name)]
    assert found == SAID[name]


def test_no_text_is_left_without_its_data():
    assert SAID.keys() == WRONG.keys()
