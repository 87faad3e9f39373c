"""Parts that fit a model."""

from components.tasks.summarize import document_parts
from components.tasks.summarize.passages import passages
from tests.unit.tasks.summarize.fakes import document, long_text


def words(texts):
    return [len(text.split()) for text in texts]


def test_the_parts_of_a_document_cover_every_sentence_exactly_once():
    found = passages(document(long_text()))
    for room in (20, 60, 300, 10_000):
        parts = document_parts.plan(found, words, room)
        covered = [i for part in parts for i in range(part.first, part.last + 1)]
        assert covered == list(range(len(found)))


def test_no_part_is_longer_than_the_model_can_read():
    found = passages(document(long_text()))
    assert all(part.tokens <= 100 for part in document_parts.plan(found, words, 100))


def test_sections_that_fit_are_not_cut():
    found = passages(document(long_text(sections=4)))
    for part in document_parts.plan(found, words, 260):
        inside = {p.section for p in found[part.first : part.last + 1]}
        others = {p.section for p in (*found[: part.first], *found[part.last + 1 :])}
        assert not inside & others
