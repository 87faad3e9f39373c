"""Chooses for each field of a form what a document has: by the words of its label and by their meaning.

Knows candidates and vectors, not where vectors come from. A label that says what the field says is surely it;
one that only means something near must be very near; without either, nothing was found.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from components.documents import Document
from components.documents.tables.delimited import as_text
from components.messages import Said, sentences
from components.models.engine import Vectors
from components.tasks.facts.amounts import Amount, amounts
from components.tasks.facts.dates import dates, in_figures
from components.tasks.forms.candidates import CODE, Candidate, candidates
from components.tasks.forms.fields import Cell, Field

APART = 0.85  # of the same, for a name that is above its value
SAME_WORDS = 0.6  # share of the words of label and field together that both have
NEAR = 0.62  # cosine from which a firm label means the field without sharing its words
SURER = 0.25  # of scores: one name surely fits better than another
TIE, SHOWN = 0.01, 3  # of scores that are equal; other values that are named
AROUND = 12  # words of a label that are compared, the last ones: those next to the value
_CURRENCY = re.compile(r"[$€£¥元]|USD|EUR|GBP|CNY|RMB|CHF|JPY")
_MINUS = "-−–"
_WORD = re.compile(r"[^\W_]+")
_ASIDE = re.compile(r"\([^()]*\)")  # "VAT (20%)"
_DROPPED = {"the", "a", "an", "of", "is", "was", "on", "der", "die", "das", "de", "la", "le", "el", "的"}
_NUMBER = "number"
_SHORT = {"no": _NUMBER, "nr": _NUMBER, "num": _NUMBER, "amt": "amount", "qty": "quantity"}

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
        read = [(one, cell(one.candidate, field, day_first)) for one in ranked]
        made.append(_best(read))
    return _each_once(made)


_Read = Sequence[tuple["_Scored", Cell | None]]  # what may be a field's value, the surest first


def _best(read: _Read) -> tuple[float, Cell]:
    """The surest value with its score, and what else is called the same; nothing where the document has the
    very field without a value that can be read.
    """
    found = [(one.score, made) for one, made in read if made]
    if not found or (read[0][0].exact and read[0][0].score - found[0][0] > SURER):
        return 0.0, Cell()
    score, best = found[0]
    loose = next(one.loose for one, made in read if made is best)
    same = [made for other, made in found[1:] if score - other < TIE and made.value != best.value]
    others = list(dict.fromkeys(as_text(one.value) for one in same))
    notes = [best.note] if best.note else []
    if loose:
        notes.append(Said("It is called {label} there.", label=f"“{best.label}”"))
    if others:
        shown = ", ".join(others[:SHOWN]) + (" …" if len(others) > SHOWN else "")
        notes.append(Said("The document also says {values}.", values=shown))
    return score, replace(best, note=sentences(*notes))


def _each_once(made: Sequence[tuple[float, Cell]]) -> list[Cell]:
    """One place fills two fields only where its name fits both: the "date" of a letter isn't its "due date"
    beside a field that is called "date".
    """
    best: dict[tuple[int, int, int], float] = {}
    for score, one in made:
        place = one.block, one.start, one.end
        best[place] = max(best.get(place, 0.0), score)
    return [
        Cell() if one.found and best[one.block, one.start, one.end] - score > SURER else one
        for score, one in made
    ]


@dataclass(frozen=True)
class _Scored:
    candidate: Candidate
    score: float
    exact: bool = False  # whether its name is the field's
    loose: bool = False  # whether its name lacks a word of the field's, or only means something near


def _scored(one: Candidate, field: Field, near: float) -> _Scored | None:
    """None where the label is nothing like the field."""
    words = max((alike(one.label, phrase) for phrase in field.phrases), default=0.0)
    if one.aside:  # the title of the row or of the column may say it together with the other one
        both = (alike(f"{one.aside} {one.label}", phrase) for phrase in field.phrases)
        other = (alike(one.aside, phrase) for phrase in field.phrases)
        words = max(words, max(both, default=0.0) * 0.98, max(other, default=0.0) * 0.9)
    if words < SAME_WORDS and _is_number_said(one, field):
        return _Scored(one, 1 + SAME_WORDS, loose=True)
    if words >= (APART if one.apart else SAME_WORDS):
        return _Scored(one, 1 + words + 0.2 * one.firm, words == 1.0 and one.firm, _lacks_a_word(one, field))
    if one.firm and near >= NEAR:
        return _Scored(one, near, loose=True)
    return None


def _is_number_said(one: Candidate, field: Field) -> bool:
    """Whether a code follows the field's name without the word "number": "this is invoice AR/77-19"."""
    coded = CODE.fullmatch(one.text) and (len(one.text) > 4 or not one.text.isdigit())
    given = _words(one.label)
    for words in map(_words, field.phrases):
        named = [word for word in words if word != _NUMBER]
        if coded and named and named != words and given[-len(named) :] == named:
            return field.kind == "text"
    return False


def _lacks_a_word(one: Candidate, field: Field) -> bool:
    """Whether a name has not all words of the field's: a "date" where a "due date" is looked for."""
    given = {*_words(one.label), *_words(one.aside)}
    return not any(set(_words(phrase)) <= given for phrase in field.phrases)


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
    if not _WORD.search(text):  # a dash or a line to write on
        return None
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
        if _is_negative(one.text, amount):
            value = -abs(value)
        at = one.text.find(amount.text, max(amount.end - len(amount.text) - 1, 0))
        start = one.start + at if at >= 0 else end - len(amount.text)
        return Cell(value, one.block, max(start, one.start), end, one.label)
    return None


def _is_negative(text: str, amount: Amount) -> bool:
    """Whether a minus is before a sum and nothing else does: "-45.00", "- 45.00 EUR", "−€45"."""
    before = text[: amount.end - len(amount.text)]
    if amount.text[:1] in _MINUS:
        return not before.strip() or not before.rstrip()[-1].isdigit()
    sign = _CURRENCY.sub("", before).strip()
    return len(sign) == 1 and sign in _MINUS


def _around(text: str, amount: Amount) -> str:
    start = amount.end - len(amount.text)
    return text[max(start - 4, 0) : start] + text[amount.end : amount.end + 4]


def _date(one: Candidate, day_first: bool | None) -> Cell | None:
    whole = [(raw, key) for raw, key in dates(one.text) if all(key) and _exists(key)]
    if whole:
        raw, key = whole[0]
        return _dated(one, raw, key, False)
    for raw, first, second in in_figures(one.text):
        sure = first == second or day_first is not None
        key = second if day_first is False else first
        return _dated(one, raw, key, not sure) if _exists(key) else None
    return None


def _exists(key: tuple[str, ...]) -> bool:
    """Whether there is such a day: 30 February is none."""
    try:
        date(*map(int, key))
    except ValueError:
        return False
    return True


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
