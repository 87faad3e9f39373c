"""A summary changed by hand."""

import pytest

from components.documents.place import NOWHERE
from components.errors import BadInput
from components.tasks.summarize.edits import edit
from components.tasks.summarize.summary import KEY, Citation, Line, Summary
from tests.unit.tasks.summarize.fakes import document, english, ledger, summary


def test_an_edited_sentence_is_checked_again_and_the_others_keep_their_sources():
    made = document("The ferry costs 31 million euros.\nThe council voted in March.")
    kept = Line(
        "The ferry costs 31 million euros.",
        "quoted",
        sources=(Citation(0, 0, 0, 33, "x", NOWHERE, "…", 1.0),),
    )
    before = Summary("x", "paragraph", (kept,), ledger("read"), 10, (0,), language="en")
    after = edit(before, "The ferry costs 31 million euros. It costs 99 million pounds.", [made])
    assert after.lines[0] == kept
    assert after.lines[1].origin == "edited"
    assert "number 99 million" in english(after.lines[1].missing)


EDITED = (
    "The mayor said that “the old bridge is unsafe.”",
    "Costs and deadlines",
    "Dr. Ng agreed. He left.",
    "The old bridge is unsafe.",
)


@pytest.mark.parametrize("shape", ["paragraph", "bullets"])
def test_saving_without_a_change_changes_nothing(shape):
    lines = tuple(Line(text, "quoted", sources=summary().lines[0].sources) for text in EDITED)
    before = Summary("x", shape, lines, ledger("read"), 10, (0,), language="en")
    assert edit(before, before.text, [document("x")]).lines == lines


@pytest.mark.parametrize("shape", ["paragraph", "bullets"])
def test_an_edit_keeps_all_that_a_person_wrote_to_the_last_sign(shape):
    before = Summary("x", shape, (Line("It rains.", "quoted"),), ledger("read"), 10, (0,), language="en")
    text = (
        "It rains.\n“It rains,” she said.\nIt rains today.\nSummary: `done` by 5\n?!\nApproved by the editor"
    )
    after = edit(before, text, [document("It rains today.")])
    assert [line.text for line in after.lines] == text.splitlines()
    assert [line.origin for line in after.lines] == ["quoted"] + ["edited"] * 5


def test_a_bullet_that_was_written_stays_one_and_an_own_heading_is_kept():
    before = Summary("x", "key points", (Line("It rains.", "quoted", KEY),), ledger("read"), 10, (0,))
    after = edit(before, "Key points:\n- It rains.\n\n## Risks\n* Floods. And mud", [document("It rains.")])
    assert [(line.heading, line.text) for line in after.lines] == [
        (KEY, "It rains."),
        ("Risks", "Floods. And mud"),
    ]
    assert after.lines[0] == before.lines[0]


def test_an_empty_edit_is_refused():
    with pytest.raises(BadInput):
        edit(summary(), "  ", [document("x")])
