"""Every question's script against the installed Keras: it runs to its end, prints, and draws where a picture is due."""

import pytest
from page_runs import stored
from question_runs import answer, read_topic, topics

QUESTIONS = [
    pytest.param(question, id=question.name) for topic in topics() for question in topic.questions
]
TOPIC = """
title = "Units"
lead = "."

[[question]]
name = "units"
title = "?"
answer = "."
script = "{script}"
{more}
"""


RUNS = {
    found["name"]: found
    for topic in stored("question_runs").values()
    for found in topic["questions"]
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_script_answers(question):
    answered = RUNS[question.name]  # a script that raises is not stored: make runs stops
    assert answered["script"] == question.script
    assert answered["printed"].strip()
    assert bool(answered["drawn"]) == question.picture


def test_each_question_has_a_name_of_its_own():
    names = [p.values[0].name for p in QUESTIONS]
    assert len(names) == len(set(names))


def test_no_wording_is_that_of_two_questions():
    asked = [
        wording.lower() for p in QUESTIONS for wording in (p.values[0].title, *p.values[0].asked)
    ]
    assert len(asked) == len(set(asked))


def test_a_page_draws_two_models_at_most():
    for topic in topics():
        assert sum(question.picture for question in topic.questions) <= 2, topic.name


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("1 / 0", "expected the script to run, got ZeroDivisionError"),
        ("x = 1", "expected the script to print"),
    ],
)
def test_a_script_that_answers_nothing_is_refused(script, said):
    [question] = read_topic("units", TOPIC.format(script=script, more="")).questions
    with pytest.raises(ValueError, match=said):
        answer(question)


def test_a_key_that_no_question_has_is_refused():
    with pytest.raises(TypeError, match="sees"):
        read_topic("units", TOPIC.format(script="print()", more="sees = []"))
