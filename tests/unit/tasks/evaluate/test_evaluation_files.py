"""What is handed over: everything that was measured, with texts that stay texts."""

import csv
import io
import json

import pytest

from components.confidence import Interval
from components.tasks.evaluate import evaluation_files
from components.tasks.evaluate.evaluation import Body, Evaluation, Facts, Note, Plan
from components.tasks.evaluate.questions import Check, Item, Questions
from components.tasks.evaluate.ranks import Rank
from components.tasks.evaluate.score_table import score
from components.tasks.evaluate.setups import Settings, Setup
from tests.unit.tasks.evaluate.making import said

ITEMS = (
    Item(
        "What is <b>one</b> & one?",
        ("2",),
        "sums",
        checks=(Check("words", {"count": 3, "relation": "at most"}),),
    ),
    Item("=SUM(A1)", ("3",), "odd"),
)
SETUPS = (Setup("a", "A", name="A"), Setup("b", "B", Settings("Be | brief."), name="B"))
FOUND = Evaluation(
    "e",
    "My *set*",
    Questions("x", "number", ITEMS, "Answer."),
    Plan(SETUPS, 3, "abc", {"numpy": "2"}),
    Body({"0": Facts("openvino", "int8", "cpu", 10**8)}),
    (tuple(said("2", "[x](http://evil)")), tuple(said("It is 2 of many words", None))),
)
NOTES = {0: Note("=odd", 1)}
TALLY = [Rank(1, Interval(0.5, 0.1, 0.9), 3, 4), Rank(0, Interval(-0.5, -0.9, -0.1), 1, 4)]


def test_markdown_has_the_sentence_scores_groups_votes_and_what_repeats_it():
    text = evaluation_files.to_markdown(FOUND, score(FOUND), NOTES, TALLY)
    assert "| Right number | 50.0% (" in text
    assert "| sums | 100.0%" in text
    assert "| 1 | B | +0.50 (+0.10 to +0.90) | 3 | 4 |" in text
    assert "SHA-256 of the questions: abc" in text
    assert "A: a, openvino, int8, 100 MB; temperature 0" in text
    assert "words: at most 3: not kept" in text
    assert "Note: =odd" in text


def test_what_the_report_says_itself_is_in_the_readers_language():
    tell = lambda message: f"({message})"  # noqa: E731
    page = evaluation_files.to_html(FOUND, score(FOUND), NOTES, TALLY, tell, "zh-CN")
    assert '<html lang="zh-CN">' in page
    assert "<h2>(How it was measured)</h2>" in page
    assert "(words: at most 3: not kept)" in page
    assert "<strong>B</strong>" in page, "a name is data"


def test_texts_do_not_become_markup():
    page = evaluation_files.to_html(FOUND, score(FOUND), NOTES)
    assert "<b>one" not in page
    assert 'href="http://evil"' not in page
    assert "<script" not in page


def test_a_table_for_a_spreadsheet_computes_nothing():
    lines = list(
        csv.reader(io.StringIO(evaluation_files.to_csv(FOUND, score(FOUND), NOTES).decode("utf-8-sig")))
    )
    assert lines[1][2] == "What is <b>one</b> & one?"
    assert lines[2][2] == "'=SUM(A1)"
    assert lines[1][-2:] == ["'=odd", "B"]
    assert len({len(line) for line in lines}) == 1


def test_json_has_everything():
    found = json.loads(evaluation_files.to_json(FOUND, score(FOUND), NOTES, TALLY))
    assert found["questions"]["items"][1]["prompt"] == "=SUM(A1)"
    assert found["scores"][0]["score"]["value"] == pytest.approx(50)
    assert found["answers"][1][1] is None
    assert found["blind"][0]["name"] == "B"
    assert found["notes"]["1"]["best"] == 1
