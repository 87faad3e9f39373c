"""A summary in the database."""

import json
from dataclasses import replace

from components.messages import Said, counted
from components.tasks.summarize.ledger import Part
from components.tasks.summarize.summary import ACTIONS, Summary
from tests.unit.tasks.summarize.fakes import summary


def test_a_summary_survives_the_database():
    note = counted("{count} row is empty.", "{count:,} rows are empty.", 2)
    lines = (replace(summary().lines[0], heading=ACTIONS, missing=(Said("number {fact}", fact="7"),)),)
    before = replace(summary(stopped=True), lines=lines, notes=(note, "A note"), refused=Said("Stopped."))
    assert Summary.from_json(json.loads(json.dumps(before.to_json()))) == before


def test_a_summary_of_before_messages_were_data_is_shown_as_it_was_written():
    parts = [
        Part(1, 0, "Costs, pages 1–2", 0, 1, 900, 0, (1, 2), "read", "word statistics", 1).to_json(),
        Part(2, 0, "row 5", 2, 3, 900, 0, state="skipped", why="stopped before it was reached").to_json(),
    ]
    for part in parts:
        del part["reached"]
    plain = summary().to_json() | {"notes": ["A {note}"], "refused": "Nothing."}
    plain["lines"][0]["sources"][0]["place"] = "Costs, page 3"
    plain["ledger"] = {"parts": parts, "pages": None, "left_out": ["Pictures: only text is read"]}
    old = Summary.from_json(json.loads(json.dumps(plain)))
    assert (old.notes, old.refused) == (("A {note}",), "Nothing.")
    assert str(old.lines[0].sources[0].where) == "a.txt, Costs, page 3"
    assert str(old.ledger.parts[0].message) == "part 1 (Costs, pages 1–2): read"
    assert [part.unfinished for part in old.ledger.parts] == [False, True]
    assert str(old.ledger.parts[1].message) == "part 2 (row 5): skipped"
    assert old.ledger.left_out == ("Pictures: only text is read",)
