"""Rows from documents: every answer is in its passage, nothing is asked twice, personal data is marked."""

import pytest

from components.documents import read_document
from components.documents.document import Block, Document
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
    assert rows["definition", "What is a reader card?"] == definition
    assert rows["table", "What is “Seats” of Quiet room?"] == "12"


def asked(text: str, name: str) -> dict[str, str]:
    return {one.question: one.answer for one in quiz.candidates(read_document(text.encode(), name))}


@pytest.mark.parametrize(
    "sentence",
    [
        "Here is a list of the tools that we have in the shed.",
        "His is a sorrow deeper far than all that we can show.",
        "Upon your land it is a cruel stain that nobody can wash away.",
        "Figure 1 This is a drawing of the mill and the river.",
        "Below is the index of the words that were used:",
    ],
)
def test_what_no_sentence_names_isnt_asked_for(sentence):
    assert asked(f"# Notes\n\nThe mill stands at the river.\n\n{sentence}\n", "notes.md").keys() == {
        "What does the document say about “Notes”?"
    }


def test_a_definition_is_a_whole_sentence_with_its_article():
    text = "A gauge is the width that records 12 mm of annual U.S. rain in a year. It was dear."
    assert asked(text, "rain.txt") == {
        "What is a gauge?": "A gauge is the width that records 12 mm of annual U.S. rain in a year."
    }


def test_only_what_follows_a_colon_as_a_definition_is_asked_for_as_one():
    text = """
- Gauge: the width between the rails of a line
- Costs: we paid for the work in three instalments last year
- Rau, Charles (1876). Early Man in Europe. New York: Harper & Brothers of Franklin Square.
"""
    assert asked(f"# Terms of the railway line\n{text}", "terms.md") == {
        "What is Gauge?": "the width between the rails of a line",
        "What does the document say about “Costs”?": "we paid for the work in three instalments last year",
        "What does the document say about “Terms of the railway line”?": text.strip(),
    }


def test_cells_are_asked_for_by_what_tells_their_rows_apart():
    rows = "no,name,town,fee\n1,Ann,Faro,20\n2,Ben,Faro,30\n3,Cem,Braga,-\n"
    assert asked(rows, "members.csv") == {
        "What is “town” of Ann?": "Faro",
        "What is “fee” of Ann?": "20",
        "What is “town” of Ben?": "Faro",
        "What is “fee” of Ben?": "30",
        "What is “town” of Cem?": "Braga",
    }
    floors = "Room,Floor\nReading hall,1\nQuiet room,2\n"
    assert asked(floors, "rooms.csv") == {
        "What is “Floor” of Reading hall?": "1",
        "What is “Floor” of Quiet room?": "2",
    }
    years = "Year,Income of the year\n2019,120\n2020,140\n2021,90\n"
    assert asked(years, "income.csv")["What is “Income of the year” of Year 2020?"] == "140"


def test_the_first_row_of_a_list_names_nothing():
    table = Block(
        "table", "", rows=(("CHAPTER I", "The Pool"), ("CHAPTER II", "A Race"), ("CHAPTER III", "Pig"))
    )
    assert quiz.candidates(Document("book.pdf", "pdf", (table,), language="en")) == []


def test_figures_of_several_rows_in_one_cell_are_no_answer():
    rows = (("State", "Sold", "Kept"), ("Maine Ohio", "12 4,507", "1 250 000"), ("Utah", "8", "2 000"))
    table = Block("table", "", rows=rows, headed=True)
    found = quiz.candidates(Document("sales.pdf", "pdf", (table,), language="en"))
    assert [one.answer for one in found] == ["1 250 000", "8", "2 000"]


def test_the_same_heading_of_two_documents_is_asked_for_by_their_names():
    found = [
        quiz.candidates(
            read_document(f"# Aim\n\n{text} is what we want.\n".encode(), f"{name}.md"), named=True
        )
        for name, text in (("mill", "A new wheel for it"), ("school", "A larger garden"))
    ]
    assert len({one.question for one in quiz.checked([row for rows in found for row in rows])}) == 2


def test_a_heading_over_a_bare_list_is_marked():
    [row] = quiz.candidates(read_document(b"# See also\n\nDomestic duck\n\nRubber duck\n", "duck.md"))
    assert [str(one) for one in row.wrong] == ["no whole sentence"]


def test_every_answer_stands_in_its_passage_and_no_question_comes_twice(found):
    assert all(" ".join(one.answer.split()) in " ".join(one.passage.split()) for one in found)
    questions = [one.question for one in found]
    assert len(questions) == len(set(questions))
    assert quiz.checked([*found, *found]) == list(found)


def test_personal_data_is_marked_and_numbers_that_are_none_are_not(found):
    marked = [one.question for one in found if any("personal" in str(what) for what in one.wrong)]
    assert marked == ["What does the document say about “Opening hours”?"]
    assert quiz.personal_data("Pay to DE89 3704 0044 0532 0130 00 please") == ["DE89 3704 0044 0532 0130 00"]
    for number in ("(202) 555-0199", "212.555.0187 x718", "001-808-617-6467x12895"):
        assert quiz.personal_data(f"Call {number}.", ("en",)) == [number]
    assert quiz.personal_data("手机 13912345678", ("zh",)) == ["13912345678"]
    for harmless in (
        "192.168.100.200 and 3.14159265358",
        "4111 1111 1111 1111",
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
