"""What columns are for: proposed, asked about, chosen."""

from dataclasses import replace

import pytest

from components.training.doctor.shape import Shape, chosen
from tests.unit.training.doctor.making import (
    CHAT,
    check,
    first,
    jsonl,
    numbers,
    recognised,
    table,
    words,
    wrong,
)


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


@pytest.mark.parametrize("above", ["", "#separator:tab\n#html:true\n"])
def test_a_table_without_titles_loses_no_row(model, above):
    rows = "".join(f"What is fox number {n}?\tIt is the fox in wood {n}.\n" for n in range(6))
    answer = check(model, ("table.tsv", above + rows))
    assert (len(answer.rows), answer.report.titled, recognised(answer).sure) == (6, False, False)
    assert (recognised(answer).prompt, recognised(answer).answer) == ("Column 1", "Column 2")
    assert "counts as a row" in words(answer.report.notes)


def test_known_titles_below_a_line_as_long_are_the_titles(model):
    table = "FAQ,\nDate,2024\nQuestion,Answer\n" + "".join(f"Who is {n}?,Fox {n}.\n" for n in range(4))
    answer = check(model, ("table.csv", table))
    assert (recognised(answer).prompt, recognised(answer).sure, len(answer.rows)) == ("Question", True, 4)


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


def test_of_two_lists_of_turns_the_person_chooses(model):
    answer = check(model, ("rows.jsonl", jsonl({"first": CHAT, "second": CHAT})))
    assert (answer.report.shape.sure, answer.report.fields) == (False, ("first", "second"))


def test_a_text_beside_its_source_is_proposed_as_text(model):
    shape = recognised(check(model, ("rows.csv", table("text", "source=books|web", rows=12))))
    assert shape == Shape("text", "text", sure=False)


def test_an_answer_column_without_any_answer_never_stops_plain_text(model):
    rows = [{"text": f"Fox {n} jumps.", "answer": None} for n in range(3)]
    assert recognised(check(model, ("rows.jsonl", jsonl(*rows)))) == Shape("text", "text")


def test_rows_inside_of_a_row_are_its_rows(model):
    row = {
        "instruction": "Spell.",
        "instances": [{"input": "a", "output": "A"}, {"input": "b", "output": "B"}],
    }
    answer = check(
        model,
        ("rows.jsonl", jsonl(row, {"instruction": "Say.", "instances": [{"input": "c", "output": "C"}]})),
    )
    assert recognised(answer) == Shape("instruction", "instruction", "output", "input")
    asked = [one.row["messages"][0]["content"] for one in answer.rows]
    assert asked == ["Spell.\n\na", "Spell.\n\nb", "Say.\n\nc"]
