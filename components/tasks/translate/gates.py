"""Checks on one translated sentence: what is wrong with it, without knowing the right translation.

Pure rules over two texts; knows no engine. Each finding names itself, so that a person can judge it.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from components.models.languages import UNSPACED
from components.tasks.translate import glossary
from components.tasks.translate.detecting import detect
from components.tasks.translate.protecting import protected

Kind = Literal[
    "untranslated", "truncated", "repeated", "length", "number", "placeholder", "tag", "glossary", "failed"
]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong."""

    kind: Kind
    text: str  # a sentence for a person


@dataclass(frozen=True)
class Pair:
    """What is checked."""

    source: str
    target: str
    source_language: str
    target_language: str
    cut: bool = False  # the engine said that it reached its limit
    kept: tuple[str, ...] = ()  # code in a document: must be there letter by letter


def check(pair: Pair, terms: Sequence[glossary.Term] = ()) -> list[Finding]:
    """All findings, the worst first."""
    if not pair.target.strip():
        return [Finding("untranslated", "The engine returned nothing.")]
    found = [
        _untranslated(pair),
        _truncated(pair),
        _repeated(pair),
        _length(pair),
        *_numbers(pair),
        *_placeholders(pair),
        *_glossary(pair, terms),
    ]
    return [finding for finding in found if finding]


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.casefold())


def _untranslated(pair: Pair) -> Finding | None:
    source, target = _without(pair.source, pair.kept), _without(pair.target, pair.kept)
    words, same = _words(source), _words(target)
    if not words or pair.source_language == pair.target_language:
        return None
    if words == same:
        if _is_name(source):
            return None
        return Finding("untranslated", "The translation is the same as the source.")
    letters = sum(len(word) for word in same)
    # Names stay as they are: only words that begin with a small letter tell.
    small = Counter(w for w in re.findall(r"[^\W\d_]+", source) if len(w) > 2 and w.islower())
    if small.total() >= 3:
        common = small & Counter(same)
        if common.total() >= 0.75 * small.total():
            return Finding("untranslated", "Most words of the source are still in the translation.")
    if letters >= 25 and len(same) >= 5:
        found = detect(target)
        if found.code == pair.source_language and found.confidence > 0.8:
            return Finding("untranslated", "The translation is still in the source language.")
    if letters >= 8 and pair.target_language in ("zh", "ja", "ko", "ru", "uk", "el", "ar", "he", "th", "hi"):
        latin = sum(1 for c in target if c.isalpha() and c < "\u0250")
        if latin > 0.7 * sum(1 for c in target if c.isalpha()):
            return Finding("untranslated", "The translation is not in the target language's script.")
    return None


def _is_name(text: str) -> bool:
    """Names, codes and abbreviations stay the same in any language."""
    words = text.split()
    shapes = [w for w in words if any(c.isalpha() for c in w)]
    if any(any(c.isdigit() for c in w) or re.search(r"[a-z][A-Z]|[_/@]", w) for w in shapes):
        return len(shapes) <= 3
    if all(w.isupper() and len(w) <= 5 for w in shapes):
        return len(shapes) <= 3
    return 2 <= len(shapes) <= 4 and all(w[:1].isupper() for w in shapes) and text[-1:] not in ".!?"


def _truncated(pair: Pair) -> Finding | None:
    if pair.cut:
        return Finding("truncated", "The engine reached its length limit: the end may be missing.")
    source, target = pair.source.rstrip("\"'”’») "), pair.target.rstrip("\"'”’») ")
    ended = source[-1:] in ".!?。！？…" and len(_words(source)) >= 6
    if ended and target[-1:] not in ".!?。！？…:;" and _size(pair.target) < 0.8 * _size(pair.source):
        return Finding("truncated", "The translation ends in the middle of a sentence.")
    if _size(pair.source) >= 40 and _size(pair.target) < 0.4 * _size(pair.source):
        return Finding("truncated", "Much of the sentence is missing in the translation.")
    return None


def _size(text: str) -> float:
    """Length as in a Latin script: a Chinese or Japanese sign is worth about three letters there."""
    return sum(2.8 if unicodedata.east_asian_width(c) in "WF" else 1.0 for c in text if not c.isspace())


def _length(pair: Pair) -> Finding | None:
    source, target = _size(pair.source), _size(pair.target)
    if target > 2.2 * source + 20:
        return Finding("length", "The translation is much longer than the source.")
    if source > 20 and target < 0.4 * source - 4:
        return Finding("length", "The translation is much shorter than the source.")
    return None


def _repeated(pair: Pair) -> Finding | None:
    """The same words over and over, where the source doesn't say them over and over."""
    if pair.target_language in UNSPACED:
        target, source = list(pair.target), list(pair.source)
    else:
        target, source = (re.findall(r"\w+", text.casefold()) for text in (pair.target, pair.source))
    for size in (1, 2, 3, 4):
        limit = {1: 3, 2: 3}.get(size, 2) + (size == 1 and pair.target_language in UNSPACED)
        if _in_a_row(target, size) > max(limit, _in_a_row(source, size)):
            return Finding("repeated", "The translation repeats the same words.")
    often = Counter(tuple(target[i : i + 4]) for i in range(len(target) - 3))
    most = max(often.values(), default=0)
    of_source = Counter(tuple(source[i : i + 4]) for i in range(len(source) - 3))
    if most >= 3 and most > max(of_source.values(), default=0) + 1:
        return Finding("repeated", "The translation repeats the same words.")
    return None


def _in_a_row(words: Sequence[str], size: int) -> int:
    """How often the same `size` words stand directly after each other, at most."""
    best = 1
    for start in range(size):
        chunks = [tuple(words[i : i + size]) for i in range(start, len(words) - size + 1, size)]
        count = 1
        for a, b in pairwise(chunks):
            count = count + 1 if a == b and any(w.isalnum() for w in a) else 1
            best = max(best, count)
    return best


_NUMBER = re.compile(r"\d+(?:[.,’' \u00a0\u202f]\d{3})*(?:[.,:hH]\d+)*")
_THOUSANDS = re.compile(r"(\d[\d.,]*)\s*(?:mil|thousand|tausend|mille|mila|k|千|万)\b", re.IGNORECASE)
_ROMAN = re.compile(r"\b[IVXLC]+\b")
_ROMAN_SIGNS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_HAN = {sign: number for number, sign in enumerate("零一二三四五六七八九十")} | {"〇": 0, "两": 2}
_WORDS = """
en zero one two three four five six seven eight nine ten eleven twelve
pt zero um dois três quatro cinco seis sete oito nove dez onze doze
es cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce
fr zéro un deux trois quatre cinq six sept huit neuf dix onze douze
de null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf
it zero uno due tre quattro cinque sei sette otto nove dieci undici dodici
"""
_SPELLED: dict[str, dict[str, int]] = {
    line.split()[0]: {word: number for number, word in enumerate(line.split()[1:])}
    for line in _WORDS.strip().splitlines()
}
_SPELLED["pt"] |= {"uma": 1, "duas": 2, "meia": 6}
_SPELLED["es"] |= {"un": 1, "una": 1}
_SPELLED["fr"] |= {"une": 1, "première": 1, "premier": 1}
_SPELLED["de"] |= {"eine": 1, "einen": 1, "einer": 1, "erste": 1, "ersten": 1}
_SPELLED["it"] |= {"un": 1, "una": 1}
_SPELLED["en"] |= {"first": 1, "second": 2, "third": 3, "a": 1, "an": 1, "midnight": 12, "noon": 12}
_SPELLED["pt"] |= {"primeiro": 1, "primeira": 1, "segundo": 2, "segunda": 2, "terceiro": 3, "terceira": 3}


def _numbers(pair: Pair) -> list[Finding]:
    """Numbers of the source that the target lacks: by their digits, whatever separates them."""
    there = numbers(_plain(pair.target, pair))
    said = _said(pair.target, pair.target_language)
    found = []
    for number, times in numbers(_plain(pair.source, pair)).items():
        missing = times - there.get(number, 0)
        if missing > 0 and number not in said and not _another_way(number, pair, there):
            found.append(Finding("number", f"The number {number} is not in the translation."))
    return found


def _plain(text: str, pair: Pair) -> str:
    for kept in [*pair.kept, *protected(text)]:
        text = text.replace(kept, " ")
    return text


def numbers(text: str) -> Counter[str]:
    """The digits of each number; thousands and decimals may be separated in another way."""
    western = "".join(str(unicodedata.decimal(c, c)) for c in text)
    found: Counter[str] = Counter()
    for match in _NUMBER.findall(western):
        digits = re.sub(r"\D", "", match)
        found[digits.lstrip("0") or "0"] += 1
    return found


def _said(text: str, language: str) -> set[str]:
    """Small numbers written as words."""
    spelled = _SPELLED.get(language, {})
    found = {str(spelled[word]) for word in _words(text) if word in spelled}
    if language in ("zh", "ja"):
        found |= {str(_HAN[c]) for c in text if c in _HAN}
    return found


def _another_way(number: str, pair: Pair, there: Counter[str]) -> bool:
    """3 pm is 15 h; 5th is quinto; 2.5 million is 2 500 000; a Chinese year keeps its digits."""
    if _is_clock(number, pair) and any(there.get(other, 0) for other in _hours(number)):
        return True
    if number.endswith("000"):
        thousands = (re.sub(r"\D", "", m) for m in _THOUSANDS.findall(pair.target))
        if number[:-3] in thousands:
            return True
    if len(number) <= 2 and int(number) in {_roman(m) for m in _ROMAN.findall(pair.target)}:
        return True
    return any(re.fullmatch(rf"{number}0+", other) for other in there if number != "0")


def _is_clock(number: str, pair: Pair) -> bool:
    """Whether a number is a time of day in the source or, in the other clock, in the target."""
    hour, minutes = (number[:-2], number[-2:]) if len(number) > 2 else (number, "")
    time = rf"\b0?{hour}[:.hH]?{minutes}\s*(?:[ap]\.?\s?m\b|h\b|uhr\b)|\b0?{hour}[:hH]{minutes}(?!\d)"
    return re.search(time, pair.source, re.IGNORECASE) is not None


def _hours(number: str) -> list[str]:
    hour, minutes = (number[:-2], number[-2:]) if len(number) > 2 else (number, "")
    if int(hour) > 24:
        return []
    other = int(hour) - 12 if int(hour) > 12 else int(hour) + 12
    return [
        f"{other}{minutes}",
        f"{hour}{minutes or '00'}",
        f"{other}{minutes or '00'}",
        hour if minutes == "00" else "",
    ]


def _roman(text: str) -> int:
    values = [_ROMAN_SIGNS[c] for c in text]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))


def _placeholders(pair: Pair) -> list[Finding]:
    found = []
    for piece in dict.fromkeys([*protected(pair.source), *pair.kept]):
        if pair.target.count(piece) < pair.source.count(piece):
            kind: Kind = "tag" if re.fullmatch(r"</?[A-Za-z][^<>]*>", piece) else "placeholder"
            found.append(Finding(kind, f"{piece} is missing or changed in the translation."))
    return found


def _glossary(pair: Pair, terms: Sequence[glossary.Term]) -> list[Finding]:
    return [
        Finding("glossary", f"The glossary wants “{term.wanted}” for “{term.source}”.")
        for term in glossary.violations(terms, pair.source, pair.target)
    ]


def _without(text: str, kept: Sequence[str]) -> str:
    for piece in [*kept, *protected(text)]:
        text = text.replace(piece, " ")
    return text.strip()
