"""A JSON file keeps all of its rows, whichever program wrote it, and its held-out rows stay held out."""

import io
import json
import zipfile

import pytest

from tests.unit.training.doctor.making import check, first, lines, words, wrong

ASKED = [f"Question {number}?" for number in range(4)]
SAID = [f"Answer {number}." for number in range(4)]
ROWS = [{"prompt": a, "completion": b} for a, b in zip(ASKED, SAID, strict=True)]
HELD = [{"prompt": f"Held {number}?", "completion": f"Yes {number}."} for number in range(3)]


def said(answer) -> list[list[str]]:
    return [[turn["content"] for turn in one.row["messages"]] for one in answer.rows]


def sides(answer) -> list[str]:
    return [one.side for one in answer.rows]


def spread(lists) -> str:
    """A row a line."""
    inner = [f'"{name}": [\n' + ",\n".join(map(json.dumps, rows)) + "\n]" for name, rows in lists.items()]
    return "{\n" + ",\n".join(inner) + "\n}\n"


@pytest.mark.parametrize(
    "value",
    [
        {"train": ROWS, "validation": HELD},
        {"validation": HELD, "train": ROWS},
        {"training": ROWS, "validation": HELD},
        {"data": {"train": ROWS, "validation": HELD}},
        {"meta": [{"k": 1}], "train": ROWS, "dev": HELD},
        {"examples": ROWS, "validation": HELD},
    ],
)
def test_the_held_out_list_of_a_file_is_held_out_and_not_lost(model, value):
    answer = check(model, ("rows.json", json.dumps(value)))
    assert sorted(sides(answer)) == ["train"] * 4 + ["valid"] * 3
    assert wrong(answer) == []
    assert {row[0] for row, side in zip(said(answer), sides(answer), strict=True) if side == "valid"} == {
        row["prompt"] for row in HELD
    }
    if "meta" in value:
        assert '"meta"' in words(answer.report.notes)


@pytest.mark.parametrize("order", [("train", "validation"), ("validation", "train")])
@pytest.mark.parametrize("broken", ["train", "validation"])
@pytest.mark.parametrize(
    "how", ['"completion": }', '"completion": "Half}', '"completion" "x"}', '"completion": [}']
)
def test_a_broken_file_of_several_lists_is_refused_by_its_line_and_never_mixed_up(model, order, broken, how):
    both = {"train": ROWS, "validation": HELD}
    text = spread({name: both[name] for name in order})
    row = json.dumps(both[broken][-1])
    line = text[: text.index(row)].count("\n") + 1
    text = text.replace(row, row[: row.index('"completion"')] + how)
    for written, at in ((text, line), (text.replace("\n", " "), 1)):
        answer = check(model, ("rows.json", written))
        assert (len(answer.report.findings), answer.rows) == (1, ())
        assert at <= answer.report.findings[0].line <= at + 2  # an open string is noticed at the next quote
        assert "write each row on a line of its own" in str(answer.report.findings[0].what)


def test_bad_rows_of_all_lists_are_named_by_their_lines(model):
    bad = {"prompt": "Why?", "completion": ""}
    text = spread({"train": [*ROWS, bad], "validation": [bad, *HELD]})
    assert wrong(check(model, ("rows.json", text))) == [("train", 7, "answer"), ("validation", 10, "answer")]


def test_the_lists_of_a_file_in_a_zip_keep_their_sides(model):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("all.json", json.dumps({"train": ROWS, "validation": HELD, "test": HELD}))
    answer = check(model, ("all.zip", out.getvalue()))
    assert sides(answer) == ["train"] * 4 + ["valid"] * 3
    assert "all.json/test was left out" in words(answer.report.notes)


def test_a_validation_file_of_ones_own_comes_before_a_list_in_the_file(model):
    both = json.dumps({"train": ROWS, "validation": HELD})
    own = lines(json.dumps({"prompt": "Own?", "completion": "Mine."}))
    answer = check(model, ("rows.json", both), ("own.jsonl", own))
    assert sides(answer) == ["train"] * 4 + ["valid"]
    assert "validation was left out" in words(answer.report.notes)


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"schema": {"fields": [{"name": "prompt"}]}, "data": ROWS}, "data"),
        ({"meta": [{"k": 1}], "examples": ROWS}, "examples"),
        ({"info": {"by": "ann"}, "answer": {"examples": ROWS}}, "answer.examples"),
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_a_list_of_rows_is_found_wherever_it_is(model, value, field, indent):
    text = json.dumps(value, indent=indent)
    answer = check(model, ("rows.json", text))
    assert said(answer) == [list(row) for row in zip(ASKED, SAID, strict=True)]
    assert (wrong(answer), sides(answer)) == ([], ["train"] * 4)
    assert f'taken from "{field}"' in words(answer.report.notes)
    if indent:
        for one in answer.rows:
            nearby = text.split("\n")[one.row["line"] - 1 :][:4]
            asked, told = (turn["content"] for turn in one.row["messages"])
            assert asked in " ".join(nearby) or told in " ".join(nearby)


NUMBERS = [str(number) for number in range(4)]


@pytest.mark.parametrize(
    "value",
    [
        {
            "prompt": dict(zip(NUMBERS, ASKED, strict=True)),
            "completion": dict(zip(NUMBERS, SAID, strict=True)),
        },
        {"prompt": ASKED, "completion": SAID},
        {"columns": ["prompt", "completion"], "data": [[a, b] for a, b in zip(ASKED, SAID, strict=True)]},
        dict(zip(NUMBERS, ROWS, strict=True)),
        {"rows": [{"row_idx": n, "row": row, "truncated_cells": []} for n, row in enumerate(ROWS)]},
    ],
)
def test_a_table_written_as_json_is_read_as_its_rows(model, value):
    answer = check(model, ("rows.json", json.dumps(value)))
    assert said(answer) == [[a, b] for a, b in zip(ASKED, SAID, strict=True)]
    assert wrong(answer) == []
    assert "table written as JSON" in words(answer.report.repaired)


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("key", ["meta", "data", "train"])
def test_a_row_with_a_list_beside_its_texts_is_a_row(model, indent, key):
    row = {"prompt": "Why?", "completion": "Because.", key: [{"k": 1}]}
    answer = check(model, ("rows.json", json.dumps(row, indent=indent)))
    assert said(answer) == [["Why?", "Because."]]
    lacking = check(model, ("rows.json", json.dumps({"prompt": "Why?", key: [{"k": 1}]}, indent=indent)))
    assert first(lacking)["text"] == "Why?"
    assert "taken from" not in words(lacking.report.notes)


def test_one_conversation_over_several_lines_is_one_row(model):
    turns = [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}]
    answer = check(model, ("rows.json", json.dumps({"id": "x", "messages": turns}, indent=1)))
    assert first(answer)["messages"] == turns


def test_what_a_table_of_promptfoo_expects_is_the_answer(model):
    said = {"equals: Oslo": "Oslo", "Riga: a town": "Riga: a town", "similar(0.8): Bonn": "Bonn"}
    rows = [f"Which town is number {n}?,{one}" for n, one in enumerate([*said, "icontains: Bern"])]
    answer = check(model, ("tests.csv", lines("question,__expected", *rows)))
    assert [one.row["messages"][1]["content"] for one in answer.rows] == [*said.values()]
    assert wrong(answer) == [(5, "answer")]
