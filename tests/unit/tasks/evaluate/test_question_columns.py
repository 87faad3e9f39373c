"""What columns are for, in the layouts of public sets and of people's own tables."""

import json
from dataclasses import replace

import pytest

from components.documents import Limits
from components.errors import BadInput
from components.tasks.evaluate.bundled_sets import SAMPLES, questions
from components.tasks.evaluate.question_columns import Columns, guess, questions_of
from components.tasks.evaluate.question_files import Brought, of_documents, of_rows, open_table
from components.tasks.evaluate.questions import Check, Item, asked, drawn
from components.training.doctor import raw
from components.training.doctor.raw_rows import RawRows
from tests.data import needs_data, sample


def rows(*given: dict) -> RawRows:
    return RawRows("rows.jsonl", "JSONL", given, tuple(range(1, len(given) + 1)), None)


def made(*given: dict):
    found = rows(*given)
    return questions_of(found, guess(found))


def test_questions_with_and_without_an_answer():
    found = made({"Question": "Capital of Portugal?", "Expected answer": "Lisbon"}, {"Question": "Of Spain?"})
    assert found.form == "answer"
    assert [item.expected for item in found.items] == [("Lisbon",), ()]
    assert made({"prompt": "Write a poem."}, {"prompt": "And another."}).form == "open"


def test_several_right_answers_of_a_list_or_of_a_cell_with_one():
    found = made({"q": "2 + 4?", "answers": ["6", "six"]}, {"q": "1 + 1?", "answers": '["2", "two"]'})
    assert [item.expected for item in found.items] == [("6", "six"), ("2", "two")]
    assert made({"question": "Where?", "answers": {"text": ["Here"], "answer_start": [3]}}).items[
        0
    ].expected == ("Here",)


def as_uploaded(data: str, name: str) -> RawRows:
    """What the confined process reads of a file."""
    (found,) = raw.read(data.encode(), name, Limits())["files"]
    lines, values = zip(*found["rows"], strict=True)
    return RawRows(name, found["format"], values, lines, None, (), found["table"], found["titled"])


def test_every_right_answer_of_a_file_counts_and_none_is_said_to_be_left_out():
    row = {"question": "2 + 4?", "answers": ["6", "six"]}
    (file,) = raw.read((json.dumps(row) * 3).encode(), "a.jsonl", Limits())["files"]
    assert [value for _, value in file["rows"]] == [row] * 3
    assert not any("Annotations" in str(note) for note in file["repaired"])


def test_questions_in_the_titles_of_another_language_are_told_by_what_is_in_them():
    lines = "".join(f"Frage nach Land {n}?;Ort {n};{'x' if n % 2 else 'y'}\n" for n in range(8))
    found = guess(as_uploaded(f"Frage;Antwort;Gruppe\n{lines}", "fragen.csv"))
    assert (found.prompt, found.expected) == ("Frage", "Antwort")


def test_choices_without_titles_are_those_before_the_letter():
    lines = "".join(f"Which is in country {n}?,Porto {n},Rome,Bern,Bonn,{'ABCD'[n % 4]}\n" for n in range(8))
    file = as_uploaded(lines, "mmlu.csv")
    found = questions_of(file, guess(file))
    assert (found.form, found.items[2].choices, found.items[2].expected) == (
        "choice",
        ("Porto 2", "Rome", "Bern", "Bonn"),
        ("C",),
    )


def test_any_two_columns_can_be_pairs_if_a_person_says_so():
    file = rows({"a": "He drove.", "b": "She drove.", "kind": "x"}, {"a": "He.", "b": "He.", "kind": "x"})
    found = questions_of(file, Columns("a", "b", "kind", form="pair"))
    assert [(item.prompt, item.expected, item.group) for item in found.items] == [
        ("He drove.", ("She drove.",), "x")
    ]
    assert "1 pair was left out" in str(found.notes[0])


@pytest.mark.parametrize("answer", ["B", "(B)", 1, "Lisbon"])
def test_a_choice_is_a_letter_however_it_is_given(answer):
    found = made({"question": "Capital?", "choices": ["Porto", "Lisbon"], "answer": answer})
    assert found.form == "choice"
    assert found.items[0].expected == ("B",)
    assert asked(found.items[0], found.instruction) == (
        "Answer with the letter of the right choice alone.\n\nCapital?\n\nA. Porto\nB. Lisbon"
    )


@pytest.mark.parametrize(
    "row",
    [
        {"question": "Q", "choices": {"text": ["no", "yes"], "label": ["A", "B"]}, "answerKey": "B"},  # ARC
        {"ctx": "Q", "endings": ["no", "yes"], "label": "1"},  # HellaSwag
        {"sentence": "Q", "option1": "no", "option2": "yes", "answer": "2"},  # WinoGrande
        {"goal": "Q", "sol1": "no", "sol2": "yes", "label": 1},  # PIQA
        {"question": "Q", "A": "no", "B": "yes", "answer": "B"},
    ],
)
def test_choices_are_shown_to_the_model_in_the_layouts_of_public_sets(row):
    other = {
        name: {"1": "0", 1: 0}.get(value, value) if name == "label" else value for name, value in row.items()
    }
    data = "\n".join(json.dumps(one) for one in (row, other))
    raw = open_table(Brought("set.jsonl", data.encode()), Limits())
    found = questions_of(raw, guess(raw))
    assert (found.form, found.items[0].choices, found.items[0].expected) == ("choice", ("no", "yes"), ("B",))
    assert "Q" in found.items[0].prompt


def test_whether_something_is_so_is_expected_in_words():
    given = [{"question": "is it", "passage": "It is.", "answer": one} for one in (True, False, True, False)]
    assert [item.expected[0] for item in made(*given).items] == ["yes", "no", "yes", "no"]


def test_labels_are_told_from_their_coming_again_and_named_to_the_model():
    given = [{"text": f"text {at}", "label": "good" if at % 2 else "bad"} for at in range(8)]
    found = made(*given)
    assert (found.form, found.labels) == ("label", ("bad", "good"))
    assert "bad, good" in found.instruction
    asking = [{**row, "text": f"Is this good or bad? {row['text']}"} for row in given]
    assert made(*asking).instruction == ""


def test_numbers_rules_translations_and_summaries():
    assert made({"question": "3 + 4?", "answer": 7}, {"question": "1 + 1?", "answer": "2"}).form == "number"
    ruled = made({"prompt": "Name a colour.", "max_words": "1"}, {"prompt": "Say hi.", "max_words": None})
    assert ruled.items[0].checks == (Check("words", {"count": 1, "relation": "at most"}),)
    pairs = made(
        {"id": 1, "eng": "Good morning to you.", "por-BR": "Bom dia para você.", "deu": "Guten Morgen."}
    )
    assert (pairs.form, pairs.source, pairs.target) == ("translation", "en", "pt")
    long = "One sentence of a report. " * 30
    papers = made({"document": long, "references": [long[:130], "Another reference."], "id": "x"})
    assert papers.form == "summary"
    assert papers.items[0].document == long.strip()
    assert "Summarize" in papers.instruction
    short = "The council met on Monday and decided to build a bridge. Work begins in May."
    assert made({"article": short, "highlights": "A bridge is built."}).form == "summary"
    assert made({"document": short, "reference": "The council decided to build a bridge."}).form == "summary"
    asked = made(
        {"document": short, "question": "What is built?", "answer": "A bridge over the river is built."}
    )
    assert asked.form == "answer"


def test_a_conversation_is_asked_its_last_question():
    turns = [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Hello"},
        {"role": "user", "content": "How are you?"},
        {"role": "assistant", "content": "Fine"},
    ]
    (item,) = made({"messages": turns}).items
    assert (item.prompt, item.expected, item.before) == (
        "How are you?",
        ("Fine",),
        (("user", "Hi"), ("assistant", "Hello")),
    )
    assert made({"turns": ["First?", "Second?"]}).items[0].prompt == "First?"


def test_a_row_that_cannot_be_asked_is_left_out_and_said():
    found = made(
        {"prompt": "One?", "max_words": "3"},
        {"prompt": " ", "max_words": "3"},
        {"prompt": "Two?", "max_words": "many"},
    )
    assert len(found.items) == 1
    assert [str(note) for note in found.notes] == [
        "1 row without a question was left out.",
        "1 row was left out, for a rule that is not known (line 3).",
    ]
    with pytest.raises(BadInput, match="No row of"):
        questions_of(rows({"prompt": ""}), replace(guess(rows({"prompt": "x"})), prompt="prompt"))


def test_groups_are_of_values_that_come_again_and_a_sample_has_all_of_them():
    found = made(
        *({"prompt": f"{at}?", "subject": "law" if at < 30 else "art", "id": at} for at in range(40))
    )
    assert {item.group for item in found.items} == {"law", "art"}
    few = drawn(found.items, 8, seed=1)
    assert [item.group for item in few].count("law") == 6
    assert few == drawn(found.items, 8, seed=1) != drawn(found.items, 8, seed=2)
    assert [item.line for item in few] == sorted(item.line for item in few)
    assert drawn(found.items, 99, 0) == found.items


def test_a_digest_is_of_what_is_asked_and_expected():
    found = questions("Facts")
    assert found.digest == replace(found, name="other").digest
    assert found.digest != replace(found, instruction="Be brief.").digest
    assert found.digest != replace(found, items=found.items[1:]).digest


def test_every_bundled_set_can_be_asked_and_none_lost_a_row():
    forms = {name: questions(name) for name in SAMPLES}
    assert all(not found.notes and len(found.items) > 5 for found in forms.values())
    assert {found.form for found in forms.values()} == {
        *("answer", "number", "rule", "summary", "translation", "label", "open", "pair", "continuation")
    }
    assert any("一" <= one <= "鿿" for found in forms.values() for item in found.items for one in item.prompt)


def test_held_out_rows_of_a_run_are_questions():
    chat = [
        {"messages": [{"role": "user", "content": "Hi?"}, {"role": "assistant", "content": "Hello there."}]}
    ]
    found = of_rows("bikes", chat, "", "", ("", ""))
    assert found.items == (Item("Hi?", ("Hello there.",), line=1),)
    pair = [{"source": "Good day.", "target": "Bom dia."}]
    found = of_rows("pairs", pair, "Translate.", "translation", ("en", "pt"))
    assert (found.form, found.target, found.instruction) == ("translation", "pt", "Translate.")
    assert of_rows("sums", pair, "Summarize.", "summary", ("", "")).items[0].document == "Good day."
    with pytest.raises(BadInput, match="plain text"):
        of_rows("book", [{"text": "Once upon a time"}], "", "", ("", ""))


TMX = """<?xml version="1.0"?><!DOCTYPE tmx SYSTEM "tmx14.dtd"><tmx version="1.4"><header/><body>
<tu><tuv xml:lang="en"><seg>Press <bpt i="1">&lt;b&gt;</bpt>Save<ept i="1">&lt;/b&gt;</ept> now.</seg></tuv>
<tuv xml:lang="de-DE"><seg>Drücken Sie Speichern.</seg></tuv></tu>
<tu><tuv xml:lang="en"><seg>Alone</seg></tuv></tu></body></tmx>"""


def test_a_translation_memory_is_read_without_the_codes_of_its_layout():
    raw = open_table(Brought("memory.tmx", TMX.encode()), Limits())
    found = questions_of(raw, guess(raw))
    assert found.items[0].prompt == "Press Save now."
    assert (found.form, found.source, found.target) == ("translation", "en", "de")
    assert "1 row could not be read" in str(found.notes[0])
    with pytest.raises(BadInput, match="TMX"):
        open_table(Brought("memory.tmx", b"<tmx><body><tu>"), Limits())


def test_documents_have_their_reference_in_a_file_beside_them():
    text = b"The harbour was closed for two days. The storm had broken a wall.\n\nIt is open again."
    files = [Brought("report.txt", text), Brought("report.summary.txt", b"The harbour is open again.")]
    found = of_documents(files, Limits())
    assert found.items[0].expected == ("The harbour is open again.",)
    assert "broken a wall" in found.items[0].document
    with pytest.raises(BadInput, match="no document for"):
        of_documents([Brought("other.txt", text), files[1]], Limits())


@needs_data
@pytest.mark.parametrize(
    ("name", "form", "count"),
    [
        ("mmlu.jsonl", "choice", 228),
        ("gsm8k.jsonl", "number", 200),
        ("mgsm_en_zh_de.jsonl", "number", 125),
        ("truthfulqa.jsonl", "answer", 200),
        ("bbh.jsonl", "answer", 200),
        ("ifeval.jsonl", "rule", 200),
    ],
)
def test_public_sets_are_recognised(name: str, form: str, count: int):
    lines = sample("eval", name).read_text("utf-8").splitlines()
    found = made(*map(json.loads, lines))
    assert (found.form, len(found.items)) == (form, count)


DE = "Der Hund schläft im Garten.\nEs regnet seit gestern Abend.\nWir fahren morgen nach Berlin.\n"
EN = "The dog sleeps in the garden.\nIt has been raining for long.\nWe are driving to Berlin tomorrow.\n"


def test_a_table_without_titles_keeps_its_first_row_unless_a_person_says_otherwise():
    lines = zip(DE.splitlines(), EN.splitlines(), strict=True)
    file = Brought("pairs.tsv", "".join(f"{one}\t{two}\n" for one, two in lines).encode())
    raw = open_table(file, Limits())
    found = questions_of(raw, guess(raw))
    assert (raw.table, raw.titled, found.form, found.source, found.target) == (
        *(True, False, "translation"),
        *("de", "en"),
    )
    assert found.items[0].prompt == "Der Hund schläft im Garten."
    assert "not as titles" in str(found.notes[0])
    assert len(open_table(file, Limits(), titles=True).rows) == 2


@pytest.mark.parametrize(("first", "second"), [("source", "reference"), ("src", "ref"), ("src", "target")])
def test_a_source_with_its_reference_is_a_translation_by_the_languages_of_the_texts(first: str, second: str):
    pairs = zip(DE.splitlines(), EN.splitlines(), strict=True)
    found = made(*({"lp": "de-en", first: one, second: two} for one, two in pairs))
    assert (found.form, found.source, found.target) == ("translation", "de", "en")
    assert found.instruction == "Translate from German to English."
    assert made({first: "Capital of Portugal?", second: "Lisbon"}).form == "answer"


@pytest.mark.parametrize(
    "names", [("news.de.txt", "news.en.txt"), ("a.src", "a.ref"), ("a.src.txt", "a.ref.txt")]
)
def test_two_texts_with_as_many_lines_in_two_languages_are_translation_pairs(names: tuple[str, str]):
    found = of_documents([Brought(names[0], DE.encode()), Brought(names[1], EN.encode())], Limits())
    assert (found.form, found.source, found.target, len(found.items)) == ("translation", "de", "en", 3)
    turned = of_documents([Brought(names[1], EN.encode()), Brought(names[0], DE.encode())], Limits())
    if "src" in names[0]:
        assert turned.items == found.items


def test_documents_with_unlike_lines_are_summarized():
    found = of_documents(
        [Brought("a.txt", DE.encode()), Brought("b.txt", EN.encode() + b"More.\n")], Limits()
    )
    assert found.form == "summary"


WMT = """<?xml version="1.0"?><dataset id="x"><collection id="g"><doc id="d1" origlang="en">
<src lang="en"><p><seg id="1">The dog sleeps.</seg><seg id="2">It rains.</seg><seg id="3">Alone.</seg></p></src>
<ref lang="de" translator="A"><p><seg id="1">Der Hund schläft.</seg><seg id="2">Es regnet.</seg></p></ref>
</doc></collection></dataset>"""


def test_a_test_set_of_wmt_is_read_with_its_references():
    raw = open_table(Brought("wmt.xml", WMT.encode()), Limits())
    found = questions_of(raw, guess(raw))
    assert (found.form, found.source, found.target) == ("translation", "en", "de")
    assert [item.expected for item in found.items] == [("Der Hund schläft.",), ("Es regnet.",)]
    assert "no reference" in str(found.notes[0])
    with pytest.raises(BadInput, match="no rows"):
        open_table(Brought("other.xml", b"<a><b/></a>"), Limits())


def test_promptfoo_says_rules_in_its_column_of_expected_answers():
    found = made(
        {"question": "Capital of France?", "__expected": "Paris"},
        {"question": "Say hello", "__expected": "icontains: Hello"},
    )
    assert found.form == "rule"
    assert [item.checks for item in found.items] == [
        (Check("is", {"text": "Paris"}),),
        (Check("has all", {"phrases": ("Hello",), "folded": 1}),),
    ]
    plain = made(
        {"question": "2 + 2?", "__expected": "4"}, {"question": "Ratio?", "__expected": "Ratio: 3:4"}
    )
    assert [item.expected for item in plain.items] == [("4",), ("Ratio: 3:4",)]
    several = made(
        {"text": "Hello", "__expected1": "contains: Hallo", "__expected2": "not-contains: Hello"},
        {"text": "Bye", "__expected1": "python: is_rude(output)", "__expected2": "x"},
    )
    assert [len(item.checks) for item in several.items] == [2]
    assert "not known" in str(several.notes[0])
