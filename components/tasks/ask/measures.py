"""What a question wants to be measured ("how long", "how heavy"), and where a text has such a measure.

Units by the names that Unicode's CLDR has for them in the languages below: "3 days", "68平方米", "4,8
Kilogramm". Knows nothing about documents.
"""

import re
from collections.abc import Iterator, Set
from functools import cache

from babel import Locale

from components.tasks.ask.phrases import measured_by
from components.tasks.facts import amounts, number_words

LANGUAGES = ("en", "en_GB", "de", "fr", "es", "pt", "it", "nl", "zh", "ja")
EAST = frozenset(("zh", "ja"))
DIMENSIONS = frozenset(
    ("duration", "length", "area", "volume", "mass", "temperature", "angle", "speed", "digital")
)
_PERSON, _POINT = "-person", "length-point"  # forms of the same units, and a size of letters
_A_WORD = "in"  # for inches, and a preposition
_NUMERAL = "[一二三四五六七八九十百千万两半]"
_FIGURES = r"(?<![\w.,])\d+(?:[.,]\d+)*"
_ONE = r"(?:an?|one|einen?|eine[mr]?|une?|uma?|uno|una|één)"


def wanted(question: str, language: str) -> frozenset[str]:
    """The dimensions that would answer, as CLDR calls them; empty where the question names none."""
    of = measured_by(language)
    asked = (dimensions for dimensions, form in of.items() if form.search(question))
    return frozenset(one for dimensions in asked for one in dimensions.split())


def rest(question: str, language: str) -> str:
    """A question without the words that ask for a measure and say nothing of what is measured, as "how long",
    but not "temperature".
    """
    for form in measured_by(language).values():
        question = form.sub(
            lambda said: said[0] if said[0].isalpha() and said[0].isascii() else " ", question
        )
    return question


def found(text: str) -> Iterator[tuple[int, int, str]]:
    """Where measures are, number and unit, and the dimension of each."""
    for match in _measure().finditer(text):
        kind = next(kind for kind in _units() if match[kind])
        name, names = match[kind].casefold(), _units()[kind]
        # CLDR's names lack the ending of a German dative: "in drei Tagen".
        yield match.start(), match.end(), names.get(name) or names[name.removesuffix("n")]


def spans(text: str, dimensions: Set[str], language: str) -> list[tuple[int, int]]:
    """Those of some dimensions, with the word before a unit where it is a number."""
    places = []
    for start, end, dimension in found(text):
        if dimension in dimensions:
            before = re.search(r"[^\W\d_]+[\s-]$", text[:start])
            word = before[0].strip(" -") if before else ""
            number = word and (amounts.in_words(word) or number_words.values(word, language))
            places.append((before.start() if before and number else start, end))
    return places


def without(text: str, language: str) -> str:
    """A text without what is measured in it."""
    for start, end in reversed(spans(text, DIMENSIONS, language)):
        text = f"{text[:start]} {text[end:]}"
    return text


@cache
def _units() -> dict[str, dict[str, str]]:
    """The names of units by how they stand beside a number, each with its dimension."""
    made: dict[str, dict[str, str]] = {"east": {}, "plural": {}, "single": {}, "short": {}}
    for language in LANGUAGES:
        patterns = Locale.parse(language)._data["unit_patterns"]
        for unit in patterns:
            dimension = unit.split("-")[0]
            if dimension not in DIMENSIONS or unit.endswith(_PERSON) or unit == _POINT:
                continue
            for width, forms in dict(patterns[unit]).items():
                for count, pattern in dict(forms).items():
                    name = str(pattern).replace("{0}", "").strip().casefold()
                    if count == "per" or name in ("", _A_WORD):
                        continue
                    kind = "short" if width != "long" else "single" if count == "one" else "plural"
                    kind = "east" if language in EAST and not name.isascii() else kind
                    made[kind].setdefault(name, dimension)
    made["single"] = {name: of for name, of in made["single"].items() if name not in made["plural"]}
    return made


@cache
def _measure() -> re.Pattern[str]:
    units = {
        kind: "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
        for kind, names in _units().items()
    }
    # Years and days of dates are no measures: 2026年9月1日.
    return re.compile(
        rf"(?:(?<![\d.,年月])\d{{1,3}}(?:[.,]\d+)*|{_NUMERAL}+)\s?(?P<east>{units['east']})"
        rf"|(?:{_FIGURES}[\s-]?)?\b(?P<plural>(?:{units['plural']})n?)\b"
        rf"|(?:{_FIGURES}|\b{_ONE})[\s-]?(?P<single>{units['single']})\b"
        rf"|{_FIGURES}\s?(?P<short>{units['short']})(?!\w)",
        re.IGNORECASE,
    )
