"""Conversations: the ways in which turns are written, what is put right, and what says of itself: not this."""

import json

import pytest

from tests.unit.training.doctor.making import ASKED, CHAT, SAID, check, first, jsonl, turns, words, wrong

TEXTS = [one["content"] for one in CHAT]
PAIR = {"input": "Why?", "output": "Because."}


def said(answer, number: int = 0) -> list[tuple[str, str]]:
    return [(one["role"], one["content"]) for one in answer.rows[number].row["messages"]]


def flags(answer) -> list[int]:
    """The weights of the answers of the first row."""
    return [one.get("weight", 1) for one in first(answer)["messages"] if one["role"] == "assistant"]


@pytest.mark.parametrize(
    "row",
    [
        {"conversations": TEXTS},
        {"conversation": [PAIR]},
        {"conversation": [{"human": "Why?", "assistant": "Because."}]},
        {"messages": [{"role": r, "content": [{"type": "text", "value": t}]} for r, t in zip(["user", "assistant"], TEXTS, strict=True)]},
        {"instruction": "", "input": "Why?", "output": "Because."},
        {"title": "A fox", "mapping": {"a": {"message": None, "parent": None}, "b": {"message": {"author": {"role": "user"}, "content": {"parts": ["Why?"]}}, "parent": "a"}, "c": {"message": {"author": {"role": "assistant"}, "content": {"parts": ["Because."]}}, "parent": "b"}}},
        {"name": "A fox", "chat_messages": [{"sender": "human", "text": "Why?"}, {"sender": "assistant", "text": "Because."}]},
        {"title": "A fox", "chat": {"messages": CHAT}},
        {"title": "A fox", "chat": {"history": {"currentId": "b", "messages": {"a": {**ASKED, "parentId": None}, "x": {**SAID, "parentId": "a"}, "b": {**SAID, "parentId": "a"}}}}},
    ],
)  # fmt: skip
def test_every_way_to_write_turns_gives_the_same_row(model, row):
    answer = check(model, ("rows.jsonl", jsonl(row)))
    assert said(answer) == [("user", "Why?"), ("assistant", "Because.")]
    assert not answer.report.asked


@pytest.mark.parametrize(
    ("roles", "kept", "words_said"),
    [
        (("user", "user", "assistant"), ["user 0\n\nuser 1", "assistant 2"], "joined"),
        (("user", "assistant", "assistant"), ["user 0", "assistant 1\n\nassistant 2"], "joined"),
        (("assistant", "user", "assistant"), ["user 1", "assistant 2"], "before the first question"),
        (("user", "assistant", "user"), ["user 0", "assistant 1"], "without an answer"),
        (("system", "user", "assistant", "user"), ["system 0", "user 1", "assistant 2"], "without an answer"),
    ],
)
def test_the_order_of_turns_is_put_right_and_said(model, roles, kept, words_said):
    answer = check(model, ("rows.jsonl", turns(*roles)))
    assert [text for _, text in said(answer)] == kept
    assert words_said in words(answer.report.repaired)
    assert wrong(answer) == []


def test_mixed_rows_are_read_by_their_own_fields(model):
    rows = [{"messages": CHAT}, {"prompt": "Who?", "completion": "A fox."}] * 3
    answer = check(model, ("rows.jsonl", jsonl(*rows)))
    assert said(answer, 1) == [("user", "Who?"), ("assistant", "A fox.")]
    assert "3 rows have other fields" in words(answer.report.repaired)


@pytest.mark.parametrize(
    "off", [{"train": False}, {"weight": 0}, {"loss_weight": 0.0}, {"training": "false"}]
)
def test_an_answer_that_says_so_is_not_trained_on(model, off):
    row = {"messages": [ASKED, SAID | off, ASKED, SAID | {"train": True}]}
    answer = check(model, ("rows.jsonl", jsonl(row)))
    assert flags(answer) == [0, 1]
    assert "not trained on" in words(answer.report.notes)


def test_with_mask_history_only_the_last_answer_counts(model):
    rows = [{"messages": [*CHAT, *CHAT], "mask_history": masked} for masked in (True, False)]
    answer = check(model, ("rows.jsonl", jsonl(*rows)))
    assert flags(answer) == [0, 1]
    assert "weight" not in json.dumps(answer.rows[1].row)


def test_fields_of_turns_that_nothing_is_made_of_are_named(model):
    called = {"tool_calls": [{"function": {"name": "f"}}], "reasoning_content": "Hm.", "name": ""}
    answer = check(model, ("rows.jsonl", jsonl({"messages": [ASKED, SAID | called]})))
    assert "not trained on: tool_calls, reasoning_content." in words(answer.report.notes)


def test_the_number_of_a_choice_is_that_choice(model):
    rows = [
        {"question": f"Which is {n}?", "choices": ["a fox", "a dog"], "answer": answer}
        for n, answer in enumerate([1, 0, "B", 1])
    ]
    answer = check(model, ("rows.jsonl", jsonl(*rows)))
    assert said(answer)[0][1] == "Which is 0?\n\nA. a fox\nB. a dog"
    assert [said(answer, n)[1][1] for n in range(4)] == ["B. a dog", "A. a fox", "B. a dog", "B. a dog"]


@pytest.mark.parametrize(
    ("choices", "key"),
    [
        (
            {"choices": {"text": ["a fox", "a dog"], "label": ["1", "2"]}, "answerKey": "2"},
            "1. a fox\n2. a dog",
        ),
        ({"options": {"A": "a fox", "B": "a dog"}, "answer": "B"}, "A. a fox\nB. a dog"),
        (
            {"options": {"A": "a fox", "B": "a dog"}, "answer": "a dog", "answer_idx": "B"},
            "A. a fox\nB. a dog",
        ),
    ],
)
def test_choices_with_letters_of_their_own_are_read_by_these(model, choices, key):
    answer = check(
        model, ("rows.jsonl", jsonl(*({"question": f"Which is {n}?", **choices} for n in range(4))))
    )
    assert answer.report.shape.sure
    assert said(answer)[0][1] == f"Which is 0?\n\n{key}"
    assert said(answer)[1][1].endswith("a dog")


CALL = [
    {"type": "text", "text": "Let me look."},
    {"type": "tool_use", "id": "1", "name": "find", "input": {}},
]


@pytest.mark.parametrize(
    "turn",
    [
        {"role": "tool", "content": "42"},
        {"role": "function", "name": "find", "content": "42"},
        {"from": "observation", "value": "42"},
        {"role": "assistant", "content": CALL},
    ],
)
def test_a_turn_of_a_tool_is_called_so_with_what_to_do_instead(model, turn):
    answer = check(model, ("rows.jsonl", jsonl({"messages": [CHAT[0], turn, CHAT[1]]}, {"messages": CHAT})))
    assert wrong(answer) == [(1, "tool")]
    assert "write what the tool said" in words(one.what for one in answer.report.findings)
