"""The words that carry a text's meaning."""

import pytest

from components.tasks.terms import distinct, stutters


def test_sentences_that_say_the_same_are_kept_once():
    said = [
        "Lena brought a report about the search bug in the garden app.",
        "Jonas brought a report about the search bug in the garden app.",
        "In 2021 sales rose by 5 percent.",
        "In 2022 sales fell by 7 percent.",
    ]
    assert distinct(said, "en") == [0, 2, 3]


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("They watched the ships in the dark viewport and slept in the dark viewport.", True),
        ("The town saves diesel and 480,000 euros in fuel and maintenance.", False),
    ],
)
def test_a_model_that_goes_round_in_a_circle_is_noticed(text, lost):
    assert stutters(text) == lost


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "The council approved the new bridge.", "The council did not approve the new bridge."),
        ("en", "The council approved the new bridge.", "The council didn't approve the new bridge."),
        ("de", "Der Rat genehmigte die neue Brücke.", "Der Rat genehmigte die neue Brücke nicht."),
        ("zh", "市议会批准了新桥的建设计划。", "市议会没有批准新桥的建设计划。"),
    ],
)
def test_a_sentence_and_its_opposite_are_no_repetition(language: str, one: str, other: str):
    assert distinct([one, other, one], language) == [0, 1]
