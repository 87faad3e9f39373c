"""Shares, multiples and rough numbers in words: a fifth is 20%, doubled is twice, thousands are many.

Knows nothing about documents. A rank ("a third bridge") is no share: only "a third of" is looked for.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from components.tasks.facts import number_words
from components.tasks.facts.dates import ORDINAL

_ENGLISH = " ".join(
    f"{number} {word} {number} {word}s" for word, number in ORDINAL.items() if 3 <= number <= 10
)
_PARTS = f"""
en 2 half 2 halves 4 quarter 4 quarters {_ENGLISH}
pt 2 metade 3 terço 3 terços 4 quarto 4 quartos 5 quinto 5 quintos 10 décimo 10 décimos
es 2 mitad 3 tercio 3 tercios 4 cuarto 4 cuartos 5 quinto 5 quintos 10 décimo 10 décimos
fr 2 moitié 3 tiers 4 quart 4 quarts 5 cinquième 5 cinquièmes 10 dixième 10 dixièmes
it 2 metà 3 terzo 3 terzi 4 quarto 4 quarti 5 quinto 5 quinti 10 decimo 10 decimi
de 2 hälfte 3 drittel 4 viertel 5 fünftel 10 zehntel
"""
# What says a multiple and nothing else; after the stroke, what may say one.
_MULTIPLES = {
    "en": {"2": r"twice|doubl\w+|two ?fold", "3": r"thrice|tripl\w+|three ?fold"},
    "pt": {"2": r"duplic\w+", "3": r"triplic\w+"},
    "es": {"2": r"duplic\w+", "3": r"triplic\w+"},
    "fr": {"2": r"doubl(?:é|er|a)\w*", "3": r"tripl\w+"},
    "it": {"2": r"raddoppi\w+", "3": r"triplic\w+"},
    "de": {"2": r"verdoppel\w+", "3": r"verdreifach\w+"},
}
_PERHAPS = {
    "en": {"2": r"(?:two|2) times|2x|second time|both times", "3": r"(?:three|3) times|3x|third time"},
    "pt": {"2": r"dobr\w+|duas vezes", "3": r"triplo|três vezes"},
    "es": {"2": r"dobl\w+|dos veces", "3": r"triple|tres veces"},
    "fr": {"2": r"double|deux fois", "3": r"triple|trois fois"},
    "it": {"2": r"doppi\w+|due volte", "3": r"triplo|tre volte"},
    "de": {"2": r"doppel\w+|zweimal|zweifach\w*", "3": r"dreimal|dreifach\w*"},
}
_HALF = ("half", "halves", "metade", "mitad", "moitié", "metà", "hälfte")
# What follows a part where it is one. In other languages it is of several things: "la mitad de la década"
# is a time.
_OF = {
    "en": re.compile(r"\s(?:of|the|its|their|as)\b", re.IGNORECASE),
    "pt": re.compile(r"\sd[oae]s\b"),
    "es": re.compile(r"\sde (?:los|las|sus)\b"),
    "fr": re.compile(r"\s(?:des|de (?:leurs|ses))\b"),
    "it": re.compile(r"\s(?:dei|degli|delle)\b"),
    "de": re.compile(r"\s(?:der|aller)\b"),
}
_HALVED = re.compile(r"\bhalv(?:ed|es|ing)\b", re.IGNORECASE)
_RATIO = re.compile(r"(?<![\d.,])(\d{1,2}) (?:in|out of) (?:every )?(\d{1,3})\b(?![.,]\d)")
_PERCENT = re.compile(
    r"(\d+(?:[.,]\d+)?)\s?(?:%|(?:per|por|pour)\s?(?:cent|cento|ciento)\b|prozent\b)", re.IGNORECASE
)
# Numbers that are told by their size only, and things that are counted in tens and the like.
_ROUGH = """
en 10 tens 10 dozens 100 hundreds 1000 thousands 1000000 millions 1000000000 billions
pt 10 dezenas 10 dúzias 100 centenas 1000 milhares 1000000 milhões
es 10 decenas 10 docenas 100 cientos 100 centenares 1000 miles 1000000 millones
fr 10 dizaines 10 douzaines 100 centaines 1000 milliers 1000000 millions
it 10 decine 10 dozzine 100 centinaia 1000 migliaia 1000000 milioni
de 10 dutzende 100 hunderte 1000 tausende 1000000 millionen
"""
_GROUPS = """
pt 10 década 10 décadas 12 dúzia
es 10 década 10 décadas 10 decenio 12 docena
fr 10 décennie 10 décennies 10 dizaine 12 douzaine
it 10 decennio 10 decenni 12 dozzina
de 10 jahrzehnt 10 jahrzehnte 10 jahrzehnten 12 dutzend
"""
_ASIAN_SIZE = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "成千上万": 1000}
_ASIAN_ROUGH = re.compile(r"[数數几幾上]([十百千万])|(成千上万)")


@dataclass(frozen=True)
class _Words:
    """One language's words."""

    parts: dict[str, int]
    share: re.Pattern[str]  # perhaps with a number before it
    rough: dict[str, int]
    many: re.Pattern[str]  # "hundreds of thousands of"
    groups: dict[str, int]
    group: re.Pattern[str]
    sure: dict[str, re.Pattern[str]]
    perhaps: dict[str, re.Pattern[str]]


@cache
def _words(language: str) -> _Words | None:
    if language not in _MULTIPLES:
        return None
    parts, large, groups = (_line(table, language) for table in (_PARTS, _ROUGH, _GROUPS))
    counted = r"\b(?:(\w+)[ -])?({})\b"
    many = r"(?<!\d )\b(?:(\w+) (?:(?:of|de|di) )?)?({0})\b( of| des?| di| von|(?= [A-ZÄÖÜ]))?"
    sure, perhaps = (
        {number: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for number, words in table[language].items()}
        for table in (_MULTIPLES, _PERHAPS)
    )
    return _Words(
        parts,
        re.compile(counted.format(_any(parts)), re.IGNORECASE),
        large,
        re.compile(many.format(_any(large)), re.IGNORECASE),
        groups,
        re.compile(counted.format(_any(groups)), re.IGNORECASE),
        sure,
        perhaps,
    )


def _line(table: str, language: str) -> dict[str, int]:
    """One language's words of a table, each with its number."""
    found = (line.split() for line in table.strip().splitlines() if line.startswith(f"{language} "))
    line = next(found, [])
    return dict(zip(line[2::2], map(int, line[1::2]), strict=True))


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True)) or "(?!)"


def stated(text: str, language: str = "en") -> Iterator[tuple[str, str]]:
    """The shares and multiples that can mean nothing else: as written, and a key to compare."""
    if (words := _words(language or "en")) is None:
        return
    for match in words.share.finditer(text):
        count, half = _count(match[1], language), match[2].lower() in _HALF
        if half and count and language not in ("", "en"):  # "the second half"
            continue
        of = _OF[language or "en"].match(text, match.end())
        if (count or half) and (of or (count and language not in ("", "en"))):
            raw = match[0] if count else match[2]
            yield raw, f"{_percent(count or 1, words.parts[match[2].lower()])}%"
    if language in ("", "en"):
        yield from ((match[0], "50%") for match in _HALVED.finditer(text))
    for number, pattern in words.sure.items():
        yield from ((match[0], f"times {number}") for match in pattern.finditer(text))


def ratios(text: str) -> Iterator[tuple[str, str, str]]:
    """Of "1 in 5" or "2 out of 3", in English figures: both numbers and the share that they may say."""
    for match in _RATIO.finditer(text):
        if 0 < int(match[1]) < int(match[2]):
            yield match[1], match[2], f"{_percent(int(match[1]), int(match[2]))}%"


def known(text: str, language: str = "en") -> set[str]:
    """The keys of all that may be a share or a multiple; shares in words as bare numbers too."""
    if (words := _words(language or "en")) is None:
        return set()
    found = {key for _, key in stated(text, language)}
    found |= {key.removesuffix("%") for key in found if key.endswith("%")}
    for match in words.share.finditer(text):
        count, parts = _count(match[1], language), words.parts[match[2].lower()]
        percent = _percent(count or 1, parts)
        found |= {f"{percent}%", str(percent)}
        if count or _OF[language or "en"].match(text, match.end()):
            found.add(str(parts))  # one in four
    for match in words.group.finditer(text):
        size = words.groups[match[2].lower()]
        found |= {str(size), str(size * (_count(match[1], language) or 1))}
    found |= {key for _, _, share in ratios(text) for key in (share, share.removesuffix("%"))}
    for match in _PERCENT.finditer(text):
        number = float(match[1].replace(",", "."))
        found |= {f"{int(number)}%", f"{round(number)}%"}
    return found | {f"times {number}" for number, pattern in words.perhaps.items() if pattern.search(text)}


def rough(text: str, language: str = "en", sure: bool = True) -> Iterator[tuple[str, int]]:
    """Numbers that are told by their size: "thousands of" is 1,000 or more. `sure`: that are nothing else."""
    for match in _ASIAN_ROUGH.finditer(text):
        if not (sure and match[0][0] in "几幾"):  # "several tens" is some
            yield match[0], _ASIAN_SIZE[match[1] or match[2]]
    if (words := _words(language or "en")) is None:
        return
    for match in words.many.finditer(text):
        before = (match[1] or "").lower()
        if before[-1:].isdigit() or _count(before, language):  # "two millions"
            continue
        if sure and (match[3] is None or before == "in"):  # "in thousands of euros"
            continue
        size = words.rough[match[2].lower()] * words.rough.get(before, 1)
        yield text[match.start(1 if before in words.rough else 2) : match.end()], size


def _count(word: str | None, language: str) -> int:
    """The number before a part; 0 where there is none."""
    if not word:
        return 0
    if language in ("", "en"):
        return {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}.get(word.lower(), 0)
    values = number_words.values(word, language)
    return int(next(iter(values))) if values and next(iter(values)).isdigit() else 0


def _percent(count: int, parts: int) -> int:
    return round(100 * count / parts)
