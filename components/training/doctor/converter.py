"""Records to rows: the fields of a shape, tidied, in the one form that is trained on; or what is wrong.

Knows shapes and roles; nothing about tokens or other rows.
"""

import ast
import json
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from components.messages import N_, Message, Said, counted, sentences
from components.training.doctor.field_names import CONTEXT, ROLE_FIELDS, ROLE_NAMES, field_name, first_role
from components.training.doctor.findings import WANTED, Finding, quoted
from components.training.doctor.letters import repaired
from components.training.doctor.records import Opened, Record
from components.training.doctor.shape import Shape
from components.training.doctor.speakers import role_of
from components.training.doctor.turns import (
    TRAINED_FIELDS,
    in_order,
    is_off,
    is_turn,
    mended_in_words,
    no_text,
    of_tool,
    passages_in,
    text_in_parts,
    turn_value,
    unread_fields,
    with_roles,
    wrong_turns,
)
from components.training.rows import Row, Turn

_WEIGHT_0 = Said("Answers with the weight 0 are read and not trained on.")
_BLANK_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"  # letters and a symbol in which nothing is to be seen
_SAID_FIELDS = ("content", "value", "text", "message", "utterance", "parts")
LONGEST_PRINTED = (
    1_000_000  # characters of a list as Python prints it: reading one takes a hundred times as much
)
PRINTED = Said("Lists that were written as Python prints them were read as lists.")
_OBJECTS = re.compile(r"\s*\[\s*\{")
_EMPTY_LINES, _ONE_SPACE = re.compile(r"\A(?:[^\S\n]*\n)+"), re.compile(r"[^\S\t]\S")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class Wrong(Exception):
    """This row can't be used: what kind of finding that is, and the finding in words."""

    def __init__(self, kind: str, what: Message) -> None:
        super().__init__(str(what))
        self.kind, self.what = kind, what


class Converter:
    """Makes rows of one file's records."""

    def __init__(self, shape: Shape, opened: Opened, others: Sequence[Shape] = ()) -> None:
        self.shape, self._opened = shape, opened
        self._main, self._others = shape, others  # those are of rows with none of the first one's fields
        inside = f"{shape.prompt}."
        self._kept = {  # what fields of turns say of answers that are trained on
            field_name(name.removeprefix(inside)): values
            for name, values in shape.keep
            if shape.prompt and name.startswith(inside)
        }
        self.trimmed = 0  # texts with spaces around them
        self._mended: Counter[str] = Counter()  # what was put right -> rows
        self._unread: dict[str, None] = {}  # fields of turns that nothing is made of

    def rows(self) -> Iterator[tuple[Record, Row | None, list[Finding]]]:
        """Each record with its row, or with None and what is wrong."""
        make = self._makers()
        for record in self._opened.records:
            self.shape = self._shape_of(record)
            self._mended["mixed"] += self.shape is not self._main
            try:
                row = make[self.shape.form](record)
            except Wrong as wrong:
                yield record, None, [record.finding(wrong.kind, wrong.what)]
                continue
            found = [record.finding(kind, what) for kind, what in self._look_at_turns(row)]
            yield record, _without_empty_system(row) if not found else None, found
        for what in mended_in_words(self._mended):
            self._opened.repair(what)
        if self._unread:
            self._opened.note(
                Said("Fields of turns that are not trained on: {fields}.", fields=list(self._unread))
            )
        if self.trimmed:
            self._opened.repair(
                counted(
                    "Spaces and empty lines around {count} text were removed.",
                    "Spaces and empty lines around {count:,} texts were removed.",
                    self.trimmed,
                )
            )

    def _shape_of(self, record: Record) -> Shape:
        """The main one where a row has any of its fields, else the first one whose fields it has."""
        if not self._others or self._main.fields & record.value.keys():
            return self._main
        whole = (one for one in self._others if record.value.keys() >= {one.prompt, one.answer} - {""})
        return next(whole, self._main)

    def _makers(self) -> dict[str, Callable[[Record], Row]]:
        """What makes the rows of each form."""
        return {
            "messages": self._messages,
            "instruction": self._question,
            "question": self._question,
            "translation": self._pair,
            "summary": self._pair,
            "text": self._text,
        }

    def _look_at_turns(self, row: Row) -> Iterator[tuple[str, Message]]:
        """Puts a row's turns in order, and says what is wrong with them as a conversation."""
        if "messages" in row:
            row["messages"] = in_order(row["messages"], self._mended)
            yield from wrong_turns(row["messages"])

    def _field(self, record: Record, name: str, empty: str, needed: bool = True) -> str:
        """A field's text, tidied. Raises Wrong where it is missing, empty or no text."""
        value = value_of(record.value, name)
        if _is_empty(value):
            if not needed:
                return ""
            if _has(record.value, name):
                raise Wrong(empty, Said(EMPTY[empty], name=quoted(name)))
            raise Wrong("field", Said("The field {name} is missing.", name=quoted(name)))
        value = text_in_parts(value)
        if not isinstance(value, str | int | float | bool):
            raise Wrong("type", _no_text(name, value))
        said = self._tidy(str(value))
        if needed and not said:
            raise Wrong(empty, Said(EMPTY[empty], name=quoted(name)))
        return said

    def _tidy(self, text: str) -> str:
        text = text.replace("\r\n", "\n")
        if "\r" in text:
            text = text.replace("\r", "\n")
            self._opened.repair(Said("Carriage returns (\\r) inside of texts were changed to line ends."))
        text = self._letters(_SURROGATE.sub("\ufffd", text).replace("\x00", ""))
        if not any(map(_is_seen, text)):
            return ""
        stripped = _stripped(text)
        self.trimmed += stripped != text
        return stripped

    def _letters(self, text: str) -> str:
        """The text with its letters put right, where it was read in the wrong encoding."""
        meant = repaired(text)
        self._mended["letters"] += meant != text
        return meant

    def _text(self, record: Record) -> Row:
        value = value_of(record.value, self.shape.prompt)
        # A part of a document stays as it is, also where it comes back as a repaired file.
        continued = record.value.get("continued") is True and isinstance(value, str)
        if self._opened.format == "Text" or continued:
            more = {"continued": True} if continued else {}
            said = self._letters(_SURROGATE.sub("\ufffd", str(value)))
            return {"text": said, **more, "line": record.line}
        return {"text": self._field(record, self.shape.prompt, "text"), "line": record.line}

    def _pair(self, record: Record) -> Row:
        source = self._field(record, self.shape.prompt, "prompt")
        return {
            "source": source,
            "target": self._field(record, self.shape.answer, "answer"),
            "line": record.line,
        }

    def _question(self, record: Record) -> Row:
        if (turns := self._turns(value_of(record.value, self.shape.prompt))) is not None:
            return self._conversational(turns, record)
        asked = self._asked(record)
        if answered := self._turns(value_of(record.value, self.shape.answer)):
            first = {"role": "user", "content": asked}
            begun = ROLE_NAMES.get(first_role(answered)) == "user"
            return self._conversation(answered if begun else [first, *answered], record)
        answer = self._chosen(record) or self._field(record, self.shape.answer, "answer")
        messages: list[Turn] = []
        if system := self._optional(record, self.shape.system):
            messages.append({"role": "system", "content": system})
        messages += self._history(record)
        messages += [{"role": "user", "content": asked}, {"role": "assistant", "content": answer}]
        return {"messages": messages, "line": record.line}

    def _asked(self, record: Record) -> str:
        """The question, with what belongs to it; an instruction may be empty: its input is the question."""
        more = self._choices(record) or self._optional(record, self.shape.extra)
        asked = self._field(
            record, self.shape.prompt, "prompt", needed=not more or bool(self._choices(record))
        )
        if more and not asked:
            self._mended["input"] += 1
        return "\n\n".join(filter(None, (asked, more)))

    def _choices(self, record: Record) -> str:
        """The answers to choose from, a line each; empty where there are none."""
        options = _options(record, self.shape.extra)
        return "\n".join(f"{letter}. {one}" for letter, one in options.items())

    def _chosen(self, record: Record) -> str:
        """The answer whose number or letter a row has, of those to choose from."""
        options, value = _options(record, self.shape.extra), value_of(record.value, self.shape.answer)
        letter = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
        if letter not in options and letter.isdecimal() and letter not in options.values():
            letter = list(options)[int(letter)] if int(letter) < len(options) else ""
        return f"{letter}. {self._tidy(options[letter])}" if letter in options else ""

    def _conversational(self, turns: list[Any], record: Record) -> Row:
        """Prompt and answer that are lists of turns themselves."""
        answer = value_of(record.value, self.shape.answer)
        if answer is None:
            raise Wrong("field", Said("The field {name} is missing.", name=quoted(self.shape.answer)))
        answered = self._turns(answer)
        turns = [*turns, *([{"role": "assistant", "content": answer}] if answered is None else answered)]
        return self._conversation(turns, record)

    def _turns(self, value: Any) -> list[Any] | None:
        """A list of objects, or a text that is a list of turns; None for all else, JSON too."""
        if not isinstance(value, str):
            turns = [value] if is_turn(value) else self._list(value)
            return turns if turns == [] or any(map(is_turn, turns or [])) else None
        if not _OBJECTS.match(value):
            return None
        turns = self._list(value)
        return turns if turns and all(map(is_turn, turns)) else None

    def _optional(self, record: Record, name: str) -> str:
        passages = passages_in(value_of(record.value, name)) if name else ()
        said = self._field(record, name, "text", needed=False) if name and not passages else ""
        return "\n\n".join(map(self._tidy, passages)) or said

    def _history(self, record: Record) -> list[Turn]:
        """Earlier turns: Alpaca's list of [question, answer], or objects with roles."""
        turns = self._list(value_of(record.value, self.shape.history)) if self.shape.history else None
        messages: list[Turn] = []
        if turns and all(map(is_turn, turns)):
            return [self._turn(number, turn) for number, turn in enumerate(with_roles(turns), 1)]
        for turn in turns or []:
            if not isinstance(turn, list) or len(turn) != 2 or not all(isinstance(t, str) for t in turn):
                what = Said(
                    "The history is not a list of question and answer: {value}.", value=quoted(turn, 40)
                )
                raise Wrong("type", what)
            messages.append({"role": "user", "content": self._tidy(turn[0])})
            messages.append({"role": "assistant", "content": self._tidy(turn[1])})
        return messages

    def _messages(self, record: Record) -> Row:
        name = self.shape.prompt
        if not _has(record.value, name):
            raise Wrong("field", Said("The field {name} is missing.", name=quoted(name)))
        value = value_of(record.value, name)
        if _is_empty(value) or (isinstance(value, str) and not value.strip()):
            raise Wrong("text", Said(EMPTY["text"], name=quoted(name)))
        turns = self._list(value)
        if turns is None:
            raise Wrong("type", Said("The field {name} is not a list of turns.", name=quoted(name)))
        return self._conversation(turns, record)

    def _conversation(self, turns: list[Any], record: Record) -> Row:
        messages = [self._turn(number, turn) for number, turn in enumerate(with_roles(turns), 1)]
        if not is_off(record.value.get("mask_history", 0)):
            self._mask_history(messages)
        system = self._optional(record, self.shape.system)
        if messages and messages[0]["role"] == "system":
            messages[0]["content"] = messages[0]["content"] or system
        elif system:
            messages.insert(0, {"role": "system", "content": system})
        return {"messages": messages, "line": record.line}

    def _mask_history(self, messages: list[Turn]) -> None:
        """LLaMA-Factory's way of saying that only the last answer is trained on."""
        answers = [one for one in messages if one["role"] == "assistant"]
        for one in answers[:-1]:
            one["weight"] = 0
            self._opened.note(Said("With mask_history only the last answer of a row is trained on."))

    def _turn(self, number: int, turn: Any) -> Turn:
        if not isinstance(turn, dict):
            raise Wrong("type", Said("Turn {number} is not an object with a role and a text.", number=number))
        fields = {field_name(str(name)): value for name, value in turn.items()}
        role = next((fields[one] for one in ROLE_FIELDS if fields.get(one) is not None), None)
        if role is None:
            raise Wrong("field", Said("Turn {number} has no role.", number=number))
        known = role_of(str(role), self.shape.assistant)
        if what := of_tool(number, str(role)):
            raise Wrong("tool", what)
        if known is None:
            what = Said(
                "Turn {number} has the role {role}; known are system, user and assistant.",
                number=number,
                role=quoted(role),
            )
            raise Wrong("role", what)
        said = next((fields[one] for one in _SAID_FIELDS if one in fields), None)
        if said is None and not any(one in fields for one in _SAID_FIELDS):
            raise Wrong("field", Said("Turn {number} has no text.", number=number))
        message: Turn = {"role": known, "content": self._said(number, said)}
        unread = (name for name in unread_fields(turn) if field_name(name) not in self._kept)
        self._unread |= dict.fromkeys(unread)
        if known == "assistant":
            self._weigh(message, {name: fields[name] for name in TRAINED_FIELDS if name in fields})
            if any(turn_value(fields.get(name)) not in values for name, values in self._kept.items()):
                message["weight"] = 0
        return message

    def _weigh(self, message: Turn, said: Mapping[str, Any]) -> None:
        """Whether an answer is trained on, as its turn says it."""
        if off := next((name for name, value in said.items() if is_off(value)), ""):
            message["weight"] = 0
            what = Said(
                "Answers with {field} {value} are read and not trained on.", field=off, value=said[off]
            )
            self._opened.note(_WEIGHT_0 if off == "weight" else what)
        elif any(isinstance(value, float) and value != 1 for value in said.values()):
            self._opened.note(Said("Weights of answers other than 0 count as 1."))

    def _list(self, value: Any) -> list[Any] | None:
        """A list, also where a table has it as text."""
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
            texts = [next((part[one] for one in _SAID_FIELDS if one in part), None) for part in parts]
            if len(parts) != len(said) or not all(isinstance(text, str) for text in texts):
                raise Wrong(*no_text(number, parts))
            said = "\n".join(map(str, texts))
        if said is None:
            return ""
        if not isinstance(said, str):
            what = Said(
                "Turn {number} has something else than text in it: {value}.",
                number=number,
                value=quoted(said, 40),
            )
            raise Wrong("type", what)
        return self._tidy(said)


EMPTY = {
    "prompt": N_("The prompt is empty: there is nothing in {name}."),
    "answer": N_("The answer is empty: there is nothing in {name}."),
    "text": N_("The text is empty: there is nothing in {name}."),
}


def _no_text(name: str, value: Any) -> Message:
    what = Said(
        "The field {name} is {found}, not a text: {value}.",
        name=quoted(name),
        found=Said("a list") if isinstance(value, list) else Said("an object"),
        value=quoted(value, 40),
    )
    return sentences(what, WANTED)


def _without_empty_system(row: Row) -> Row:
    """An empty system message says as little as none; it counts as a turn until all turns were looked at."""
    if "messages" not in row:
        return row
    return row | {"messages": [one for one in row["messages"] if one["content"] or one["role"] != "system"]}


def _stripped(text: str) -> str:
    """Without spaces and empty lines around it; where it has several lines, its first one stays indented."""
    body = _EMPTY_LINES.sub("", text.rstrip())
    indented = "\n" in body and not _ONE_SPACE.match(body)
    return body if indented else body.strip()


def _options(record: Record, name: str) -> dict[str, str]:
    """What there is to choose from, by letter: a list of texts, {"text": [...], "label": [...]}, or an object
    with a text for each letter.
    """
    value = value_of(record.value, name) if name and field_name(name) not in CONTEXT else None
    labels: Any = None
    if isinstance(value, Mapping) and isinstance(value.get("text"), list):
        value, labels = value["text"], value.get("label")
    elif isinstance(value, Mapping):
        value, labels = list(value.values()), list(value)
    if isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):  # ARC
        labels, value = [one.get("label") for one in value], [one.get("text") for one in value]
    if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
        return {}
    if not isinstance(labels, list) or len({str(one) for one in labels}) != len(value):
        labels = [_letter(number) for number in range(len(value))]
    return dict(zip(map(str, labels), value, strict=True))


def _letter(number: int) -> str:
    return chr(ord("A") + number) if number < 26 else str(number + 1)


def _is_seen(character: str) -> bool:
    """Whether a character leaves ink: blanks, control characters and those of no width don't."""
    return unicodedata.category(character)[0] not in "CZ" and character not in _BLANK_LETTERS


def value_of(value: Any, name: str) -> Any:
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
    """A list as Python prints it: pandas writes it so into a table."""
    if len(text) > LONGEST_PRINTED:
        return None
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None
    return (
        [list(one) if isinstance(one, tuple) else one for one in value] if isinstance(value, list) else None
    )
