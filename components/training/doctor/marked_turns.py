"""Conversations that are one text each, with the marks of a chat template or of a data set between the turns.

Knows the marks; not files. What is read so could be plain text as well: the person is asked.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

from components.messages import Said
from components.training.doctor.field_names import TURNS
from components.training.doctor.records import Opened
from components.training.rows import Turn

LOOK = 200  # records that are looked at
FEWEST = 4  # answers that make a text file conversations
ASKED = Said(
    "The text has marks between turns and was read as conversations. If it is plain text, choose that."
)
# What a turn begins with: ChatML, Llama 3, Gemma, Zephyr and Phi, "### Human:" of many data sets, Llama 2,
# Vicuna.
_HEAD = re.compile(
    r"<\|im_start\|>(\w+)\n|<\|start_header_id\|>(\w+)<\|end_header_id\|>|<start_of_turn>(\w+)\n"
    r"|<\|(system|user|assistant)\|>|###\s?(Human|User|Instruction|Input|Assistant|Response|System):"
    r"|(\[/?INST\])|(?:^|(?<=[\s>]))(USER|ASSISTANT|SYSTEM):(?=\s)"
)
_ENDS = re.compile(
    r"<\|(?:im_end|eot_id|end|endoftext|begin_of_text|end_of_text)\|>|<end_of_turn>|</?s>|<bos>|<eos>"
)
_SYSTEM = re.compile(r"<<SYS>>(.*?)<</SYS>>", re.DOTALL)
_ROLES = {
    **dict.fromkeys(("system", "developer"), "system"),
    **dict.fromkeys(("user", "human", "instruction", "input", "[inst]"), "user"),
    **dict.fromkeys(("assistant", "response", "model", "[/inst]"), "assistant"),
}


def turns(text: str) -> list[tuple[int, Turn]]:
    """The turns of a text, each with the place where it begins; none where its marks make no conversation.

    "### Human: Why?### Assistant: So." is two turns. What is before the first mark is a system message.
    """
    heads = list(_HEAD.finditer(text))
    found: list[tuple[int, Turn]] = []
    if not heads:
        return []
    _take(found, 0, "system", text[: heads[0].start()])
    ends = [one.start() for one in heads[1:]] + [len(text)]
    for head, end in zip(heads, ends, strict=True):
        role = _ROLES.get(next(filter(None, head.groups())).casefold())
        if role is None:
            return []  # a tool's, or somebody else's
        said = text[head.end() : end]
        if system := _SYSTEM.search(said):
            _take(found, head.start(), "system", system[1])
            said = said.replace(system[0], "", 1)
        _take(found, head.start(), role, said)
    return found if {"user", "assistant"} <= {one["role"] for _, one in found} else []


def _take(found: list[tuple[int, Turn]], place: int, role: str, said: str) -> None:
    if said := _ENDS.sub("", said).strip():
        found.append((place, {"role": role, "content": said}))


def gathered(opened: Opened) -> Opened | None:
    """A file whose texts have such marks, with their turns in the place of the texts; None for all else."""
    looked = opened.records[:LOOK]
    names = dict.fromkeys(name for record in looked for name in record.value)
    for name in names:
        marked = sum(bool(_turns_of(record.value.get(name))) for record in looked)
        if marked * 2 > len(looked):
            return replace(
                opened,
                records=[replace(one, value=_with_turns(one.value, name)) for one in opened.records],
                question=ASKED,
                repaired=list(opened.repaired),
                notes=list(opened.notes),
                findings=list(opened.findings),
            )
    return None


def _turns_of(value: Any) -> list[Turn]:
    return [one for _, one in turns(value)] if isinstance(value, str) else []


def _with_turns(value: Mapping[str, Any], name: str) -> dict[str, Any]:
    rest = {one: said for one, said in value.items() if one not in (name, TURNS[0])}
    return {TURNS[0]: _turns_of(value.get(name)) or value.get(name)} | rest


def read_text(text: str) -> Opened | None:
    """A text file of such conversations; None for all else. A system message begins one; without any, each
    question with its answer is a row of its own.
    """
    if not _HEAD.match(_ENDS.sub("", text[:1_000]).lstrip()):
        return None
    found = turns(text)
    if sum(one["role"] == "assistant" for _, one in found) < FEWEST:
        return None
    opened = Opened("Dialogue", question=ASKED)
    for part in _conversations(found):
        opened.add(text.count("\n", 0, part[0][0]) + 1, {TURNS[0]: [one for _, one in part]})
    return opened


def _conversations(found: list[tuple[int, Turn]]) -> Iterator[list[tuple[int, Turn]]]:
    systems = sum(one["role"] == "system" for _, one in found) > 1
    part = found[:1]
    for (_, before), (place, one) in pairwise(found):
        ends = one["role"] == "system" if systems else before["role"] == "assistant" != one["role"]
        if ends:
            yield part
            part = []
        part.append((place, one))
    yield part
