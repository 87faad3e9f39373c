"""Where a sentence comes from."""

from components.tasks.summarize.grounds import Grounds
from components.tasks.summarize.passages import passages
from tests.unit.tasks.summarize.fakes import document, long_text


def grounds(text: str) -> Grounds:
    return Grounds(passages(document(text)), None, "en")


def test_a_sentence_is_traced_to_the_passage_that_says_it():
    support = grounds(long_text()).support("Residents near the forest asked for 312 improvements.")
    assert support.supported
    assert support.sources[0].score > 0.8


def test_an_invented_sentence_has_no_support():
    assert not grounds(long_text()).support("Astronauts landed on Jupiter and discovered cheese.").supported


def test_a_sentence_may_rest_on_two_passages():
    made = grounds("The ferry costs 31 million euros.\nThe council voted in March.\nWeather was fine.")
    support = made.support("The council voted for the ferry, which costs 31 million euros.")
    assert support.supported
    assert len(support.sources) == 2
