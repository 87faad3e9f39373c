"""The table of words that ask."""

from typing import get_args

import pytest

from components.tasks.ask.kinds import Kind, kind_of
from components.tasks.ask.phrases import asking, phrase


@pytest.mark.parametrize(
    ("question", "language", "kind"),
    [
        ("Wie groß ist die Wohnung?", "de", "how much"),
        ("Wie gross ist die Wohnung?", "de", "how much"),
        ("WANN BEGINNT ES?", "de", "when"),
        ("Qui a signé ?", "fr", "who"),
        ("¿Cuándo empieza?", "es", "when"),
        ("Quanto custa?", "pt", "how much"),
        ("Dov'è la casa?", "it", "where"),
        ("いつ始まりますか", "ja", "when"),
        ("Kiedy?", "pl", "other"),
    ],
)
def test_a_question_says_what_it_wants_in_its_own_language(question: str, language: str, kind: str) -> None:
    assert kind_of(question, language) == kind


def test_every_kind_in_the_table_is_one_that_is_used() -> None:
    for language in ("en", "de", "fr", "es", "pt", "it", "zh", "ja"):
        assert set(asking(language)) <= set(get_args(Kind))
        assert "when" in asking(language)


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("over", "mehr als 5", "mehr als"),
        ("over", "overdue", None),
        ("over", "超过五", "超过"),
        ("over", "> 5", ">"),
        ("until", "bis zum 5. Mai", "bis"),
        ("until", "5月5日之前", "之前"),
    ],
)
def test_words_of_all_languages_are_found_and_no_parts_of_words(
    name: str, text: str, found: str | None
) -> None:
    match = phrase(name).search(text)
    assert (match and match[0]) == found


def test_a_name_that_is_not_in_the_table_is_an_error() -> None:
    with pytest.raises(KeyError):
        phrase("nothing")
