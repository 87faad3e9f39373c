"""Pairs of a better and a worse answer, in the layouts that are usual; every bad row by its line."""

import json

import pytest

from tests.data import FOLDER, needs_data
from tests.unit.training.doctor.making import check, jsonl, lines, words

U, C, R = "Why is the sky blue?", "Blue light is scattered most.", "It is the sea."
USER, CHOSEN, REJECTED = (
    {"role": r, "content": c} for r, c in (("user", U), ("assistant", C), ("assistant", R))
)
HH = f"\n\nHuman: {U}\n\nAssistant: "


def rows(answer):
    return [{name: value for name, value in one.row.items() if name != "line"} for one in answer.rows]


@pytest.mark.parametrize(
    "row",
    [
        {"prompt": U, "chosen": C, "rejected": R},
        {"prompt": [USER], "chosen": [CHOSEN], "rejected": [REJECTED]},
        {"prompt": [USER], "chosen": C, "rejected": R},
        {"prompt": U, "chosen": [USER, CHOSEN], "rejected": [USER, REJECTED], "score_chosen": 9.0},
        {"chosen": [USER, CHOSEN], "rejected": [USER, REJECTED]},
        {"messages": [USER], "chosen": CHOSEN, "rejected": REJECTED},
        {"conversations": [{"from": "human", "value": U}], "chosen": {"from": "gpt", "value": C}, "rejected": {"from": "gpt", "value": R}},
        {"instruction": U, "input": "", "chosen": C, "rejected": R},
        {"input": {"messages": [USER]}, "preferred_output": [CHOSEN], "non_preferred_output": [REJECTED]},
        {"chosen": HH + C, "rejected": HH + R},
    ],
    ids=lambda row: "+".join(row),
)  # fmt: skip
def test_the_usual_layouts_are_read_as_the_same_pair(model, row):
    answer = check(model, ("pairs.jsonl", jsonl(row)))
    assert answer.report.kind == "preference"
    assert rows(answer) == [{"messages": [USER], "chosen": C, "rejected": R}]
    again = check(model, ("repaired.jsonl", jsonl(*rows(answer))))
    assert rows(again) == rows(answer)


def test_system_and_earlier_turns_are_before_both_answers(model):
    turns = [USER, REJECTED, {"role": "user", "content": "Really?"}]
    row = {"system": "Be brief.", "prompt": "Really?", "history": [[U, R]], "chosen": C, "rejected": "Yes."}
    answer = check(model, ("pairs.jsonl", jsonl(row)))
    assert rows(answer)[0]["messages"] == [{"role": "system", "content": "Be brief."}, *turns]


def test_every_bad_pair_is_named_by_its_line(model):
    good = {"prompt": U, "chosen": C, "rejected": R}
    lines = [
        good,
        good | {"chosen": R},  # both the same
        good | {"rejected": ""},
        {"prompt": U, "chosen": C},
        good | {"prompt": "  "},
        {"prompt": U, "chosen": [USER, CHOSEN], "rejected": [USER | {"content": "Else?"}, REJECTED]},
        good | {"chosen": R, "rejected": C},  # the other way round
        good | {"chosen": 7.5},
        good | {"rejected": {"a": 1}},
    ]
    found = [(one.line, one.kind) for one in check(model, ("pairs.jsonl", jsonl(*lines))).report.findings]
    assert found == [
        (2, "same"), (3, "answer"), (4, "field"), (5, "prompt"), (6, "prompts"), (7, "contradiction"), (9, "type"),
    ]  # fmt: skip


def test_labelled_answers_become_pairs_where_a_prompt_has_both_and_the_others_are_named(model):
    lines = [
        {"prompt": U, "completion": C, "label": True},
        {"prompt": "Alone?", "completion": "Yes.", "label": True},
        {"prompt": U, "completion": R, "label": False},
        {"prompt": U, "completion": "?", "label": "perhaps"},
    ]
    answer = check(model, ("kto.jsonl", jsonl(*lines)))
    assert rows(answer) == [{"messages": [USER], "chosen": C, "rejected": R}]
    assert [(one.line, one.kind) for one in answer.report.findings] == [(2, "alone"), (4, "label")]


def test_where_no_prompt_has_both_labels_they_say_which_rows_are_good(model):
    lines = [{"prompt": f"{n}?", "completion": f"{n}.", "label": bool(n % 2)} for n in range(20)]
    answer = check(model, ("kto.jsonl", jsonl(*lines)))
    assert answer.report.shape.form == "question"
    assert [one.kind for one in answer.report.findings] == ["marked"] * 10


@pytest.mark.parametrize("label", ["label", "kto_tag"])
def test_conversations_with_labels_become_pairs_where_their_beginnings_are_the_same(model, label):
    lines = [
        {
            "messages": [{"role": "user", "content": f"{n // 2}?"}, {"role": "assistant", "content": said}],
            label: good,
        }
        for n in range(0, 20, 2)
        for said, good in ((f"{n}!", True), ("No.", False))
    ]
    answer = check(model, ("kto.jsonl", jsonl(*lines)))
    assert answer.report.shape.form == "preference"
    assert rows(answer)[1] == {
        "messages": [{"role": "user", "content": "1?"}],
        "chosen": "2!",
        "rejected": "No.",
    }
    assert len(answer.rows) == 10


def test_where_few_prompts_have_both_labels_they_say_which_rows_are_good(model):
    lines = [{"prompt": f"{max(n, 1)}?", "completion": f"{n}.", "label": bool(n % 2)} for n in range(20)]
    answer = check(model, ("kto.jsonl", jsonl(*lines)))
    assert answer.report.shape.form == "question"
    assert len(answer.rows) == 10


def test_pairs_far_apart_in_a_long_file_are_found(model):
    lines = [{"prompt": f"Question {n % 600}?", "completion": f"{n}.", "label": n < 600} for n in range(1200)]
    answer = check(model, ("kto.jsonl", jsonl(*lines)))
    assert (answer.report.kind, len(answer.rows)) == ("preference", 600)


def test_answers_with_the_same_score_are_named_and_left_out(model):
    lines = [{"prompt": f"{n}?", "responses": [f"{n}.", "No."], "scores": [n % 2, 1]} for n in range(12)]
    answer = check(model, ("scores.jsonl", jsonl(*lines)))
    assert [one.row["rejected"] for one in answer.rows] == [f"{n}." for n in range(0, 12, 2)]
    assert [(one.line, one.kind) for one in answer.report.findings] == [
        (n, "marked") for n in range(2, 13, 2)
    ]


@needs_data
def test_real_pairs_are_read_whole(model):
    for name, number in (("dpo_en.jsonl", 88), ("dpo_zh.jsonl", 100)):
        data = (FOLDER / "preference" / name).read_bytes()
        answer = check(model, (name, data))
        assert answer.report.kind == "preference"
        assert len(answer.rows) == number == len(data.decode().splitlines())
        history = [json.loads(line).get("history", []) for line in data.decode().splitlines()]
        longest = max(range(number), key=lambda i: len(history[i]))
        assert len(answer.rows[longest].row["messages"]) >= len(history[longest]) + 1


def test_a_field_that_says_the_same_as_the_scores_is_not_asked_about(model):
    rows = [
        {
            "history": f"How long do I boil egg {n}?",
            "human_ref_A": f"About {n} minutes.",
            "human_ref_B": f"Steam egg {n}.",
            "score_A": 9 if n % 3 else 2,
            "score_B": 5,
            "labels": int(bool(n % 3)),
        }
        for n in range(20)
    ]
    answer = check(model, ("shp.jsonl", lines(*map(json.dumps, rows))))
    assert answer.rows[0].row["chosen"] == "Steam egg 0."
    assert answer.rows[1].row["chosen"] == "About 1 minutes."
    assert not answer.report.marks
    assert "labels" not in words([*answer.report.asked, *answer.report.notes])
