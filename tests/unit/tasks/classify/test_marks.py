"""Marks in files of every usual form, and the words and tags that come of them."""

import json
from collections.abc import Callable

import pytest

from components.documents.limits import Limits
from components.errors import BadInput
from components.tasks.classify import examples_program, marked_files
from components.tasks.classify.examples import read_examples
from components.tasks.classify.marks import (
    Marked,
    MarkedTexts,
    Span,
    apart,
    checked_marks,
    from_tokens,
    spans_of,
    tags_of,
    words,
)
from tests.unit.tasks.classify.marked import as_conll, sentences

ANNA = Marked("Anna Silva came.", (Span(0, 10, "person"),))
TOKENS = ["Anna", "Silva", "came", "."]
JOINED = Marked("Anna Silva came .", (Span(0, 10, "person"),))


@pytest.mark.parametrize(
    "tags",
    [
        ["B-person", "I-person", "O", "O"],
        ["B-person", "E-person", "O", "O"],
        ["B-person", "L-person", "O", "O"],
        ["I-person", "I-person", "O", "O"],
        ["person", "person", "O", "O"],
    ],
)
def test_every_usual_way_to_write_tags_is_the_same_mark(tags):
    assert from_tokens(TOKENS, tags) == JOINED


def test_two_things_side_by_side_stay_two():
    places = words("Anna Silva Rome")
    for tags in (["B-p", "I-p", "B-p"], ["B-p", "E-p", "S-p"], ["B-p", "L-p", "U-p"]):
        assert spans_of(places, tags) == [Span(0, 10, "p"), Span(11, 15, "p")]
    assert tags_of(places, [Span(0, 10, "p"), Span(11, 15, "p")]) == ["B-p", "I-p", "B-p"]


ROWS = {
    "spans": [{"text": ANNA.text, "spans": [{"start": 0, "end": 10, "label": "person"}]}],
    "entities": [{"sentence": ANNA.text, "entities": [[0, 10, "person"]]}],
    "doccano": [{"text": ANNA.text, "label": [[0, 10, "person"]]}],
    "a cell with JSON": [{"text": ANNA.text, "labels": '[[0, 10, "person"]]'}],
    "a row for each mark": [{"Text": ANNA.text, "start": "0", "end": "10", "label": "person"}],
    "a mark by its words": [{"text": ANNA.text, "entity": "Anna Silva", "type": "person"}],
    "brackets": [{"id": "1", "text": "[Anna Silva](person) came."}] * 2,
    "angles": [{"id": "1", "text": "<person>Anna Silva</person> came."}] * 2,
}


@pytest.mark.parametrize("form", ROWS)
def test_rows_with_marks_are_read_in_every_usual_form(form):
    found = marked_files.rows(ROWS[form])
    assert found is not None
    assert marked_files.tidy(found[0]) == [ANNA]


def test_a_row_for_each_word_is_cut_at_sentences():
    tags = ["B-person", "I-person", "O", "O"]
    rows = [
        {"Sentence #": "" if at else f"Sentence: {number}", "Word": word, "POS": "N", "Tag": tag}
        for number in range(2)
        for at, (word, tag) in enumerate(zip(TOKENS, tags, strict=True))
    ]
    assert marked_files.rows(rows) == ([JOINED, JOINED], 0)
    assert marked_files.rows([{"tokens": TOKENS, "ner_tags": tags}]) == ([JOINED], 0)


@pytest.mark.parametrize(
    "rows",
    [
        [{"text": "a fine film", "label": "good"}, {"text": "a bad film", "label": "bad"}],
        [{"text": "a", "labels": ["x", "y"]}],
        [{"id": 1, "text": "see [this](https://example.org)"}] * 3,
        [{"text": "good food", "entity": "The Grill", "label": "good"}] * 3,
    ],
)
def test_examples_of_labels_are_not_taken_for_marks(rows):
    assert marked_files.rows(rows) is None


def test_tags_without_names_are_refused_in_a_sentence():
    with pytest.raises(BadInput, match="tags are numbers"):
        marked_files.rows([{"tokens": ["a"], "ner_tags": [3]}])


def test_marks_that_cant_be_used_are_counted_and_the_longer_of_two_stays():
    given = [Span(0, 4, "p"), Span(0, 10, "p"), Span(12, 99, "p"), Span(4, 5, "p")]
    assert apart(ANNA.text, given) == ((Span(0, 10, "p"),), 3)


def test_files_of_either_kind_are_told_apart_in_the_confined_process():
    rows = sentences(12)
    found = read_examples(as_conll(rows).encode(), "own.conll", Limits())
    assert isinstance(found, MarkedTexts)
    assert found.kinds == ("person", "place")
    assert found.rows[0].text == rows[0].text.replace(".", " .")


def spans_as(start: str, end: str, kind: str, row: Marked) -> list[dict]:
    return [{start: one.start, end: one.end, kind: one.kind} for one in row.spans]


def as_task(row: Marked) -> dict:
    marks = [{"value": {**one, "labels": [one["label"]]}} for one in spans_as("start", "end", "label", row)]
    return {"data": {"text": row.text}, "annotations": [{"result": marks}]}


LINES: dict[str, Callable[[Marked], object]] = {
    "spans": lambda row: {"text": row.text, "spans": spans_as("start", "end", "kind", row)},
    "doccano": lambda row: {
        "id": 1, "text": row.text, "label": [[one.start, one.end, one.kind] for one in row.spans]
    },
    "doccano, by relations": lambda row: {
        "id": 1, "text": row.text, "entities": spans_as("start_offset", "end_offset", "label", row)
    },
    "Label Studio": as_task,
    "Label Studio, short": lambda row: {
        "text": row.text,
        "label": [{**one, "labels": [one["label"]]} for one in spans_as("start", "end", "label", row)],
    },
    "spaCy": lambda row: [row.text, {"entities": [[one.start, one.end, one.kind] for one in row.spans]}],
}  # fmt: skip


@pytest.mark.parametrize("form", LINES)
def test_what_programs_for_marking_export_is_read_as_marks_and_not_as_texts(form):
    rows = sentences(12)
    lines = "\n".join(json.dumps(LINES[form](row)) for row in rows).encode()
    made = examples_program.answer({"name": "own.jsonl"}, lines, b"", Limits())
    assert tuple(map(Marked.from_json, made["marks"]["rows"])) == rows


def test_a_list_of_texts_with_their_marks_is_found_beside_the_kinds():
    rows = sentences(12)
    data = json.dumps({"classes": ["PERSON"], "annotations": [None, *map(LINES["spaCy"], rows)]}).encode()
    found = read_examples(data, "annotations.json", Limits())
    assert isinstance(found, MarkedTexts)
    assert found.rows == rows


def test_too_few_marks_or_texts_as_kinds_are_refused():
    with pytest.raises(BadInput, match="3 texts"):
        checked_marks(MarkedTexts("a", sentences(3)))
    many = tuple(Marked("Anna", (Span(0, 4, f"kind {at}"),)) for at in range(70))
    with pytest.raises(BadInput, match="70 kinds"):
        checked_marks(MarkedTexts("a", many))
