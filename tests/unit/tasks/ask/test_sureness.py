"""Of few passages, one that stands out may answer without a word of the question; one like all others doesn't."""

import pytest

from components.tasks.ask.finder import SURE
from components.tasks.ask.sureness import AT_MOST, Evidence, sure_by_use, sure_of_few

OTHERS = [Evidence(0.23, 0.0, 0.0, (0.05, 0.08, 0.02), True), Evidence(0.2, 0.0, 0.0, (0.1, 0.04), True)]


@pytest.mark.parametrize("english", [True, False])
def test_a_sentence_that_stands_out_answers_without_a_word_of_the_question(english: bool) -> None:
    pets = Evidence(
        0.61, 0.0, 0.0, (0.38, 0.05, 0.03, 0.06), english
    )  # a dog, asked of "Pets are not allowed"
    sure = sure_of_few([pets, *OTHERS], [0.01, 0.0, 0.0])
    assert SURE <= sure[0] <= AT_MOST
    assert max(sure[1:]) < SURE


def test_one_as_near_as_all_others_does_not() -> None:
    alike = [Evidence(0.61, 0.0, 0.0, (0.38, 0.3, 0.33), True), Evidence(0.58, 0.0, 0.0, (0.36, 0.31), True)]
    assert max(sure_of_few([*alike, *alike], [0.01] * 4)) < SURE


def test_words_of_the_question_count_beside_it() -> None:
    keys = Evidence(0.85, 0.65, 0.2, (0.58, 0.2, 0.15), True)
    assert sure_of_few([keys, *OTHERS], [0.3, 0.0, 0.0])[0] >= SURE


def test_of_two_sentences_none_stands_out() -> None:
    few = [Evidence(0.61, 0.0, 0.0, (0.38, 0.05), True)]
    assert sure_of_few(few, [0.01]) == [0.01]


def test_pairs_of_characters_alone_answer_no_chinese_question():
    # "What does the new agreement have?" over an agreement about something else, and over the one that is meant.
    assert sure_by_use(nearness=0.55, words=0.7, pieces=0.0) < SURE < sure_by_use(0.55, 0.9, 0.4)
