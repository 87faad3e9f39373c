"""A question over a column: the nearest sentence of each text, and nothing where none has what is asked for."""

import pytest

from components.errors import BadInput
from components.tasks.over_rows import Made
from components.tasks.tables import question_columns
from components.tasks.tables.actions import checked
from components.tasks.tables.table_settings import Questioned, Table, TableSettings
from tests.unit.tasks.tables.fakes import JOB, tools


def asked(question: str) -> TableSettings:
    return TableSettings(Table("a.csv", "CSV", ("text",)), "ask", "text", ask=Questioned(question))


def answers(question: str, *texts: str) -> list[Made]:
    settings = asked(question)
    checked(settings, tools())
    with question_columns.opened(settings, tools(), JOB) as do:
        return [one for one in do(texts) if isinstance(one, Made)]


def test_the_nearest_sentence_answers_in_the_texts_own_words():
    made = answers(
        "What does the parcel weigh?", "The van is red. The parcel weighs 3 kg. Bye.", "Nothing here."
    )
    assert made[0].value[0] == "The parcel weighs 3 kg."
    assert 0 < made[0].value[1] <= 1
    assert len(made) == 2


def test_a_question_for_a_weight_gets_nothing_where_there_is_none():
    made = answers("What does the parcel weigh?", "The parcel weighs a lot.")
    assert made[0].value == [None, None]


def test_a_question_for_a_date_gets_nothing_where_there_is_none():
    made = answers(
        "When does the course begin?", "The course begins on 3 May 2026. It is full.", "The course is full."
    )
    assert made[0].value[0] == "The course begins on 3 May 2026."
    assert made[1].value == [None, None]
    assert "No sentence" in str(made[1].note)


def test_without_a_question_nothing_is_begun():
    with pytest.raises(BadInput, match="question"):
        checked(asked(" "), tools())
