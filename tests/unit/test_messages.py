"""Messages as data: in any language, through JSON and the database, and never mixed up with their values."""

import json
import pickle
from dataclasses import dataclass

import pytest

from components.errors import BadInput, Unavailable
from components.messages import (
    Language,
    Said,
    clauses,
    counted,
    from_json,
    from_text,
    in_words,
    sentences,
    to_json,
    to_text,
)

CHINESE = {
    "The field {name} is missing.": "缺少字段 {name}。",
    "{model} was not loaded: {why}": "{model} 未能加载：{why}",
    "The disk is full.": "磁盘已满。",
    "Try again.": "请重试。",
    "Answer": "回答",
    "Models": "模型",
    "{first} {second}": "{first}{second}",
    "{first}; {second}": "{first}；{second}",
    ", ": "、",
    "{count:,} rows": "{count:,} 行",
    "This model doesn't know {language}.": "此模型不支持{language}。",
    "Wrong here: {nothing}": "{missing}",
}


@dataclass
class Chinese:
    """A small catalogue."""

    def gettext(self, message: str) -> str:
        return CHINESE.get(message, message)

    def ngettext(self, one: str, many: str, count: int) -> str:
        return CHINESE.get(many, many)

    def language(self, code: str, name: str) -> str:
        return {"de": "德语"}.get(code, name)


def chinese(message) -> str:
    return in_words(message, Chinese())


@pytest.mark.parametrize(
    "name", ["Answer", "Models", "The disk is full.", "{why}", "{0}", "100%", "{name!r}"]
)
def test_a_value_that_is_called_like_a_word_of_the_interface_keeps_its_name(name: str):
    assert chinese(Said("The field {name} is missing.", name=name)) == f"缺少字段 {name}。"
    assert chinese(name) == name


def test_a_message_inside_of_a_message_is_translated_with_it():
    why = sentences(Said("The disk is full."), Said("Try again."))
    assert (
        chinese(Said("{model} was not loaded: {why}", model="Models", why=why))
        == "Models 未能加载：磁盘已满。请重试。"
    )
    error = Unavailable("{model} was not loaded: {why}", model="Qwen", why=BadInput("The disk is full."))
    assert chinese(error.message) == "Qwen 未能加载：磁盘已满。"
    assert str(error) == "Qwen was not loaded: The disk is full."


def test_a_count_chooses_its_form_and_is_shown():
    rows = [counted("{count} row", "{count:,} rows", number) for number in (0, 1, 2, 1200)]
    assert list(map(str, rows)) == ["0 rows", "1 row", "2 rows", "1,200 rows"]
    assert chinese(rows[1]) == "1 行"
    assert chinese(rows[3]) == "1,200 行"


def test_a_list_has_the_marks_of_the_language_and_an_end():
    said = Said("The field {name} is missing.", name=["Answer", Said("Answer")])
    assert str(said) == "The field Answer, Answer is missing."
    assert chinese(said) == "缺少字段 Answer、回答。"
    assert str(Said("{names}", names=list("abcdefghijklmnop"))) == "a, b, c, d, e, f, g, h, i, j, k, l, …"


def test_a_language_is_named_in_the_language_of_the_reader():
    said = Said("This model doesn't know {language}.", language=Language("de", "German"))
    assert str(said) == "This model doesn't know German."
    assert chinese(said) == "此模型不支持德语。"


def test_empty_parts_leave_no_mark():
    full = Said("The disk is full.")
    assert sentences("", full, "") == full
    assert chinese(clauses(full, Said("Try again."))) == "磁盘已满。；请重试。"
    assert sentences() == ""
    assert not Said("")


@pytest.mark.parametrize(
    "message",
    [
        "somebody's own words {with} braces",
        '{"said": not JSON',
        Said("The disk is full."),
        Said("Braces {as} they are"),
        Said("{share:.0%} of {name} in {seconds:.1f} s", share=0.5, name="a.txt", seconds=2.25),
        counted("{count} row of {file}", "{count} rows of {file}", 3, file="b.csv"),
        Said("{why}", why=Said("{names}", names=["a", Said("Answer"), Language("de", "German")])),
    ],
)
def test_a_message_comes_back_whole_from_the_database_from_json_and_from_another_process(message):
    assert from_text(to_text(message)) == message
    assert from_json(json.loads(json.dumps(to_json(message)))) == message
    assert pickle.loads(pickle.dumps(message)) == message
    assert hash(from_text(to_text(message))) == hash(message)


def test_an_error_of_another_process_says_the_same():
    error = pickle.loads(pickle.dumps(BadInput("The field {name} is missing.", name="Answer")))
    assert isinstance(error, BadInput)
    assert chinese(error.message) == "缺少字段 Answer。"


def test_what_is_no_plain_data_is_held_as_its_text():
    said = Said("{model} was not loaded: {why}", model="Qwen", why=OSError("no such file"))
    assert str(said) == "Qwen was not loaded: no such file"
    assert from_text(to_text(said)) == said


@pytest.mark.parametrize(
    "template", ["{missing}", "{name.__class__}", "{name", "{name:q}", "{0}", "{name[0][1]}"]
)
def test_a_template_that_does_not_fit_is_shown_instead_of_breaking_the_page(template: str):
    assert str(from_json({"said": template, "values": {"name": "a"}})) == template


def test_a_translation_that_does_not_fit_falls_back_to_english():
    assert chinese(Said("Wrong here: {nothing}", nothing="x")) == "Wrong here: x"


@pytest.mark.parametrize(
    "kept", ["", "plain", {"said": 3}, {"other": 1}, [1, 2], None, {"said": "x", "values": 3}]
)
def test_a_damaged_row_is_still_text(kept):
    assert isinstance(str(from_json(kept)), str)


@pytest.mark.parametrize(
    "text", ['{"said": "Answer"}', '{"said": null, "text": "x"}', '{"said": ', "plain", ""]
)
def test_a_text_of_somebodys_own_is_kept_as_that(text: str):
    assert from_text(to_text(text)) == text


@pytest.mark.parametrize("spec", [">999999999", "999999999", ".999999999", "0>99999999d"])
def test_a_kept_template_cannot_ask_for_a_gigabyte_of_blanks(spec: str):
    template = "{x:" + spec + "}"
    assert len(str(Said(template, x=1))) < 100
