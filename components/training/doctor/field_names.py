"""What the common formats call their fields and roles, and what a field's name says. Knows no rows."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from components.models.languages import language_code

# What the common formats call the three roles.
ROLE_NAMES = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "human": "user",
    "prompter": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "model": "assistant",
    "bot": "assistant",
    "chatgpt": "assistant",
    "bing": "assistant",
    "bard": "assistant",
}
# What is said by a program, or to one: no person, and no answer.
TOOL_ROLES = frozenset(
    (
        "tool",
        "function",
        "function_call",
        "function_response",
        "observation",
        "ipython",
        "tool_call",
        "tool_response",
    )
)
ROLE_FIELDS = ("role", "from", "speaker", "sender")
_FIRST_ROLE = re.compile(
    rf"""\s*\[\s*\{{[^{{}}\[\]]*?["'](?:{"|".join(ROLE_FIELDS)})["']\s*:\s*["'](\w+)["']"""
)

TURNS = ("messages", "conversations", "conversation", "dialog", "dialogue", "chat", "turns")
INSTRUCTION, INPUT = ("instruction",), ("input", "context")
ANSWER = (
    "output",
    "response",
    "completion",
    "solution",
    "answer",
    "answers",
    "reply",
    "target",
    "targets",
    "label",
)
QUESTION = ("prompt", "question", "query", "problem", "input", "inputs", "user", "human", "q")
CONTEXT = ("context", "passage", "contexts", "passages", "sentence")  # in which the answer is
CHOICES = ("choices", "options")  # of which the answer may be the number
# Answers that were compared, as the common files call them.
CHOSEN = ("chosen", "preferred", "preferred_output", "accepted", "winner", "better")
REJECTED = ("rejected", "dispreferred", "non_preferred_output", "loser", "worse")
ANSWERED = (
    *ANSWER,
    "assistant",
    "gpt",
    "bot",
    "a",
    "chosen",
    "answerkey",
    "answer_key",
    "ideal",
    "correct_answer",
)
DOCUMENT = ("document", "article", "text", "dialogue", "report", "content", "body", "source")
SUMMARY = ("summary", "highlights", "abstract", "tldr", "summaries")
TEXT = ("text", "content", "document", "body")
SOURCE, TARGET = ("source", "src", "source_text"), ("target", "tgt", "trg", "target_text", "translation")
BESIDE = {*("id", "title", "url", "continued", "language", "lang", "timestamp", "date"), *REJECTED}
SCORES = ("score", "similarity", "relatedness", "is_duplicate")  # of a pair of texts
RESULT = (*ANSWERED, "labels", "category", "class", "sentiment", "emotion", "intent")  # of a text
ASIDE = BESIDE - set(REJECTED)  # what a text may have
SYSTEM, HISTORY = ("system", "system_prompt", "system_instruction"), ("history",)
_ALL = (TURNS, INSTRUCTION, INPUT, ANSWERED, QUESTION, DOCUMENT, SUMMARY, TEXT, SOURCE, TARGET)
KNOWN_FIELDS = frozenset(name for names in (*_ALL, SYSTEM, HISTORY) for name in names)


@lru_cache(4096)  # every row has the same ones
def field_name(name: str) -> str:
    """A field's name as it is compared: system_instruction, also for systemInstruction."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", "_", name.strip())
    return re.sub(r"[\s\-_.]+", "_", apart.casefold()).strip("_")


def named(names: Iterable[str], wanted: Sequence[str], *but: str) -> str:
    """The field with the first of the wanted names that there is."""
    by_name = _by_name(tuple(sorted(names)))
    return next((by_name[one] for one in wanted if one in by_name and by_name[one] not in but), "")


@lru_cache(4096)
def _by_name(names: tuple[str, ...]) -> Mapping[str, str]:
    return {field_name(name): name for name in names}


def named_alike(names: Iterable[str], wanted: Sequence[str], *but: str) -> str:
    """Also a field whose name only ends with a wanted one: final_answer."""
    ends = {field_name(name).rstrip("?:").rpartition("_")[2]: name for name in sorted(names)}
    return named(names, wanted, *but) or next(
        (ends[one] for one in wanted if len(one) > 1 and one in ends and ends[one] not in but), ""
    )


def question_in(turn: Mapping[str, Any]) -> str:
    """The field of an object with a question and its answer that has the question."""
    return named(map(str, turn), (*QUESTION, *INSTRUCTION))


def answer_in(turn: Mapping[str, Any]) -> str:
    return named(map(str, turn), ANSWERED, question_in(turn))


def is_turns(value: Any) -> bool:
    """A list of objects with roles, also written as text."""
    return bool(first_role(value))


def is_texts(value: Any) -> bool:
    """A list of several texts, such as the turns of a conversation without roles."""
    return isinstance(value, list) and len(value) > 1 and all(isinstance(one, str) for one in value)


def first_role(turns: Any) -> str:
    """The first turn's role, if that is a known one."""
    if isinstance(turns, str):
        found = _FIRST_ROLE.match(turns)
        role = found[1] if found else None
    elif isinstance(turns, list) and turns and all(isinstance(turn, Mapping) for turn in turns):
        role = next((turns[0][name] for name in ROLE_FIELDS if name in turns[0]), None)
    else:
        role = None
    role = str(role).strip().casefold()
    return role if role in ROLE_NAMES else ""


def language_of(name: str) -> str:
    """The language that a column's name says: en, eng, pt-BR, Portuguese; else empty."""
    plain = re.sub(r"[_\s]+", "-", name.strip())
    return language_code(plain) or language_code(plain.split("-")[0])


def parted(name: str) -> tuple[str, str]:
    """The language that a column's name says and what else it says: Portuguese, sentence_en."""
    if language := language_of(name):
        return language, ""
    rest, _, last = re.sub(r"[_\s]+", "-", name.strip()).rpartition("-")
    return language_of(last) if rest else "", rest.casefold()


def language_said(name: str) -> str:
    """The language that a field's name says, also inside of another field: translation.en."""
    return parted(name)[0] or language_of(name.rpartition(".")[2])
