"""What a model makes of quotes, and which of it is believed."""

from dataclasses import replace

import pytest

from components.documents import read_document
from components.errors import EngineFailed
from components.tasks.summarize.summarizer import (
    summarize,
)
from tests.unit.tasks.summarize.fakes import (
    BOTH,
    MEETING,
    TEXT,
    TOPICS,
    FakeModels,
    document,
    echo,
    english,
    invent,
)


def test_what_a_model_invents_is_replaced_by_quotes():
    made = summarize([document(TEXT)], BOTH, FakeModels(invent).tools())[0]
    assert not any("Jupiter" in line.text for line in made.lines)
    assert made.unsupported == 0
    assert any("didn't clearly shorten" in note for note in english(made.notes))


def sales() -> bytes:
    rows = [
        f"{TOPICS[i % 5]},{['Ann Lee', 'Bo Vik'][i % 2]},{100 + i},Season {i} was calm" for i in range(40)
    ]
    return "\n".join(["Topic,Manager,Tonnes,Remark", *rows]).encode()


def test_a_small_model_never_says_of_one_column_what_stands_in_another():
    def mixes_up(text: str) -> str:
        return echo(text).replace("Manager: ", "Tonnes, manager: ")

    models = FakeModels(mixes_up)
    table = read_document(sales(), "sales.csv")
    made = summarize([table], BOTH, models.tools())[0]
    assert {line.origin for line in made.lines} == {"quoted"}
    assert models.engine.prompts == []
    assert (
        "Writer is too small to rewrite rows of a table without mixing them up: they are quoted."
        in english(made.notes)
    )
    large = FakeModels(echo)
    made = summarize([table], BOTH, large.tools(parameters=3 * 10**9))[0]
    assert large.engine.prompts
    assert not any("too small" in note for note in english(made.notes))


def test_what_a_model_only_copies_is_a_quote_and_said_to_be_one():
    made = summarize([document(TEXT)], BOTH, FakeModels(echo).tools())[0]
    assert {line.origin for line in made.lines} == {"quoted"}
    assert any("word for word" in note for note in english(made.notes))


def test_a_sentence_that_the_passages_bear_out_is_kept_as_written():
    def shorter(text: str) -> str:
        return echo(text).replace("However, residents", "Residents")

    told = TEXT.replace("Residents", "However, residents")
    made = summarize([document(told)], BOTH, FakeModels(shorter).tools())[0]
    assert any(line.origin == "written" for line in made.lines)
    assert all(line.supported and line.sources and line.faithful for line in made.lines)


@pytest.mark.parametrize("parameters", [10**8, 0])
def test_a_sentence_that_changes_what_a_passage_says_gives_way_to_it(parameters: int):
    def changes(text: str) -> str:
        return (
            echo(text)
            .replace("committee discussed", "committee rejected")
            .replace("asked for", "did not ask for")
        )

    made = summarize([document(TEXT)], BOTH, FakeModels(changes).tools(parameters=parameters))[0]
    assert {line.origin for line in made.lines} == {"quoted"}
    assert made.unchecked == 0


def test_what_people_say_in_a_transcript_is_quoted_and_the_model_not_asked():
    models = FakeModels(echo)
    made = summarize([document(MEETING)], BOTH, models.tools())[0]
    assert {line.origin for line in made.lines} == {"quoted"}
    assert not models.engine.prompts
    assert "What people say in a transcript is quoted, not rewritten." in english(made.notes)


def test_a_model_that_changes_a_number_is_not_believed():
    def wrong(text: str) -> str:
        return echo(text).replace("proposal ", "proposal 9")

    made = summarize([document(TEXT)], BOTH, FakeModels(wrong).tools())[0]
    assert not any(line.missing for line in made.lines)


def test_a_language_that_the_model_does_not_know_is_quoted_and_said():
    models = FakeModels(echo)
    made = summarize([document(TEXT, language="de")], BOTH, models.tools(languages=("en",)))[0]
    assert all(line.origin == "quoted" for line in made.lines)
    assert any("isn't made for German" in note for note in english(made.notes))
    assert not models.engine.prompts


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("<think>The harbour committee discussed.</think>", "only its reasoning"),
        ("Summary:", "The model gave no answer."),
        ("", "it ended at once"),
    ],
)
def test_quotes_in_place_of_answers_that_are_none_are_not_called_written(said: str, why: str):
    made = summarize([document(TEXT)], BOTH, FakeModels(lambda text: said).tools())[0]
    assert {line.origin for line in made.lines} == {"quoted"}
    [note] = english(made.notes)
    assert note.startswith("Writer did not answer; quotes are shown instead: ")
    assert why in note


def test_a_model_that_never_answers_is_named_with_the_reason_not_as_the_writer():
    def refuse(text: str) -> str:
        raise EngineFailed("The server team doesn't accept the key (401).")

    made = summarize([document(TEXT)], BOTH, FakeModels(refuse).tools())[0]
    assert {line.origin for line in made.lines} == {"quoted"}
    assert english(made.notes) == [
        "Writer did not answer; quotes are shown instead: The server team doesn't accept the key (401)."
    ]


def test_an_audience_that_changes_nothing_is_said_to_change_nothing():
    asked = replace(BOTH, audience="children")
    small = summarize([document(TEXT)], asked, FakeModels(echo).tools())[0]
    assert any("too small to write for an audience" in note for note in english(small.notes))
    large = FakeModels(echo)
    made = summarize([document(TEXT)], asked, large.tools(parameters=3 * 10**9))[0]
    assert not any("audience" in note for note in english(made.notes))
    assert any("children" in str(prompt) for prompt in large.engine.prompts)
