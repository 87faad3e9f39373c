"""Names and numbers in a text: what has a form, what has check digits, and what is blanked out."""

from collections.abc import Sequence

import pytest

from components.tasks.classify import name_kinds
from components.tasks.classify.by_example import probabilities
from components.tasks.classify.entities import Entity, blanked, find
from components.tasks.classify.sentiment import classifier, examples

LETTER = (
    "Dear Anna Silva, please pay 1,250.50 euros by 3 May 2026 to DE89 3704 0044 0532 0130 00. "
    "Questions: help@bank.example or +49 30 901820, https://bank.example/pay. We saw Anna Silva in Lisbon."
)


def kinds(names: Sequence[str]) -> list[str]:
    return ["person" if "Silva" in name else "place" if name == "Lisbon" else "" for name in names]


def found(text: str, kind: str) -> list[str]:
    return [one.text for one in find(text, "en", kinds) if one.kind == kind]


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("email", ["help@bank.example"]),
        ("link", ["https://bank.example/pay"]),
        ("account", ["DE89 3704 0044 0532 0130 00"]),
        ("phone", ["+49 30 901820"]),
        ("date", ["3 May 2026"]),
        ("place", ["Lisbon"]),
    ],
)
def test_each_kind_is_found_where_it_is(kind: str, wanted: list[str]):
    assert found(LETTER, kind) == wanted


def test_telephone_numbers_of_more_than_one_country_are_found_and_amounts_are_none() -> None:
    text = "Call (415) 555-0132 or 01454 555 019, not 1,250,000 dollars on 2026-01-09."
    assert found(text, "phone") == ["(415) 555-0132", "01454 555 019"]


PEOPLE = {"Maria Santos", "Anna Silva", "Ben Ito", "Queen Mary"}


def told(names: Sequence[str]) -> list[str]:
    places = dict.fromkeys(("Lisbon", "Rome", "Lisbon and Rome"), "place")
    return ["person" if name in PEOPLE else places.get(name, "organisation") for name in names]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("We met Maria Santos of Miller Tools.", {"Maria Santos": "person", "Miller Tools": "organisation"}),
        ("We met Anna Silva and Ben Ito.", {"Anna Silva": "person", "Ben Ito": "person"}),
        ("We went to Lisbon and Rome.", {"Lisbon": "place", "Rome": "place"}),
        ("We asked the Bank of Lisbon.", {"Bank of Lisbon": "organisation"}),
        ("We asked Marks and Spencer.", {"Marks and Spencer": "organisation"}),
        (
            "We met Anna Silva of Bank of Rome.",
            {"Anna Silva": "person", "Bank of Rome": "organisation"},
        ),
        (
            "We met Miller Tools and Anna Silva for Rome Ltd.",
            {"Miller Tools": "organisation", "Anna Silva": "person", "Rome Ltd": "organisation"},
        ),
        ("Regards,\nAnna Silva\nMiller Tools\n", {"Anna Silva": "person", "Miller Tools": "organisation"}),
        (f"We met {'x' * 30} Anna\nSilva there.", {"Anna\nSilva": "organisation"}),  # a wrapped line
    ],
)
def test_two_names_are_two_and_one_with_a_small_word_in_it_is_one(text: str, wanted: dict[str, str]):
    made = find(text, "en", told)
    assert {one.text: one.kind for one in made} == wanted
    assert all(text[one.start : one.end] == one.text for one in made)


def test_a_place_in_the_text_is_that_of_the_words():
    for one in find(LETTER, "en", kinds):
        assert LETTER[one.start : one.end] == one.text
    assert any("1,250.50" in text for text in found(LETTER, "amount"))


def test_a_number_with_wrong_check_digits_is_no_card_and_is_said_of_an_account():
    assert found("My card is 4111 1111 1111 1111.", "card") == ["4111 1111 1111 1111"]
    assert found("My card is 4111 1111 1111 1112.", "card") == []
    wrong = [one for one in find("Pay to DE88 3704 0044 0532 0130 00", "en", kinds) if one.kind == "account"]
    assert [one.sure for one in wrong] == [False]


def test_the_same_person_has_the_same_number_when_they_are_blanked_out():
    made = blanked(LETTER, find(LETTER, "en", kinds), ["person", "account"])
    assert "Silva" not in made
    assert "3704" not in made
    assert made.count("[PERSON 1]") == 2
    assert "Lisbon" in made


def test_places_that_overlap_are_blanked_out_once():
    made = blanked(
        "abcdef", [Entity("person", 0, 4, "abcd"), Entity("place", 2, 6, "cdef")], ["person", "place"]
    )
    assert made == "[PERSON 1]ef"


def test_what_is_shipped_was_made_of_its_sentences_and_can_be_read():
    made, report = classifier()
    assert set(made.names) == {row.labels[0] for row in examples().rows}
    assert report.texts == len(examples().rows)
    shipped = name_kinds._classifier()
    assert set(shipped.names) == {row.labels[0] for row in name_kinds.examples().rows}
    for head in (*made.heads.values(), *shipped.heads.values()):
        assert probabilities(head, head.weights, False).shape[0] == len(head.bias)
