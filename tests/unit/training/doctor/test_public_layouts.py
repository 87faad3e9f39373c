"""Layouts of public data sets, made here: each is recognised as what it is, and asked about only where it must be."""

import json

import pytest

from components.errors import BadInput
from tests.unit.training.doctor.making import check, first, jsonl, recognised, zipped

Q, A = "Where is fox {n}?", "Fox {n} is in wood {n}, as we said."
USER, BOT = {"role": "user", "content": Q}, {"role": "assistant", "content": A}
GPT = [{"from": "human", "value": Q}, {"from": "gpt", "value": A}]
SURE, ASKED = True, False

# Name -> row, form, whether it is sure. The answer of every row is A, but where another one is given.
LAYOUTS = {
    "openai": ({"messages": [USER, BOT]}, "messages", SURE),
    "openai with system": (
        {"messages": [{"role": "system", "content": "Be kind."}, USER, BOT]},
        "messages",
        SURE,
    ),
    "openai parts": (
        {"messages": [USER, BOT | {"content": [{"type": "text", "text": A}]}]},
        "messages",
        SURE,
    ),
    "openai completions": ({"prompt": Q, "completion": A}, "question", SURE),
    "sharegpt": ({"id": "x{n}", "conversations": GPT}, "messages", SURE),
    "sharegpt system": ({"conversations": GPT, "system": "Be kind."}, "messages", SURE),
    "alpaca": ({"instruction": Q, "input": "", "output": A}, "instruction", SURE),
    "alpaca text": (
        {"instruction": Q, "input": "In {n}.", "output": A, "text": f"### {Q}\nIn {{n}}.\n{A}"},
        "instruction",
        SURE,
    ),
    "alpaca history": (
        {"instruction": Q, "input": "", "output": A, "history": [["Hi", "Hello"]]},
        "instruction",
        SURE,
    ),
    "dolly": ({"instruction": Q, "context": "", "response": A, "category": "open_qa"}, "instruction", SURE),
    "trl prompt completion turns": ({"prompt": [USER], "completion": [BOT]}, "question", SURE),
    "trl preference": ({"prompt": Q, "chosen": A, "rejected": "No {n}."}, "preference", SURE),
    "trl implicit preference": (
        {"chosen": [USER, BOT], "rejected": [USER, BOT | {"content": "No."}]},
        "preference",
        SURE,
    ),
    "ultrafeedback": (
        {"prompt": Q, "chosen": [USER, BOT], "rejected": [USER, BOT | {"content": "No."}]},
        "preference",
        SURE,
    ),
    "orca dpo": (
        {"system": "Be kind.", "question": Q, "chosen": A, "rejected": "No {n}."},
        "preference",
        SURE,
    ),
    "orca": ({"id": "x{n}", "system_prompt": "Be kind.", "question": Q, "response": A}, "question", SURE),
    "kto": ({"prompt": Q, "completion": A, "label": True}, "question", SURE),
    "llamafactory dpo": (
        {"conversations": GPT[:1], "chosen": GPT[1], "rejected": GPT[1] | {"value": "No."}},
        "preference",
        SURE,
    ),
    "gsm8k": ({"question": Q, "answer": A}, "question", SURE),
    "squad": (
        {
            "id": "x{n}",
            "title": "Fox",
            "context": "In {n}.",
            "question": Q,
            "answers": {"text": [A], "answer_start": [0]},
        },
        "question",
        SURE,
    ),
    "lima": ({"conversations": [Q, A], "source": "x"}, "messages", SURE),
    "capybara": ({"source": "x", "conversation": [{"input": Q, "output": A}]}, "messages", SURE),
    "axolotl train": ({"messages": [USER, BOT | {"train": True}]}, "messages", SURE),
    "openai weight": ({"messages": [USER, BOT | {"weight": 1}]}, "messages", SURE),
    "gemini": (
        {"contents": [{"role": "user", "parts": [{"text": Q}]}, {"role": "model", "parts": [{"text": A}]}]},
        "messages",
        SURE,
    ),
    "turns by developer": (
        {"messages": [{"role": "developer", "content": "Be kind."}, USER, BOT]},
        "messages",
        SURE,
    ),
    "bare turns": ([USER, BOT], "messages", SURE),
    "dialog": ({"dialog": [USER, BOT]}, "messages", SURE),
    "speakers": (
        {"dialogue": [{"speaker": "customer", "text": Q}, {"speaker": "agent", "text": A}]},
        "messages",
        ASKED,
    ),
    "other roles": ({"messages": [USER | {"role": "patient"}, BOT | {"role": "doctor"}]}, "messages", ASKED),
    "query response": ({"query": Q, "response": A}, "question", SURE),
    "input output": ({"input": Q, "output": A}, "question", SURE),
    "input target": ({"input": Q, "target": A}, "question", SURE),
    "q a": ({"q": Q, "a": A}, "question", SURE),
    "human assistant": ({"human": Q, "assistant": A}, "question", SURE),
    "user assistant": ({"user": Q, "assistant": A}, "question", SURE),
    "prompt response": ({"prompt": Q, "response": A}, "question", SURE),
    "question final answer": ({"question": Q, "final_answer": A}, "question", ASKED),
    "capitals": ({"Question": Q, "Answer": A}, "question", SURE),
    "flores": ({"translation": {"en": Q, "pt": A}}, "translation", SURE),
    "languages": ({"en": Q, "pt": A}, "translation", SURE),
    "named languages": ({"English": Q, "Portuguese": A}, "translation", SURE),
    "sentence pairs": ({"sentence_en": Q, "sentence_pt": A}, "translation", SURE),
    "src tgt": ({"src": Q, "tgt": A}, "translation", SURE),
    "cnn": ({"article": Q, "highlights": A, "id": "x{n}"}, "summary", SURE),
    "xsum": ({"document": Q, "summary": A, "id": "x{n}"}, "summary", SURE),
    "samsum": ({"id": "x{n}", "dialogue": Q, "summary": A}, "summary", SURE),
    "abstracts": ({"article": Q, "abstract": A}, "summary", SURE),
    "wikipedia": ({"id": "x{n}", "url": "https://x.org/{n}", "title": "Fox {n}", "text": A}, "text", SURE),
    "plain": ({"text": A}, "text", SURE),
    "contents": ({"content": A}, "text", SURE),
    "sentiment": ({"text": Q, "sentiment": "good"}, "question", ASKED),
    "doccano": ({"id": 1, "text": Q, "label": ["good"]}, "question", ASKED),
    "doccano old": ({"text": Q, "annotations": [{"text": A, "user": 1}], "meta": {}}, "question", ASKED),
    "label studio": (
        {
            "id": 1,
            "data": {"text": Q},
            "annotations": [{"result": [{"from_name": "x", "value": {"text": [A]}}]}],
        },
        "question",
        ASKED,
    ),
    "reasoning": ({"question": Q, "reasoning": "Foxes are in woods, {n}.", "answer": A}, "question", ASKED),
    "open webui": ({"title": "x", "chat": {"messages": [USER, BOT]}}, "messages", SURE),
    "claude": (
        {"name": "x", "chat_messages": [{"sender": "human", "text": Q}, {"sender": "assistant", "text": A}]},
        "messages",
        SURE,
    ),
    "chatgpt": (
        {
            "title": "x",
            "mapping": {
                "u": {"parent": None, "message": {"author": {"role": "user"}, "content": {"parts": [Q]}}},
                "a": {"parent": "u", "message": {"author": {"role": "assistant"}, "content": {"parts": [A]}}},
            },
            "current_node": "a",
        },
        "messages",
        SURE,
    ),
    "squad as published": (
        {
            "title": "Fox",
            "paragraphs": [
                {"context": "In {n}.", "qas": [{"id": "x", "question": Q, "answers": [{"text": A}]}]}
            ],
        },
        "question",
        SURE,
    ),
    "arc as published": (
        {
            "question": {"stem": Q, "choices": [{"label": "A", "text": A}, {"label": "B", "text": "No {n}"}]},
            "answerKey": "A",
        },
        "question",
        SURE,
    ),
    "choices in columns": ({"question": Q, "A": A, "B": "No {n}", "answer": "A"}, "question", SURE),
    "hellaswag": ({"ctx": Q, "endings": ["No {n}", A], "label": 1}, "question", ASKED),
    "piqa": ({"goal": Q, "sol1": A, "sol2": "No {n}", "label": 0}, "question", ASKED),
    "llamafactory dpo in one list": (
        {"instruction": Q, "input": "", "output": [A, "No {n}."]},
        "preference",
        SURE,
    ),
    "helpsteer": ({"prompt": Q, "response": A, "helpfulness": 3, "coherence": 4}, "question", SURE),
    "doccano to write": ({"id": 1, "data": Q, "label": [A]}, "question", ASKED),
    "question and answer in lists": ({"conversation": [[Q, A]]}, "messages", SURE),
    "claude in parts": (
        {
            "chat_messages": [
                {"sender": "human", "text": "", "content": [{"type": "text", "text": Q}]},
                {
                    "sender": "assistant",
                    "text": "",
                    "content": [{"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": A}],
                },
            ]
        },
        "messages",
        SURE,
    ),
    "nli": ({"premise": Q, "hypothesis": "A fox, {n}.", "label": 1, "idx": 7}, "question", ASKED),
    "snli as published": (
        {
            "gold_label": "neutral",
            "sentence1": Q,
            "sentence1_parse": f"(ROOT {Q})",
            "sentence2": "A fox, {n}.",
            "pairID": "x{n}",
        },
        "question",
        ASKED,
    ),
    "how alike": ({"sentence1": Q, "sentence2": "A fox, {n}.", "score": 2.5}, "question", ASKED),
    "boolq": ({"question": Q, "passage": "In wood {n}.", "answer": A}, "question", SURE),
    "faq of schema.org": (
        {
            "@context": "https://schema.org",
            "@type": "FAQPage",
            "mainEntity": [
                {"@type": "Question", "name": Q, "acceptedAnswer": {"@type": "Answer", "text": f"<p>{A}</p>"}}
            ],
        },
        "question",
        SURE,
    ),
    "arena": (
        {"prompt": Q, "response_a": A, "response_b": "No {n}.", "winner": "model_a"},
        "preference",
        SURE,
    ),
    "arena as published": (
        {
            "model_a": "fox-1",
            "model_b": "fox-2",
            "winner": "model_b",
            "conversation_a": [USER, BOT | {"content": "No {n}."}],
            "conversation_b": [USER, BOT],
        },
        "preference",
        SURE,
    ),
    "arena by scores": (
        {
            "question": {"full_text": Q, "id": 7},
            "answer_0": "No {n}.",
            "answer_1": A,
            "score_0": -1,
            "score_1": 2,
        },
        "preference",
        ASKED,
    ),
    "shp": (
        {"history": Q, "human_ref_A": A, "human_ref_B": "No {n}.", "labels": 1, "score_A": 9, "score_B": 3},
        "preference",
        ASKED,
    ),
    "stack exchange paired": (
        {"question": Q, "date": "2022-01-01", "response_j": A, "response_k": "No {n}."},
        "preference",
        ASKED,
    ),
    "chosen response": (
        {"prompt": Q, "rejected_response": "No {n}.", "chosen_response": A},
        "preference",
        SURE,
    ),
    "best and worst": ({"prompt": Q, "Worst answer": "No {n}.", "Best answer": A}, "preference", SURE),
    "positive and negative": ({"question": Q, "positive": A, "negative": "No {n}."}, "preference", ASKED),
    "nectar": (
        {"prompt": Q, "answers": [{"answer": "No {n}.", "rank": 2}, {"answer": A, "rank": 1}]},
        "preference",
        ASKED,
    ),
    "ultrafeedback as published": (
        {
            "instruction": Q,
            "completions": [{"response": A, "overall_score": 8.5}, {"response": "No.", "overall_score": 3}],
        },
        "preference",
        ASKED,
    ),
    "responses and scores": (
        {"prompt": Q, "responses": ["No {n}.", A], "scores": [1, 5]},
        "preference",
        ASKED,
    ),
    "openai evals": ({"input": [USER], "ideal": A}, "question", SURE),
    "natural questions": ({"question": {"text": Q, "tokens": ["x"]}, "answers": [A]}, "question", SURE),
    "safe rlhf": (
        {"prompt": Q, "response_0": "No {n}.", "response_1": A, "better_response_id": 1},
        "preference",
        SURE,
    ),
    "vertex": (
        {
            "systemInstruction": {"parts": [{"text": "Be kind."}]},
            "contents": [{"role": "user", "parts": [{"text": Q}]}, {"role": "model", "parts": [{"text": A}]}],
        },
        "messages",
        SURE,
    ),
    "bedrock": (
        {
            "system": [{"text": "Be kind."}],
            "messages": [USER | {"content": [{"text": Q}]}, BOT | {"content": [{"text": A}]}],
        },
        "messages",
        SURE,
    ),
    "passages": ({"question": Q, "contexts": ["In {n}.", "Of {n}."], "answer": A}, "question", SURE),
    "ultrachat": ({"id": "7", "data": [Q, A]}, "messages", ASKED),
    "answer in a list": ({"input": Q, "output": [A]}, "question", SURE),
    "context in a list": ({"question": Q, "context": ["In {n}.", "Of {n}."], "answer": A}, "question", SURE),
    "two unknown columns": ({"subject": Q, "words": A}, "question", ASKED),
    "problem and solution": ({"problem": Q, "solution": A, "answer": "{n}"}, "question", SURE),
    "sciq": (
        {
            "question": Q,
            "distractor1": "No.",
            "distractor2": "In {n}.",
            "correct_answer": A,
            "support": "In this wood there are many foxes, {n}.",
        },
        "question",
        ASKED,
    ),
    "inputs and targets": ({"id": "{n}", "inputs": Q, "targets": A}, "question", SURE),
    "super-natural instructions": (
        {"definition": "Find the fox.", "inputs": Q, "targets": A},
        "question",
        SURE,
    ),
    "a bot's intents": ({"tag": "t{n}", "patterns": [Q], "responses": [A, "Bye."]}, "question", SURE),
    "a hub's viewer": (
        {"row_idx": 1, "row": {"prompt": Q, "completion": A}, "truncated_cells": []},
        "question",
        SURE,
    ),
    "a logged request": (
        {"request": {"messages": [USER]}, "response": {"choices": [{"index": 0, "message": BOT}]}},
        "messages",
        SURE,
    ),
    "a dialogue system's": (
        {"utterances": [{"speaker": "USER", "utterance": Q}, {"speaker": "SYSTEM", "utterance": A}]},
        "messages",
        SURE,
    ),
    "languages by their own names": ({"English": Q, "Deutsch": A}, "translation", SURE),
}
OTHER = {
    "sentiment": "good",
    "doccano": "good",
    "nli": "1",
    "snli as published": "neutral",
    "how alike": "2.5",
    "alpaca text": A,
    "arc as published": f"A. {A}",
    "choices in columns": f"A. {A}",
    "hellaswag": f"B. {A}",
    "piqa": f"A. {A}",
}


PAIRS = {"nli", "snli as published", "how alike"}  # both texts are in the question


def filled(value, n):
    match value:
        case str():
            return value.replace("{n}", str(n))
        case list():
            return [filled(one, n) for one in value]
        case dict():
            return {name: filled(one, n) for name, one in value.items()}
    return value


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_public_layout_is_read_as_what_it_is(model, name):
    row, form, sure = LAYOUTS[name]
    rows = [filled(row, n) for n in range(20)]
    answer = check(model, ("rows.jsonl", "".join(f"{json.dumps(one)}\n" for one in rows)))
    assert (recognised(answer).form, recognised(answer).sure, len(answer.rows)) == (form, sure, 20)
    made = first(answer)
    if name in PAIRS:
        assert made["messages"][0]["content"] == filled(f"{Q}\n\nA fox, {{n}}.", 0)
    said = made.get("text") or made.get("target") or made.get("chosen") or made["messages"][-1]["content"]
    assert said == filled(OTHER.get(name, A), 0)


def test_a_comparison_without_a_winner_is_named_and_left_out(model):
    rows = [
        {"prompt": f"{Q}{n}", "response_a": f"{A}{n}", "response_b": "No.", "winner": won}
        for n, won in enumerate(["model_a", "model_b", "tie", "tie (bothbad)"] * 5)
    ]
    answer = check(model, ("rows.jsonl", "".join(f"{json.dumps(one)}\n" for one in rows)))
    assert [(one.row["chosen"], one.row["rejected"]) for one in answer.rows][:2] == [
        (f"{A}0", "No."),
        ("No.", f"{A}1"),
    ]
    assert [one.line for one in answer.report.findings] == [n for n in range(1, 21) if n % 4 in (3, 0)]
    assert answer.report.total == 20


def test_a_system_message_in_parts_is_read(model):
    row = filled(LAYOUTS["vertex"][0], 0)
    assert first(check(model, ("rows.jsonl", json.dumps(row))))["messages"][0] == {
        "role": "system",
        "content": "Be kind.",
    }


@pytest.mark.parametrize("name", ["contexts", "context"])
def test_passages_in_a_list_are_no_choices(model, name):
    row = {"question": Q, name: ["In the wood.", "By the lake."], "answer": A}
    asked = first(check(model, ("rows.jsonl", json.dumps(row))))["messages"][0]["content"]
    assert asked == f"{Q}\n\nIn the wood.\n\nBy the lake."


@pytest.mark.parametrize(
    "passages",
    [
        {"title": ["Fox", "Wood"], "sentences": [["A fox.", " It ran."], ["Wood."]]},
        [["Fox", ["A fox.", " It ran."]], ["Wood", ["Wood."]]],
        {"contexts": ["A fox. It ran.", "Wood."], "labels": ["A", "B"]},
    ],
)
def test_passages_with_their_titles_are_read(model, passages):
    row = {"question": Q, "context": passages, "answer": A}
    asked = first(check(model, ("rows.jsonl", json.dumps(row))))["messages"][0]["content"]
    assert asked == f"{Q}\n\nA fox. It ran.\n\nWood."


def test_conversations_that_hold_messages_are_rows(model):
    rows = [{"id": n, "messages": [filled(USER, n), filled(BOT, n)]} for n in range(20)]
    answer = check(model, ("rows.json", json.dumps({"conversations": rows})))
    assert len(answer.rows) == 20
    assert first(answer)["messages"][-1]["content"] == filled(A, 0)


def test_what_was_decided_of_an_annotation_is_not_the_answer(model):
    row = {"text": Q, "options": [{"id": "f", "text": "Fox"}, {"id": "w", "text": "Wood"}], "accept": ["w"]}
    rows = [filled(row, n) | {"answer": "reject" if n % 4 else "accept"} for n in range(20)]
    answer = check(model, ("rows.jsonl", "".join(f"{json.dumps(one)}\n" for one in rows)))
    assert first(answer)["messages"][-1]["content"] == "Wood"
    assert [one.field for one in answer.report.marks] == ["accepted"]


def test_xml_is_not_taken_for_plain_text(model):
    with pytest.raises(BadInput, match="XML"):
        check(model, ("faq.xml", "<faq><question>Why?</question><answer>So.</answer></faq>"))


def test_a_reply_that_reviewers_refused_is_not_read(model):
    rows = [{"message_id": f"{n}", "parent_id": f"{n - 1}" if n % 2 else None, "role": role, "text": said}
            | {"review_result": n % 8 != 1}
            for n in range(40) for role, said in [("assistant", f"{A}{n}") if n % 2 else ("prompter", f"{Q}{n}")]]  # fmt: skip
    answer = check(model, ("rows.jsonl", "".join(f"{json.dumps(one)}\n" for one in rows)))
    assert len(answer.rows) == 15


def test_a_line_between_questions_is_not_part_of_an_answer(model):
    text = "".join(f"**User:** {Q}{n}\n\n**Assistant:** {A}{n}\n\n---\n\n" for n in range(20))
    assert first(check(model, ("talk.md", text)))["messages"][-1]["content"] == f"{A}0"


def phrases(*said: str) -> list[dict]:
    return [{"id": one, "data": [{"text": one, "userDefined": False}], "isTemplate": False} for one in said]


def test_an_agent_of_dialogflow_answers_what_is_said_to_its_intents(model):
    files = {"agent.json": json.dumps({"displayName": "Shop", "language": "en"})}
    for name, answer in (("hours", "At nine."), ("price", "Twelve euros.")):
        messages = [{"type": "0", "lang": "en", "speech": [answer]}, {"lang": "de", "speech": "Nein."}]
        files[f"intents/{name}.json"] = json.dumps({"name": name, "responses": [{"messages": messages}]})
        said = [f"{name} {n}?" for n in range(8)]
        files[f"intents/{name}_usersays_en.json"] = json.dumps(phrases(*said))
    answer = check(model, ("agent.zip", zipped(**files)))
    said = {row.row["messages"][0]["content"]: row.row["messages"][1]["content"] for row in answer.rows}
    assert len(said) == 16
    assert (said["hours 3?"], said["price 5?"]) == ("At nine.", "Twelve euros.")


def test_what_is_said_to_a_bot_without_its_answers_is_refused_with_the_form_that_is_wanted(model):
    with pytest.raises(BadInput, match="completion"):
        check(model, ("hours_usersays_en.json", json.dumps(phrases("Are you open?", "When?"))))


SENTENCE = "Ann\tB-PER\nlives\tO\nin\tO\nFaro\tB-LOC\n"
TAGGED = {
    "ner.conll": f"{SENTENCE}\n" * 8,
    "conll2003.txt": "-DOCSTART- -X- -X- O\n\n" + "EU NNP B-NP B-ORG\nrejects VBZ B-VP O\n\n" * 8,
    "tokens.jsonl": jsonl(*({"tokens": ["Ann", "in", f"Faro{n}"], "ner_tags": [1, 0, 5]} for n in range(8))),
    "tags.jsonl": jsonl(*({"words": ["Ann", f"x{n}"], "labels": ["B-PER", "O"]} for n in range(8))),
}


@pytest.mark.parametrize("name", TAGGED)
def test_words_with_tags_are_refused_with_the_form_that_is_wanted(model, name):
    with pytest.raises(BadInput, match=r"tag for each word.*completion"):
        check(model, (name, TAGGED[name]))


def test_the_choices_of_medmcqa_are_in_the_question(model):
    row = {"question": Q, "opa": "Wood", "opb": "Field", "opc": "Town", "opd": "Sea", "cop": 2, "exp": A}
    answer = check(model, ("rows.jsonl", jsonl(*(filled(row, n) for n in range(20)))))
    assert "C. Town" in first(answer)["messages"][0]["content"]


def test_conversations_of_intercom_have_their_roles(model):
    def part(kind: str, body: str | None, what: str = "comment") -> dict:
        return {"part_type": what, "body": body, "author": {"type": kind}}

    parts = [
        part("admin", "<p>To the team</p>", "note"),
        part("user", "<!-- nothing that is seen -->"),
        part("user", '<?xml version="1.0" encoding="utf-8"?>'),
        part("bot", f"<p>{A}</p>"),
        part("admin", None, "close"),
    ]
    rows = [
        filled(
            {
                "source": {"body": f"<p>{Q}</p>", "author": {"type": "user"}},
                "conversation_parts": {"conversation_parts": parts},
            },
            n,
        )
        for n in range(20)
    ]
    answer = check(model, ("all.json", json.dumps({"type": "conversation.list", "conversations": rows})))
    assert len(answer.rows) == 20
    assert first(answer)["messages"] == [filled(USER, 0), filled(BOT, 0)]
