"""What was read and what was not, said so that nothing looks whole that isn't."""

import json

from components.documents import Block, Document, LeftOut, Place
from components.tasks.summarize.ledger import Ledger, Part, joined
from components.tasks.summarize.part_reader import read
from components.tasks.summarize.passages import passages
from tests.unit.tasks.summarize.fakes import english, ledger


def test_a_whole_reading_says_so_in_pages():
    assert str(ledger("read", "read").headline) == "Read 100% of 2 pages, in 2 parts."


def test_a_missing_part_is_named_and_the_summary_never_looks_whole():
    partly = ledger("read", "failed", "skipped")
    assert str(partly.headline).startswith("Partial: read 33% of 3 pages.")
    assert "part 2 (page 2): failed" in str(partly.headline)
    assert not partly.complete


def test_nearly_all_is_not_all():
    many = Ledger(tuple(Part(i, 0, "", i, i, 1 if i == 1 else 10_000, 1, state="read") for i in range(1, 5)))
    missing = many.with_part(many.parts[0].marked("failed", "broken"))
    assert "99%" in str(missing.headline)


def test_a_mostly_scanned_file_never_reads_as_whole():
    text = Block("paragraph", "The council voted for the bridge.", page=1)
    left = (
        LeftOut("pages 2, 3, 5", "a picture without text", pages=(2, 3, 5)),
        LeftOut("pictures", "only text"),
    )
    scan = Document("x.pdf", "pdf", (text,), pages=5, words=6, left_out=left)
    done = read(scan, passages(scan), None, lambda: False, lambda note, share: None)
    assert str(done.ledger.headline) == (
        "Partial: read 25% of 5 pages. 2 of 3 parts are missing: "
        "part 2 (pages 2–3): skipped, a picture without text; part 3 (page 5): skipped, a picture without text."
    )
    assert not done.ledger.complete
    assert [p.text for p in done.passages] == [text.text]
    assert not any(part.unfinished for part in done.ledger.parts)  # reading again brings nothing
    assert Ledger.from_json(json.loads(json.dumps(done.ledger.to_json()))) == done.ledger


def test_sentences_of_a_paragraph_over_a_page_break_have_their_own_pages_and_the_ledger_has_all():
    first, second, third = (
        "The council voted for it. ",
        "The harbour is closed. ",
        "Nobody knows why it is so.",
    )
    turns = ((len(first), 2), (len(first + second) + 10, 3))
    text = Block("paragraph", first + second + third, page=1, place=Place(page=1), turns=turns)
    made = Document("x.pdf", "pdf", (text,), pages=3, words=15)
    found = passages(made)
    assert english(passage.place for passage in found) == ["page 1", "page 2", "page 2"]
    done = read(made, found, None, lambda: False, lambda note, share: None)
    assert [(str(part.place), part.pages) for part in done.ledger.parts] == [("pages 1–3", (1, 2, 3))]


def test_a_ledger_without_parts_says_that_nothing_was_read():
    assert str(Ledger(()).headline) == "Nothing was read."


def test_several_ledgers_are_numbered_through():
    both = joined([ledger("read"), ledger("read", "failed")])
    assert [part.number for part in both.parts] == [1, 2, 3]
    assert both.pages == 3


def test_a_ledger_survives_the_database():
    before = ledger("read", "failed")
    assert Ledger.from_json(json.loads(json.dumps(before.to_json()))) == before
