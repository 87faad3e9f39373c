"""What an answer must be like: columns of one's own and IFEval's instructions."""

import pytest

from components.tasks.evaluate.questions import Check
from components.tasks.evaluate.rule_columns import checks, is_rule
from components.tasks.evaluate.rules import RULES, passes, told


@pytest.mark.parametrize(
    ("row", "good", "bad"),
    [
        ({"max_words": "3"}, "Three short words", "These are four words"),
        ({"Min words": 3}, "Three short words", "Two words"),
        ({"exactly_sentences": 2}, "One. Two.", "One. Two. Three."),
        ({"max_characters": 5}, "12345", "123456"),
        ({"min_bullets": 2}, "- one\n- two", "one and two"),
        ({"must_contain": "tea | cake"}, "Cake with tea.", "Cake with teas."),
        ({"must_not_contain": ["art"]}, "A party.", "It is art."),
        ({"must_contain_any": "yes|no"}, "No.", "Maybe."),
        ({"starts_with": "Dear"}, "dear all", "Hello, dear"),
        ({"ends_with": "Regards"}, "Best regards", "Regards, Ann"),
        ({"format": "JSON"}, '```json\n{"a": 1}\n```', "{'a': 1}"),
        ({"answer_language": "Chinese"}, "今天天气很好，我们去公园。", "The weather is fine today."),
        ({"format": "lowercase"}, "all small", "Not small"),
    ],
)
def test_columns_of_a_table_are_rules(row, good: str, bad: str):
    (check,) = checks(row)
    assert all(map(is_rule, row))
    assert passes(check, good)
    assert not passes(check, bad)
    assert not passes(check, " ")
    assert str(told(check))


@pytest.mark.parametrize(
    ("name", "values", "good", "bad"),
    [
        (
            "length_constraints:number_words",
            {"relation": "less than", "num_words": 3},
            "two words",
            "one two three",
        ),
        (
            "length_constraints:number_sentences",
            {"relation": "at least", "num_sentences": 2},
            "It rains. We stay.",
            "It rains.",
        ),
        ("length_constraints:number_paragraphs", {"num_paragraphs": 2}, "one\n***\ntwo", "one\n\ntwo"),
        (
            "length_constraints:nth_paragraph_first_word",
            {"first_word": "then", "nth_paragraph": 2, "num_paragraphs": 2},
            "One.\n\nThen two.",
            "Then one.\n\nTwo.",
        ),
        ("keywords:existence", {"keywords": ["sea"]}, "The sea.", "The seal."),
        ("keywords:frequency", {"keyword": "sea", "frequency": 2, "relation": "at least"}, "sea, sea", "sea"),
        ("keywords:forbidden_words", {"forbidden_words": ["sea"]}, "The seal.", "The sea."),
        (
            "keywords:letter_frequency",
            {"letter": "a", "let_frequency": 2, "let_relation": "less than"},
            "a b",
            "a a",
        ),
        (
            "language:response_language",
            {"language": "de"},
            "Das Wetter ist heute sehr schön.",
            "The weather is fine.",
        ),
        ("detectable_content:number_placeholders", {"num_placeholders": 2}, "[name] [place]", "[name]"),
        ("detectable_content:postscript", {"postscript_marker": "P.S."}, "Bye.\nP.S. Hi", "Bye."),
        ("detectable_format:number_bullet_lists", {"num_bullets": 2}, "* a\n* b", "* a\n* b\n* c"),
        ("detectable_format:number_highlighted_sections", {"num_highlights": 2}, "*a b* and **c**", "*a* b"),
        (
            "detectable_format:multiple_sections",
            {"section_spliter": "Day", "num_sections": 2},
            "Day 1\nDay 2",
            "Day 1",
        ),
        ("detectable_format:title", {}, "<<Sea>>\nText", "Sea"),
        ("detectable_format:json_format", {}, '{"a": [1]}', "a: 1"),
        ("detectable_format:constrained_response", {}, "My answer is no.", "No."),
        ("combination:two_responses", {}, "one\n******\ntwo", "one"),
        ("combination:repeat_prompt", {"prompt_to_repeat": "Write it."}, "Write it. Done.", "Done."),
        ("startend:end_checker", {"end_phrase": "That is all."}, "Well. That is all.", "That is all. Bye"),
        ("startend:quotation", {}, '"quoted"', "quoted"),
        (
            "change_case:capital_word_frequency",
            {"capital_frequency": 1, "capital_relation": "at least"},
            "A BIG one",
            "big",
        ),
        ("change_case:english_capital", {}, "ALL BIG", "All big"),
        ("change_case:english_lowercase", {}, "all small", "All small"),
        ("punctuation:no_comma", {}, "one two", "one, two"),
    ],
)
def test_the_instructions_of_ifeval_are_checked(name: str, values, good: str, bad: str):
    (check,) = checks({"instruction_id_list": [name], "kwargs": [values]})
    assert passes(check, good)
    assert not passes(check, bad)
    assert str(told(check))


def test_an_instruction_that_is_not_known_makes_no_rule_that_always_holds():
    with pytest.raises(ValueError, match="new:one"):
        checks({"instruction_id_list": ["new:one"], "kwargs": [{}]})
    with pytest.raises(ValueError):
        checks({"max_words": "many"})


def test_several_rules_in_one_cell_and_none_in_an_empty_one():
    found = checks({"checks": '[{"max_words": 5}, {"must_contain": "tea"}]', "must_not_contain": ""})
    assert [one.kind for one in found] == ["words", "contains"]
    assert set(RULES) >= {one.kind for one in found}
    assert not passes(Check("contains", {"phrases": ["$5"]}), "nothing")
