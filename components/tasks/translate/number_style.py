"""Numbers that a translation has as the source wrote them, in the style of the target language.

Engines copy "$26,750" as it is, which is a thousand times less in Portuguese. Only what can be one
thing is rewritten: a number in groups of three by its source language's separator, and a decimal after a
currency sign.

    The price is $26,750 (£2.8bn).   ->   O preço é $26.750 (£2,8 bilhões).
"""

import re

from components.tasks.facts import kept_numbers

_GROUPED = {
    ",": re.compile(r"(?<![\w.,/])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d.,]*\d|[-/]\d)"),
    ".": re.compile(r"(?<![\w.,/])\d{1,3}(?:\.\d{3})+(?:,\d+)?(?![\d.,]*\d|[-/]\d)"),
}
# A decimal after a currency sign, with the letters of millions or billions that may be joined to it.
_MONEY = {
    ",": re.compile(r"(?<=[$€£¥₹])\s?\d+\.\d{1,2}(?:bn|mn|m)?(?![\w.,]*\w)"),
    ".": re.compile(r"(?<=[$€£¥₹])\s?\d+,\d{1,2}(?:bi|mi)?(?![\w.,]*\w)"),
}
_POWERS = {"bn": 9, "bi": 9, "mn": 6, "m": 6, "mi": 6}
_SCALE = {
    "en": {6: "million", 9: "billion"},
    "pt": {6: "milhões", 9: "bilhões"},
    "es": {6: "millones", 9: "mil millones"},
    "fr": {6: "millions", 9: "milliards"},
    "de": {6: "Millionen", 9: "Milliarden"},
    "it": {6: "milioni", 9: "miliardi"},
}
_SPACED_GROUPS = ("fr", "ru", "uk", "cs", "sk", "pl", "bg", "sv", "no", "fi", "hu", "et", "lv", "lt")


# A decimal that is no number of a section or a version: it has a sign before it or a percent sign after it.
_DECIMAL = {
    ",": re.compile(r"(?<=[-−+±])\d+\.\d{1,2}(?![\w.,]*\w)|(?<![\w.,])\d+\.\d{1,2}(?=\s?%)"),
    ".": re.compile(r"(?<=[-−+±])\d+,\d{1,2}(?![\w.,]*\w)|(?<![\w.,])\d+,\d{1,2}(?=\s?%)"),
}


def of(number: str, source: str, source_language: str, target_language: str) -> str:
    """One number of a source in the target's style, as far as what is beside it there says what it is."""
    at = source.find(number)
    before, after = source[max(at - 1, 0) : max(at, 0)], source[at + len(number) :][:2]
    made = restyled(source, f"{before}{number}{after}", source_language, target_language)
    made = made[len(before) : len(made) - len(after)]
    return made if made != number else kept_numbers.localized(number, source_language, target_language)


def restyled(source: str, target: str, source_language: str, target_language: str) -> str:
    """The translation with those numbers in its own style."""
    points = [kept_numbers.has_decimal_point(code) for code in (source_language, target_language)]
    if points[0] == points[1]:
        return target
    group = "," if points[0] else "."
    for pattern in (_GROUPED[group], _MONEY[group], _DECIMAL[group]):
        copied = set(pattern.findall(source))
        target = pattern.sub(
            lambda number: _restyled(number[0], target_language) if number[0] in copied else number[0],  # noqa: B023
            target,
        )
    return target


def _restyled(number: str, language: str) -> str:
    figures = number.rstrip("bnmi")
    turned = figures.translate({ord("."): ",", ord(","): "."})
    if language in _SPACED_GROUPS:
        turned = turned.replace(".", "\u00a0")
    letters = number[len(figures) :]
    if not letters:
        return turned
    return f"{turned} {_SCALE[language][_POWERS[letters]]}" if language in _SCALE else turned + letters
