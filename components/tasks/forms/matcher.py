"""Chooses for each field of a form what a document has: by the words of its label and by their meaning.

Knows candidates and vectors, not where vectors come from. A label that says what the field says is surely it;
one that only means something near must be very near; without either, nothing was found.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from components.documents import Document
from components.messages import Said
from components.models.engine import Vectors
from components.tasks.facts.amounts import Amount, amounts
from components.tasks.facts.dates import dates, in_figures
from components.tasks.forms.candidates import Candidate, candidates
from components.tasks.forms.fields import Cell, Field

APART = 0.85  # of the same, for a name that is above its value
SAME_WORDS = 0.6  # share of the words of label and field together that both have
NEAR = 0.62  # cosine from which a firm label means the field without sharing its words
AROUND = 12  # words of a label that are compared, the last ones: those next to the value
_CURRENCY = re.compile(r"[$€£¥元]|USD|EUR|GBP|CNY|RMB|CHF|JPY")
_WORD = re.compile(r"[^\W_]+")
_ASIDE = re.compile(r"\([^()]*\)")  # "VAT (20%)"
_DROPPED = {"the", "a", "an", "of", "is", "was", "on", "der", "die", "das", "de", "la", "le", "el", "的"}
_SHORT = {"no": "number", "nr": "number", "num": "number", "amt": "amount", "qty": "quantity"}

Embed = Callable[[Sequence[str]], Vectors]


def fill(document: Document, fields: Sequence[Field], embed: Embed | None) -> list[Cell]:
    """A cell for each field. Without `embed`, words alone decide."""
    found = candidates(document)
    near = _nearness(found, fields, embed)
    day_first = _day_first(document)
    made = []
    for number, field in enumerate(fields):
        scored = (_scored(one, field, near.get((one.label, number), 0.0)) for one in found)
        ranked = sorted((one for one in scored if one), key=lambda one: -one.score)
        made.append(next((c for one in ranked if (c := cell(one.candidate, field, day_first))), Cell()))
    return made


@dataclass(frozen=True)
class _Scored:
    candidate: Candidate
    score: float


def _scored(one: Candidate, field: Field, near: float) -> _Scored | None:
    """None where the label is nothing like the field."""
    words = max((alike(one.label, phrase) for phrase in field.phrases), default=0.0)
    if one.aside:  # the title of the row or of the column may say it together with the other one
        both = (alike(f"{one.aside} {one.label}", phrase) for phrase in field.phrases)
        words = max(words, max(both, default=0.0) * 0.98)
    if words >= (APART if one.apart else SAME_WORDS):
        return _Scored(one, 1 + words + 0.2 * one.firm)
    if one.firm and near >= NEAR:
        return _Scored(one, near)
    return None


def alike(label: str, phrase: str) -> float:
    """How much of their words two names share, 0 to 1; the end of a label is next to the value."""
    wanted, given = _words(phrase), _words(label)
    if not wanted or not given:
        return 0.0
    if wanted == given:
        return 1.0
    tail = given[-len(wanted) :]
    if tail == wanted:  # "please note the invoice date"
        return 0.9
    shared = set(wanted) & set(given)
    return (
        2 * len(shared) / (len(set(wanted)) + len(set(given))) * (0.95 if set(wanted) <= set(given) else 0.9)
    )


def _words(text: str) -> list[str]:
    lower = re.sub("[#№]", " number ", _ASIDE.sub(" ", text.casefold()))
    words = [_SHORT.get(word, word) for word in _WORD.findall(lower)]
    return [word for word in words if word not in _DROPPED][-AROUND:]


def _nearness(
    found: Sequence[Candidate], fields: Sequence[Field], embed: Embed | None
) -> dict[tuple[str, int], float]:
    """Of each firm label and field, the cosine of the nearest of its phrases."""
    labels = list(dict.fromkeys(one.label for one in found if one.firm and one.label))
    if embed is None or not labels:
        return {}
    phrases = [(number, phrase) for number, field in enumerate(fields) for phrase in field.phrases]
    vectors = embed([*labels, *(phrase for _, phrase in phrases)])
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = vectors / np.where(lengths == 0, 1, lengths)
    cosines = unit[: len(labels)] @ unit[len(labels) :].T
    near: dict[tuple[str, int], float] = {}
    for at, label in enumerate(labels):
        for (number, _), cosine in zip(phrases, cosines[at], strict=True):
            near[label, number] = max(near.get((label, number), 0.0), float(cosine))
    return near


def cell(one: Candidate, field: Field, day_first: bool | None) -> Cell | None:
    """The candidate as a value of the field's kind, at its own place; None where it isn't of that kind."""
    match field.kind:
        case "number":
            return _number(one, field)
        case "date":
            return _date(one, day_first)
    text = one.text.strip()
    start = one.start + len(one.text) - len(one.text.lstrip())
    return Cell(text, one.block, start, start + len(text), one.label) if text else None


def _number(one: Candidate, field: Field) -> Cell | None:
    """The sum with a currency, if there is one; shares only where the field asks for a rate."""
    said = " ".join(field.phrases).casefold()
    share = any(word in said for word in ("%", "rate", "percent", "率", "satz", "taux"))
    in_dates = [raw for raw, _ in dates(one.text)]
    found = [a for a in amounts(one.text) if not any(a.text in raw for raw in in_dates)]
    found = [a for a in found if share or not one.text[a.end :].lstrip().startswith("%")]
    for amount in sorted(found, key=lambda a: not _CURRENCY.search(_around(one.text, a))):
        end = one.start + amount.end
        try:
            value = float(amount.values[0])
        except ValueError:
            continue
        at = one.text.find(amount.text, max(amount.end - len(amount.text) - 1, 0))
        start = one.start + at if at >= 0 else end - len(amount.text)
        return Cell(value, one.block, max(start, one.start), end, one.label)
    return None


def _around(text: str, amount: Amount) -> str:
    start = amount.end - len(amount.text)
    return text[max(start - 4, 0) : start] + text[amount.end : amount.end + 4]


def _date(one: Candidate, day_first: bool | None) -> Cell | None:
    whole = [(raw, key) for raw, key in dates(one.text) if all(key)]
    if whole:
        raw, key = whole[0]
        return _dated(one, raw, key, False)
    for raw, first, second in in_figures(one.text):
        sure = first == second or day_first is not None
        return _dated(one, raw, second if day_first is False else first, not sure)
    return None


def _dated(one: Candidate, raw: str, key: tuple[str, ...], doubtful: bool) -> Cell:
    year, month, day = map(int, key)
    start = one.start + max(one.text.find(raw), 0)
    note = Said("Day and month could be the other way round.") if doubtful else ""
    value = f"{year:04}-{month:02}-{day:02}"
    return Cell(value, one.block, start, start + len(raw), one.label, note)


def _day_first(document: Document) -> bool | None:
    """Whether dates in figures begin with the day, told from those that can be read in one way only."""
    told = set()
    for raw, first, second in in_figures(document.text):
        numbers = [int(part) for part in re.findall(r"\d+", raw)]
        if first == second and numbers[0] != numbers[1]:
            told.add(numbers[0] == int(first[2]))
    if told:
        return told.pop() if len(told) == 1 else None
    return True if document.language not in ("", "en") else None


def looked_up(document: Document, field: Field, value: object) -> Cell | None:
    """Where a document says a value that a model gave; None where it doesn't."""
    for number, block in enumerate(document.blocks):
        if place := _place(block.text, field, value):
            return Cell(_as_kind(field, value), number, place[0], place[1], field.name)
    return None


def _as_kind(field: Field, value: object) -> object:
    return float(str(value)) if field.kind == "number" else str(value)


def _place(text: str, field: Field, value: object) -> tuple[int, int] | None:
    if field.kind == "number":
        wanted = float(str(value))
        for amount in amounts(text):
            if any(_is_number(one) and abs(float(one) - wanted) < 1e-9 for one in amount.values):
                return amount.end - len(amount.text), amount.end
        return None
    if field.kind == "date":
        for raw, key in [*dates(text), *((raw, key) for raw, *keys in in_figures(text) for key in keys)]:
            if all(key) and "-".join(f"{int(part):02}" for part in key) == str(value):
                start = text.find(raw)
                return start, start + len(raw)
        return None
    words = _WORD.findall(str(value))
    if not words:
        return None
    found = re.search(r"[\W_]{0,3}".join(map(re.escape, words)), text, re.IGNORECASE)
    return found.span() if found else None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
