"""A check is kept, repaired, downloaded, uploaded again and deleted."""

import csv
import io
import json
from collections import Counter

import pytest

from components.config import Config
from components.errors import BadInput, Unavailable
from components.training import prepared
from components.training.doctor import checks, repaired_files
from components.training.doctor.diagnosis import Request
from components.training.doctor.report import Usable
from components.training.rows import read_rows
from tests.unit.training.doctor.making import (
    GOOD,
    lines,
    words,
)


@pytest.fixture
def config(tmp_path):
    return Config(data_dir=tmp_path)


@pytest.mark.slow
def test_bad_rows_of_one_line_are_told_apart_everywhere(config, model):
    rows = [{"prompt": f"Add {n}?", "completion": f"{n}"} for n in range(18)]
    rows[3:5] = [rows[2], rows[2]]
    upload = checks.Upload("rows.json", json.dumps(rows).encode())
    made = checks.start(config, "ann", [upload], Request(str(model), "Tiny", 512), "tiny")
    assert [str(one.where) for one in made.findings] == ["line 1, row 4", "line 1, row 5"]
    assert str(made.findings[0].what) == "The same as line 1, row 3."
    assert len({one.place for one in made.findings}) == 2
    listed = list(csv.DictReader(io.StringIO(repaired_files.findings_csv(made).decode("utf-8-sig"))))
    assert [(one["line"], one["row"]) for one in listed] == [("1", "4"), ("1", "5")]


def test_a_check_is_kept_repaired_and_deleted(config, model):
    text = lines(
        *(json.dumps({"prompt": f"Number {n}?", "completion": f"=1+{n}"}) for n in range(30)),
        "broken",
        GOOD,
        GOOD,
    )
    request = Request(str(model), "Tiny", 512)
    made = checks.start(config, "ann", [checks.Upload("../evil/rows.jsonl", text.encode())], request, "tiny")
    assert made.files == ("rows.jsonl",)
    assert [(one.line, one.kind) for one in made.findings] == [(31, "json"), (33, "duplicate")]
    with pytest.raises(Unavailable):
        prepared.load(config, "ann", made.id)
    found = checks.load(config, "ann", made.id)
    assert found.report == made.report
    with pytest.raises(Unavailable):
        checks.load(config, "bob", made.id)
    ready = checks.prepare(config, found, {"duplicate"})
    assert (ready.train_rows, ready.valid_rows, ready.facts.dropped) == (23, 8, {"json": 1, "duplicate": 1})
    assert ready == prepared.load(config, "ann", made.id)
    assert {row["line"] for row in read_rows(ready.train)} | {
        row["line"] for row in read_rows(ready.valid)
    } == {*range(1, 31), 32}
    table = list(
        csv.DictReader(io.StringIO(repaired_files.repaired_csv(found, {"duplicate"}).decode("utf-8-sig")))
    )
    assert len(table) == 31
    assert table[0] == {"prompt": "Number 0?", "completion": "'=1+0"}
    assert len(repaired_files.repaired_jsonl(found, {"duplicate"}).splitlines()) == 31
    again = checks.again(config, found, Request(str(model), "Tiny", 8), "tiny")
    assert Counter(one.kind for one in again.findings)["long"] == 32
    with pytest.raises(Unavailable):
        prepared.load(config, "ann", made.id)
    checks.delete(config, "ann", made.id)
    assert checks.everything(config, "ann") == []


def test_a_row_that_is_also_held_out_is_never_trained_on(config, model):
    rows = [json.dumps({"prompt": f"Number {n}?", "completion": f"{n}"}) for n in range(30)]
    uploads = [
        checks.Upload("rows.jsonl", lines(*rows, rows[0]).encode()),
        checks.Upload("own.jsonl", lines(*rows[:10]).encode()),
    ]
    made = checks.start(config, "ann", uploads, Request(str(model), "Tiny", 512), "tiny")
    ready = prepared.load(config, "ann", made.id)
    assert (ready.train_rows, ready.valid_rows, ready.facts.dropped["leak"]) == (20, 10, 11)
    kept = [[one["content"] for one in row["messages"]] for row in read_rows(ready.train)]
    assert ["Number 0?", "0"] not in kept
    assert made.report.notes == ()  # of prompts that are on both sides


@pytest.mark.slow
def test_a_repaired_file_that_is_uploaded_again_is_the_same_data(config, model):
    request = Request(str(model), "Tiny", 512)

    def rows_of(made: checks.Check) -> list[tuple[str, dict[str, object]]]:
        kept = read_rows(made.folder / checks.ROWS, Usable)
        return [(one.side, {k: v for k, v in one.row.items() if k != "line"}) for one in kept]

    def again(name: str, data: bytes) -> list[tuple[str, dict[str, object]]]:
        return rows_of(checks.start(config, "ann", [checks.Upload(name, data)], request, "tiny"))

    rows = lines(*(json.dumps({"prompt": f"Add {n}?", "completion": f"=1+{n}"}) for n in range(12)))
    own = lines(*(json.dumps({"prompt": f"Take {n}?", "completion": f"- {n} foxes"}) for n in range(12)))
    first, second = checks.Upload("rows.jsonl", rows.encode()), checks.Upload("own.jsonl", own.encode())
    made = checks.start(config, "ann", [first], request, "tiny")
    assert again("rows.repaired.csv", repaired_files.repaired_csv(made, ())) == rows_of(made)
    made = checks.start(config, "ann", [first, second], request, "tiny")
    assert again("rows.repaired.zip", repaired_files.repaired_zip(made, ())) == rows_of(made)
    text = "".join(f"Chapter {n}. " + "The quick brown fox. " * 90 + "\n\n" for n in range(5))
    made = checks.start(config, "ann", [checks.Upload("book.txt", text.encode())], request, "tiny")
    back = again("book.repaired.jsonl", repaired_files.repaired_jsonl(made, ()))
    assert back[:-1] == rows_of(made)[:-1]
    assert back[-1][1]["text"] == str(rows_of(made)[-1][1]["text"]).strip()


PARAGRAPH = (
    "Foxes {n} live in the wood. They are red, and they sleep by day. At night they hunt for mice.\n\n"
)


@pytest.mark.parametrize(
    "text",
    [
        "".join(PARAGRAPH.replace("{n}", str(n)) for n in range(50)),
        "".join(PARAGRAPH.replace("{n}", str(n)) for n in range(50)).replace("\n\n", " "),
        "".join(f"第{n}只狐狸住在树林里，它们是红色的。" for n in range(100)),
        " ".join(f"word{n}" for n in range(600)),
    ],
    ids=["paragraphs", "one line", "Chinese", "no sentences"],
)
def test_a_text_of_five_kilobytes_trains_whole(config, model, text):
    upload = checks.Upload("notes.txt", text.encode())
    made = checks.start(config, "ann", [upload], Request(str(model), "Tiny", 512), "tiny")
    ready = prepared.load(config, "ann", made.id)
    assert (ready.train_rows >= 8, ready.valid_rows) == (True, 8)
    rows = [one.row["text"] for one in read_rows(made.folder / checks.ROWS, Usable)]
    assert "".join(rows).strip() == text.strip()


def document(number: int, sentences: int) -> str:
    return " ".join(f"Fox {number} eats mouse {n} at night." for n in range(sentences))


def test_a_text_longer_than_the_context_is_trained_on_whole_and_held_out_whole(config, model):
    texts = [document(number, 150) for number in range(40)]
    rows = lines(*(json.dumps({"text": text}) for text in texts))
    upload = checks.Upload("rows.jsonl", rows.encode())
    made = checks.start(config, "ann", [upload], Request(str(model), "Tiny", 64), "tiny")
    assert (made.findings, made.report.total) == ((), 40)
    assert "40 rows became" in words(made.report.notes)
    kept = [one.row for one in read_rows(made.folder / checks.ROWS, Usable)]
    for number, text in enumerate(texts, 1):
        assert "".join(row["text"] for row in kept if row["line"] == number).strip() == text
    ready = prepared.load(config, "ann", made.id)
    sides = [{row["line"] for row in read_rows(path)} for path in (ready.train, ready.valid)]
    assert not sides[0] & sides[1]


def test_a_few_long_documents_are_enough_to_train_on(config, model):
    rows = lines(*(json.dumps({"text": document(number, 150)}) for number in range(5)))
    for context in (64, 100_000):
        upload = checks.Upload("rows.jsonl", rows.encode())
        made = checks.start(config, "ann", [upload], Request(str(model), "Tiny", context), "tiny")
        ready = prepared.load(config, "ann", made.id)
        assert (ready.train_rows >= 8, ready.valid_rows >= 8) == (True, True)


def test_a_text_that_is_too_short_is_told_its_length_and_not_a_number_of_rows(config, model):
    uploads = [checks.Upload("notes.txt", b"A fox. " * 20)]
    made = checks.start(config, "ann", uploads, Request(str(model), "Tiny", 512), "tiny")
    with pytest.raises(BadInput, match="140 characters") as refused:
        checks.prepare(config, made, ())
    assert "rows" not in str(refused.value)
    own = checks.Upload("own.txt", b"A dog. " * 10)
    both = checks.start(config, "ann", [*uploads, own], Request(str(model), "Tiny", 512), "tiny")
    with pytest.raises(BadInput, match="characters is too short"):
        checks.prepare(config, both, ())


@pytest.mark.parametrize(
    ("row", "instruction"),
    [
        ({"document": "A long report on {n} foxes.", "summary": "{n} foxes."}, "Summarize"),
        pytest.param({"en": "fox {n}", "pt": "raposa {n}"}, "to Portuguese", marks=pytest.mark.slow),
        pytest.param(
            {"translation": {"en": "fox {n}", "de": "Fuchs {n}"}}, "to German", marks=pytest.mark.slow
        ),
        ({"source": "Good day to all of you, {n}.", "target": "Bom dia a todos vocês, {n}."}, "Translate"),
    ],
)
def test_repaired_pairs_are_still_summaries_or_translations_of_the_same_languages(
    config, model, row, instruction
):
    def checked(name: str, data: bytes) -> tuple[object, ...]:
        made = checks.start(
            config, "ann", [checks.Upload(name, data)], Request(str(model), "Tiny", 512), "tiny"
        )
        asked = prepared.load(config, "ann", made.id).facts.instruction
        said = [one.row for one in read_rows(made.folder / checks.ROWS, Usable)]
        pairs = [(one["source"], one["target"]) for one in said]
        languages = made.report.languages, made.report.target_language
        kept_checks.append(made)
        return made.report.purpose, languages, asked, pairs

    kept_checks: list[checks.Check] = []
    rows = lines(*(json.dumps(row).replace("{n}", str(n)) for n in range(20)))
    before = checked("rows.jsonl", rows.encode())
    assert instruction in str(before[2])
    assert checked("rows.repaired.jsonl", repaired_files.repaired_jsonl(kept_checks[0], ())) == before
    assert checked("rows.repaired.csv", repaired_files.repaired_csv(kept_checks[0], ())) == before


def test_a_file_over_the_limit_is_refused(config, model):
    small = Config(data_dir=config.data_dir, upload_mb=1)
    with pytest.raises(BadInput, match="at most 1 MB"):
        checks.start(
            small,
            "ann",
            [checks.Upload("rows.txt", b"a" * 1_100_000)],
            Request(str(model), "Tiny", 512),
            "tiny",
        )


def test_copies_are_dropped_by_themselves_and_not_out_of_a_text(config, model):
    rows = [json.dumps({"prompt": f"Number {n}?", "completion": f"{n}"}) for n in range(30)]
    upload = checks.Upload("rows.jsonl", lines(*rows, *rows[:5]).encode())
    made = checks.start(config, "ann", [upload], Request(str(model), "Tiny", 512), "tiny")
    ready = prepared.load(config, "ann", made.id)
    assert (ready.train_rows, ready.valid_rows, ready.facts.dropped) == (22, 8, {"duplicate": 5})
    kept = checks.prepare(config, made, ())
    assert kept.valid_rows == 8
    assert kept.train_rows > 22
    verses = "\n".join(f"Verse {n:02} is of foxes" + "!" * 60 + "\nLa la la" + "!" * 72 for n in range(17))
    text = checks.Upload("song.txt", verses.encode())
    song = checks.start(config, "ann", [text], Request(str(model), "Tiny", 512), "tiny")
    whole = prepared.load(config, "ann", song.id)
    assert not whole.facts.dropped


def test_a_check_says_which_part_it_is_at(config, model):
    rows = [json.dumps({"prompt": f"Number {n}?", "completion": f"{n}"}) for n in range(30)]
    heard: list[str] = []
    upload = checks.Upload("rows.jsonl", lines(*rows).encode())
    request = Request(str(model), "Tiny", 512)
    made = checks.start(
        config, "ann", [upload], request, "tiny", say=lambda what, share: heard.append(str(what))
    )
    assert made.report.total == 30
    assert heard[-2:] == ["Counting the tokens of every row", "Keeping what was found"]
    wanted = ["Reading the files", "Making rows of what was read", "Looking at every row", *heard[-2:]]
    assert list(dict.fromkeys(heard)) == wanted
