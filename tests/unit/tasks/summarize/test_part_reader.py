"""Reading with an embedding model that may fail or be missing."""

import pytest

from components.errors import BadInput, EngineFailed
from components.tasks.summarize.summarizer import (
    NO_EMBEDDINGS,
    summarize,
)
from tests.unit.tasks.summarize.fakes import QUOTE, TEXT, FakeModels, document, long_text


def test_without_the_embedding_model_words_decide_and_the_page_says_so():
    made = summarize([document(TEXT)], QUOTE, FakeModels().tools(embedder=False))[0]
    assert made.lines
    assert NO_EMBEDDINGS in made.notes
    assert str(made.ledger.parts[0].reader) == "word statistics"


def test_a_part_that_fails_once_is_read_at_the_second_try():
    failed: list[int] = []

    def fails(texts):
        if not failed:
            failed.append(1)
            return EngineFailed("The engine broke.")
        return None

    made = summarize([document(TEXT)], QUOTE, FakeModels(fails=fails).tools())[0]
    assert made.ledger.complete
    assert made.ledger.parts[0].tries == 2


def test_a_part_that_stays_broken_is_reported_and_its_sentences_are_not_used():
    def fails(texts):
        return EngineFailed("The engine broke.") if any("forest" in text for text in texts) else None

    text = long_text(sections=10, sentences=100)
    made = summarize([document(text)], QUOTE, FakeModels(fails=fails).tools())[0]
    assert made.partial
    assert str(made.ledger.headline).startswith("Partial")
    assert any(part.state == "failed" and str(part.why) == "The engine broke." for part in made.ledger.parts)
    assert not any("forest" in line.text for line in made.lines)


def test_when_nothing_can_be_read_there_is_a_reason_and_no_summary():
    models = FakeModels(fails=lambda texts: EngineFailed("The engine broke."))
    with pytest.raises(BadInput, match="engine broke"):
        summarize([document(TEXT)], QUOTE, models.tools())
