"""The turns of a conversation: the ways in which they are written, and what is put right in their order.

Knows turns; neither records nor a row's other fields.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from components.messages import Message, Said, counted
from components.training.doctor.field_names import ROLE_FIELDS, TOOL_ROLES, answer_in, field_name, question_in
from components.training.doctor.findings import quoted
from components.training.rows import Turn, is_trained

# OpenAI's, axolotl's and ms-swift's ways of saying whether an answer is trained on.
TRAINED_FIELDS = ("weight", "train", "training", "loss_weight", "loss")
_PASSAGES = ("sentences", "contexts", "passages", "texts")  # fields that have them
READ_FIELDS = frozenset(
    (*ROLE_FIELDS, *TRAINED_FIELDS, "content", "value", "text", "message", "utterance", "parts")
)


def is_turn(one: Any) -> bool:
    return isinstance(one, dict) and any(name in one for name in ROLE_FIELDS)


def is_off(value: Any) -> bool:
    """Whether a field says no: false, 0, also as text."""
    return value is not None and str(value).strip().casefold() in ("false", "no", "0", "0.0")


def turn_value(value: Any) -> str:
    """What a field of a turn says, as a person chooses it; empty where the turn lacks it."""
    return "" if value is None else str(value)


def with_roles(turns: Sequence[Any]) -> list[Any]:
    """Turns that say no roles, with them: a list of texts is by user and assistant in alternation, as in
    LIMA; an object with a question and its answer, or a list of the two, is two turns, as in Capybara.

        ["Why?", "So."]        [{"input": "Why?", "output": "So."}]        [["Why?", "So."]]
    """
    if turns and all(isinstance(one, str) for one in turns):
        return [{"role": "assistant" if n % 2 else "user", "content": one} for n, one in enumerate(turns)]
    found: list[Any] = []
    for one in _answered_by_system(turns):
        if isinstance(one, list) and len(one) == 2 and all(isinstance(said, str) for said in one):
            one = {"question": one[0], "answer": one[1]}
        pair = _pair(one) if isinstance(one, dict) and not is_turn(one) else None
        found += pair or [one]
    return found


def _answered_by_system(turns: Sequence[Any]) -> Sequence[Any]:
    """In data of dialogue systems USER speaks and SYSTEM answers: then the system is the assistant."""
    said = [
        next((name for name in one if field_name(str(name)) in ROLE_FIELDS), "")
        for one in turns
        if is_turn(one)
    ]
    if not turns or len(said) != len(turns):
        return turns
    roles = [str(one[name]).strip().casefold() for one, name in zip(turns, said, strict=True)]
    if roles[0] != "user" or set(roles) != {"user", "system"}:
        return turns
    return [
        {**one, name: "assistant"} if role == "system" else one
        for one, name, role in zip(turns, said, roles, strict=True)
    ]


def _pair(one: Mapping[str, Any]) -> list[Turn] | None:
    asked, said = question_in(one), answer_in(one)
    if not asked or not said or not all(isinstance(one[name], str) for name in (asked, said)):
        return None
    return [{"role": "user", "content": one[asked]}, {"role": "assistant", "content": one[said]}]


def text_in_parts(value: Any) -> Any:
    """The text of Google's {"parts": [{"text": ...}]}, of Amazon's [{"text": ...}], of a list with one text
    in it, and of {"text": ...} with what is told of it; all else as it is.
    """
    if isinstance(value, Mapping) and "type" not in value:
        said = [value[name] for name in ("text", "full_text") if isinstance(value.get(name), str)]
        value = said[0] if len(said) == 1 else value
    if isinstance(value, str):
        return value
    parts = value.get("parts") if isinstance(value, Mapping) else value
    if isinstance(parts, list) and len(parts) == 1 and isinstance(parts[0], str):
        return parts[0]
    if not isinstance(parts, list) or not parts or not all(isinstance(one, Mapping) for one in parts):
        return value
    texts = [one.get("text") for one in parts]
    whole = all(one.keys() <= {"type", "text"} and one.get("type", "text") == "text" for one in parts)
    return "\n".join(map(str, texts)) if whole and all(isinstance(one, str) for one in texts) else value


def passages_in(value: Any) -> list[str]:
    """The texts of passages in which an answer is: a list of them, or of each its sentences, as HotpotQA has
    them: {"title": ["Fox"], "sentences": [["A fox.", "It ran."]]}, [["Fox", ["A fox.", "It ran."]]].
    """
    if isinstance(value, Mapping):
        value = next((value[one] for one in _PASSAGES if isinstance(value.get(one), list)), None)
    if not isinstance(value, list):
        return []
    passages = [_passage(one) for one in value]
    return list(map(str, passages)) if None not in passages else []


def _passage(one: Any) -> str | None:
    match one:
        case str():
            return one
        case [str(_title), list(sentences)] if all(isinstance(said, str) for said in sentences):
            return " ".join(map(str.strip, sentences))
        case list(sentences) if sentences and all(isinstance(said, str) for said in sentences):
            return " ".join(map(str.strip, sentences))
    return None


def unread_fields(turn: Mapping[str, Any]) -> list[str]:
    """Fields of a turn that say something and aren't used: calls of tools, reasoning."""
    return [
        str(name)
        for name, value in turn.items()
        if value not in (None, "", [], {}) and field_name(str(name)) not in READ_FIELDS
    ]


def of_tool(number: int, role: str) -> Message:
    """What is said of a turn that a program wrote; empty where a person or a model did."""
    if role.strip().casefold() not in TOOL_ROLES:
        return ""
    return Said(
        "Turn {number} is a tool's ({role}), which can't be trained on here: drop the row, or write what "
        "the tool said into a turn of the user.",
        number=number,
        role=role,
    )


def no_text(number: int, parts: Sequence[Mapping[str, Any]]) -> tuple[str, Message]:
    """What is wrong with a turn with a part that is no text, such as a picture: its kind, and in words."""
    kinds = ", ".join(dict.fromkeys(str(one["type"]) for one in parts if one.get("type", "text") != "text"))
    if "tool" in kinds:
        return "tool", of_tool(number, "tool")
    if not kinds:
        return "type", Said("Turn {number} has something else than text in it.", number=number)
    return "type", Said(
        "Turn {number} has something else than text in it: {value}.", number=number, value=quoted(kinds, 40)
    )


def in_order(messages: list[Turn], mended: Counter[str]) -> list[Turn]:
    """User and assistant in alternation, where that takes no guess: turns in a row by the same one become
    one, an answer before the first question and a question after the last answer go. `mended` counts what
    was done. Where a turn is empty or a system message is in the middle, all stays as it is.
    """
    first = 1 if messages and messages[0]["role"] == "system" else 0
    turns = messages[first:]
    if any(one["role"] == "system" or not one["content"] for one in turns):
        return messages
    joined: list[Turn] = []
    for one in turns:
        before = joined[-1] if joined else None
        if before is None or before["role"] != one["role"]:
            joined.append(dict(one))
        elif one["role"] == "assistant" and is_trained(before) != is_trained(one):
            return messages
        else:
            before["content"] = f"{before['content']}\n\n{one['content']}"
    start = 1 if joined and joined[0]["role"] == "assistant" else 0
    stop = len(joined) - 1 if joined and joined[-1]["role"] == "user" else len(joined)
    if stop - start < 2:
        return messages
    mended["joined"] += len(joined) < len(turns)
    mended["begun"] += start > 0
    mended["ended"] += stop < len(joined)
    return [*messages[:first], *joined[start:stop]]


def mended_in_words(mended: Counter[str]) -> list[Message]:
    """What was put right in a file's rows."""
    found: list[Message] = []
    if count := mended["joined"]:
        found.append(
            counted(
                "In {count} row, turns in a row by the same role were joined.",
                "In {count:,} rows, turns in a row by the same role were joined.",
                count,
            )
        )
    if count := mended["begun"]:
        found.append(
            counted(
                "In {count} row, an answer before the first question was left out.",
                "In {count:,} rows, an answer before the first question was left out.",
                count,
            )
        )
    if count := mended["ended"]:
        found.append(
            counted(
                "In {count} row, a last question without an answer was left out.",
                "In {count:,} rows, a last question without an answer was left out.",
                count,
            )
        )
    if count := mended["mixed"]:
        found.append(
            counted(
                "{count} row has other fields for the same and was read by these.",
                "{count:,} rows have other fields for the same and were read by these.",
                count,
            )
        )
    if count := mended["input"]:
        found.append(
            counted(
                "In {count} row, the instruction is empty and its input is the question.",
                "In {count:,} rows, the instruction is empty and its input is the question.",
                count,
            )
        )
    if count := mended["letters"]:
        found.append(
            counted(
                "In {count} text, letters that had been read in the wrong encoding were put right.",
                "In {count:,} texts, letters that had been read in the wrong encoding were put right.",
                count,
            )
        )
    return found


def wrong_turns(messages: list[Turn] | None) -> Iterator[tuple[str, Message]]:
    """What is wrong with a conversation as a whole: the kind of finding, and it in words."""
    if messages is None:
        return
    roles = [one["role"] for one in messages]
    if "user" not in roles:
        yield "user", Said("There is no user turn.")
    if "assistant" not in roles:
        yield "assistant", Said("There is no assistant turn.")
    for number, one in enumerate(messages, 1):
        if not one["content"] and one["role"] != "system":
            kind = "answer" if one["role"] == "assistant" else "prompt"
            yield kind, Said("Turn {number} ({role}) is empty.", number=number, role=one["role"])
    if "assistant" in roles and not any(map(is_trained, messages)):
        yield "assistant", Said("Every answer has the weight 0: nothing would be trained on.")
    if "user" in roles and "assistant" in roles and (wrong := _wrong_order(roles)):
        yield "order", wrong


def _wrong_order(roles: list[str]) -> Message:
    """Turns must be: a system message or none, then user and assistant in turns, an answer last."""
    start = 1 if roles[0] == "system" else 0
    for number, role in enumerate(roles[start:], start + 1):
        wanted = "user" if (number - start) % 2 else "assistant"
        if role == "system":
            return Said("Turn {number} is a system message; it can only be the first.", number=number)
        if role != wanted:
            if number == start + 1:
                before = Said("at the beginning")
            else:
                before = Said("after {role}", role=roles[number - 2])
            return Said(
                "Turn {number} is by the {role}, {before}; expected was the {wanted}.",
                number=number,
                role=role,
                before=before,
                wanted=wanted,
            )
    if roles[-1] == "user":
        return Said("The last turn ({number}) is the user's, without an answer.", number=len(roles))
    return ""
