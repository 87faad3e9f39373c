"""A small file of each form of training data, to fill in. Knows the forms that the doctor recognises."""

import json
from collections.abc import Mapping

from components.messages import N_

_CHAT = {
    "messages": [
        {"role": "system", "content": "You are the help desk of a library."},
        {"role": "user", "content": "When do you open on Sunday?"},
        {"role": "assistant", "content": "On Sundays we open from 10 to 16."},
    ]
}
_QUESTION = {"prompt": "When do you open on Sunday?", "completion": "On Sundays we open from 10 to 16."}
_INSTRUCTION = {
    "instruction": "Say it politely.",
    "input": "Close the door.",
    "output": "Could you close the door, please?",
}
_PREFERENCE = {
    "prompt": "When do you open on Sunday?",
    "chosen": "On Sundays we open from 10 to 16.",
    "rejected": "I don't know.",
}
_LABELLED = {"prompt": "When do you open on Sunday?", "completion": "I don't know.", "label": False}


def _lines(*rows: Mapping[str, object]) -> bytes:
    return "".join(f"{json.dumps(row)}\n" for row in rows).encode("ascii")


# What the form is called -> the file's name and its content
TEMPLATES: Mapping[str, tuple[str, bytes]] = {
    N_("Prompts and answers (CSV)"): (
        "prompts.csv",
        b"prompt,completion\r\n"
        b'When do you open on Sunday?,"On Sundays we open from 10 to 16."\r\n'
        b"May I bring a dog?,Guide dogs are welcome. Other dogs wait outside.\r\n",
    ),
    N_("Prompts and answers (JSONL)"): ("prompts.jsonl", _lines(_QUESTION)),
    N_("Instructions"): ("instructions.jsonl", _lines(_INSTRUCTION)),
    N_("Conversations"): ("conversations.jsonl", _lines(_CHAT)),
    N_("Translations (CSV)"): ("translations.csv", b"en,pt\r\nGood morning.,Bom dia.\r\n"),
    N_("Summaries"): (
        "summaries.jsonl",
        _lines({"document": "The whole text of a report.", "summary": "What matters in it."}),
    ),
    N_("Plain text"): ("text.txt", b"One paragraph a line.\n\nAn empty line begins the next text.\n"),
    N_("Pairs of a better and a worse answer"): ("pairs.jsonl", _lines(_PREFERENCE)),
    N_("Answers that are good or bad"): (
        "labelled.jsonl",
        _lines(_LABELLED, {**_LABELLED, "completion": "From 10 to 16.", "label": True}),
    ),
}
