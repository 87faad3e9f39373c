"""Labels as people type them."""

import pytest

from components.errors import BadInput
from components.tasks.classify.labels import Label, read_labels


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("complaint\nquestion\npraise", ["complaint", "question", "praise"]),
        ("complaint, question, praise", ["complaint", "question", "praise"]),
        ("- Lob\n- Klage\n\n", ["Lob", "Klage"]),
        ("投诉，咨询、表扬", ["投诉", "咨询", "表扬"]),
        ("A, B and C\nD", ["A, B and C", "D"]),
        ("Question\nquestion \nother", ["Question", "other"]),
    ],
)
def test_labels_are_read_however_they_are_typed(typed: str, names: list[str]):
    assert [label.name for label in read_labels(typed)] == names


def test_a_sentence_behind_a_colon_says_what_a_label_means():
    assert read_labels("late: the parcel isn't here yet\n投诉：东西坏了") == (
        Label("late", "the parcel isn't here yet"),
        Label("投诉", "东西坏了"),
    )


@pytest.mark.parametrize("typed", ["", "one", "one\nOne", "x" * 300 + "\ny", "\n".join(map(str, range(501)))])
def test_labels_that_nothing_can_be_chosen_from_are_refused_in_a_sentence(typed: str):
    with pytest.raises(BadInput) as caught:
        read_labels(typed)
    assert len(str(caught.value)) > 20


def test_a_name_written_for_a_program_is_read_as_words():
    assert Label("card_notWorking").words == "card not Working"
    assert [Label(name).speaks for name in ("refund", "3", "LABEL_2", "A", "投诉")] == [
        True,
        False,
        False,
        False,
        True,
    ]
