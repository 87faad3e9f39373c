"""Every form of training data is recognised without asking."""

import json

import pytest

from tests.unit.training.doctor.making import (
    ASKED,
    CHAT,
    SAID,
    check,
    first,
    jsonl,
    lines,
    numbers,
    words,
    wrong,
)


@pytest.mark.parametrize(
    "row",
    [
        {"messages": CHAT},
        {"conversations": [{"from": "human", "value": "Why?"}, {"from": "gpt", "value": "Because."}]},
        {"conversation": [{"role": "user", "content": "Why?"}, {"role": "model", "content": "Because."}]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "Why?"}]}, SAID]},
        {"instruction": "Why?", "input": "", "output": "Because."},
        {"instruction": "Why?", "response": "Because."},
        {"prompt": "Why?", "completion": " Because. "},
        {"prompt": "Why?", "response": "Because."},
        {"prompt": [ASKED], "completion": [SAID]},
        {"question": "Why?", "answer": "Because.", "id": 7},
        {"Question": "Why?", "Answer": "Because."},
        {"input": "Why?", "output": "Because."},
    ],
)
def test_questions_and_answers(model, row):
    answer = check(model, ("rows.jsonl", jsonl(row, row)))
    assert first(answer) == {"messages": CHAT, "line": 1}
    assert answer.report.kind == "chat"
    assert answer.report.shape.sure


def test_an_instruction_has_its_input_system_and_history(model):
    row = {
        "instruction": "Add.",
        "input": "1 + 1",
        "output": "2",
        "system": "Be exact.",
        "history": [["Hi", "Hello"]],
    }
    assert first(check(model, ("rows.jsonl", jsonl(row))))["messages"] == [
        {"role": "system", "content": "Be exact."},
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Hello"},
        {"role": "user", "content": "Add.\n\n1 + 1"},
        {"role": "assistant", "content": "2"},
    ]


def test_an_input_that_hardly_any_row_has_is_read_with_its_instruction(model):
    plain = [{"instruction": f"Name animal {number}.", "output": "A fox."} for number in range(30)]
    rare = {"instruction": "Translate.", "input": "bonjour", "output": "hello", "system": "Be exact."}
    rare["history"] = [["Hi", "Hello"]]
    answer = check(model, ("rows.jsonl", jsonl(*plain, rare)))
    assert [turn["content"] for turn in answer.rows[-1].row["messages"]] == [
        "Be exact.",
        "Hi",
        "Hello",
        "Translate.\n\nbonjour",
        "hello",
    ]
    assert answer.report.notes == ()


def test_a_context_that_hardly_any_question_has_is_read_with_it(model):
    plain = [{"question": f"What is {number}?", "answer": "A number."} for number in range(30)]
    rare = {"question": "How many?", "context": "Three foxes.", "answer": "Three."}
    answer = check(model, ("rows.jsonl", jsonl(*plain, rare)))
    assert answer.rows[-1].row["messages"][0]["content"] == "How many?\n\nThree foxes."


def test_a_question_has_its_context(model):
    row = {"question": "How many?", "context": "CREATE TABLE foxes", "answer": "SELECT COUNT(*) FROM foxes"}
    answer = check(model, ("rows.jsonl", jsonl(row)))
    assert first(answer)["messages"][0]["content"] == "How many?\n\nCREATE TABLE foxes"


def test_sharegpt_with_a_system_turn(model):
    turns = [
        {"from": "system", "value": "Be kind."},
        {"from": "human", "value": "Why?"},
        {"from": "gpt", "value": "Because."},
    ]
    answer = check(model, ("rows.json", json.dumps([{"id": "a", "conversations": turns}])))
    assert [turn["role"] for turn in first(answer)["messages"]] == ["system", "user", "assistant"]


@pytest.mark.parametrize(
    ("row", "purpose"),
    [
        ({"source": "Good day to you all", "target": "Bom dia a todos"}, "translation"),
        ({"en": "Good day to you all", "pt": "Bom dia a todos"}, "translation"),
        ({"eng": "Good day to you all", "por-BR": "Bom dia a todos"}, "translation"),
        ({"translation": {"en": "Good day to you all", "pt": "Bom dia a todos"}}, "translation"),
        ({"document": "Good day to you all", "summary": "Bom dia a todos"}, "summary"),
        ({"article": "Good day to you all", "highlights": "Bom dia a todos", "id": "x1"}, "summary"),
        ({"dialogue": "Good day to you all", "summary": "Bom dia a todos"}, "summary"),
    ],
)
def test_pairs(model, row, purpose):
    answer = check(model, ("rows.jsonl", jsonl(row, row)))
    assert first(answer) == {"source": "Good day to you all", "target": "Bom dia a todos", "line": 1}
    assert (answer.report.kind, answer.report.purpose) == ("pair", purpose)
    if purpose == "translation" and "source" not in row:
        assert (answer.report.languages[0][0], answer.report.target_language) == ("en", "pt")


@pytest.mark.parametrize("key", ["instances", "data", "anything"])
def test_rows_inside_of_an_object_keep_their_lines(model, key):
    text = lines(
        "{",
        '  "type": "text2text",',
        f'  "{key}": [',
        '    {"input": "Why?", "output": "Because."},',
        "    {",
        '      "input": "Who?"',
        "    },",
        '    {"input": "How?", "output": "So."}',
        "  ]",
        "}",
    )
    answer = check(model, ("rows.json", text))
    assert numbers(answer) == [4, 8]
    assert wrong(answer) == [(5, "field")]


def test_text_rows_and_plain_text(model):
    answer = check(model, ("rows.jsonl", jsonl({"text": "The quick fox"}, {"text": "The lazy dog"})))
    assert (answer.report.kind, first(answer)) == ("text", {"text": "The quick fox", "line": 1})
    paragraph = "The quick brown fox jumps over the lazy dog.\n" * 20 + "\n"
    answer = check(model, ("book.md", "# A title\n\n" + paragraph * 10))
    assert answer.report.kind == "text"
    assert "".join(one.row["text"] for one in answer.rows).split() == ("# A title " + paragraph * 10).split()
    assert [bool(one.row.get("continued")) for one in answer.rows] == [True] * (len(answer.rows) - 1) + [
        False
    ]


@pytest.mark.parametrize(
    "text",
    [
        "{{name}} is kind.\n",
        "[Verse 1]\nLa la\n",
        "[a link](x)\n",
        "One, two, three\nFour\n",
        "[12/03/24, 10:15:22] Alice: hi\n[12/03/24, 10:15:40] Bob: ho\n",
        "[00:01] Hello there.\n[00:04] And on.\n",
        "[1] Smith, J. On foxes.\n[2] Jones, K. On dogs.\n",
        "[1, 2] say so, and others too.\n",
        "[2024] was a good year.\n",
        "[1]\nThe first verse.\n",
        "[3.14] is a number, as everybody knows.\n",
    ],
)
def test_a_text_that_begins_with_a_bracket_is_a_text(model, text):
    assert check(model, ("song.txt", text)).report.kind == "text"


@pytest.mark.parametrize(
    "text", ["[1, 2]", "[1,\n 2.5,\n -3e4]", "[7]", '[1, "a"]', "[[1, 2]]", "[1]\n[2]\n"]
)
def test_a_list_of_numbers_is_json_without_rows_and_no_text(model, text):
    answer = check(model, ("rows.txt", text))
    assert {kind for _, kind in wrong(answer)} == {"object"}
    assert answer.rows == ()


def test_rows_on_one_line_and_objects_over_several(model):
    rows = [{"prompt": "Why?", "completion": "Because."}] * 2
    assert numbers(check(model, ("rows.json", json.dumps(rows)))) == [1, 1]
    assert numbers(check(model, ("rows.jsonl", "\n".join(json.dumps(row, indent=2) for row in rows)))) == [
        1,
        5,
    ]


@pytest.mark.parametrize(
    "row",
    [
        {"prompt": "Why?", "chosen": "Because.", "rejected": "It is what it is."},
        {"prompt": "Why?", "chosen": CHAT, "rejected": [ASKED, SAID | {"content": "No."}]},
        {"prompt": "Why?", "chosen": [SAID], "rejected": [SAID | {"content": "No."}]},
        {"prompt": [ASKED], "chosen": [SAID], "rejected": [SAID | {"content": "No."}]},
        {"chosen": CHAT, "rejected": [ASKED, SAID | {"content": "No."}]},
        {"question": "Why?", "chosen": "Because.", "rejected": "No."},
    ],
)
def test_two_answers_of_which_one_is_preferred_are_a_pair(model, row):
    answer = check(model, ("rows.jsonl", jsonl(row, row)))
    made = first(answer)
    assert (answer.report.shape.form, answer.report.shape.sure) == ("preference", True)
    assert [(one["role"], one["content"]) for one in made["messages"]] == [("user", "Why?")]
    assert made["chosen"] == "Because."
    assert made["rejected"] in ("No.", "It is what it is.")
    assert "rejected" not in words(answer.report.notes)


@pytest.mark.parametrize(
    "row",
    [
        {"id": 1, "chat_history": CHAT},
        {"id": "a b", "chat_history": json.dumps(CHAT)},
    ],
)
def test_turns_are_found_under_any_name(model, row):
    answer = check(model, ("rows.jsonl", jsonl(row, row | {"n": 1})))
    assert (first(answer)["messages"], answer.report.shape.sure) == (CHAT, True)
    alone = check(model, ("rows.json", json.dumps(row, indent=1)))
    assert first(alone)["messages"] == CHAT


def test_an_empty_system_message_never_costs_its_conversation(model):
    empty = {"role": "system", "content": " "}
    answer = check(model, ("rows.jsonl", jsonl({"messages": [empty, *CHAT]}, {"messages": [empty, ASKED]})))
    assert (first(answer)["messages"], wrong(answer)) == (CHAT, [(2, "assistant")])
    own = check(model, ("rows.jsonl", jsonl({"messages": [empty, *CHAT], "system": "Be kind."})))
    assert first(own)["messages"][0]["content"] == "Be kind."


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("    x = 1\n    return x", "    x = 1\n    return x"),
        ("\n  \n\tx = 1\n\treturn x\n", "\tx = 1\n\treturn x"),
        ("    return x\n", "return x"),
        (" Because.\nSo.", "Because.\nSo."),
    ],
)
def test_code_keeps_the_indentation_of_its_first_line(model, said, kept):
    row = {"instruction": "Finish the body.", "output": said}
    answer = check(model, ("rows.jsonl", jsonl(row)))
    assert first(answer)["messages"][1]["content"] == kept
    assert bool(answer.report.repaired) == (said != kept)
    assert first(check(model, ("rows.jsonl", jsonl({"text": said}))))["text"] == kept


@pytest.mark.parametrize(
    "row",
    [
        {"log": [{"speaks": "user", "utterance": "Why?"}, {"speaks": "bot", "utterance": "Because."}]},
        {"messages": {"role": ["user", "assistant"], "content": ["Why?", "Because."]}},
        {"question": ["Why?"], "answers": ["Because.", "It is so."]},
    ],
)
def test_a_layout_that_no_training_program_writes_is_refused_row_by_row(model, row):
    answer = check(model, ("rows.jsonl", jsonl(row, row)))
    assert answer.rows == ()
    assert {finding.line for finding in answer.report.findings} == {1, 2}
