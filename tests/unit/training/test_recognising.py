"""Every form of training data is recognised without asking, in every kind of file."""

import csv
import datetime
import io
import json
import zipfile
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from components.documents.errors import CorruptFile, EmptyFile, OverLimit, Unsupported
from components.errors import BadInput
from components.training.doctor.recognising import Shape, chosen
from components.training.doctor.report import Diagnosis
from tests.unit.training.doctoring import check, first, lines, numbers, words, wrong

ASKED = {"role": "user", "content": "Why?"}
SAID = {"role": "assistant", "content": "Because."}
CHAT = [ASKED, SAID]


def jsonl(*rows) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.mark.parametrize(
    "row",
    [
        {"messages": CHAT},
        {"conversations": [{"from": "human", "value": "Why?"}, {"from": "gpt", "value": "Because."}]},
        {"conversation": [{"role": "user", "content": "Why?"}, {"role": "model", "content": "Because."}]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "Why?"}]}, SAID]},
        {"instruction": "Why?", "input": "", "output": "Because."},
        {"instruction": "Why?", "response": "Because."},
        {"prompt": "Why?", "completion": " Because. "},
        {"prompt": "Why?", "response": "Because."},
        {"prompt": [ASKED], "completion": [SAID]},
        {"question": "Why?", "answer": "Because.", "id": 7},
        {"Question": "Why?", "Answer": "Because."},
        {"input": "Why?", "output": "Because."},
    ],
)
def test_questions_and_answers(model, row):
    answer = check(model, ("rows.jsonl", jsonl(row, row)))
    assert first(answer) == {"messages": CHAT, "line": 1}
    assert answer.report.kind == "chat"
    assert answer.report.shape.sure


def test_an_instruction_has_its_input_system_and_history(model):
    row = {
        "instruction": "Add.",
        "input": "1 + 1",
        "output": "2",
        "system": "Be exact.",
        "history": [["Hi", "Hello"]],
    }
    assert first(check(model, ("rows.jsonl", jsonl(row))))["messages"] == [
        {"role": "system", "content": "Be exact."},
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Hello"},
        {"role": "user", "content": "Add.\n\n1 + 1"},
        {"role": "assistant", "content": "2"},
    ]


def test_an_input_that_hardly_any_row_has_is_read_with_its_instruction(model):
    plain = [{"instruction": f"Name animal {number}.", "output": "A fox."} for number in range(30)]
    rare = {"instruction": "Translate.", "input": "bonjour", "output": "hello", "system": "Be exact."}
    rare["history"] = [["Hi", "Hello"]]
    answer = check(model, ("rows.jsonl", jsonl(*plain, rare)))
    assert [turn["content"] for turn in answer.rows[-1].row["messages"]] == [
        "Be exact.",
        "Hi",
        "Hello",
        "Translate.\n\nbonjour",
        "hello",
    ]
    assert answer.report.notes == ()


def test_a_context_that_hardly_any_question_has_is_read_with_it(model):
    plain = [{"question": f"What is {number}?", "answer": "A number."} for number in range(30)]
    rare = {"question": "How many?", "context": "Three foxes.", "answer": "Three."}
    answer = check(model, ("rows.jsonl", jsonl(*plain, rare)))
    assert answer.rows[-1].row["messages"][0]["content"] == "How many?\n\nThree foxes."


def test_a_question_has_its_context(model):
    row = {"question": "How many?", "context": "CREATE TABLE foxes", "answer": "SELECT COUNT(*) FROM foxes"}
    answer = check(model, ("rows.jsonl", jsonl(row)))
    assert first(answer)["messages"][0]["content"] == "How many?\n\nCREATE TABLE foxes"


def test_sharegpt_with_a_system_turn(model):
    turns = [
        {"from": "system", "value": "Be kind."},
        {"from": "human", "value": "Why?"},
        {"from": "gpt", "value": "Because."},
    ]
    answer = check(model, ("rows.json", json.dumps([{"id": "a", "conversations": turns}])))
    assert [turn["role"] for turn in first(answer)["messages"]] == ["system", "user", "assistant"]


@pytest.mark.parametrize(
    ("row", "purpose"),
    [
        ({"source": "Good day to you all", "target": "Bom dia a todos"}, "translation"),
        ({"en": "Good day to you all", "pt": "Bom dia a todos"}, "translation"),
        ({"eng": "Good day to you all", "por-BR": "Bom dia a todos"}, "translation"),
        ({"translation": {"en": "Good day to you all", "pt": "Bom dia a todos"}}, "translation"),
        ({"document": "Good day to you all", "summary": "Bom dia a todos"}, "summary"),
        ({"article": "Good day to you all", "highlights": "Bom dia a todos", "id": "x1"}, "summary"),
        ({"dialogue": "Good day to you all", "summary": "Bom dia a todos"}, "summary"),
    ],
)
def test_pairs(model, row, purpose):
    answer = check(model, ("rows.jsonl", jsonl(row, row)))
    assert first(answer) == {"source": "Good day to you all", "target": "Bom dia a todos", "line": 1}
    assert (answer.report.kind, answer.report.purpose) == ("pair", purpose)
    if purpose == "translation" and "source" not in row:
        assert (answer.report.languages[0][0], answer.report.target_language) == ("en", "pt")


@pytest.mark.parametrize("key", ["instances", "data", "anything"])
def test_rows_inside_of_an_object_keep_their_lines(model, key):
    text = lines(
        "{",
        '  "type": "text2text",',
        f'  "{key}": [',
        '    {"input": "Why?", "output": "Because."},',
        "    {",
        '      "input": "Who?"',
        "    },",
        '    {"input": "How?", "output": "So."}',
        "  ]",
        "}",
    )
    answer = check(model, ("rows.json", text))
    assert numbers(answer) == [4, 8]
    assert wrong(answer) == [(5, "field")]


def test_text_rows_and_plain_text(model):
    answer = check(model, ("rows.jsonl", jsonl({"text": "The quick fox"}, {"text": "The lazy dog"})))
    assert (answer.report.kind, first(answer)) == ("text", {"text": "The quick fox", "line": 1})
    paragraph = "The quick brown fox jumps over the lazy dog.\n" * 20 + "\n"
    answer = check(model, ("book.md", "# A title\n\n" + paragraph * 10))
    assert answer.report.kind == "text"
    assert "".join(one.row["text"] for one in answer.rows).split() == ("# A title " + paragraph * 10).split()
    assert [bool(one.row.get("continued")) for one in answer.rows] == [True] * (len(answer.rows) - 1) + [
        False
    ]


@pytest.mark.parametrize(
    "text",
    [
        "{{name}} is kind.\n",
        "[Verse 1]\nLa la\n",
        "[a link](x)\n",
        "One, two, three\nFour\n",
        "[12/03/24, 10:15:22] Alice: hi\n[12/03/24, 10:15:40] Bob: ho\n",
        "[00:01] Hello there.\n[00:04] And on.\n",
        "[1] Smith, J. On foxes.\n[2] Jones, K. On dogs.\n",
        "[1, 2] say so, and others too.\n",
        "[2024] was a good year.\n",
        "[1]\nThe first verse.\n",
        "[3.14] is a number, as everybody knows.\n",
    ],
)
def test_a_text_that_begins_with_a_bracket_is_a_text(model, text):
    assert check(model, ("song.txt", text)).report.kind == "text"


@pytest.mark.parametrize(
    "text", ["[1, 2]", "[1,\n 2.5,\n -3e4]", "[7]", '[1, "a"]', "[[1, 2]]", "[1]\n[2]\n"]
)
def test_a_list_of_numbers_is_json_without_rows_and_no_text(model, text):
    answer = check(model, ("rows.txt", text))
    assert {kind for _, kind in wrong(answer)} == {"object"}
    assert answer.rows == ()


def test_two_unknown_columns_are_asked_about(model):
    table = "subject;words\nfoxes;They jump over dogs.\ndogs;They are lazy.\n"
    answer = check(model, ("table.csv", table))
    assert (answer.report.shape.prompt, answer.report.shape.answer, answer.report.shape.sure) == (
        "subject",
        "words",
        False,
    )
    assert answer.report.fields == ("subject", "words")
    said = check(model, ("table.csv", table), shape=Shape("question", "words", "subject"))
    assert first(said)["messages"][0]["content"] == "They jump over dogs."
    headless = check(model, ("table.csv", table), header=False)
    assert numbers(headless) == [1, 2, 3]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("\ufeffprompt,completion\nWhy?,Because.\n".encode(), "byte order mark"),
        (b"prompt;completion\nWhy?;Because.\n", "semicolons"),
        ("\nsep=|\nprompt|completion\nWhy?|Because.\n".lstrip().encode(), "vertical bars"),
        (b"sep=^\nprompt^completion\nWhy?^Because.\n", "^"),
        (b"prompt\tcompletion\nWhy?\tBecause.\n", "tabs"),
        (b" prompt ,completion\t\nWhy?,Because.\n", "header"),
        (b"prompt,completion\r\nWhy?,Because.\r\n", "Carriage returns"),
        (b"prompt,completion\rWhy?,Because.\r", "Carriage returns"),
        ("prompt,completion\nWhy?,Because.\nQui?,Élève très étonné\n".encode("cp1252"), "encoding was"),
        ("prompt,completion\nWhy?,Because.\n".encode("utf-16"), "encoding was utf-16"),
        (b'"prompt","completion"\n"Why?","Because."\n"a","b\r\nc"\n', "Carriage returns"),
    ],
)
def test_what_is_repaired_is_said(model, data, said):
    answer = check(model, ("table.csv", data))
    assert first(answer)["messages"] == CHAT
    assert said in words(answer.report.repaired)
    assert wrong(answer) == []


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
    assert [kind for _, kind in wrong(answer)] == ["cells", "cells"]


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


def test_a_page_that_is_a_table_takes_no_text_of_a_zip_away(model):
    page = "| a | b |\n|---|---|\n| c d | e f |\n"
    texts = {f"{n}.md": f"Chapter {n} is about a fox and a dog.\n" for n in "123"}
    answer = check(model, ("all.zip", zipped(**texts, table__md=page)))
    assert (answer.report.kind, len(answer.rows)) == ("text", 3)
    assert "table.md" in words(answer.report.notes)
    pairs = "".join(f"Go {n}.\tVai {n}.\n" for n in range(9))
    answer = check(model, ("all.zip", zipped(por__txt=pairs, _about__txt="These are sentences.")))
    assert answer.report.kind == "chat"


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


def workbook(*sheets) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


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


def zipped(**files) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return out.getvalue()


def test_a_zip_names_file_and_line_and_knows_held_out_files(model):
    data = zipped(
        train__jsonl=jsonl({"prompt": "Why?", "completion": "Because."}, {"prompt": "Why?"}),
        validation__csv="question,answer\nWho?,Me.\n,x\n",
        README__md="About the data",
    )
    answer = check(model, ("all.zip", data))
    assert wrong(answer) == [("train.jsonl", 2, "field"), ("validation.csv", 3, "prompt")]
    assert [one.side for one in answer.rows] == ["train", "valid"]
    assert "README.md" in words(answer.report.notes)


@pytest.mark.parametrize(
    ("names", "sides"),
    [
        (("train.jsonl", "valid.jsonl", "test.jsonl"), ["train", "valid", "out"]),
        (("train/a.jsonl", "validation/a.jsonl", "test/a.jsonl"), ["train", "valid", "out"]),
        (("x/train/a.jsonl", "x/val/a.jsonl"), ["train", "valid"]),
        (("train/a.jsonl", "dev/b.jsonl"), ["train", "valid"]),
        (("dev/train.jsonl", "dev/valid.jsonl"), ["train", "valid"]),
        (("train/a.jsonl", "test/a.jsonl"), ["train", "valid"]),
        (("one.jsonl", "latest.jsonl"), ["train", "train"]),
    ],
)
def test_what_is_called_test_or_validation_is_never_trained_on(model, names, sides):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            rows = [{"prompt": f"{name} {n}", "completion": f"{n} x"} for n in range(10)]
            archive.writestr(name, jsonl(*rows))
    answer = check(model, ("all.zip", out.getvalue()))
    assert [one.side for one in answer.report.files] == sides
    assert [one.side for one in answer.rows] == [s for s in sides if s != "out" for _ in range(10)]
    for name, side in zip(names, sides, strict=True):
        assert side == "train" or side == "valid" or name in words(answer.report.notes)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("meta.json", '{"author": "Ann", "purpose": "support bot"}'),
        ("tags.csv", "tag,meaning\nq x,a question\n"),
        ("labels.csv", "id,name\n1,cats\n2,dogs\n"),
        ("ids.csv", "id,number\n1,2\n"),
    ],
)
def test_a_side_file_in_a_zip_is_neither_trained_on_nor_keeps_the_rows_from_being_read(model, name, data):
    rows = [{"prompt": f"What is {n}?", "completion": f"It is {n}."} for n in range(5)]
    answer = check(model, ("all.zip", zipped(**{"train.jsonl": jsonl(*rows), name: data})))
    assert (len(answer.rows), wrong(answer)) == (5, [])
    assert f"{name} was left out" in words(answer.report.notes)


def test_a_side_file_is_left_out_also_where_the_columns_are_asked_about(model):
    train = "id,text,label\n1,I like the fox,good\n2,I like no dog,bad\n3,I saw a cat,good\n"
    data = zipped(train__csv=train, sample_submission__csv="id,label\n1,good\n2,good\n")
    assert [one.side for one in check(model, ("all.zip", data)).report.files] == ["train", "out"]


def test_a_zip_never_leaves_its_place(model):
    row = jsonl({"prompt": "Why?", "completion": ""})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../evil.jsonl", row)
        link = zipfile.ZipInfo("link.jsonl")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("inner.zip", zipped(a__jsonl=row))
    answer = check(model, ("all.zip", out.getvalue()))
    assert wrong(answer) == [("evil.jsonl", 1, "answer")]
    said = words(answer.report.notes)
    assert "link" in said
    assert "inner.zip" in said


def test_files_whose_names_differ_in_capitals_or_have_backslashes_are_all_read(model):
    names = ["data/qa.jsonl", "Data/QA.jsonl", "ds\\a.jsonl"]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, jsonl({"prompt": f"What is {name}?", "completion": "x"}))
    asked = [one.row["messages"][0]["content"] for one in check(model, ("all.zip", out.getvalue())).rows]
    assert asked == [f"What is {name}?" for name in names]


def test_a_zip_without_rows_says_which_files_are_read(model):
    with pytest.raises(EmptyFile, match="Upload JSONL, JSON, CSV"):
        check(model, ("all.zip", zipped(README__md="About the data", inner__zip=zipped(a__csv="a,b"))))


def test_a_pointer_of_git_lfs_is_no_text_to_train_on(model):
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
    for name in ("rows.parquet", "rows.jsonl", "rows.txt"):
        with pytest.raises(Unsupported, match="Download the file itself"):
            check(model, (name, pointer))


def test_a_zip_bomb_is_stopped(model):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("rows.txt", b"a" * 300_000_000)
    with pytest.raises(OverLimit):
        check(model, ("all.zip", out.getvalue()))


def test_different_kinds_in_one_zip_are_refused(model):
    data = zipped(
        a__jsonl=jsonl({"text": "The fox"}), b__jsonl=jsonl({"prompt": "Why?", "completion": "So."})
    )
    with pytest.raises(BadInput, match="one kind"):
        check(model, ("all.zip", data))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", EmptyFile),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), Unsupported),
        (b"%PDF-1.7\n", Unsupported),
        (b"PAR1" + bytes(40), CorruptFile),
        (b"PK\x03\x04" + bytes(40), CorruptFile),
        (bytes(range(256)) * 20, Unsupported),
    ],
)
def test_what_cannot_be_read_is_a_sentence(model, data, kind):
    with pytest.raises(kind):
        check(model, ("rows.jsonl", data))


def test_rows_on_one_line_and_objects_over_several(model):
    rows = [{"prompt": "Why?", "completion": "Because."}] * 2
    assert numbers(check(model, ("rows.json", json.dumps(rows)))) == [1, 1]
    assert numbers(check(model, ("rows.jsonl", "\n".join(json.dumps(row, indent=2) for row in rows)))) == [
        1,
        5,
    ]


def recognised(answer: Diagnosis) -> Shape:
    assert answer.report.shape is not None
    return answer.report.shape


def test_confirming_the_columns_keeps_input_system_and_history(model):
    row = {"instruction": "Add.", "input": "1 + 1", "output": "2", "system": "Be exact."}
    row["history"] = [["Hi", "Hello"]]
    before = check(model, ("rows.jsonl", jsonl(row)))
    shape = chosen("instruction", "instruction", "output", recognised(before), before.report.fields)
    after = check(model, ("rows.jsonl", jsonl(row)), shape=shape)
    assert (after.report.shape, after.rows) == (before.report.shape, before.rows)


def test_changing_the_columns_and_changing_them_back_loses_no_input(model):
    data = "instruction,input,output,system\nAdd.,1 + 1,2,Be exact.\n"
    before = check(model, ("rows.csv", data))
    other = chosen("question", "input", "output", recognised(before), before.report.fields)
    assert (other.prompt, other.extra, other.system) == ("input", "", "system")
    back = chosen("instruction", "instruction", "output", other, before.report.fields)
    assert back == recognised(before)


def test_chosen_columns_of_a_translation_say_their_languages(model):
    data = "id,en,pt,de\n" + "".join(f"{n},fox {n},raposa {n},Fuchs {n}\n" for n in range(3))
    before = check(model, ("rows.csv", data))
    shape = chosen("translation", "en", "pt", recognised(before), before.report.fields)
    after = check(model, ("rows.csv", data), shape=shape)
    assert (after.report.languages[0][0], after.report.target_language) == ("en", "pt")
    nested = chosen("translation", "translation.en", "translation.de", None, [])
    assert nested.languages == ("en", "de")


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.csv"])
def test_one_line_in_another_encoding_changes_no_letter_of_the_others(model, name):
    pairs = [(f"Where is café {number}?", f"In Zürich, Größe {number}.") for number in range(100)]
    if name.endswith("csv"):
        text, last = "prompt,completion\n" + "".join(f'{a},"{b}"\n' for a, b in pairs), "Qui?,Élève étonné\n"
    else:
        text = "".join(f'{{"prompt": "{a}", "completion": "{b}"}}\n' for a, b in pairs)
        last = '{"prompt": "Qui?", "completion": "Élève étonné"}\n'
    answer = check(model, (name, text.encode() + last.encode("cp1252")))
    said = [tuple(turn["content"] for turn in one.row["messages"]) for one in answer.rows]
    assert said == [*pairs, ("Qui?", "Élève étonné")]
    line = 102 if name.endswith("csv") else 101
    assert f"Lines that were not UTF-8 were read as cp1252: {line}." in words(answer.report.repaired)


def test_a_stray_byte_in_a_line_of_chinese_is_a_finding_and_leaves_the_line_chinese(model):
    rows = [f'{{"prompt": "你好 {number}", "completion": "今天天气很好 {number}"}}' for number in range(20)]
    data = "\n".join(rows).encode() + '\n{"prompt": "你好吗", "completion": "很好'.encode() + b'\xff"}\n'
    answer = check(model, ("rows.jsonl", data))
    assert wrong(answer) == [(21, "encoding")]
    assert first(answer)["messages"][0]["content"] == "你好 0"


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


def test_rows_that_spell_a_field_otherwise_are_not_lost(model):
    rows = [{"prompt": f"What is {n}?", "completion": f"It is {n}."} for n in range(5)]
    others = [{" prompt": "Why?", "completion ": "So."}, {"Prompt": "Who?", "Completion": "A fox."}]
    answer = check(model, ("rows.jsonl", jsonl(*rows, *others)))
    assert (wrong(answer), len(answer.rows)) == ([], 7)
    assert "made the same: prompt, completion." in words(answer.report.repaired)


def test_validation_data_in_other_capitals_never_swap_prompt_and_answer(model):
    rows = ("rows.csv", "frage,antwort\nx y,y z\nq 1,a1\n")
    own = ("own.csv", "Frage,Antwort\nv x,v y\n")
    answer = check(model, rows, own, shape=Shape("question", "antwort", "frage"))
    assert [turn["content"] for turn in answer.rows[-1].row["messages"]] == ["v y", "v x"]


def test_fields_of_a_second_file_that_are_trained_on_are_not_called_unused(model):
    rows = ("rows.jsonl", jsonl({"prompt": "Why?", "completion": "So."}))
    own = ("own.jsonl", jsonl({"question": "Who?", "answer": "A fox.", "id": 1}))
    assert "Fields that are not trained on: id." in words(check(model, rows, own).report.notes)


def table(*titles, rows: int = 6) -> str:
    """Rows of texts that differ; a title with "=" says its values, of which there may be several."""
    named = [title.partition("=") for title in titles]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([name for name, _, _ in named])
    for n in range(rows):
        values = [said.split("|") if said else [f"The {name} of fox {{}}"] for name, _, said in named]
        writer.writerow([one[n % len(one)].format(n) for one in values])
    return out.getvalue()


@pytest.mark.parametrize(
    ("titles", "prompt", "answer"),
    [
        (["id={}", "text", "response"], "text", "response"),
        (["id={}", "text", "label=good|bad"], "text", "label"),
        (["text", "label=0|1"], "text", "label"),
        (["id=a{}", "text", "sentiment=good|bad"], "text", "sentiment"),
        (["id={}", "content", "reply"], "content", "reply"),
        (["id={}", "title", "text", "category=news|sport"], "text", "category"),
    ],
)
def test_an_id_beside_text_and_answer_never_hides_the_answer(model, titles, prompt, answer):
    shape = recognised(check(model, ("rows.csv", table(*titles))))
    assert shape == Shape("question", prompt, answer, sure=False)


@pytest.mark.parametrize(
    "titles",
    [
        ["id={}", "url=https://a.org/{}", "title", "text"],
        ["text", "timestamp=2019-04-25T12:57:{}Z", "url=http://a.org/{}"],
        ["content", "path=src/{}.py", "repo_name=ann/foxes"],
    ],
)
def test_plain_text_with_its_address_is_not_asked_about(model, titles):
    shape = recognised(check(model, ("rows.csv", table(*titles))))
    assert shape == Shape("text", "content" if "content" in titles else "text")


@pytest.mark.parametrize(
    ("titles", "shape"),
    [
        (["question=What?", "final_answer=So.", "reasoning"], Shape("question", "question", "final_answer")),
        (["question=What {}?", "sql", "context"], Shape("question", "question", "sql", extra="context")),
        (
            ["url=https://a.org/{}/a/long/one/of/many", "text", "answer=Yes."],
            Shape("question", "text", "answer"),
        ),
        (["quote", "link=https://a.org/{}"], Shape("text", "quote")),
    ],
)
def test_what_is_proposed_keeps_the_columns_that_are_known(model, titles, shape):
    assert recognised(check(model, ("rows.csv", table(*titles)))) == replace(shape, sure=False)


@pytest.mark.parametrize(
    "titles",
    [
        ["id={}", "English", "Portuguese", "domain=chat|news"],
        ["english", "portuguese", "split=train"],
        ["sentence_en", "sentence_pt"],
        ["text_en", "text_pt", "id=a{}"],
        ["Sentence_eng", "Sentence_por"],
    ],
)
def test_a_translation_with_more_columns_keeps_its_languages(model, titles):
    first, second = [title for title in titles if "=" not in title]
    shape = recognised(check(model, ("rows.csv", table(*titles))))
    assert shape == Shape("translation", first, second, languages=("en", "pt"))


def test_questions_and_answers_in_one_language_are_no_translation(model):
    shape = recognised(
        check(model, ("rows.csv", table("question_en", "answer_en", "question_pt", "answer_pt")))
    )
    assert (shape.form, shape.sure) == ("question", False)


@pytest.mark.parametrize(
    "row",
    [
        {"prompt": "Why?", "chosen": "Because.", "rejected": "It is what it is."},
        {"prompt": "Why?", "chosen": CHAT, "rejected": [ASKED, SAID | {"content": "No."}]},
        {"prompt": "Why?", "chosen": [SAID], "rejected": [SAID | {"content": "No."}]},
        {"prompt": [ASKED], "chosen": [SAID], "rejected": [SAID | {"content": "No."}]},
        {"chosen": CHAT, "rejected": [ASKED, SAID | {"content": "No."}]},
        {"question": "Why?", "chosen": "Because.", "rejected": "No."},
    ],
)
def test_of_two_compared_answers_the_rejected_one_is_never_trained_on(model, row):
    answer = check(model, ("rows.jsonl", jsonl(row, row)))
    assert (first(answer)["messages"], answer.report.shape.sure) == (CHAT, True)
    assert "rejected" in words(answer.report.notes)


def test_compared_conversations_that_are_texts_are_never_prompt_and_answer(model):
    row = {"chosen": "\n\nHuman: Why?\n\nAssistant: So.", "rejected": "\n\nHuman: Why?\n\nAssistant: No."}
    shape = recognised(check(model, ("rows.jsonl", jsonl(row, row))))
    assert shape == Shape("text", "chosen", sure=False)


@pytest.mark.parametrize(
    "row",
    [
        {"id": 1, "chat_history": CHAT},
        {"id": "a b", "chat_history": json.dumps(CHAT)},
    ],
)
def test_turns_are_found_under_any_name(model, row):
    answer = check(model, ("rows.jsonl", jsonl(row, row | {"n": 1})))
    assert (first(answer)["messages"], answer.report.shape.sure) == (CHAT, True)
    alone = check(model, ("rows.json", json.dumps(row, indent=1)))
    assert first(alone)["messages"] == CHAT


def test_of_two_lists_of_turns_the_person_chooses(model):
    answer = check(model, ("rows.jsonl", jsonl({"first": CHAT, "second": CHAT})))
    assert (answer.report.shape.sure, answer.report.fields) == (False, ("first", "second"))


def test_an_empty_system_message_never_costs_its_conversation(model):
    empty = {"role": "system", "content": " "}
    answer = check(model, ("rows.jsonl", jsonl({"messages": [empty, *CHAT]}, {"messages": [empty, ASKED]})))
    assert (first(answer)["messages"], wrong(answer)) == (CHAT, [(2, "assistant")])
    own = check(model, ("rows.jsonl", jsonl({"messages": [empty, *CHAT], "system": "Be kind."})))
    assert first(own)["messages"][0]["content"] == "Be kind."


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("    x = 1\n    return x", "    x = 1\n    return x"),
        ("\n  \n\tx = 1\n\treturn x\n", "\tx = 1\n\treturn x"),
        ("    return x\n", "return x"),
        (" Because.\nSo.", "Because.\nSo."),
    ],
)
def test_code_keeps_the_indentation_of_its_first_line(model, said, kept):
    row = {"instruction": "Finish the body.", "output": said}
    answer = check(model, ("rows.jsonl", jsonl(row)))
    assert first(answer)["messages"][1]["content"] == kept
    assert bool(answer.report.repaired) == (said != kept)
    assert first(check(model, ("rows.jsonl", jsonl({"text": said}))))["text"] == kept


def test_a_text_beside_its_source_is_proposed_as_text(model):
    shape = recognised(check(model, ("rows.csv", table("text", "source=books|web", rows=12))))
    assert shape == Shape("text", "text", sure=False)


def test_an_answer_column_without_any_answer_never_stops_plain_text(model):
    rows = [{"text": f"Fox {n} jumps.", "answer": None} for n in range(3)]
    assert recognised(check(model, ("rows.jsonl", jsonl(*rows)))) == Shape("text", "text")


@pytest.mark.parametrize(
    "row",
    [
        {"contents": [{"role": "user", "parts": [{"text": "Why?"}]}]},
        {"log": [{"speaker": "user", "utterance": "Why?"}, {"speaker": "bot", "utterance": "Because."}]},
        {"messages": {"role": ["user", "assistant"], "content": ["Why?", "Because."]}},
        {"conversation": [{"human": "Why?", "assistant": "Because."}]},
        {"question": "Why?", "answers": {"text": ["Because."], "answer_start": [3]}},
        {"question": ["Why?"], "answers": ["Because.", "It is so."]},
    ],
)
def test_a_layout_that_no_training_program_writes_is_refused_row_by_row(model, row):
    answer = check(model, ("rows.jsonl", jsonl(row, row)))
    assert answer.rows == ()
    assert {finding.line for finding in answer.report.findings} == {1, 2}


def test_rows_inside_of_a_row_are_not_taken_for_its_answer_unasked(model):
    row = {"instruction": "Spell.", "instances": [{"input": "a", "output": "A"}]}
    assert recognised(check(model, ("rows.jsonl", jsonl(row, row)))) == Shape(
        "text", "instruction", sure=False
    )
