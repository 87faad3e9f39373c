"""What a sentence in other words may not do: deny, limit or place in time otherwise than its source."""

import pytest

from components.tasks.facts.rewording import differs


@pytest.mark.parametrize(
    ("said", "source"),
    [
        (
            "The hall is expected to be ready by March.",
            "The firm said the hall would not be ready before March.",
        ),
        ("The mayor has suggested lower fares.", "The company might lower its fares."),
        ("Only members voted.", "Members voted."),
        ("More than 40 people came.", "About 40 people came."),
        ("Fares rose by 5%.", "Fares rose by at least 5%."),
        ("The shop opens in May.", "If the council agrees, the shop opens in May."),
        (
            "The board approved the plan after the election.",
            "The board approved the plan before the election.",
        ),
        ("The drug never failed.", "The drug worked in every trial."),
    ],
)
def test_a_sentence_that_decides_otherwise_is_seen(said: str, source: str):
    assert differs(said, [source])


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("The council approved the new bridge in May.", "In May the new bridge was approved by the council."),
        ("They held the fair last month.", "The fair was held in May, last month."),
        ("The bridge will cost 4 million euros.", "The cost of the bridge is put at 4 million euros."),
        ("Nobody was hurt in the fire.", "The fire didn't hurt any of the neighbours, no one was hurt."),
        ("Visitors can borrow tools.", "Tools could be borrowed by visitors."),
        (
            "The library lends tools to its members.",
            "The library lends tools to all its members, but the workshop may not be used in winter.",
        ),
    ],
)
def test_a_sentence_in_other_words_that_says_the_same_is_left(said: str, source: str):
    assert not differs(said, [source])


def test_in_a_language_without_classes_of_words_nothing_is_known():
    assert not differs("Só os membros votaram.", ["Os membros votaram."], "pt")
    assert not differs("Members voted.", [])
