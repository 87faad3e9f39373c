"""What promptfoo's cells say, and which answers keep to it."""

import re

import pytest

from components.tasks.evaluate.assertions import are_assertions, check_of
from components.tasks.evaluate.rules import passes, told


@pytest.mark.parametrize(
    ("cell", "good", "bad"),
    [
        ("Paris", "Paris\n", "paris"),
        ("equals: Paris", "Paris", "It is Paris"),
        ("not-equals:Paris", "Rome", "Paris"),
        ("contains: Par", "Paris", "paris"),
        ("icontains: PAR", "paris", "Rome"),
        ("contains-all: tea, cake", "cake with teas", "cake"),
        ('icontains-any: "Yes, it is", no', "yes, it is so", "perhaps"),
        ("not-contains-any: sorry, cannot", "Gladly", "I cannot"),
        ("starts-with: Dear", "Dear all", "dear all"),
        ("is-json", '{"a": 1}', "{'a': 1}"),
    ],
)
def test_an_assertion_is_a_rule(cell: str, good: str, bad: str):
    check = check_of(cell)
    assert passes(check, good)
    assert not passes(check, bad)
    assert str(told(check))


@pytest.mark.parametrize(
    "cell",
    [
        "javascript: output.length < 5",
        "similar(0.8): Paris",
        "llm-rubric: polite",
        "regex: ^a",
        "not-is-json",
        "is-valid-openai-tools-call",
    ],
)
def test_what_is_not_checked_here_is_refused(cell: str):
    with pytest.raises(ValueError, match=re.escape(cell)):
        check_of(cell)


def test_answers_that_only_look_like_it_are_answers():
    assert not are_assertions(["Ratio: 3:4", "cost", "Note: contains nuts", "12:30"])
    assert are_assertions(["Paris", "contains: Paris"])
