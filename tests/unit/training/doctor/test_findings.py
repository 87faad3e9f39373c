"""Each kind of bad row, by its exact line; and the shared data sets."""

import json
from collections import Counter

import pytest

from components.training.doctor.findings import KINDS, UNCERTAIN
from tests.data import needs_data, sample
from tests.unit.training.doctor.making import (
    GOOD,
    TWO,
    check,
    lines,
    numbers,
    turns,
    words,
    wrong,
)


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("not json", "json"),
        ('{"prompt": "Why?", "completion": "So."', "json"),
        ("{'prompt': 'Why?', 'completion': So}", "json"),
        ("[" * 100_000, "json"),
        ('["Why?", "So."]', "object"),
        ("null", "object"),
        ("7", "object"),
        ('{"prompt": "Why?"}', "field"),
        ('{"prompt": "Why?", "completion": null}', "answer"),
        ('{"prompt": "Why?", "completion": ""}', "answer"),
        ('{"prompt": "Why?", "completion": " \\n "}', "answer"),
        ('{"prompt": "", "completion": "So."}', "prompt"),
        ('{"prompt": ["Why?", "How?"], "completion": "So."}', "type"),
        ('{"prompt": "Why?", "completion": {"a": "So.", "b": "No."}}', "type"),
        ('{"prompt": "Why?", "completion": []}', "type"),
        ('{"prompt": "Why?", "completion": ' + "[" * 400 + "]" * 400 + "}", "type"),
        ('{"prompt": "Why?", "completion": {"said": ["So."], "answer_start": [3]}}', "type"),
        ('{"prompt": "Dear {{name}}", "completion": "So."}', "placeholder"),
        ('{"prompt": "Why?", "completion": "Call [INSERT NUMBER]."}', "placeholder"),
        ('{"prompt": "Why?", "completion": "TODO"}', "placeholder"),
        ('{"prompt": "Why?", "completion": "caf\\ufffd"}', "encoding"),
        ('{"prompt": "Why?", "completion": "\\ud800 half"}', "encoding"),
        ('{"prompt": "Why?", "completion": "So.<|im_end|>"}', "control"),
        ('{"prompt": "Why?", "completion": "' + "word " * 600 + '"}', "long"),
        ('{"completion": "A fox.", "prompt": "What is it?"}', "duplicate"),
    ],
)
def test_one_bad_row_among_good_ones(model, row, kind):
    other = '{"prompt": "And this?", "completion": "A dog."}'
    answer = check(model, ("rows.jsonl", lines(GOOD, "", row, other)))
    assert wrong(answer) == [(3, kind)]
    assert {1, 4} <= set(numbers(answer))
    assert answer.report.total == 3


@pytest.mark.parametrize(
    ("row", "kinds"),
    [
        (turns("assistant"), ["user"]),
        (turns("user"), ["assistant"]),
        (turns("system"), ["user", "assistant"]),
        ('{"messages": []}', ["user", "assistant"]),
        (turns("assistant", "user"), ["order"]),
        (turns("user", "system", "assistant"), ["order"]),
        (turns("user", "wizard"), ["role"]),
        ('{"messages": "Hello"}', ["type"]),
        ('{"messages": null}', ["text"]),
        ('{"messages": " "}', ["text"]),
        ('{"messages": [{"content": "Hi"}]}', ["field"]),
        (
            '{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": ""}]}',
            ["answer"],
        ),
        (
            '{"messages": [{"role": "user", "content": [{"type": "image_url"}]}, {"role": "assistant", "content": "x"}]}',
            ["type"],
        ),
        ('{"other": 1}', ["field"]),
    ],
)
def test_conversations(model, row, kinds):
    good = turns("system", "user", "assistant", "user", "assistant")
    answer = check(model, ("rows.jsonl", lines(good, row, turns("user", "assistant"))))
    assert wrong(answer) == [(2, kind) for kind in kinds]


def test_a_duplicate_names_the_first(model):
    answer = check(model, ("rows.jsonl", lines(GOOD, '{"prompt": "x y", "completion": "z"}', GOOD)))
    assert str(answer.report.findings[0].what) == "The same as line 1."


def test_duplicates_between_training_and_validation(model):
    held = lines(GOOD, '{"prompt": "New?", "completion": "Yes."}')
    other = '{"prompt": "What is it", "completion": "A dog."}'
    answer = check(model, ("rows.jsonl", lines(other, GOOD)), ("held.jsonl", held))
    assert wrong(answer) == [(2, "leak")]
    assert "held.jsonl, line 1" in str(answer.report.findings[0].what)
    assert "also trained on: 1" in words(answer.report.notes)


def test_a_bad_row_says_its_side_where_both_files_have_the_same_name(model):
    answer = check(model, ("data.jsonl", lines(GOOD, "x")), ("data.jsonl", lines(TWO, "x")))
    assert wrong(answer) == [(2, "json"), ("validation/data.jsonl", 2, "json")]


def test_rows_that_differ_in_capitals_and_spaces_only_are_named(model):
    loud = GOOD.upper().replace("PROMPT", "prompt").replace("COMPLETION", "completion")
    answer = check(model, ("rows.jsonl", lines(GOOD, GOOD, loud)))
    assert wrong(answer) == [(2, "duplicate")]
    assert "Rows that differ from another one in capitals and spaces only: 1." in words(answer.report.notes)


@pytest.mark.parametrize(
    "said",
    [
        "Super Bowl XXX was in 1996.",
        "World War II and Super Bowl XXXIV",
        "Write me a TODO list app.",
        "Run ${HOME}/bin/fox",
        "A list: [fox for fox in names]",
        "See [Name](https://example.org) and names[name].",
        "<name>Bob</name>",
        "if __name__ == '__main__': print(__FILE__)",
        "{0} and %s",
        "title={{Deep Learning}}",
        r"\\frac{{a}}{{b}}",
        "<div style={{color: 'red'}}>",
        "x = table[NAME]",
        "See [your account page](https://example.org).",
        "run: ${{ secrets.TOKEN }}",
        "'{{}}'.format()",
        "Write `{{ name }}` in the template.",
        "```\n{{ name }}\n```",
        "Press [INSERT].",
    ],
)
def test_what_only_looks_like_a_placeholder_is_no_finding(model, said):
    row = json.dumps({"prompt": "What is it about?", "completion": said})
    assert wrong(check(model, ("rows.jsonl", lines(GOOD, row)))) == []


@pytest.mark.parametrize(
    "said",
    [
        "{name}",
        "{first_name}",
        "<name>",
        "<NAME>",
        "[Name]",
        "[Client Name]",
        "__NAME__",
        "${name}",
        "XXXX",
        "[Order Number]",
        "[Date]",
        "[Recipient's Name]",
        "<answer here>",
        "{your_name}",
        "{user_input}",
        "%NAME%",
        "@NAME@",
        "Lorem ipsum",
        "tbd",
        '"{{ name | title }}"'.strip('"'),
    ],
)
def test_what_may_be_a_placeholder_is_named_and_not_dropped_by_itself(model, said):
    row = json.dumps({"prompt": "What is it about?", "completion": f"Dear {said}, hello."})
    answer = check(model, ("rows.jsonl", lines(GOOD, row)))
    assert wrong(answer) == [(2, "perhaps")]
    assert said in str(answer.report.findings[0].what)
    assert "perhaps" in UNCERTAIN < KINDS.keys()


def test_every_kind_of_conversation_that_can_not_be_read_is_named_by_its_row(model):
    called = [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]
    parts = [{"type": "text", "text": "Why?"}, {"type": "text", "text": "And who?"}]
    user, said = {"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}
    tool = {"role": "tool", "tool_call_id": "1", "content": "42"}
    rows = [
        [user, said],
        [user, {"role": "assistant", "content": None, "tool_calls": called}, tool, said],
        [{"role": "user", "content": parts}, said],
        [user, {"role": "assistant", "content": None}],
        [user, {"role": "assistant"}],
        [{"role": "developer", "content": "Be kind."}, {"role": "user", "content": "Who?"}, said],
        [user, said, {"role": "system", "content": "Late."}],
        None,
    ]
    answer = check(model, ("rows.jsonl", "\r\n".join(json.dumps({"messages": one}) for one in rows)))
    assert wrong(answer) == [
        (2, "tool"), (4, "answer"), (5, "field"), (7, "order"), (8, "text")
    ]  # fmt: skip
    assert numbers(answer) == [1, 3, 6]
    assert answer.rows[1].row["messages"][0]["content"] == "Why?\nAnd who?"


@pytest.mark.parametrize("said", ["NaN", "Infinity", "-Infinity"])
def test_what_is_not_a_number_is_never_an_answer(model, said):
    row = f'{{"prompt": "How much is it?", "completion": {said}}}'
    assert wrong(check(model, ("rows.jsonl", lines(GOOD, row)))) == [(2, "answer")]


EXPECTED = {
    "alpaca_en_demo.jsonl": ("instruction", 999, {"duplicate": 14, "placeholder": 6, "perhaps": 2}),
    "awesome_prompts_act_prompt.csv": ("question", 168, {"placeholder": 1}),
    "chatterbot_en_messages.jsonl": ("messages", 889, {"prompt": 7, "answer": 9}),
    "dummy_conversation_sharegpt.json": ("messages", 500, {}),
    "mlx_superbowl_prompt_completion_train.jsonl": ("question", 1800, {"duplicate": 437}),
    "mlx_wikisql_text_train.jsonl": ("text", 1000, {"duplicate": 1}),
    "tinyshakespeare_200k.txt": ("text", 119, {}),
}


@needs_data
@pytest.mark.parametrize("name", EXPECTED)
def test_shared_data(model, name):
    path = sample("finetune", name)
    answer = check(model, (name, path.read_bytes()), context=100_000)
    form, total, counts = EXPECTED[name]
    assert answer.report.shape.form == form
    assert answer.report.total == total
    assert Counter(one.kind for one in answer.report.findings) == counts
    assert answer.report.languages[0][0] == "en"
    assert answer.report.ends.ended == answer.report.ends.asked
    assert all(one.kind in KINDS for one in answer.report.findings)
