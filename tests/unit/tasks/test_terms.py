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
