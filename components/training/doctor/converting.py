"""Records to rows: the fields of a shape, tidied, in the one form that is trained on; or what is wrong.

Knows shapes and roles; nothing about tokens or other rows.
"""

import ast
import json
import math
import re
from collections.abc import Iterator
from typing import Any

from components.messages import N_
from components.training.doctor.findings import Finding, quoted
from components.training.doctor.recognising import (
    ROLE_FIELDS,
    ROLE_NAMES,
    Shape,
    field_name,
    first_role,
    is_turns,
)
from components.training.doctor.records import Opened, Record
from components.training.rows import Message, Row, is_trained

_SAID_FIELDS = ("content", "value", "text", "message", "utterance", "parts")
LONGEST_PRINTED = 1_000_000  # signs of a list as Python prints it: reading one takes a hundred times as much
PRINTED = "Lists that were written as Python prints them were read as lists."
ALONE = "Texts that were alone in a list or an object were taken out of it."
FIRST_ANSWER = "Where a prompt has a list of several answers, the first one is trained on."
_PRINTED = re.compile(
    r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|array\(|dtype=\w+\)|[{}\[\](),:]|[^\s'"{}\[\](),:]+|['"]""",
    re.DOTALL,
)
_OBJECTS = re.compile(r"\s*\[\s*\{")
_EMPTY_LINES, _ONE_SPACE = re.compile(r"\A(?:[^\S\n]*\n)+"), re.compile(r"[^\S\t]\S")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class _Wrong(Exception):
    """This row can't be used: kind and sentence of the finding."""

    def __init__(self, kind: str, what: str) -> None:
        super().__init__(what)
        self.kind, self.what = kind, what


class Converter:
    """Makes rows of one file's records."""

    def __init__(self, shape: Shape, opened: Opened) -> None:
        self.shape, self._opened = shape, opened
        self.trimmed = 0  # texts with spaces around them

    def rows(self) -> Iterator[tuple[Record, Row | None, list[Finding]]]:
        """Each record with its row, or with None and what is wrong."""
        make = {
            "messages": self._messages,
            "instruction": self._question,
            "question": self._question,
            "translation": self._pair,
            "summary": self._pair,
            "text": self._text,
        }[self.shape.form]
        for record in self._opened.records:
            try:
                row = make(record)
            except _Wrong as wrong:
                yield record, None, [record.finding(wrong.kind, wrong.what)]
                continue
            found = [record.finding(kind, what) for kind, what in _wrong_turns(row.get("messages"))]
            yield record, _without_empty_system(row) if not found else None, found
        if self.trimmed:
            self._opened.repair(f"Spaces and empty lines around texts were removed ({self.trimmed:,}).")

    def _field(self, record: Record, name: str, empty: str, needed: bool = True) -> str:
        """A field's text, tidied. Raises _Wrong where it is missing, empty or no text."""
        value = _value(record.value, name)
        if _is_empty(value):
            if not needed:
                return ""
            if _has(record.value, name):
                raise _Wrong(empty, _EMPTY[empty].format(name=quoted(name)))
            raise _Wrong("field", f"The field {quoted(name)} is missing.")
        if not isinstance(value, str | int | float | bool):
            value = self._alone(value, name, several=empty == "answer")
        said = self._tidy(str(value))
        if needed and not said:
            raise _Wrong(empty, _EMPTY[empty].format(name=quoted(name)))
        return said

    def _alone(self, value: Any, name: str, several: bool) -> str:
        """The text that is alone in a list or an object; of several answers for one prompt, the first."""
        texts = _texts_in(value)
        if texts is None or (len(texts) > 1 and not several):
            said = N_("a list") if isinstance(value, list) else N_("an object")
            raise _Wrong("type", f"The field {quoted(name)} is {said}, not a text: {quoted(value, 40)}.")
        if len(texts) > 1:
            self._opened.note(FIRST_ANSWER)
        elif texts:
            self._opened.repair(ALONE)
        return texts[0] if texts else ""

    def _tidy(self, text: str) -> str:
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
            self._opened.repair("Carriage returns (\\r) inside of texts were changed to line ends.")
        text = _SURROGATE.sub("\ufffd", text).replace("\x00", "")
        stripped = _stripped(text)
        self.trimmed += stripped != text
        return stripped

    def _text(self, record: Record) -> Row:
        value = _value(record.value, self.shape.prompt)
        # A part of a document stays as it is, also where it comes back as a repaired file.
        continued = record.value.get("continued") is True and isinstance(value, str)
        if self._opened.format == "Text" or continued:
            more = {"continued": True} if continued else {}
            return {"text": _SURROGATE.sub("\ufffd", str(value)), **more, "line": record.line}
        return {"text": self._field(record, self.shape.prompt, "text"), "line": record.line}

    def _pair(self, record: Record) -> Row:
        source = self._field(record, self.shape.prompt, "prompt")
        return {
            "source": source,
            "target": self._field(record, self.shape.answer, "answer"),
            "line": record.line,
        }

    def _question(self, record: Record) -> Row:
        if (turns := self._turns(_value(record.value, self.shape.prompt))) is not None:
            return self._conversational(turns, record)
        asked = self._field(record, self.shape.prompt, "prompt")
        if more := self._optional(record, self.shape.extra):
            asked = f"{asked}\n\n{more}"
        if answered := self._turns(_value(record.value, self.shape.answer)):
            first = {"role": "user", "content": asked}
            begun = ROLE_NAMES.get(first_role(answered)) == "user"
            return self._conversation(answered if begun else [first, *answered], record)
        answer = self._field(record, self.shape.answer, "answer")
        messages: list[Message] = []
        if system := self._optional(record, self.shape.system):
            messages.append({"role": "system", "content": system})
        messages += self._history(record)
        messages += [{"role": "user", "content": asked}, {"role": "assistant", "content": answer}]
        return {"messages": messages, "line": record.line}

    def _conversational(self, turns: list[Any], record: Record) -> Row:
        """Prompt and answer that are lists of turns themselves."""
        answer = _value(record.value, self.shape.answer)
        if answer is None:
            raise _Wrong("field", f"The field {quoted(self.shape.answer)} is missing.")
        answered = self._turns(answer)
        turns = [*turns, *([{"role": "assistant", "content": answer}] if answered is None else answered)]
        return self._conversation(turns, record)

    def _turns(self, value: Any) -> list[Any] | None:
        """A list of objects, one turn, or a text that is a list of turns; None for all else, JSON too."""
        if not isinstance(value, str):
            turns = [value] if _is_turn(value) and not is_turns(value) else self._list(value)
            return turns if turns == [] or any(map(_is_turn, turns or [])) else None
        if not _OBJECTS.match(value):
            return None
        turns = self._list(value)
        return turns if turns and all(map(_is_turn, turns)) else None

    def _optional(self, record: Record, name: str) -> str:
        return self._field(record, name, "text", needed=False) if name else ""

    def _history(self, record: Record) -> list[Message]:
        """Alpaca's earlier turns: a list of [question, answer]."""
        turns = self._list(_value(record.value, self.shape.history)) if self.shape.history else None
        messages: list[Message] = []
        for turn in turns or []:
            if not isinstance(turn, list) or len(turn) != 2 or not all(isinstance(t, str) for t in turn):
                raise _Wrong("type", f"The history is not a list of question and answer: {quoted(turn, 40)}.")
            messages.append({"role": "user", "content": self._tidy(turn[0])})
            messages.append({"role": "assistant", "content": self._tidy(turn[1])})
        return messages

    def _messages(self, record: Record) -> Row:
        name = self.shape.prompt
        if not _has(record.value, name):
            raise _Wrong("field", f"The field {quoted(name)} is missing.")
        value = _value(record.value, name)
        if _is_empty(value) or (isinstance(value, str) and not value.strip()):
            raise _Wrong("text", _EMPTY["text"].format(name=quoted(name)))
        turns = self._list(value)
        if turns is None:
            raise _Wrong("type", f"The field {quoted(name)} is not a list of turns.")
        return self._conversation(turns, record)

    def _conversation(self, turns: list[Any], record: Record) -> Row:
        apart = [one for turn in turns for one in _apart(turn)]
        messages = [self._turn(number, turn) for number, turn in enumerate(apart, 1)]
        system = self._optional(record, self.shape.system)
        if messages and messages[0]["role"] == "system":
            messages[0]["content"] = messages[0]["content"] or system
        elif system:
            messages.insert(0, {"role": "system", "content": system})
        return {"messages": messages, "line": record.line}

    def _turn(self, number: int, turn: Any) -> Message:
        if not isinstance(turn, dict):
            raise _Wrong("type", f"Turn {number} is not an object with a role and a text.")
        fields = {field_name(str(name)): value for name, value in turn.items()}
        role = next((fields[one] for one in ROLE_FIELDS if fields.get(one) is not None), None)
        if role is None:
            raise _Wrong("field", f"Turn {number} has no role.")
        known = ROLE_NAMES.get(str(role).strip().casefold())
        if known is None:
            raise _Wrong(
                "role", f"Turn {number} has the role {quoted(role)}; known are system, user and assistant."
            )
        said = next((fields[one] for one in _SAID_FIELDS if one in fields), None)
        if said is None and not any(one in fields for one in _SAID_FIELDS):
            raise _Wrong("field", f"Turn {number} has no text.")
        message: Message = {"role": known, "content": self._said(number, said)}
        if known == "assistant" and fields.get("weight") in (0, "0"):
            message["weight"] = 0
            self._opened.note("Answers with the weight 0 are read and not trained on.")
        return message

    def _list(self, value: Any) -> list[Any] | None:
        """A list, also where a table has it as text, or has a list for each of its fields."""
        if isinstance(value, dict) and is_turns(value):
            columns = {name: one for name, one in value.items() if isinstance(one, list)}
            return [dict(zip(columns, cells, strict=False)) for cells in zip(*columns.values(), strict=False)]
        if not isinstance(value, str) or not value.lstrip().startswith("["):
            return value if isinstance(value, list) else None
        try:
            read = json.loads(value, strict=False)
            return read if isinstance(read, list) else None
        except (ValueError, RecursionError):
            read = _printed(value)
        if read is not None:
            self._opened.repair(PRINTED)
        return read

    def _said(self, number: int, said: Any) -> str:
        """A turn's text, also where it is a list of parts as in OpenAI's newer files."""
        if isinstance(said, list):
            parts = [part for part in said if isinstance(part, dict)]
            if len(parts) != len(said) or any(not isinstance(part.get("text"), str) for part in parts):
                raise _Wrong("type", f"Turn {number} has something else than text in it.")
            said = "\n".join(part["text"] for part in parts)
        if said is None:
            return ""
        if not isinstance(said, str):
            raise _Wrong("type", f"Turn {number} has something else than text in it: {quoted(said, 40)}.")
        return self._tidy(said)


_EMPTY = {
    "prompt": "The prompt is empty: there is nothing in {name}.",
    "answer": "The answer is empty: there is nothing in {name}.",
    "text": "The text is empty: there is nothing in {name}.",
}


def _wrong_turns(messages: list[Message] | None) -> Iterator[tuple[str, str]]:
    """What is wrong with a conversation as a whole: kind and sentence."""
    if messages is None:
        return
    roles = [one["role"] for one in messages]
    for role, words in (("user", "user"), ("assistant", "assistant")):
        if role not in roles:
            yield role, f"There is no {words} turn."
    for number, one in enumerate(messages, 1):
        if not one["content"] and one["role"] != "system":
            kind = "answer" if one["role"] == "assistant" else "prompt"
            yield kind, f"Turn {number} ({one['role']}) is empty."
    if "assistant" in roles and not any(map(is_trained, messages)):
        yield "assistant", "Every answer has the weight 0: nothing would be trained on."
    if "user" in roles and "assistant" in roles and (wrong := _wrong_order(roles)):
        yield "order", wrong


def _without_empty_system(row: Row) -> Row:
    """An empty system message says as little as none; it counts as a turn until all turns were looked at."""
    if "messages" not in row:
        return row
    return row | {"messages": [one for one in row["messages"] if one["content"] or one["role"] != "system"]}


def _wrong_order(roles: list[str]) -> str:
    """Turns must be: a system message or none, then user and assistant in turns, an answer last."""
    start = 1 if roles[0] == "system" else 0
    for number, role in enumerate(roles[start:], start + 1):
        wanted = "user" if (number - start) % 2 else "assistant"
        if role == "system":
            return f"Turn {number} is a system message; it can only be the first."
        if role != wanted:
            first = number == start + 1
            before = N_("at the beginning") if first else N_("after {role}").format(role=roles[number - 2])
            return f"Turn {number} is by the {role}, {before}; expected was the {wanted}."
    if roles[-1] == "user":
        return f"The last turn ({len(roles)}) is the user's, without an answer."
    return ""


def _texts_in(value: Any, deepest: int = 3) -> list[str] | None:
    """The texts of a list, or the one of an object, as SQuAD has its answers; None where there is more."""
    if isinstance(value, str | int | float):
        return [str(value)]
    if isinstance(value, dict) and deepest:
        fields = {field_name(str(name)): one for name, one in value.items()}
        said = [fields[name] for name in _SAID_FIELDS if name in fields]
        said = said[:1] or [one for one in value.values() if isinstance(one, str)]
        return _texts_in(said[0], deepest - 1) if len(said) == 1 else None
    if isinstance(value, list) and deepest:
        inner = [_texts_in(one, deepest - 1) for one in value]
        return None if None in inner else [text for texts in inner for text in texts or () if text.strip()]
    return None


def _stripped(text: str) -> str:
    """Without spaces and empty lines around it; where it has several lines, its first one stays indented."""
    body = _EMPTY_LINES.sub("", text.rstrip())
    indented = "\n" in body and not _ONE_SPACE.match(body)
    return body if indented else body.strip()


def _apart(turn: Any) -> list[Any]:
    """The turns of one that has a field for each role: {"human": ..., "assistant": ...}."""
    if (
        not isinstance(turn, dict)
        or not turn
        or not all(field_name(str(name)) in ROLE_NAMES for name in turn)
    ):
        return [turn]
    return [{"role": name, "content": said} for name, said in turn.items()]


def _is_turn(one: Any) -> bool:
    return isinstance(one, dict) and any(name in one for name in ROLE_FIELDS)


def _value(value: Any, name: str) -> Any:
    """A field; "translation.en" is inside of another one."""
    if name in value:
        return value[name]
    outer, _, inner = name.partition(".")
    nested = value.get(outer)
    return nested.get(inner) if inner and isinstance(nested, dict) else None


def _is_empty(value: Any) -> bool:
    """Nothing, or an empty cell, which may be NaN."""
    return value is None or (isinstance(value, float) and not math.isfinite(value))


def _has(value: Any, name: str) -> bool:
    outer, _, inner = name.partition(".")
    return name in value or (bool(inner) and isinstance(value.get(outer), dict) and inner in value[outer])


def _printed(text: str) -> list[Any] | None:
    """A list as Python or numpy prints it: pandas writes it so into a table."""
    if len(text) > LONGEST_PRINTED:
        return None
    try:
        value = ast.literal_eval(_with_commas(text))
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None
    return (
        [list(one) if isinstance(one, tuple) else one for one in value] if isinstance(value, list) else None
    )


def _with_commas(text: str) -> str:
    """With those that numpy leaves out between values, where Python would join two texts to one."""
    signs: list[str] = []
    for sign in _PRINTED.findall(text):
        if sign == "array(":
            continue
        if sign.startswith("dtype="):  # array([...], dtype=object)
            if signs[-1:] == [","]:
                signs.pop()
            continue
        if signs and signs[-1][-1] in "}])'\"" and sign[0] in "{[('\"":
            signs.append(",")
        signs.append(sign)
    return " ".join(signs)
