"""The numbers, dates and names of a text, in forms that can be compared.

Knows nothing about models. What a summary states and its document doesn't have is what a model made up.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["number", "date", "name"]

_NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,  ]\d{3})*(?:[.,]\d+)?(?!\d)|(?<=[^\W\d_])\d+(?:[.,]\d+)*")
_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december",
    "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec",
    "januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember",
    "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre",
    "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre",
    "gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre",
    "janeiro|fevereiro|março|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro",
)
_MONTH = {name: i + 1 for names in _MONTHS for i, name in enumerate(names.split("|"))} | {"sept": 9}
_NAMES = "|".join(sorted(_MONTH, key=len, reverse=True))
_DAY_MONTH = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th|\.|º)?\s+(?:of\s+|de\s+)?({_NAMES})\b\.?(?:,?\s+(?:de\s+)?(\d{{4}}))?",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    rf"\b({_NAMES})\b\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d)(?:,?\s+(\d{{4}}))?", re.IGNORECASE
)
_MONTH_YEAR = re.compile(rf"\b({_NAMES})\b\.?,?\s+(?:de\s+)?(\d{{4}})\b", re.IGNORECASE)
_ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_CJK = re.compile(r"(?:(\d{4})\s*年)?\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_DIGITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
)
_WORDS = {word: value for value, word in enumerate(_DIGITS.split())} | {
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_TENS = re.compile(
    r"\b(twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[- ]"
    r"(one|two|three|four|five|six|seven|eight|nine)\b"
)
_SPELLED = re.compile(rf"\b({'|'.join(_WORDS)})\b")
# Capitalized words in a row, with the small words that stand inside names.
_NAME = re.compile(
    r"\b[A-ZÀ-ÖØ-ÞА-ЯĄ-Ž][\w'’&-]*(?:\s+(?:(?:of|the|de|da|von|van|der|di|du|la|le|for|and)\s+)?[A-ZÀ-ÖØ-ÞА-ЯĄ-Ž][\w'’&-]*)*"
)
_SMALL = frozenset(["of", "the", "de", "da", "von", "van", "der", "di", "du", "la", "le", "for", "and"])


@dataclass(frozen=True)
class Fact:
    """Something in a text that can be looked up."""

    kind: Kind
    text: str  # as it stands there
    key: tuple[str, ...]  # what is compared


class Index:
    """The numbers, dates and words of a document, to look facts up in."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._numbers: set[str] = set()
        self._dates: set[tuple[str, ...]] = set()
        self._words: set[str] = set()
        for text in texts:
            self._numbers |= set(_numbers(text)) | _spelled(text)
            for fact in _dates(text):
                self._dates |= _looser(fact.key)
            words = re.findall(r"[\w'’&-]+", text)
            self._words |= {_bare(word) for word in words}
            self._words |= {_bare(part) for word in words if "-" in word for part in word.split("-")}

    def has(self, fact: Fact) -> bool:
        if fact.kind == "number":
            return fact.key[0] in self._numbers
        if fact.kind == "date":
            return fact.key in self._dates
        return all(
            word in self._words or all(part in self._words for part in word.split("-")) for word in fact.key
        )

    def missing(self, text: str, language: str = "en") -> list[Fact]:
        """What `text` states and the document doesn't have."""
        return [fact for fact in facts(text, language) if not self.has(fact)]


def facts(text: str, language: str = "en") -> list[Fact]:
    """Every number, date and name, in order, each once. Names are told by capitals: not in German
    (where all nouns have them), and not in scripts that have none.
    """
    dates = _dates(text)
    rest = text
    for fact in dates:
        rest = rest.replace(fact.text, " " * len(fact.text))
    found = [*dates, *(Fact("number", raw, (value,)) for value, raw in _numbers(rest).items())]
    if language != "de":
        found += _names(rest)
    return list(dict.fromkeys(found))


def _numbers(text: str) -> dict[str, str]:
    """Plain value -> as written: "1,000", "1.000" and "1 000" are the same."""
    found = {}
    for match in _NUMBER.finditer(text):
        raw = match[0].strip()
        grouped = re.fullmatch(r"\d{1,3}([., \u00a0\u202f])\d{3}(?:\1\d{3})*(?:[.,]\d+)?", raw)
        value = raw.replace(grouped[1], "") if grouped else raw
        value = value.replace(",", ".")
        value = value.rstrip("0").rstrip(".") if "." in value else value.lstrip("0") or "0"
        found[value] = raw
    return found


def _spelled(text: str) -> set[str]:
    lower = text.lower()
    found = {str(_WORDS[a] + _WORDS[b]) for a, b in _TENS.findall(lower)}
    return found | {str(_WORDS[word]) for word in _SPELLED.findall(lower)}


def _dates(text: str) -> list[Fact]:
    """Dates with a month; a day or a year may be missing."""
    found: dict[tuple[int, int], Fact] = {}
    patterns = (
        (_ISO, lambda m: (m[1], m[2], m[3])),
        (_CJK, lambda m: (m[1], m[2], m[3])),
        (_DAY_MONTH, lambda m: (m[3], _MONTH[m[2].lower()], m[1])),
        (_MONTH_DAY, lambda m: (m[3], _MONTH[m[1].lower()], m[2])),
        (_MONTH_YEAR, lambda m: (m[2], _MONTH[m[1].lower()], None)),
    )
    for pattern, parts in patterns:
        for match in pattern.finditer(text):
            if any(start < match.end() and match.start() < end for start, end in found):
                continue
            key = tuple(str(int(part)) if part else "" for part in parts(match))
            found[match.span()] = Fact("date", match[0].strip(" .,"), key)
    return [found[span] for span in sorted(found)]


def _looser(key: tuple[str, ...]) -> set[tuple[str, ...]]:
    """A date and what a summary may leave of it: without the year, without the day."""
    year, month, day = key
    return {(year, month, day), ("", month, day), (year, month, "")}


def _names(text: str) -> list[Fact]:
    """Runs of capitalized words. The first word of a sentence counts only within a longer name."""
    found = []
    for match in _NAME.finditer(text):
        words = match[0].split()
        if _begins_sentence(text, match.start()):
            if len(words) == 1 or (len(words) == 2 and words[1].lower() in _SMALL):
                continue
            if all(word.isupper() for word in words):
                continue  # a heading
            if words[0].lower() in _COMMON:
                words = words[1:]
        key = tuple(
            _bare(word) for word in words if word.lower() not in _SMALL and word.lower() not in _COMMON
        )
        if key and any(len(word) > 1 for word in key):
            found.append(Fact("name", " ".join(words), key))
    return found


# Words that begin sentences and titles; no names.
_COMMON_LIST = (
    "i a an the this that these those he she it we they you his her its our their my your in on "
    "at by for from to as of with when while after before if but and or so although however "
    "because since during despite there then what who how why where which not no all some many "
    "most more both each other another one two three also finally first second overall according "
    "monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june july august september october november december"
)
_COMMON = frozenset(_COMMON_LIST.split())


def _begins_sentence(text: str, at: int) -> bool:
    before = text[:at].rstrip(" \"'“”‘’«([")
    return not before or before[-1] in ".!?:;•–—-\n。！？"


def _bare(word: str) -> str:
    """A name's word as it is compared: without possessive and case."""
    return re.sub(r"['’](?:s|S)?$", "", word).casefold()
