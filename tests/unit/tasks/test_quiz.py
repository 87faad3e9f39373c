"""Rows from documents: every answer is in its passage, nothing is asked twice, personal data is marked."""

import pytest

from components.documents import read_document
from components.tasks import quiz
from tests.data import FOLDER, needs_data
from tests.unit.tasks.making import TEXT


@pytest.fixture(scope="module")
def found():
    return quiz.candidates(read_document(TEXT.encode(), "library.md"))


def test_headings_definitions_and_cells_are_asked_for(found):
    rows = {(one.kind, one.question): one.answer for one in found}
    assert rows["heading", "What does the document say about “Opening hours”?"].startswith(
        "On Sundays we open"
    )
    assert rows["heading", "How do I borrow a book?"].startswith("Show your card")
    definition = "A reader card is a card with which you may borrow books."
    assert rows["definition", "What is reader card?"] == definition
    assert rows["table", "What is “Seats” of Quiet room?"] == "12"


def test_every_answer_stands_in_its_passage_and_no_question_comes_twice(found):
    assert all(" ".join(one.answer.split()) in " ".join(one.passage.split()) for one in found)
    questions = [one.question for one in found]
    assert len(questions) == len(set(questions))
    assert quiz.checked([*found, *found]) == list(found)


def test_personal_data_is_marked_and_numbers_that_are_none_are_not(found):
    marked = [one.question for one in found if any("personal" in str(what) for what in one.wrong)]
    assert marked == ["What does the document say about “Opening hours”?"]
    assert quiz.personal_data("Pay to DE89 3704 0044 0532 0130 00 please") == ["DE89 3704 0044 0532 0130 00"]
    for harmless in (
        "DE89 3704 0044 0532 0130 01",
        "In 1998 there were 12,500.75 of them",
        "ISBN 978-3-16-148410-0",
    ):
        assert quiz.personal_data(harmless) == []


def test_an_answer_that_a_person_has_changed_is_looked_at_again(found):
    changed = quiz.looked_at(type(found[0])(**{**vars(found[0]), "answer": "We never open."}))
    assert [str(one) for one in changed.wrong] == ["the answer isn't in the passage word for word"]


class Asking:
    """A model that asks; one answer of two is not what the passage says."""

    def __init__(self, *said):
        self.said = list(said)

    def ask(self, prompt, words):
        return self.said.pop(0)


def test_a_question_by_a_model_counts_only_where_its_answer_is_quoted(monkeypatch):
    text = (
        "The mill was built in 1876 by three brothers. "
        + "It stands beside the river and still grinds corn. " * 4
    )
    document = read_document(f"# Mill\n\n{text}\n\n{text} Also on Mondays.\n".encode(), "mill.md")
    writer = Asking("Q: When was the mill built?\nA: in 1876", "Q: Who owns it?\nA: The king of Spain")
    monkeypatch.setattr(quiz, "Writer", lambda *given: writer)
    made = quiz.written(document, None, None, lambda: False)
    assert [(one.question, one.answer) for one in made] == [("When was the mill built?", "in 1876")]


@needs_data
@pytest.mark.parametrize("pattern", ["*.docx", "*.html", "*.md"])
def test_real_documents_give_rows_that_are_quoted(pattern):
    paths = [one for one in sorted((FOLDER / "documents").rglob(pattern)) if "pw" not in one.name]
    path = next(iter(paths), None)
    if path is None:
        pytest.skip(f"no {pattern} among the sample files")
    made = quiz.candidates(read_document(path.read_bytes(), path.name))
    assert all(" ".join(one.answer.split()) in " ".join(one.passage.split()) for one in made)
