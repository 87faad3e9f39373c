"""Rows that are lists, trees of answers, and data sets that are kept for evaluation, as rows of training data."""

import csv
import io
import json

import pytest

from tests.unit.training.doctor.making import check, jsonl, words, wrong

NUMBERS = range(8)
ASKED = [f"Where is fox {n}?" for n in NUMBERS]
SAID = [f"Fox {n} is in wood {n}." for n in NUMBERS]


def turns(answer) -> list[list[str]]:
    return [[one["content"] for one in row.row["messages"]] for row in answer.rows]


def each(row) -> str:
    """JSON Lines with what `row` makes of a question and its answer."""
    return jsonl(*map(row, ASKED, SAID))


PAIRS = [[asked, said] for asked, said in zip(ASKED, SAID, strict=True)]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(PAIRS),
        json.dumps(PAIRS, indent=1),
        jsonl(*PAIRS),
        json.dumps([[n, *pair] for n, pair in enumerate(PAIRS)]),
        json.dumps([["id", "question", "answer"], *([n, *pair] for n, pair in enumerate(PAIRS))]),
    ],
)
def test_lists_of_values_are_columns_and_asked_about_where_they_have_no_names(model, text):
    answer = check(model, ("rows.json", text))
    assert turns(answer) == PAIRS
    assert answer.report.shape.sure is ("question" in text[:30])
    assert bool(answer.report.asked) is not answer.report.shape.sure
    assert wrong(answer) == []


def test_lists_of_several_lengths_and_of_exchanges_are_turns(model):
    talks = [[*pair, "And then?", f"Home {n}."] if n % 2 else pair for n, pair in enumerate(PAIRS)]
    exchanges = [[pair, ["And then?", f"Home {n}."]] for n, pair in enumerate(PAIRS)]
    for rows in (talks, exchanges):
        answer = check(model, ("rows.jsonl", jsonl(*rows)))
        assert turns(answer)[1] == [*PAIRS[1], "And then?", "Home 1."]
        assert not answer.report.shape.sure


def test_a_list_among_objects_is_named_by_its_line(model):
    rows = [{"prompt": asked, "completion": said} for asked, said in PAIRS]
    answer = check(model, ("rows.jsonl", jsonl(*rows[:3], ["x", "y"], *rows[3:])))
    assert len(answer.rows) == len(PAIRS)
    assert [(one.line, one.kind) for one in answer.report.findings] == [(4, "object")]


def test_of_a_tree_of_answers_the_best_branch_is_read(model):
    def tree(asked: str, said: str) -> dict:
        worse = {"role": "assistant", "text": "I don't know.", "rank": 1, "replies": []}
        last = {"role": "assistant", "text": f"Bye, {said}", "replies": []}
        thanks = {"role": "prompter", "text": "Thanks", "replies": [last]}
        best = {"role": "assistant", "text": said, "rank": 0, "replies": [thanks]}
        return {"prompt": {"role": "prompter", "text": asked, "replies": [worse, best]}}

    answer = check(model, ("trees.jsonl", each(tree)))
    assert turns(answer) == [[*pair, "Thanks", f"Bye, {pair[1]}"] for pair in PAIRS]
    assert "best branch" in words(answer.report.notes)


def test_messages_with_the_id_of_the_one_before_are_such_trees_also_in_a_table(model):
    messages = []
    for n, (asked, said) in enumerate(PAIRS):
        messages += [
            {"message_id": f"q{n}", "parent_id": None, "role": "prompter", "text": asked, "rank": None},
            {"message_id": f"w{n}", "parent_id": f"q{n}", "role": "assistant", "text": "Hm.", "rank": 1.0},
            {"message_id": f"a{n}", "parent_id": f"q{n}", "role": "assistant", "text": said, "rank": 0.0},
        ]
    table = io.StringIO()
    writer = csv.DictWriter(table, list(messages[0]))
    writer.writeheader()
    writer.writerows(messages)
    for name, text in (("flat.jsonl", jsonl(*messages)), ("flat.csv", table.getvalue())):
        assert turns(check(model, (name, text))) == PAIRS


HUMAN = {"id": ["langchain", "schema", "HumanMessage"], "kwargs": {"type": "human"}}


@pytest.mark.parametrize(
    "row",
    [
        lambda asked, said: {"inputs": {"question": asked}, "outputs": {"answer": said}, "id": asked},
        lambda asked, said: {"inputs": {"ticket": asked}, "outputs": {"verdict": said}},
        lambda asked, said: {"input": asked, "expectedOutput": {"text": said}},
        lambda asked, said: {
            "inputs": {"messages": [{"type": "human", "content": asked}]},
            "outputs": {"generations": [{"type": "ai", "content": said}]},
        },
        lambda asked, said: {
            "inputs": {"messages": [[HUMAN | {"kwargs": {"content": asked}}]]},
            "outputs": {"message": {"role": "assistant", "content": said}},
        },
        lambda asked, said: {
            "vars": {"question": asked},
            "assert": [{"type": "latency", "threshold": 9}, {"type": "equals", "value": said}],
        },
        lambda asked, said: {"vars": {"question": asked, "answer": said}},
    ],
)
def test_examples_kept_for_evaluation_are_questions_and_answers(model, row):
    assert turns(check(model, ("set.jsonl", each(row)))) == PAIRS


def test_fields_of_the_same_name_on_both_sides_stay_apart_and_are_asked_about(model):
    rows = each(lambda asked, said: {"inputs": {"text": asked, "n": 1}, "outputs": {"text": said, "n": 2}})
    answer = check(model, ("set.jsonl", rows))
    assert turns(answer) == PAIRS
    assert not answer.report.shape.sure


@pytest.mark.parametrize("ending", ["json", "yaml"])
def test_the_single_prompt_of_a_promptfoo_file_stands_around_its_questions(model, ending):
    tests = [
        {"vars": {"question": asked}, "assert": [{"type": "equals", "value": said}]} for asked, said in PAIRS
    ]
    config = {"prompts": ["Be kind. {{ question }}"], "providers": ["any"], "tests": tests}
    answer = check(model, (f"set.{ending}", json.dumps(config)))
    assert turns(answer) == [[f"Be kind. {asked}", said] for asked, said in PAIRS]


def test_a_test_that_says_only_what_an_answer_contains_has_no_answer(model):
    rows = each(
        lambda asked, said: {"vars": {"question": asked}, "assert": [{"type": "contains", "value": "fox"}]}
    )
    answer = check(model, ("set.jsonl", rows))
    assert not answer.rows
    assert {one.kind for one in answer.report.findings} == {"answer"}
