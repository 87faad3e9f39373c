"""What the columns of an upload are for: told by their names and by what is in them, changed by a person.

Knows rows as the doctor read them; not how they were read. A column that a person doesn't name is told by the
names that public sets of questions use.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import mean, median
from typing import Any

from components.documents import count_words
from components.documents.language_detection import COMMON, detect
from components.errors import BadInput
from components.kept import Kept
from components.messages import Message, counted
from components.models.languages import language_name
from components.tasks.evaluate import assertions, rule_columns
from components.tasks.evaluate.bias import pairs_of
from components.tasks.evaluate.questions import LETTERS, PAIRED, Form, Item, Questions
from components.tasks.evaluate.text_metrics import numbers
from components.training.doctor.field_names import (
    CHOICES,
    SOURCE,
    SUMMARY,
    TARGET,
    field_name,
    is_turns,
    language_of,
)
from components.training.doctor.raw_rows import RawRows
from components.training.measures import words
from components.training.prepared import instruction_for

_PROMPT = (
    *("prompt", "question", "query", "instruction", "problem", "input", "user", "q", "text", "sentence"),
    *SOURCE,
)
_EXPECTED = (
    *("expected", "expected_answer", "expected_output", "correct_answers", "correct_answer", "references"),
    *("reference", "reference_answer", "gold", "gold_answer", "ideal", "best_answer", "answers", "answer"),
    *("final_decision", "target", "targets", "output", "completion", "response", "chosen", "label"),
    *("sentiment", "summary", "highlights", "long_answer", "labels", "answerkey", "answer_key", "correct"),
    *("ref", *TARGET),
)
_DOCUMENT = ("document", "context", "contexts", "article", "passage", "report", "documents")
_CHOICES = ("choices", "options")
_TURNS = ("messages", "turns")
_GROUP = ("group", "category", "subject", "task", "topic", "bias_type", "type", "level", "domain", "source")
_LONG_DOCUMENT, _SUMMARY = 60, 12  # words of what is summarized and of what that makes; less is a question
_PASSAGE = 3  # words of what may be a translation; a name or a figure is an answer
LOOK = 200  # rows whose language is looked at
_SENTENCE = 6  # words that are no label: of a document with which nothing is asked, they are its summary
MOST_GROUPS = 60
MOST_LABELS = 200
_ONE_LETTER = re.compile(r"\(?([A-J])[).]?")


@dataclass(frozen=True)
class Columns(Kept):
    """Which column is for what; empty: there is none."""

    prompt: str = ""
    expected: str = ""
    group: str = ""
    document: str = ""
    choices: str = ""
    form: Form | None = None  # None: told by what is in the rows


def guess(raw: RawRows) -> Columns:
    """What the names of the columns say."""
    rows, shape = raw.rows[:500], raw.shape
    if raw.table and not raw.titled:
        return _by_content(raw)
    rules = _assertions(raw)

    def pick(wanted: Sequence[str], *but: str) -> str:
        by_name = {field_name(one): one for one in reversed(raw.fields) if one not in rules}
        there = (by_name[one] for one in wanted if one in by_name and by_name[one] not in but)
        return next((one for one in there if any(_texts(row.get(one)) for row in rows)), "")

    if shape and shape.form == "translation":
        return Columns(shape.prompt, shape.answer, _group(raw), form="translation")
    if shape and shape.form == "summary":
        return Columns("", shape.answer, _group(raw), document=shape.prompt)
    turns = pick(_TURNS)
    expected = pick(_EXPECTED)
    prompt = turns or pick(_PROMPT, expected)
    spoken = [one for one in raw.fields if language_of(one) and _is_prose(one, rows)]
    if len(spoken) > 1 and not expected and not turns:
        return Columns(spoken[0], spoken[1], _group(raw), form="translation")
    more = ("input",) if field_name(prompt) == "instruction" else ()
    document = pick((*more, *_DOCUMENT), prompt, expected)
    if not prompt and not document:
        prompt = spoken[0] if spoken else shape.prompt if shape else ""
        if raw.table and not rules and not expected:
            told = _by_content(raw, most=2)
            prompt, expected = told.prompt or prompt, told.expected
    return Columns(prompt, expected, _group(raw, prompt, expected), document, pick(_CHOICES))


def _by_content(raw: RawRows, most: int = 0) -> Columns:
    """Of columns whose names say nothing: the question is the first text of which each row has its own, the
    expected answer the next column that doesn't only count the rows. With more than `most` of them beside a
    group, where that is given, it isn't told.
    """
    rows = raw.rows[:500]
    said = {name: [str(row.get(name) or "").strip() for row in rows] for name in raw.fields}
    counts = [str(one) for one in range(len(rows) + 1)]
    said = {name: cells for name, cells in said.items() if cells not in (counts[1:], counts[:-1])}
    choices = CHOICES[0] if CHOICES[0] in said else ""
    own = [
        name
        for name, cells in said.items()
        if sum(map(_has_letters, cells)) * 2 > len(cells) and len(set(cells)) * 2 > len(cells)
    ]
    if most and len(own) > 1:  # what comes again and again is a group beside questions and answers
        said = {name: cells for name, cells in said.items() if name in own}
    own = [name for name in own if name != choices]
    if not own or len(said) > (most or len(said)):
        return Columns()
    expected = next((name for name in said if name not in (own[0], choices) and any(said[name])), "")
    return Columns(own[0], expected, choices=choices)


def _assertions(raw: RawRows) -> list[str]:
    """The columns of promptfoo that say more than one expected answer."""
    named = [name for name in raw.fields if assertions.is_column(name)]
    cells = (str(row.get(name) or "") for name in named for row in raw.rows)
    return named if len(named) > 1 or assertions.are_assertions(cells) else []


def _is_prose(name: str, rows: Sequence[Mapping[str, Any]]) -> bool:
    said = [str(row.get(name) or "") for row in rows]
    return bool(said) and mean(map(len, said)) > 6 and sum(map(_has_letters, said)) * 2 > len(said)


def _has_letters(text: str) -> bool:
    return any(one.isalpha() for one in text)


def _group(raw: RawRows, *but: str) -> str:
    """The column with the best name whose few values come again."""
    by_name = {field_name(one): one for one in reversed(raw.fields) if one not in but}
    for name in _GROUP:
        values = [str(row.get(by_name[name], "")) for row in raw.rows] if name in by_name else []
        if 1 < len(set(values)) <= min(MOST_GROUPS, len(values) // 2):
            return by_name[name]
    return ""


def groups_of(raw: RawRows) -> list[str]:
    """The columns whose values can be groups."""
    found = []
    for name in raw.fields:
        values = [row.get(name) for row in raw.rows]
        plain = [str(one) for one in values if isinstance(one, str | int | float | bool)]
        if 1 < len(set(plain)) <= MOST_GROUPS and len(plain) > len(set(plain)):
            found.append(name)
    return found


def questions_of(raw: RawRows, columns: Columns) -> Questions:
    """The questions of a table. Raises BadInput where there are none."""
    if not columns.prompt and not columns.document:
        raise BadInput("Choose the column with the questions.")
    if columns.form in PAIRED:
        return pairs_of(raw, columns.prompt, columns.expected, columns.group, columns.form)
    items: list[Item] = []
    lost, odd = 0, []
    for line, row in zip(raw.lines, raw.rows, strict=True):
        try:
            checks = rule_columns.checks(
                {k: v for k, v in row.items() if k != columns.expected and _is_rule(k)}
            )
        except (ValueError, TypeError, LookupError, AttributeError):
            odd.append(line)
            continue
        item = _item(row, columns, line)
        if item is None:
            lost += 1
        else:
            items.append(replace(item, checks=checks))
    if not items:
        raise BadInput(
            "No row of “{name}” has a text in the column {column}. Choose another column.",
            name=raw.name,
            column=columns.prompt or columns.document,
        )
    return _told(raw, columns, items, (*raw.notes, *_left_out(lost, odd)))


def _is_rule(name: str) -> bool:
    return rule_columns.is_rule(name) or name == rule_columns.VALUES


def _left_out(lost: int, odd: Sequence[int]) -> Iterable[Message]:
    if lost:
        yield counted(
            "{count} row without a question was left out.",
            "{count:,} rows without a question were left out.",
            lost,
        )
    if odd:
        yield counted(
            "{count} row was left out, for a rule that is not known (line {line}).",
            "{count:,} rows were left out, for a rule that is not known (the first in line {line}).",
            len(odd),
            line=odd[0],
        )


def _item(row: Mapping[str, Any], columns: Columns, line: int) -> Item | None:
    value = _value(row, columns.prompt) if columns.prompt else ""
    before, prompt, expected = _turns(value) if isinstance(value, list) else ((), _one(value), ())
    document = "\n\n".join(_texts(_value(row, columns.document))) if columns.document else ""
    if not prompt.strip() and not document.strip():
        return None
    given = expected or tuple(_expected(_value(row, columns.expected)) if columns.expected else ())
    group = str(_value(row, columns.group) or "") if columns.group else ""
    choices = tuple(_choices(_value(row, columns.choices)) if columns.choices else ())[: len(LETTERS)]
    return Item(prompt, given, group, document, choices, before=before, line=line)


def _expected(value: Any) -> list[str]:
    """Whether something is so is asked for in words: BoolQ's true is "yes"."""
    return [("no", "yes")[value]] if isinstance(value, bool) else _texts(value)


def _choices(value: Any) -> list[str]:
    """Those of a list, or of an object with a letter for each."""
    lettered = isinstance(value, Mapping) and all(_ONE_LETTER.fullmatch(str(one)) for one in value)
    return [_one(one) for one in value.values()] if lettered else _texts(value)


def _turns(value: list[Any]) -> tuple[tuple[tuple[str, str], ...], str, tuple[str, ...]]:
    """What comes before, the last question, and the answer that follows it, of a conversation."""
    if not is_turns(value):
        return (), next(iter(_texts(value)), ""), ()  # questions one after another: the first
    said = [(str(one.get("role", "")), str(one.get("content") or one.get("value") or "")) for one in value]
    known = [(role if role in ("system", "user", "assistant") else "user", text) for role, text in said]
    asked = max((at for at, (role, _) in enumerate(known) if role == "user"), default=-1)
    if asked < 0:
        return (), "", ()
    answer = tuple(
        text for role, text in known[asked + 1 : asked + 2] if role == "assistant" and text.strip()
    )
    return tuple(known[:asked]), known[asked][1], answer


def _value(row: Mapping[str, Any], name: str) -> Any:
    """A field, also of an object in a field: translation.en."""
    if name in row or "." not in name:
        return row.get(name)
    outer, inner = name.split(".", 1)
    found = row.get(outer)
    return found.get(inner) if isinstance(found, Mapping) else None


def _one(value: Any) -> str:
    return "\n\n".join(_texts(value))


def _texts(value: Any) -> list[str]:
    """All texts of a value: one, those of a list (also written as JSON in a cell), those called "text"."""
    if isinstance(value, str):
        plain = value.strip()
        if plain.startswith("[") and plain.endswith("]"):
            try:
                found = json.loads(plain)
            except (ValueError, RecursionError):
                return [plain]
            return _texts(found) if isinstance(found, list) else [plain]
        return [plain] if plain else []
    if isinstance(value, bool | int | float):
        return [str(value)]
    if isinstance(value, Mapping):
        if "text" in value:
            return _texts(value["text"])
        return [" ".join(texts)] if (texts := [t for one in value.values() for t in _texts(one)]) else []
    if isinstance(value, list | tuple):
        return [text for one in value for text in _texts(one)]
    return []


def _told(raw: RawRows, columns: Columns, items: list[Item], notes: Sequence[Message]) -> Questions:
    """The questions with what kind they are, and the instruction that goes before each."""
    form = columns.form or form_of(items, columns.expected)
    source, target = (_spoken(name) for name in (columns.prompt, columns.expected))
    if form in ("answer", "translation") and not (source and target):
        told = languages_of(items)
        if form == "translation" or are_translations(items, told):
            form, (source, target) = "translation", (source or told[0], target or told[1])
    if form == "choice":
        items = [_with_letter(item) for item in items]
    labels: tuple[str, ...] = ()
    if form in ("label", "choice"):
        labels = tuple(sorted({item.expected[0] for item in items if item.expected}))
    found = Questions(raw.name, form, tuple(items), "", source, target, labels, tuple(notes))
    return replace(found, instruction=instruction_of(found))


def languages_of(items: Sequence[Item]) -> tuple[str, str]:
    """Of what is asked and of what is expected, by their texts; "" where that isn't sure."""
    asked = " ".join(item.prompt for item in items[:LOOK])
    expected = " ".join(text for item in items[:LOOK] for text in item.expected[:1])
    found = detect(asked, COMMON), detect(expected, COMMON)
    return (found[0].code if found[0].sure else "", found[1].code if found[1].sure else "")


def are_translations(items: Sequence[Item], languages: tuple[str, str]) -> bool:
    """Whether the expected texts say the same in another language: about as long as what is asked."""
    if not items or not all(languages) or languages[0] == languages[1] or any(one.document for one in items):
        return False
    sizes = [(count_words(one.prompt), count_words(one.expected[0])) for one in items if one.expected]
    alike = sum(3 * min(pair) >= max(pair) > 0 for pair in sizes)
    return median(size for _, size in sizes) >= _PASSAGE and 4 * alike >= 3 * len(sizes)


def _spoken(name: str) -> str:
    return language_of(name.rpartition(".")[2]) or language_of(re.sub(r".*[_\s-]", "", name))


def form_of(items: Sequence[Item], named: str = "") -> Form:
    """What kind of questions they are."""
    if sum(bool(item.checks) for item in items) * 2 > len(items):
        return "rule"
    expected = [item.expected[0] for item in items if item.expected]
    if len(expected) * 2 < len(items):
        return "open"
    if sum(len(item.choices) > 1 for item in items) * 2 > len(items):
        return "choice"
    if all(_ONE_LETTER.fullmatch(one.strip()) for one in expected):
        return "choice"
    lengths = [len(words(one)) for one in expected]
    documents = [len(words(item.document)) for item in items if item.document]
    if documents and median(documents) >= _LONG_DOCUMENT and median(lengths) >= _SUMMARY:
        return "summary"
    asked = any(item.prompt for item in items)
    if documents and not asked and (field_name(named) in SUMMARY or median(lengths) >= _SENTENCE):
        return "summary"
    if _are_labels(expected, field_name(named)):
        return "label"
    if sum(_is_number(one) for one in expected) * 5 >= 4 * len(expected):
        return "number"
    return "answer"


def _are_labels(expected: Sequence[str], named: str) -> bool:
    """Whether a few short answers come again and again."""
    different, size = len(set(expected)), len(expected)
    if size < 4 or not 1 < different <= MOST_LABELS or max(len(words(one)) for one in expected) > 6:
        return False
    if named in ("label", "labels", "class", "category", "sentiment", "intent", "emotion"):
        return different < size
    rarest = Counter(expected).most_common()[-1][1]
    return different * 4 <= size and not (rarest == 1 and all(map(_is_number, expected)))


def _is_number(text: str) -> bool:
    return bool(numbers(text)) and not _has_letters(text)


def _with_letter(item: Item) -> Item:
    """The expected choice as its letter: it may be given as that, as its number from 0, or in words."""
    said = item.expected[0].strip() if item.expected else ""
    if found := _ONE_LETTER.fullmatch(said):
        return replace(item, expected=(found[1],))
    folded = [choice.casefold() for choice in item.choices]
    if said.casefold() in folded:
        return replace(item, expected=(LETTERS[folded.index(said.casefold())],))
    if said.isdigit() and int(said) < len(item.choices):
        return replace(item, expected=(LETTERS[int(said)],))
    return replace(item, expected=())


def instruction_of(found: Questions) -> str:
    """What is said before each question, where the question alone doesn't say what is wanted."""
    if found.form == "label":
        named = sum(
            all(label.casefold() in item.prompt.casefold() for label in found.labels) for item in found.items
        )
        if named * 2 > len(found.items):
            return ""
        return f"Which of these fits the text? Answer with one of them alone: {', '.join(found.labels)}."
    if found.form == "choice":
        return "Answer with the letter of the right choice alone."
    if found.form == "summary" and not any(item.prompt for item in found.items):
        return instruction_for("summary")
    if found.form == "translation":
        if found.source and found.target:
            return f"Translate from {language_name(found.source)} to {language_name(found.target)}."
        return instruction_for("translation", found.target)
    return ""
