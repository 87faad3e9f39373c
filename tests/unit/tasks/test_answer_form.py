"""An answer in a form: what is read from what models write, and what is refused."""

import json

import pytest

from components.errors import BadInput
from components.tasks.answer_form import AnswerForm, check, read

CHOICES = AnswerForm("one of", ("late", "very late", "Damaged"))
SCHEMA = json.dumps(
    {
        "type": "object",
        "properties": {"sum": {"type": "number"}, "paid": {"type": "boolean"}, "who": {"type": "string"}},
        "required": ["sum"],
    }
)


@pytest.mark.parametrize(
    ("form", "said", "value"),
    [
        (CHOICES, '{"answer": "late"}', "late"),
        (CHOICES, "**damaged.**", "Damaged"),
        (CHOICES, "It is very late, I think.", "very late"),
        (AnswerForm("number"), '```json\n{"answer": 12.5}\n```', 12.5),
        (AnswerForm("number"), "The total is $1,234.50.", 1234.5),
        (AnswerForm("number"), "-5,25", -5.25),
        (AnswerForm("number"), "about 3 million", 3_000_000),
        (AnswerForm("date"), '{"answer": "2026-05-31"}', "2026-05-31"),
        (AnswerForm("date"), "It was on May 3, 2024.", "2024-05-03"),
        (AnswerForm("date"), "31.05.2026", "2026-05-31"),
        (AnswerForm("yes/no"), '{"answer": "yes"} because', True),
        (AnswerForm("yes/no"), "No, it isn't.", False),
        (AnswerForm("yes/no"), "不是", False),
        (AnswerForm("yes/no"), '{"answer": true}', True),
        (AnswerForm("json", schema=SCHEMA), 'Here: {"sum": 3, "paid": false}', {"sum": 3, "paid": False}),
        (AnswerForm(), "  Anything. ", "Anything."),
    ],
)
def test_what_is_meant_is_read_however_it_is_said(form: AnswerForm, said: str, value: object):
    assert read(form, said) == value


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (CHOICES, "early"),
        (CHOICES, "late or damaged"),
        (AnswerForm("number"), "none"),
        (AnswerForm("number"), "3 of 5"),
        (AnswerForm("number"), "NaN"),
        (AnswerForm("number"), "infinity"),
        (AnswerForm("date"), "May 2026"),
        (AnswerForm("date"), "05/06/2026"),  # the fifth of June, or the sixth of May
        (AnswerForm("yes/no"), "Perhaps"),
        (AnswerForm("json", schema=SCHEMA), '{"paid": true}'),
        (AnswerForm("json", schema=SCHEMA), "no JSON"),
    ],
)
def test_what_isnt_in_the_form_is_never_taken_for_an_answer(form: AnswerForm, said: str):
    with pytest.raises(BadInput):
        read(form, said)


def test_a_form_that_nothing_could_be_in_is_refused():
    for form in (
        AnswerForm("one of", ("a",)),
        AnswerForm("json", schema="nonsense"),
        AnswerForm("json", schema='{"type": "nothing"}'),
        AnswerForm("json", schema='{"$ref": "http://elsewhere/schema"}'),
    ):
        with pytest.raises(BadInput):
            check(form)
    check(CHOICES)


def test_the_properties_of_an_object_are_columns_with_their_kinds():
    assert AnswerForm("json", schema=SCHEMA).parts == {"sum": "number", "paid": "yes/no", "who": "text"}
    assert json.loads(CHOICES.held)["properties"]["answer"]["enum"] == list(CHOICES.choices)
    assert AnswerForm().held == ""
