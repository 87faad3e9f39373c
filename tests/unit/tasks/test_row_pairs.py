"""A document and its translation become pairs of sentences; sections become rows with a summary."""

import numpy as np
import pytest

from components.documents import read_document
from components.errors import BadInput
from components.tasks import row_summaries
from components.tasks.aligning import align
from components.tasks.row_pairs import pairs
from components.tasks.summarize.summarizer import Tools

ENGLISH = """# The mill by the river

The mill was built in 1876 by three brothers. It still grinds corn on Mondays. Visitors are welcome.

The miller lives next door, and he will show you around for 5 euros if you write to him some days before.
"""
GERMAN = """# Die Mühle am Fluss

Die Mühle wurde 1876 von drei Brüdern gebaut. Montags mahlt sie noch immer Korn. Besucher sind willkommen.

Der Müller wohnt nebenan und führt Sie für 6 Euro herum, wenn Sie ihm einige Tage vorher schreiben.
"""


def read(text: str, name: str):
    return read_document(text.encode(), name)


def test_one_sentence_goes_with_two_and_what_is_only_in_one_text_with_none():
    one = [
        "The mill is old.",
        "It stands by the river.",
        "Come and see it, all of you, before the end of May!",
    ]
    other = [
        "Die Mühle ist alt und steht am Fluss.",
        "Kommt und seht sie euch alle noch vor Ende des Monats Mai an!",
    ]
    assert align(one, other) == [((0, 1), (0,)), ((2,), (1,))]
    likeness = np.zeros((3, 4))
    likeness[[0, 1, 2], [0, 1, 3]] = 0.9
    texts = ["about as long as that"] * 4
    assert align(texts[:3], texts, likeness) == [((0,), (0,)), ((1,), (1,)), ((), (2,)), ((2,), (3,))]
    assert align([], ["a"]) == [((), (0,))]


def test_a_document_and_its_translation_are_put_side_by_side():
    found = pairs(read(ENGLISH, "mill.md"), read(GERMAN, "muehle.md"))
    rows = {one.row()["en"]: one for one in found}
    assert rows["The mill by the river"].row()["de"] == "Die Mühle am Fluss"
    assert rows["It still grinds corn on Mondays."].answer == "Montags mahlt sie noch immer Korn."
    assert [one.question[:10] for one in found if one.wrong] == ["The miller"]
    assert str(found[-1].wrong[0]) == "the figures differ"


def test_sentences_that_do_not_mean_the_same_are_marked():
    def embed(texts):
        return np.array([[0.0, 1.0] if "Korn" in text else [1.0, 0.0] for text in texts])

    found = pairs(read(ENGLISH, "mill.md"), read(GERMAN, "muehle.md"), embed)
    marked = [one for one in found if "the two may not mean the same" in map(str, one.wrong)]
    assert all("Korn" in one.answer for one in marked)


def test_two_documents_in_one_language_are_refused():
    with pytest.raises(BadInput, match="two languages"):
        pairs(read(ENGLISH, "mill.md"), read(ENGLISH, "again.md"))


def test_a_section_becomes_a_row_with_a_summary_that_stands_in_it():
    body = (
        "The council has decided to build a new bridge across the river, because the old one is closed to "
        "lorries since March. The bridge will cost four million euros, of which the state pays half. Work "
        "begins in autumn and takes two years. Until then, cars use the road through the forest. Nobody "
        "knows yet what will become of the old bridge; some would like to keep it for walkers."
    )
    document = read(f"# Bridge\n\n{body}\n\n# Short\n\nNothing else.\n", "council.md")
    tools = Tools(lambda *given, **named: None, None, None)
    (made,) = row_summaries.summaries(document, tools, "", lambda: False)
    assert made.row()["document"] == body
    assert made.answer
    assert len(made.answer) < len(body) / 2
    assert not made.wrong
