"""A JSON file keeps all of its rows, whichever program wrote it, and its held-out rows stay held out."""

import io
import json
import zipfile

import pytest

from tests.unit.training.doctoring import check, first, lines, wrong

ASKED = [f"Question {number}?" for number in range(4)]
SAID = [f"Answer {number}." for number in range(4)]
ROWS = [{"prompt": a, "completion": b} for a, b in zip(ASKED, SAID, strict=True)]
HELD = [{"prompt": f"Held {number}?", "completion": f"Yes {number}."} for number in range(3)]


def said(answer) -> list[list[str]]:
    return [[turn["content"] for turn in one["row"]["messages"]] for one in answer["rows"]]


def sides(answer) -> list[str]:
    return [one["side"] for one in answer["rows"]]


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
        {
            "train": {"prompt": ASKED, "completion": SAID},
            "validation": {name: [row[name] for row in HELD] for name in HELD[0]},
        },
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
        assert '"meta"' in " ".join(answer["notes"])


@pytest.mark.parametrize("order", [("train", "validation"), ("validation", "train")])
@pytest.mark.parametrize("broken", ["train", "validation"])
@pytest.mark.parametrize(
    "how", ['"completion": }', '"completion": "Half}', '"completion" "x"}', '"completion": [}']
)
def test_a_broken_row_of_one_list_costs_neither_its_line_nor_another_list(model, order, broken, how):
    both = {"train": ROWS, "validation": HELD}
    text = spread({name: both[name] for name in order})
    row = json.dumps(both[broken][-1])
    line = text[: text.index(row)].count("\n") + 1
    text = text.replace(row, row[: row.index('"completion"')] + how)
    answer = check(model, ("rows.json", text))
    assert wrong(answer) == [(broken, line, "json")]
    assert sorted(sides(answer)) == sorted(
        side for side, rows in (("train", ROWS), ("valid", HELD)) for _ in rows[(side == broken[:5]) :]
    )
    flat = check(model, ("rows.json", text.replace("\n", " ")))
    assert (wrong(flat), sides(flat)) == ([(broken, 1, "json")], sides(answer))


def test_lists_of_one_name_in_a_broken_file_are_both_read(model):
    text = json.dumps({"a": {"rows": ROWS}, "b": {"rows": HELD}}).replace('"Yes 2."', "")
    answer = check(model, ("rows.json", text))
    assert (wrong(answer), len(answer["rows"])) == ([("rows/2", 1, "json")], 6)


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
    assert "all.json/test was left out" in " ".join(answer["notes"])


def test_a_validation_file_of_ones_own_comes_before_a_list_in_the_file(model):
    both = json.dumps({"train": ROWS, "validation": HELD})
    own = lines(json.dumps({"prompt": "Own?", "completion": "Mine."}))
    answer = check(model, ("rows.json", both), ("own.jsonl", own))
    assert sides(answer) == ["train"] * 4 + ["valid"]
    assert "validation was left out" in " ".join(answer["notes"])


NUMBERS = [str(number) for number in range(4)]


@pytest.mark.parametrize(
    ("value", "note"),
    [
        (
            {
                "prompt": dict(zip(NUMBERS, ASKED, strict=True)),
                "completion": dict(zip(NUMBERS, SAID, strict=True)),
            },
            "pandas",
        ),
        (
            {
                "prompt": dict(zip("abcd", ASKED, strict=True)),
                "completion": dict(zip("abcd", SAID, strict=True)),
            },
            "pandas",
        ),
        (
            {
                "columns": ["prompt", "completion"],
                "index": [0, 1, 2, 3],
                "data": [list(row) for row in zip(ASKED, SAID, strict=True)],
            },
            "pandas",
        ),
        (dict(zip(NUMBERS, ROWS, strict=True)), "a number or a name"),
        (dict(zip(["q1", "q2", "q3", "q4"], ROWS, strict=True)), "a number or a name"),
        ({"version": 1, "prompt": ASKED, "completion": SAID}, "for each column"),
        ({"schema": {"fields": [{"name": "prompt"}]}, "data": ROWS}, 'taken from "data"'),
        ({"meta": [{"k": 1}], "examples": ROWS}, 'taken from "examples"'),
        ({"info": {"by": "ann"}, "answer": {"examples": ROWS}}, 'taken from "answer.examples"'),
        (
            {
                "features": [{"feature_idx": 0, "name": "prompt"}],
                "rows": [{"row_idx": n, "row": row, "truncated_cells": []} for n, row in enumerate(ROWS)],
            },
            "in a field of its own",
        ),
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_a_table_that_another_program_wrote_as_json_keeps_its_rows(model, value, note, indent):
    text = json.dumps(value, indent=indent)
    answer = check(model, ("rows.json", text))
    assert said(answer) == [list(row) for row in zip(ASKED, SAID, strict=True)]
    assert (wrong(answer), sides(answer)) == ([], ["train"] * 4)
    assert note in " ".join(answer["notes"])
    if indent:
        for one in answer["rows"]:
            nearby = text.split("\n")[one["row"]["line"] - 1 :][:4]
            asked, told = (turn["content"] for turn in one["row"]["messages"])
            assert asked in " ".join(nearby) or told in " ".join(nearby)


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("key", ["meta", "data", "train"])
def test_a_row_with_a_list_beside_its_texts_is_a_row(model, indent, key):
    row = {"prompt": "Why?", "completion": "Because.", key: [{"k": 1}]}
    answer = check(model, ("rows.json", json.dumps(row, indent=indent)))
    assert said(answer) == [["Why?", "Because."]]
    lacking = check(model, ("rows.json", json.dumps({"prompt": "Why?", key: [{"k": 1}]}, indent=indent)))
    assert first(lacking)["text"] == "Why?"
    assert "taken from" not in " ".join(lacking["notes"])


def test_one_conversation_over_several_lines_is_one_row(model):
    turns = [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}]
    answer = check(model, ("rows.json", json.dumps({"id": "x", "messages": turns}, indent=1)))
    assert first(answer)["messages"] == turns
