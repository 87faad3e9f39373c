"""Texts under labels by their names: the nearest, none, several, in every language that is read."""

from dataclasses import replace

import pytest

from components.errors import BadInput, Unavailable
from components.tasks.classify import by_name, judge
from components.tasks.classify.classifier import Classifier
from components.tasks.classify.classify_jobs import sorter
from components.tasks.classify.encoders import Encoders
from components.tasks.classify.labels import read_labels
from tests.unit.tasks.classify.fakes import ENGLISH, MANY, Words, encoders

LABELS = read_labels("refund\ndelivery: when does the parcel arrive\npraise")


def labels_of(one: Classifier, *texts: str) -> list[str]:
    return [verdict.label for verdict in judge.classify(one, texts, encoders())[0]]


def test_a_text_gets_the_label_that_it_is_nearest_to():
    one = by_name.classifier(LABELS, none=False)
    assert labels_of(one, "I want a refund", "When does the parcel arrive?") == ["refund", "delivery"]


def test_a_text_that_no_label_fits_gets_none_unless_it_must():
    strange = "Octopuses sleep deeply underwater"
    assert labels_of(by_name.classifier(LABELS), strange, "A refund please, a refund") == ["", "refund"]
    assert labels_of(by_name.classifier(LABELS, none=False), strange) != [""]


def test_several_labels_may_fit_one_text():
    found = labels_of(by_name.classifier(LABELS, several=True), "refund praise", "Octopuses sleep")
    assert set(found[0].split("; ")) == {"refund", "praise"}
    assert found[1] == ""


def test_scores_are_shares_that_a_person_can_compare():
    (verdict,), _ = judge.classify(by_name.classifier(LABELS), ["I want a refund"], encoders())
    assert sum(verdict.scores) == pytest.approx(1.0)
    assert max(verdict.scores) == verdict.scores[0]
    assert 0 <= verdict.certainty <= 1


def test_each_text_is_read_by_the_model_for_its_language():
    _, made = judge.classify(by_name.classifier(LABELS), ["I want a refund", "我想退款，谢谢"], encoders())
    assert set(made.heads) == {ENGLISH, MANY}


def test_the_labels_are_read_once_however_many_batches_there_are():
    words = Words()
    sort = sorter(by_name.classifier(LABELS), encoders(words))
    first = sort(["I want a refund", "", "I want a refund"])
    read = len(words.read)
    assert sort(["I want a refund"])[0] == first[0] == first[2]
    assert len(words.read) == read + 1
    assert first[1].label == ""


def test_a_text_that_is_too_long_is_refused_and_not_cut():
    with pytest.raises(BadInput):
        judge.classify(by_name.classifier(LABELS), ["x" * 300_000], encoders())


def test_without_an_embedding_model_it_is_said_how_to_get_one():
    with pytest.raises(Unavailable, match="requirements-models"):
        replace(encoders(), specs=())
    assert Encoders.__post_init__
