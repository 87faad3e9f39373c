"""Rows of tables: CSV and its like, workbooks, Parquet, Markdown."""

import csv
import datetime
import io
import json
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from components.training.doctor.shape import Shape
from tests.unit.training.doctor.making import (
    ASKED,
    CHAT,
    SAID,
    check,
    first,
    jsonl,
    lines,
    numbers,
    words,
    workbook,
    wrong,
)


def test_a_table_by_the_line_that_a_record_begins_on(model):
    text = 'prompt,completion\n"Two\nlines",Good\nWhy?,\n"Three\n\nlines",x\nWho?,Me,too\nOnly\n'
    answer = check(model, ("rows.csv", text))
    assert numbers(answer) == [2, 5]
    assert wrong(answer) == [(4, "answer"), (8, "cells"), (9, "field")]


@pytest.mark.parametrize(("name", "separator"), [("rows.csv", ","), ("rows.tsv", "\t")])
def test_an_empty_row_of_a_table_is_named_unless_it_is_at_an_end(model, name, separator):
    rows = ["", separator, "prompt,completion", "Why?,So.", separator, "", '"",""', "Who?,Me.", separator]
    answer = check(model, (name, lines(*(row.replace(",", separator) for row in rows))))
    assert (wrong(answer), numbers(answer)) == ([(5, "prompt"), (7, "prompt")], [4, 8])


def test_a_quotation_mark_that_is_never_closed(model):
    text = 'prompt,completion\nWhy?,So.\n"Who?,Me.\nWhere?,There.\nHow?,Fine.\n'
    answer = check(model, ("rows.csv", text))
    assert wrong(answer) == [(3, "cells")]
    assert numbers(answer) == [2, 4, 5]


def test_a_quotation_mark_that_is_closed_in_another_row_merges_no_rows(model):
    text = 'prompt,completion\nWhy?,So.\nWho?,"Me.\nWhere?,There.\nHow?,"Fine."\nIs it?,Yes.\n'
    answer = check(model, ("rows.csv", text))
    assert (wrong(answer), numbers(answer)) == ([(3, "cells")], [2, 4, 5, 6])
    loose = 'prompt,completion\n"He says ""hi""\nand",x\n"One line\nand "more"",x\nWhy?,So.\n'
    answer = check(model, ("rows.csv", loose))
    assert (wrong(answer), numbers(answer)) == ([(4, "cells")], [2, 6])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("\ufeffprompt,completion\nWhy?,Because.\n".encode(), "byte order mark"),
        (b"prompt;completion\nWhy?;Because.\n", "semicolons"),
        ("\nsep=|\nprompt|completion\nWhy?|Because.\n".lstrip().encode(), "vertical bars"),
        (b"sep=^\nprompt^completion\nWhy?^Because.\n", "^"),
        (b"prompt\tcompletion\nWhy?\tBecause.\n", "tabs"),
        (b" prompt ,completion\t\nWhy?,Because.\n", "header"),
        (b"prompt,completion\rWhy?,Because.\r", "Carriage returns"),
        ("prompt,completion\nWhy?,Because.\nQui?,Élève très étonné\n".encode("cp1252"), "encoding was"),
        ("prompt,completion\nWhy?,Because.\n".encode("utf-16"), "encoding was utf-16"),
        (b'"prompt","completion"\n"Why?","Because."\n"a","b\rc"\n', "Carriage returns"),
    ],
)
def test_what_is_repaired_is_said(model, data, said):
    answer = check(model, ("table.csv", data))
    assert first(answer)["messages"] == CHAT
    assert said in words(answer.report.repaired)
    assert wrong(answer) == []


@pytest.mark.parametrize("name", ["table.csv", "rows.jsonl", "text.txt"])
def test_line_ends_of_windows_are_no_repair(model, name):
    said = {
        "table.csv": "prompt,completion\r\nWhy?,Because.\r\n",
        "rows.jsonl": '{"prompt": "Why?", "completion": "Be\\r\\ncause."}\r\n',
        "text.txt": "The fox sleeps.\r\nThe dog barks.\r\n",
    }
    answer = check(model, (name, said[name].encode()))
    assert answer.report.repaired == ()
    assert "\r" not in str(first(answer))


@pytest.mark.parametrize(
    "above", ["Exported 2024-01-02\n\n", "# my data\n", "Title\nby Ann\n", '"My, data",\n']
)
def test_lines_above_the_header_are_no_header(model, above):
    table = above + "prompt,completion\nWhy?,Because.\nWho?,Me.\n"
    answer = check(model, ("table.csv", table))
    assert (first(answer)["messages"], len(answer.rows), wrong(answer)) == (CHAT, 2, [])
    assert "above the header" in words(answer.report.notes)
    book = workbook(("One", [["My data"], [None], ["prompt", "completion"], ["Why?", "Because."]]))
    assert first(check(model, ("rows.xlsx", book))) == {"messages": CHAT, "line": 4}


@pytest.mark.parametrize(
    "rows",
    [
        [["My FAQ"], ["id", "question", "answer", "note"], [1, "a?", "b", ""], [2, "c?", "d", ""]],
        [
            ["FAQ", "", "", ""],
            ["Frage", "Nr", "Antwort", "Notiz"],
            ["a b?", 1, "b c", "x"],
            ["c?", 2, "d", ""],
        ],
        [["FAQ", "Version 2"], ["id", "question", "answer"], [1, "a?", "b"], [2, "c?", "d"]],
        [["FAQ"], ["", "Question", "Answer"], [1, "a?", "b"], [2, "c?", "d"]],
    ],
)
def test_a_title_above_a_table_with_an_empty_or_untitled_column_costs_no_row(model, rows):
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    sheet = [[cell if cell != "" else None for cell in cells] for cells in rows]
    for upload in (("rows.csv", out.getvalue()), ("rows.xlsx", workbook(("One", sheet)))):
        answer = check(model, upload)
        assert (wrong(answer), numbers(answer)) == ([], [3, 4])
        assert "above the header" in words(answer.report.notes)


def test_a_short_header_is_not_taken_for_a_title_above_it(model):
    answer = check(model, ("rows.csv", "Frage,Antwort\na b?,b,x\nc d?,d,y\n"))
    assert [kind for _, kind in wrong(answer)] == ["cells", "cells"]
    book = workbook(("One", [["Frage", "Antwort"], ["a b?", "b", "x"], ["c d?", "d"]]))
    findings = check(model, ("rows.xlsx", book)).report.findings
    assert [str(one.what) for one in findings] == ["3 cells, but the header has 2."]


def test_one_column_of_texts_with_commas_keeps_its_title(model):
    answer = check(model, ("table.csv", "text\nOne, two\nThree, four\n"))
    assert (wrong(answer), numbers(answer)) == ([], [2, 3])


def test_a_title_with_a_dot_is_a_field(model):
    table = "Frage Nr.,Antwort v1.0\nWas ist das?,Ein Fuchs.\nUnd das?,Ein Hund.\n"
    shape = Shape("question", "Frage Nr.", "Antwort v1.0")
    answer = check(model, ("table.csv", table), shape=shape)
    assert (answer.report.shape.sure, answer.report.notes) == (True, ())
    assert first(answer)["messages"][1]["content"] == "Ein Fuchs."


def test_tabs_with_loose_quotation_marks(model):
    answer = check(model, ("table.tsv", 'prompt\tcompletion\nWhy?\t"So he said\nWho?\tMe"\n'))
    assert [one.row["messages"][1]["content"] for one in answer.rows] == ['"So he said', 'Me"']


@pytest.mark.parametrize("separator", ["\t", ";"])
def test_pairs_in_a_text_file_are_asked_about_and_no_plain_text(model, separator):
    text = "Go.\tVai.\tCC-BY\nHi, you.\tOi, tu.\tCC-BY\n\nRun!\tCorre!\tCC-BY\n"
    answer = check(model, ("por.txt", text.replace("\t", separator)), header=False)
    assert (answer.report.shape.sure, len(answer.report.fields), numbers(answer)) == (False, 3, [1, 2, 4])


@pytest.mark.parametrize("text", ["\tIt was dark.\n\tIt was late.\n\tThe end.\n", "a = 1;\nb = 2;\nc = 3;\n"])
def test_indented_prose_and_code_are_no_tables(model, text):
    assert check(model, ("a.txt", text)).report.shape.form == "text"


@pytest.mark.parametrize("name", ["faq.md", "faq.txt", "faq.csv"])
def test_the_rule_of_a_markdown_table_is_no_row(model, name):
    table = "# FAQ\n\n| prompt | answer |\n|:---|----|\n| Why? | Because. |\n| a \\| b? | |\n"
    answer = check(model, (name, table))
    assert (first(answer), wrong(answer)) == ({"messages": CHAT, "line": 5}, [(6, "answer")])
    prose = "Some facts:\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nThis is what they say.\n"
    assert check(model, ("facts.md", prose)).report.shape.form == "text"


def test_the_header_of_each_of_several_tables_that_were_joined_is_no_row(model):
    rows = [["prompt", "completion"], ["Why?", "Because."]]
    out = io.StringIO()
    csv.writer(out).writerows([*rows, [" prompt", "completion", ""], ["Who?", "Me."]])
    answer = check(model, ("rows.csv", out.getvalue()))
    assert (numbers(answer), wrong(answer)) == ([2, 4], [])
    assert "The header is repeated" in words(answer.report.repaired)


def test_a_workbook_is_told_from_its_bytes_and_named_by_sheet_rows(model):
    data = workbook(("One", [["prompt", "completion"], ["Why?", "Because."], [None, None], ["Who?", None]]))
    answer = check(model, ("rows.csv", data))
    assert first(answer) == {"messages": CHAT, "line": 2}
    assert [(one.sheet, one.line, one.kind) for one in answer.report.findings] == [("One", 4, "answer")]


def test_parquet(model):
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([{"messages": CHAT}, {"messages": [ASKED]}]), out)
    answer = check(model, ("rows.bin", out.getvalue()))
    assert first(answer) == {"messages": CHAT, "line": 1}
    assert wrong(answer) == [(2, "assistant")]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (datetime.date(2024, 5, 1), "2024-05-01"),
        (datetime.datetime(2024, 5, 1, 12, 30), "2024-05-01 12:30:00"),
        (Decimal("1.50"), "1.50"),
        ("Ça va".encode(), "Ça va"),
    ],
)
def test_dates_exact_numbers_and_encoded_texts_of_parquet_are_answers(model, cell, said):
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([{"prompt": "Why?", "completion": cell}]), out)
    answer = check(model, ("rows.parquet", out.getvalue()))
    assert first(answer)["messages"][1]["content"] == said


def test_conversations_inside_of_a_table(model):
    cell = json.dumps(CHAT).replace('"', '""')
    assert first(check(model, ("rows.csv", f'messages\n"{cell}"\n')))["messages"] == CHAT


TRICKY = [ASKED | {"content": "It's\n[a] 'b' {c}"}, SAID | {"content": 'He said "x".'}]


@pytest.mark.parametrize(
    "cell",
    [
        str(TRICKY),
        str(tuple(TRICKY)).replace("(", "[").replace(")", "]"),
    ],
)
@pytest.mark.parametrize("name", ["messages", "conversations"])
def test_a_conversation_that_pandas_printed_into_a_table_is_read(model, cell, name):
    rows = [[name, "id"], [cell, "1"]]
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    for upload in (("rows.csv", out.getvalue()), ("rows.xlsx", workbook(("One", rows)))):
        answer = check(model, upload)
        assert first(answer)["messages"] == TRICKY
        assert "as Python prints them" in words(answer.report.repaired)


@pytest.mark.parametrize("written", [json.dumps, str])
def test_a_prompt_that_is_a_list_of_turns_in_a_table_is_read_as_turns(model, written):
    system = {"role": "system", "content": "Be brief."}
    out = io.StringIO()
    csv.writer(out).writerows([["prompt", "completion"], [written([system, ASKED]), written([SAID])]])
    answer = check(model, ("rows.csv", out.getvalue()))
    assert first(answer)["messages"] == [system, *CHAT]


def test_a_prompt_that_is_json_itself_stays_a_text(model):
    row = {"prompt": '[{"name": "Ada"}]', "completion": "Because."}
    answer = check(model, ("rows.jsonl", jsonl(row)))
    assert first(answer)["messages"][0]["content"] == '[{"name": "Ada"}]'


@pytest.mark.parametrize("earlier", [[["Hi", "Hello"]], [("Hi", "Hello")]])
def test_a_history_that_pandas_printed_into_a_table_is_read(model, earlier):
    out = io.StringIO()
    csv.writer(out).writerows([["instruction", "output", "history"], ["Why?", "Because.", str(earlier)]])
    said = [turn["content"] for turn in first(check(model, ("rows.csv", out.getvalue())))["messages"]]
    assert said == ["Hi", "Hello", "Why?", "Because."]


@pytest.mark.parametrize(
    "cell", ["[{'role': 'user'", "[" * 5_000, "[open('x')]", "[1, 2] and more", "[dtype=x)dtype=y)"]
)
def test_a_cell_that_only_looks_like_a_list_is_a_bad_row(model, cell):
    out = io.StringIO()
    csv.writer(out).writerows([["messages", "id"], [json.dumps(CHAT), "1"], [cell, "2"]])
    assert wrong(check(model, ("rows.csv", out.getvalue()))) == [(3, "type")]


def test_every_sheet_of_a_workbook_is_read_by_its_own_titles(model):
    data = workbook(
        ("One", [["Prompt", "Completion"], ["a b", "c"], ["d e", "f"]]),
        ("Two", [["prompt", "completion"], ["g h", "i"]]),
        ("Three", [["Question", "Answer"], ["j k", "l"]]),
    )
    answer = check(model, ("rows.xlsx", data))
    assert (wrong(answer), len(answer.rows)) == ([], 4)


def test_a_sheet_of_validation_rows_is_never_trained_on(model):
    titles, rows = ["prompt", "completion"], [[f"What is {n}?", f"It is {n}."] for n in range(20)]
    data = workbook(("train", [titles, *rows[:12]]), ("validation", [titles, *rows[12:]]))
    answer = check(model, ("rows.xlsx", data))
    assert [one.side for one in answer.rows] == ["train"] * 12 + ["valid"] * 8
    assert [(one.sheet, one.side) for one in answer.report.files] == [
        ("train", "train"),
        ("validation", "valid"),
    ]


def test_a_sheet_about_the_data_is_left_out_and_that_is_said(model):
    rows = [[f"What is {n}?", f"It is {n}."] for n in range(5)]
    about = [["This file has training data"], ["It was made by Ann"]]
    data = workbook(("About", about), ("Data", [["prompt", "completion"], *rows]))
    answer = check(model, ("rows.xlsx", data))
    assert (wrong(answer), len(answer.rows)) == ([], 5)
    assert 'The sheet "About" was left out' in words(answer.report.notes)


def test_a_backslash_before_a_quotation_mark_at_the_end_of_a_cell_is_no_doubled_one(model):
    rows = [f'"Who, {n}?","She said \\"I, {n}.\\""' for n in range(8)]
    answer = check(model, ("rows.csv", lines("prompt,completion", *rows)))
    assert len(answer.rows) == 8
    assert first(answer)["messages"][1]["content"] == 'She said "I, 0."'
