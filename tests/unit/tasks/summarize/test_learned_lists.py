import numpy as np
import pytest

from components.documents import read_document
from components.tasks.summarize import learned_lists
from components.tasks.summarize.minutes import lists_of
from components.tasks.summarize.passages import passages
from components.tasks.summarize.summary import ACTIONS, DECISIONS, KEY

MEETING = "\n\n".join(
    ["Ada: The basket moves up.", "Kofi: Where is the search?", "Ada: Kofi does it.", "Kofi: It is late."]
)
REPORT = "The basket moves up. It is late. The search was slow in May. Nobody knows why."


@pytest.fixture
def sure(monkeypatch):
    """Weights that take all for decisions but for what somebody does."""

    def chances(texts, vectors, weights):
        assert len(texts) == len(vectors)
        return np.array([[0.1, 0.0, 0.9] if "does" in text else [0.1, 0.9, 0.0] for text in texts])

    monkeypatch.setattr(learned_lists, "probabilities", chances)


def _lists(text, embedded=True):
    found = passages(read_document(text.encode(), "a.txt"))
    return lists_of(found, np.ones((len(found), 3), np.float32) if embedded else None)


def test_in_a_meeting_the_weights_add_to_the_phrases_but_no_question_decides(sure):
    assert _lists(MEETING) == [DECISIONS, KEY, ACTIONS, DECISIONS]


def test_a_report_is_no_meeting_and_without_the_model_phrases_alone_decide(sure):
    assert set(_lists(REPORT)) == {KEY}
    assert set(_lists(MEETING, embedded=False)) == {KEY}


def test_minutes_without_speakers_are_told_by_their_phrases(sure):
    minutes = "The board approved the budget. It was agreed to open at nine. The basket moves up."
    assert _lists(minutes) == [DECISIONS] * 3


def test_the_longer_people_talk_the_surer_it_has_to_be():
    assert learned_lists.wanted(10) == learned_lists.wanted(learned_lists.SENTENCES) == 0.5
    assert 0.75 < learned_lists.wanted(120) < 0.9
    assert learned_lists.wanted(700) > 0.99


def test_the_weights_fit_the_words_and_the_vectors_of_the_model():
    held = learned_lists.weights()
    assert held.coefficients.shape == (3, len(held.words) + 384)
    made = learned_lists.probabilities(["We 'll see.", "Nothing."], np.zeros((2, 384), np.float32), held)
    assert made.sum(1) == pytest.approx([1, 1], abs=1e-5)
    assert learned_lists.grams("We 'll see") == learned_lists.grams("we’ll see")
