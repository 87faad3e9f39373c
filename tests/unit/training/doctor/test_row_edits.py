"""What is changed inside of rows: placeholders that are filled in, a model's thinking that is taken out."""

import pytest

from components.training.doctor.row_edits import Edits, without_thinking
from tests.unit.training.doctor.making import check, jsonl, words, wrong


@pytest.mark.parametrize(
    "answer",
    [
        "<think>\nShe asks for a fox.\n</think>\n\nA fox.",
        "<think>\n\n</think>\n\nA fox.",
        "<Thinking>Which one?</Thinking> A fox.",
        "[THINK]Which one?[/THINK]A fox.",
        "<|begin_of_thought|>Which one?<|end_of_thought|>\n<|begin_of_solution|>A fox.<|end_of_solution|>",
        "<think>Which one?</think><answer>A fox.</answer>",
        "◁think▷Which one?◁/think▷A fox.",
        "She asks for a fox.\n</think>\n\nA fox.",
    ],
)
def test_thinking_is_asked_about_and_taken_out(model, answer):
    rows = jsonl(*({"prompt": f"What is {n}?", "completion": answer} for n in range(3)))
    assert wrong(check(model, ("rows.jsonl", rows))) == [(line, "thinking") for line in (1, 2, 3)]
    found = check(model, ("rows.jsonl", rows), edits=Edits(without_thinking=True))
    assert [one.row["messages"][-1]["content"] for one in found.rows] == ["A fox."] * 3
    assert "In 3 rows, a model's thinking was taken out." in words(found.report.notes)


@pytest.mark.parametrize(
    "answer",
    [
        "I think that it is <b>a fox</b>.",
        "Models write `<think>` before they answer, and `</think>` after.",
        "```xml\n<think>So.</think>\n```",
        "The mark </think> ends it.",
        "<thinker>Rodin</thinker>",
    ],
)
def test_what_only_speaks_of_thinking_is_left(model, answer):
    rows = jsonl({"prompt": "What is it?", "completion": answer})
    assert wrong(check(model, ("rows.jsonl", rows))) == []
    assert without_thinking(answer) == answer


def test_thinking_of_a_question_stays_and_a_cut_answer_is_named(model):
    asked = {"role": "user", "content": "<think>Why?</think>"}
    turns = [asked, {"role": "assistant", "content": "<think>It was"}]
    edits = Edits(without_thinking=True)
    found = check(model, ("rows.jsonl", jsonl({"messages": turns})), edits=edits)
    assert (wrong(found), found.rows) == ([(1, "answer")], ())
    assert "nothing but thinking" in str(found.report.findings[0].what)


def test_thinking_is_taken_out_of_both_answers_of_a_pair(model):
    pair = {"prompt": "What?", "chosen": "<think>So.</think>A fox.", "rejected": "<think>No.</think>A dog."}
    (row,) = check(model, ("rows.jsonl", jsonl(pair)), edits=Edits(without_thinking=True)).rows
    assert (row.row["chosen"], row.row["rejected"]) == ("A fox.", "A dog.")


def test_placeholders_are_counted_and_filled_in(model):
    rows = jsonl(
        {"prompt": "Who are you, [NAME]?", "completion": "I am [NAME] of {{company}}."},
        {"prompt": "And you?", "completion": "[NAME], too; `[NAME]` is code."},
        {"prompt": "Where?", "completion": "In Porto."},
    )
    found = check(model, ("rows.jsonl", rows))
    assert dict(found.report.placeholders) == {"[NAME]": 2, "{{company}}": 1}
    edits = Edits(fills=(("[NAME]", r"Ann \1"),))
    filled = check(model, ("rows.jsonl", rows), edits=edits)
    said = [[turn["content"] for turn in one.row["messages"]] for one in filled.rows]
    assert said[0] == [r"Who are you, Ann \1?", r"I am Ann \1 of {{company}}."]
    assert said[1] == ["And you?", r"Ann \1, too; `[NAME]` is code."]
    assert wrong(filled) == [(1, "placeholder")]
    assert dict(filled.report.placeholders) == {"{{company}}": 1}
    assert "In 2 rows, placeholders were filled in." in words(filled.report.notes)
