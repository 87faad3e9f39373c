"""Notes on all parts, and the summary of them."""

from dataclasses import replace

import pytest

from components.errors import BadInput, EngineFailed
from components.tasks.summarize.summarizer import (
    summarize,
)
from tests.unit.tasks.summarize.fakes import (
    TEXT,
    WRITE,
    FakeModels,
    document,
    echo,
    english,
    invent,
    long_text,
)


def test_a_long_document_is_written_in_parts_and_combined():
    models = FakeModels(echo)
    made = summarize([document(long_text(12, 60))], WRITE, models.tools())[0]
    assert len(made.ledger.parts) > 1
    assert made.ledger.complete
    assert len(models.engine.prompts) > len(made.ledger.parts)
    assert {part.reader for part in made.ledger.parts} == {"Writer"}


def test_every_sentence_of_the_document_is_in_some_prompt():
    models = FakeModels(echo)
    summarize([document(TEXT)], WRITE, models.tools(parameters=0))
    read = " ".join(m["content"] for prompt in models.engine.prompts for m in prompt.messages)
    assert all(line in read for line in TEXT.splitlines() if not line.startswith("#"))


def test_an_invented_sentence_is_marked_with_what_the_document_does_not_have():
    made = summarize([document(TEXT)], WRITE, FakeModels(invent).tools(parameters=3 * 10**9))[0]
    line = next(line for line in made.lines if "Jupiter" in line.text)
    assert not line.supported
    assert not line.faithful
    assert "number 1877" in english(line.missing)


def test_what_a_small_model_invents_is_not_shown_at_all():
    made = summarize([document(TEXT)], WRITE, FakeModels(invent).tools())[0]
    assert not any("Jupiter" in line.text for line in made.lines)
    assert made.unsupported == made.unchecked == 0
    assert any("didn't clearly shorten a passage" in note for note in english(made.notes))


def test_a_summary_that_comes_out_too_short_is_filled_with_quotes():
    made = summarize([document(TEXT)], WRITE, FakeModels(lambda text: "The harbour.").tools())[0]
    assert 64 <= made.words <= 96
    assert any(line.origin == "quoted" for line in made.lines)


def test_a_summary_that_comes_out_too_long_is_trimmed_at_sentences():
    made = summarize([document(TEXT)], WRITE, FakeModels(lambda text: echo(TEXT) * 3).tools())[0]
    assert 64 <= made.words <= 96
    assert all(line.text.endswith(".") for line in made.lines)


def test_a_model_without_an_answer_is_asked_once_more_and_then_reported():
    models = FakeModels(lambda text: "")
    with pytest.raises(BadInput, match="no answer"):
        summarize([document(TEXT)], WRITE, models.tools())
    assert len(models.engine.prompts) >= 2


def failing_at_the_end(times: int):
    """A model that gives no answer when it is to join its notes, so many times."""
    asked: list[str] = []

    def answer(text: str) -> str:
        if "notes on all parts" in text:
            asked.append(text)
            return "" if len(asked) <= times else "The committees discussed the proposals in detail."
        return echo(text)

    return FakeModels(answer).tools(parameters=3 * 10**9)


def test_one_empty_answer_at_the_end_does_not_cost_the_whole_summary():
    made = summarize([document(long_text(5, 80))], WRITE, failing_at_the_end(1))[0]
    assert any("The committees discussed" in line.text for line in made.lines)


def test_notes_on_all_parts_stand_for_a_summary_that_the_model_cannot_make_of_them():
    made = summarize([document(long_text(5, 80))], WRITE, failing_at_the_end(9))[0]
    assert len({source.place for line in made.lines for source in line.sources}) > 1
    assert made.ledger.complete
    assert (
        "Writer could not join its notes on the parts; sentences of the notes are shown here: "
        "The model gave no answer: it ended at once. Try again, or choose another model."
        in english(made.notes)
    )


def test_a_document_at_which_the_model_fails_does_not_cost_the_next_one_and_can_be_tried_again():
    models = FakeModels(echo)
    lease, tools = models.lease, models.tools()
    leased: list[str] = []

    def lease_later(model_id: str, *rest: object):
        leased.append(model_id)
        if leased.count("writer") == 1 and model_id == "writer":
            raise EngineFailed("The engine broke.")
        return lease(model_id)

    made = summarize(
        [document(TEXT, "a.txt"), document(TEXT, "b.txt")], WRITE, replace(tools, lease=lease_later)
    )
    assert str(made[0].refused) == "The engine broke."
    assert made[0].unfinished
    assert made[1].lines


def test_a_heading_is_no_sentence_in_the_place_of_one():
    def headings(text: str) -> str:
        return (
            "The committee is about the harbour. The harbour, the budget and the school are told about here."
        )

    made = summarize([document(TEXT)], WRITE, FakeModels(headings).tools())[0]
    assert made.lines
    assert not any(line.text.startswith("The") and line.words < 4 for line in made.lines)


def test_what_a_larger_model_says_otherwise_than_its_source_gives_way_to_the_source():
    text = (
        "The town council met on Monday evening in the old hall near the harbour. "
        "The company said that the new hall would not be ready before March 2027. "
        "Ferry tickets might become cheaper next year, since the harbour company might reduce its fares. "
        "About forty residents came to the meeting and asked questions about the harbour."
    )

    def reword(prompt: str) -> str:
        return (
            "The new hall is expected to be ready by March 2027. "
            "On Monday evening the council of the town met in the old hall near the harbour."
        )

    made = summarize([document(text)], WRITE, FakeModels(reword).tools(parameters=3 * 10**9))[0]
    said = [line.text for line in made.lines]
    assert not any("expected" in line for line in said)
    assert "The company said that the new hall would not be ready before March 2027." in said
    assert any(line.startswith("On Monday evening the council") for line in said)
    assert any("1 may say something else than the source" in note for note in english(made.notes))
