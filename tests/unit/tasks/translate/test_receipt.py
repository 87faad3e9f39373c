"""What is kept of a translation: messages as data, also of rows from before they were."""

import json
from dataclasses import replace

import pytest

from components.messages import Said, in_words
from components.tasks.translate.glossary import Term
from components.tasks.translate.receipt import Marked, Receipt, Segments, exported
from components.tasks.translate.sentence_checks import Pair, check
from components.ui.locales import catalogues

CHINESE = catalogues.wording("zh_CN")
WORDS = ["Source", "Translated", "Answer", "number", "The house", "Models"]


def receipt():
    marked = (
        Marked(
            Said("{what}, {place}", what=Said("cell"), place="B7"),
            "a",
            "",
            (Said("The engine returned nothing for this sentence."),),
        ),
    )
    return Receipt(
        "a.pt.csv", "csv", Segments(3, 2, flagged=1), marked, {"rows": 2}, {"rows": 3}, ("A note.",)
    )


def test_a_receipt_is_kept_as_json_and_comes_back_as_it_was():
    assert Receipt.from_json(json.loads(json.dumps(receipt().to_json()))) == receipt()


def test_a_receipt_is_exported_in_english():
    text = exported(receipt(), "a.csv")
    assert "- From memory: 0" in text
    assert "| rows | 2 | 3 | +1 |" in text
    assert "- cell, B7: The engine returned nothing for this sentence.\n  - a" in text


def test_a_receipt_from_before_messages_were_data_is_shown_as_it_is():
    marked = {"place": "cell, row 3", "source": "a", "target": "b", "findings": ["The number 3 is missing."]}
    old = {
        "segments": 2, "from memory": 1, "marked": [marked], "output": "a.csv", "before": {}, "after": {},
        "notes": ["A note."],
    }  # fmt: skip
    found = Receipt.from_json(old)
    assert (found.segments.segments, found.segments.remembered) == (2, 1)
    assert in_words(found.marked[0].place, CHINESE) == "cell, row 3"
    assert [in_words(one, CHINESE) for one in found.marked[0].findings] == ["The number 3 is missing."]


@pytest.mark.parametrize("word", WORDS)
def test_a_term_named_like_a_word_of_the_interface_stays_as_it_is(word):
    terms = [Term(word, word[::-1])]
    finding = next(
        f for f in check(Pair(f"{word} is new", "é novo", "en", "pt"), terms) if f.kind == "glossary"
    )
    shown = in_words(finding.text, CHINESE)
    assert word in shown
    assert word[::-1] in shown
    assert "glossary" not in shown


def test_a_receipt_says_where_it_lists_fewer_than_are_marked():
    assert receipt().unlisted == ""
    more = replace(receipt(), segments=Segments(3000, 3000, flagged=2000))
    assert str(more.unlisted) == "The first 1 of 2,000 are listed."
    assert "The first 1 of 2,000 are listed." in exported(more, "a.csv")
