"""What counts as a faithful shortening of a sentence, and what says something else."""

import pytest

from components.tasks.facts.compression import says_the_same

FAITHFUL = [
    ("However, the council (a body of nine) approved the new bridge.", "The council approved the bridge."),
    ("Anna Silva, the mayor, was arrested in the old harbour.", "Anna Silva was arrested."),
    ("The museum, which opened in 1990, had 400 visitors.", "The museum had 400 visitors."),
    ("He slowly opened the old door.", "He opened the door."),
    ("The board closed the school, and the town did not like it.", "The board closed the school, and the town didn't like it."),
    ("In addition, the firm sold its ships.", "The firm sold its ships."),
    ("Overall, 95 (54.9%) of the nominees were confirmed.", "Overall, 95 of the nominees were confirmed."),
    ("The ship left the harbour, and the crowd went home.", "The ship left the harbour."),
    ("The storm reached the coast, leaving the villages flooded.", "The storm reached the coast."),
]  # fmt: skip
# Of the kinds of benchmarks/faithful_summaries.py, and each real or as a small model has written it.
CONTRADICTIONS = [
    ("Judges do not assess individual characteristics.", "Judges assess individual characteristics."),
    ("Judges assess individual characteristics.", "Judges do not assess individual characteristics."),
    ("We did that once, in 2022.", "We did that twice, in 2022."),
    ("Few members voted for the plan.", "Members voted for the plan."),
    ("Few members voted for the plan.", "A few members voted for the plan."),
    ("The plan may fail in May.", "The plan will fail in May."),
    ("The plan may fail in May.", "The plan fail in May."),
    ("Only adults pay the fee.", "Adults pay the fee."),
    ("The bell rang before the ship left.", "The bell rang after the ship left."),
    ("The stand at the fair costs 4,800 euros.", "The fair costs 4,800 euros."),
    ("Anna hired Bob in Rome.", "Bob hired Anna in Rome."),
    ("Anna hired Bob in Rome.", "Anna hired by Bob in Rome."),
    ("Costs in the north are higher than in the south.", "Costs in the south are higher than in the north."),
    ("Sales rose by more than 5% in May.", "Sales rose by 5% in May."),
    ("Sales rose by 5% in May.", "Sales rose by 5 in May."),
    ("The bridge is 3 miles long.", "The bridge is 3 kilometres long."),
    ("The tickets cost $40 each.", "The tickets cost €40 each."),
    ("Marco: We sold the old van.", "Anna: We sold the old van."),
    ("Marco: We sold the old van.", "We sold the old van."),
    ("Critics said the plan failed.", "The plan failed."),
    ("“It failed,” said Marco.", "It failed."),
    ("If it rains, the fair is closed.", "The fair is closed."),
    ("Nobody died in the old harbour.", "Nobody died."),
    ("The former president opened the fair.", "The president opened the fair."),
    ("Children with asthma should not run.", "Children should not run."),
    ("Anna, said Bob, left early.", "Anna said Bob left early."),
    ("Did the costs rise in May?", "The costs rise in May."),
    ("The plan was (allegedly) stolen by Anna.", "The plan was stolen by Anna."),
    ("They told us the truth about it.", "They told US the truth about it."),
]


@pytest.mark.parametrize(("passage", "sentence"), FAITHFUL)
def test_a_faithful_shortening_is_accepted(passage: str, sentence: str):
    assert says_the_same(sentence, passage)


@pytest.mark.parametrize(("passage", "sentence"), CONTRADICTIONS)
def test_a_sentence_that_says_something_else_is_refused(passage: str, sentence: str):
    assert not says_the_same(sentence, passage)


def test_a_sentence_says_what_it_says_itself():
    for passage, _ in (*FAITHFUL, *CONTRADICTIONS):
        assert says_the_same(passage, passage)


def test_in_a_language_without_word_classes_only_brackets_may_be_missing():
    passage = "Der Rat (Berlin) genehmigte die neue Brücke (nicht) im Mai."
    assert says_the_same("Der Rat genehmigte die neue Brücke (nicht) im Mai.", passage, "de")
    assert not says_the_same("Der Rat (Berlin) genehmigte die neue Brücke im Mai.", passage, "de")
    assert not says_the_same("Der Rat (Berlin) genehmigte die Brücke (nicht) im Mai.", passage, "de")


def test_chinese_without_spaces_is_the_same_or_refused():
    assert says_the_same("市议会批准了,新桥。", "市议会批准了,新桥。", "zh")
    assert not says_the_same("市议会批准了新桥。", "市议会没有批准新桥。", "zh")
