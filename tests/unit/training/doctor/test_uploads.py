"""Archives, encodings, and files that can't be read."""

import io
import zipfile

import pytest

from components.documents.errors import CorruptFile, EmptyFile, OverLimit, Unsupported
from components.errors import BadInput
from tests.unit.training.doctor.making import (
    GOOD,
    TWO,
    check,
    first,
    jsonl,
    lines,
    words,
    wrong,
    zipped,
)


def test_a_file_of_a_zip_in_which_a_field_is_missing_everywhere_is_no_other_kind_of_data(model):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.jsonl", lines(GOOD, TWO))
        archive.writestr("b.json", '[\n{"prompt": "Why?"}\n]')
    assert wrong(check(model, ("all.zip", out.getvalue()))) == [("b.json", 2, "field")]


def test_a_large_cell_in_a_zip_is_read_beside_a_small_file(model):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.csv", "prompt,completion\nWhy?,So.\n")
        archive.writestr("b.csv", f"prompt,completion\nWho?,{'word ' * 30_000}\n")
    assert wrong(check(model, ("all.zip", out.getvalue()))) == [("b.csv", 2, "long")]


def test_a_page_that_is_a_table_takes_no_text_of_a_zip_away(model):
    page = "| a | b |\n|---|---|\n| c d | e f |\n"
    texts = {f"{n}.md": f"Chapter {n} is about a fox and a dog.\n" for n in "123"}
    answer = check(model, ("all.zip", zipped(**texts, table__md=page)))
    assert (answer.report.kind, len(answer.rows)) == ("text", 3)
    assert "table.md" in words(answer.report.notes)
    pairs = "".join(f"Go {n}.\tVai {n}.\n" for n in range(9))
    answer = check(model, ("all.zip", zipped(por__txt=pairs, _about__txt="These are sentences.")))
    assert answer.report.kind == "chat"


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
