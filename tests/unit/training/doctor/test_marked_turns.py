"""Texts with the marks of a chat template between the turns: read as conversations, and asked about."""

import pytest

from components.training.doctor.marked_turns import turns
from components.training.doctor.shape import Shape
from tests.unit.training.doctor.making import check, first, jsonl, recognised, words

Q, A = "Where is fox {n}?", "In wood {n}."
MARKED = {
    "chatml": f"<|im_start|>user\n{Q}<|im_end|>\n<|im_start|>assistant\n{A}<|im_end|>\n",
    "llama 2": f"<s>[INST] {Q} [/INST] {A} </s>",
    "llama 3": f"<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\n{Q}<|eot_id|>"
    f"<|start_header_id|>assistant<|end_header_id|>\n\n{A}<|eot_id|>",
    "gemma": f"<bos><start_of_turn>user\n{Q}<end_of_turn>\n<start_of_turn>model\n{A}<end_of_turn>\n",
    "zephyr": f"<|user|>\n{Q}</s>\n<|assistant|>\n{A}</s>",
    "guanaco": f"### Human: {Q}### Assistant: {A}",
    "vicuna": f"USER: {Q} ASSISTANT: {A}</s>",
    "alpaca": f"### Instruction:\n{Q}\n\n### Response:\n{A}",
}


def said(turns_of_row) -> list[tuple[str, str]]:
    return [(one["role"], one["content"]) for one in turns_of_row]


@pytest.mark.parametrize(
    ("name", "file"),
    [*((name, "rows.jsonl") for name in MARKED), ("chatml", "rows.txt"), ("llama 2", "rows.txt")],
)
def test_marked_turns_are_a_conversation_that_is_asked_about(model, name, file):
    texts = [MARKED[name].replace("{n}", str(n)) for n in range(10)]
    data = jsonl(*({"text": one} for one in texts)) if file == "rows.jsonl" else "\n".join(texts)
    answer = check(model, (file, data))
    assert (recognised(answer).form, recognised(answer).sure, len(answer.rows)) == ("messages", False, 10)
    assert said(first(answer)["messages"]) == [("user", "Where is fox 0?"), ("assistant", "In wood 0.")]
    assert "has marks between turns" in words(answer.report.asked)


def test_marked_texts_can_be_trained_on_as_they_are(model):
    rows = jsonl(*({"text": MARKED["guanaco"].replace("{n}", str(n))} for n in range(10)))
    answer = check(model, ("rows.jsonl", rows), shape=Shape("text", "text"))
    assert first(answer)["text"] == "### Human: Where is fox 0?### Assistant: In wood 0."


def test_a_system_message_of_llama_2_and_an_input_of_alpaca_stay():
    llama = "<s>[INST] <<SYS>>\nBe kind.\n<</SYS>>\n\nWhy? [/INST] So. </s><s>[INST] And? [/INST] Yes. </s>"
    assert [one for _, one in turns(llama)][:2] == [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "Why?"},
    ]
    alpaca = "Below is a task.\n\n### Instruction:\nSay it.\n\n### Input:\nFox.\n\n### Response:\nA fox."
    assert said(one for _, one in turns(alpaca)) == [
        ("system", "Below is a task."),
        ("user", "Say it."),
        ("user", "Fox."),
        ("assistant", "A fox."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "### Input:\nA number.\n\n### Output:\nIts square.",
        "<|im_start|>tool\n42<|im_end|>",
        "In Markdown a title begins with ###.",
    ],
)
def test_a_text_without_both_sides_is_no_conversation(text):
    assert turns(text) == []
