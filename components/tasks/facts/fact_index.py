"""The numbers, dates and names of a text, in forms that can be compared.

Knows nothing about models. What a summary states and its document doesn't have is what a model made up.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from components.scripts import HANGUL, UNSPACED
from components.tasks.facts import amounts, dates, number_words, proportions, quantities
from components.tasks.facts.opening_words import COMMON, FORMED, OPENERS, leads
from components.tasks.terms import STEM, stop_words

Kind = Literal["number", "date", "name"]

# Capitalized words in a row, with the small words that occur inside names.
_NAME = re.compile(
    r"\b[A-ZÀ-ÖØ-ÞА-ЯĄ-Ž][\w'’&-]*(?:\s+(?:(?:of|the|de|da|von|van|der|di|du|la|le|for|and)\s+)?[A-ZÀ-ÖØ-ÞА-ЯĄ-Ž][\w'’&-]*)*"
)
_DOTTED = re.compile(r"\b(?:[A-Z]\.){2,}")
_UNSPACED = re.compile(f"[{UNSPACED}{HANGUL}]")
_SMALL = frozenset(["of", "the", "de", "da", "von", "van", "der", "di", "du", "la", "le", "for", "and"])
_APOSTROPHES = str.maketrans("’ʼ", "''")

# German puts these before any noun with a capital.
_MEASURES_LIST = (
    "anfang mitte ende prozent euro dollar tonnen kilo meter kilometer liter uhr million millionen "
    "milliarde milliarden mio mrd tag tage tagen jahr jahre jahren stunden minuten teil hälfte"
)
_MEASURES = frozenset(_MEASURES_LIST.split())

_PAIR = re.compile(r"(?<![\w.,/–-])(\d{1,3})[-–](\d{1,3})(?![\w,/–-]|\.\d)")  # a score


@dataclass(frozen=True)
class Fact:
    """Something in a text that can be looked up."""

    kind: Kind
    text: str  # as it is there
    key: tuple[str, ...]  # what is compared: all words of a name; of a number, any of its values
    other: tuple[str, ...] = ()  # of a date in figures: the month and the day the other way round
    likely: bool = False  # a name only by its place in the sentence: it may be another form of a word
    # Of a name that begins a sentence: its words but the first, which may be any word with a capital.
    rest: tuple[str, ...] = field(default=(), compare=False)


class Index:
    """The numbers, dates and words of a document, to look facts up in."""

    def __init__(self, texts: Iterable[str], language: str = "en") -> None:
        self._figures: set[str] = set()
        self._numbers: set[str] = set()
        self._dates: set[tuple[str, ...]] = set()
        self._days: set[tuple[str, ...]] = set()
        self._words: set[str] = set()
        self._lower: set[str] = set()
        self._units: set[tuple[str, str]] = set()
        self._pairs: set[tuple[str, str]] = set()
        powers: set[int] = set()
        for text in texts:
            self._figures |= {value for one in amounts.figures(text) for value in one.values}
            self._figures |= amounts.words(text, language) | amounts.times(text)
            values, free = amounts.said(text, language)
            self._numbers |= values
            powers |= free
            shares = proportions.known(text, language)
            if language in ("", "en"):
                shares |= proportions.known(amounts.with_figures(text), language)
            self._numbers |= shares
            self._figures |= shares
            self._numbers |= {f"{size}+" for _, size in proportions.rough(text, language, sure=False)}
            for key in dates.told(text):
                self._dates |= dates.looser(key)
            for _, key, other in dates.in_figures(text):
                self._dates |= dates.looser(key) | dates.looser(other)
            self._days |= set(dates.said(text))
            self._words |= {short for name in _NAME.findall(text) for short in _initials(name)}
            words = re.findall(r"[\w'’&-]+", text) + re.findall(r"[\w'’&-]+", plain_latin(text))
            self._lower |= {_straight(word) for word in words if word.islower()}
            self._words |= {_bare(word) for word in words}
            self._words |= {_bare(part) for word in words for part in (*word.split("-"), *_parts(word))}
            self._words |= set(_short_forms(words, language))
            self._words |= {_undotted(short) for short in _DOTTED.findall(text)}
            self._units |= {(one.figures, one.unit) for one in quantities.compared(text, language)}
            self._words |= quantities.other_names(text)
            self._pairs |= set(_PAIR.findall(text))
        self._words |= set(map(_folded, self._words))
        self._numbers |= {amounts.scaled(value, power) for value in self._figures for power in powers}
        self._beginnings = {word[:STEM] for word in self._words}

    def has(self, fact: Fact) -> bool:
        if fact.kind == "number":
            return any(value in self._numbers or self._of_size(value) for value in fact.key)
        if fact.kind == "date":
            return fact.key in self._days or fact.other in self._days
        if fact.likely:
            return all(word[:STEM] in self._beginnings for word in fact.key)
        return self._has_name(fact)

    def _of_size(self, value: str) -> bool:
        """Whether a number of the document is what "thousands" can mean."""
        if not value.endswith("+"):
            return False
        least = float(value[:-1])
        return any(least < number < 1000 * least for number in map(_number, self._numbers))

    def unknown(self, fact: Fact) -> list[str]:
        """The words of a name that the document doesn't have."""
        return [word for word in fact.key if not self._has_words([word])]

    def ordinary(self, word: str) -> bool:
        """Whether a name's word is no name by itself: an ordinary word that a translation changes."""
        return (
            word in self._lower or word in OPENERS or word in COMMON or bool(FORMED.search(word.rstrip("s")))
        )

    def missing(self, text: str, language: str = "en") -> list[Fact]:
        """What `text` states and the document doesn't have: what a reader is shown."""
        lost = (fact for fact in facts(text, language) if not self.has(fact))
        return _once([*lost, *self._other_units(text, language)])

    def _other_units(self, text: str, language: str) -> Iterator[Fact]:
        """Numbers that the document has, but only of something else: $40 where it says €40; 1-3 for 3-1."""
        for one in quantities.compared(text, language):
            there = {unit for value, unit in self._units if value == one.figures}
            if one.unit and there and "" not in there and one.unit not in there:
                yield Fact("number", one.text, (one.figures,))
        for first, second in _PAIR.findall(text):
            if (second, first) in self._pairs and (first, second) not in self._pairs:
                yield Fact("number", f"{first}-{second}", (first, second))

    def doubts(self, text: str, language: str = "en") -> list[Fact]:
        """For what a written sentence gives way to a quote: numbers in figures as they are, dates with a
        day or a year, names within a sentence. `missing` also has what is only marked.
        """
        found, rest = _dated(text)
        numbers = [Fact("number", one.text, one.values) for one in amounts.figures(rest)]
        names = _names(rest, language) if language != "de" else ()
        doubtful = [
            *(fact for fact in found if self._dates.isdisjoint([fact.key, fact.other])),
            *(fact for fact in numbers if self._figures.isdisjoint(fact.key)),
            *(fact for fact in names if not self._has_name(fact)),
        ]
        return _once(doubtful)

    def _has_name(self, name: Fact) -> bool:
        """Whether all words of a name are there, or all but the one that only begins its sentence."""
        return self._has_words(name.key) or (bool(name.rest) and self._has_words(name.rest))

    def _has_words(self, words: Iterable[str]) -> bool:
        return all(
            not self._words.isdisjoint([word, _folded(word)]) or self._words.issuperset(_parts(word))
            for word in words
        )


def facts(text: str, language: str = "en") -> list[Fact]:
    """Every number, date and name, in order, each once. Numbers in words are told in English only; names by
    their capitals, so not in scripts that have none, and in German only where two words in a row have them.
    """
    found, rest = _dated(text)
    when = [*dates.weekdays(rest), *dates.months(rest)]
    english = language in ("", "en")
    numbers = [*amounts.amounts(rest), *([*amounts.in_words(rest), *amounts.ranks(rest)] if english else ())]
    shares = _shares(rest) if english else {}
    more = [*proportions.stated(rest, language)]
    more += ((raw, f"{size}+") for raw, size in proportions.rough(rest, language))
    if not english:
        more += number_words.stated(rest, language)
    names = list(_german_names(rest) if language == "de" else _names(rest, language))
    return list(
        dict.fromkeys(
            [
                *found,
                *(Fact("date", raw, key) for raw, key in when),
                *(
                    Fact("number", number.text, (*number.values, *shares.get(number.values[0], ())))
                    for number in numbers
                ),
                *(Fact("number", raw, (key,)) for raw, key in more),
                *names,
                *(_first_names(rest) if english else ()),
            ]
        )
    )


def _shares(text: str) -> dict[str, tuple[str, ...]]:
    """For both numbers of "one in five" the share that they may say together: 20% says it too."""
    found: dict[str, tuple[str, ...]] = {}
    for count, parts, share in proportions.ratios(amounts.with_figures(text)):
        found |= {number: (*found.get(number, ()), share) for number in (count, parts)}
    return found


def _once(found: Iterable[Fact]) -> list[Fact]:
    """Each once, as written: both days of "5-7 May" may be made up."""
    return list({(fact.kind, fact.text): fact for fact in found}.values())


def _dated(text: str) -> tuple[list[Fact], str]:
    """The dates of a text, and the text without them."""
    found = [Fact("date", raw, key) for raw, key in dates.dates(text) if dates.sure(raw, key)]
    rest = _without(text, [fact.text for fact in found])
    slashed = [Fact("date", raw, key, other) for raw, key, other in dates.in_figures(rest)]
    return [*found, *slashed], _without(rest, [fact.text for fact in slashed])


def _without(text: str, found: Iterable[str]) -> str:
    for raw in sorted(found, key=len, reverse=True):  # "5 May" is in "15 May" too
        text = text.replace(raw, " " * len(raw))
    return text


def _names(text: str, language: str) -> list[Fact]:
    """Runs of capitalized words. The first word of a sentence counts only within a longer name."""
    found = []
    text = plain_latin(text)
    for match in _NAME.finditer(text):
        words = match[0].split()
        rest: tuple[str, ...] = ()
        if _begins_sentence(text, match.start()):
            if len(words) == 1 or (len(words) == 2 and words[1].lower() in _SMALL):
                continue
            if all(word.isupper() for word in words):
                continue  # a heading
            if _common(words[0]) or leads(_bare(words[0]), language):
                words = words[2 if words[1] in _SMALL else 1 :]
            else:
                rest = _rest(words)
        key = _key(words)
        if any(len(word) > 1 for word in key):
            found.append(Fact("name", " ".join(words), key, rest=rest))
    return found


def _rest(words: list[str]) -> tuple[str, ...]:
    """The part that may be a name without its first word. "Google and Anna Silva" are two names."""
    rest = words[1:]
    first = rest[: rest.index("and")] if "and" in rest else rest
    return _key(rest) if rest[0] not in _SMALL and len(_key(first)) > 1 else ()


def _key(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(_bare(word) for word in words if word.lower() not in _SMALL and not _common(word))


def _first_names(text: str) -> Iterator[Fact]:
    """Single words that begin a sentence and look like nothing but a name."""
    for match in _NAME.finditer(text):
        word = _bare(match[0])
        if len(match[0].split()) > 1 or not _begins_sentence(text, match.start()) or match[0].isupper():
            continue
        common = _common(word) or word in OPENERS or word in stop_words("en")
        if len(word) > 2 and not common and not FORMED.search(word) and "-" not in word:
            yield Fact("name", match[0], (word,), likely=True)


def _german_names(text: str) -> Iterator[Fact]:
    """The last of several words with a capital in a row, as in "Anna Silva": nouns rarely stand like that.
    A sentence's first word has one anyway.
    """
    for match in _NAME.finditer(text):
        begins = _begins_sentence(text, match.start())
        words = match[0].split()[begins:]
        if len(words) > 1 and not any(word.lower() in _MEASURES | _SMALL for word in words[:-1]):
            yield Fact("name", " ".join(words), (_bare(words[-1]),), likely=True)


def _begins_sentence(text: str, at: int) -> bool:
    before = text[:at].rstrip(" \"'“”‘’«([")
    return not before or before[-1] in ".!?:;•–—-\n。！？"


def _common(word: str) -> bool:
    """Whether a word, with what is joined to it, is no name despite its capital: "I'm", "It's", "Don't"."""
    bare = _bare(word)
    return bare.partition("'")[0] in COMMON or bare.endswith("n't")


def _number(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return 0.0


def _initials(name: str) -> set[str]:
    """What a name of several words may be called: "us" for "The United States"."""
    letters = "".join(word[0].casefold() for word in name.split() if word.lower() not in _SMALL)
    without_article = "".join(word[0].casefold() for word in name.split()[1:] if word[0].isupper())
    return {short for short in (letters, without_article) if len(short) > 1}


def _short_forms(words: list[str], language: str) -> Iterator[str]:
    """Initials of words whose first has a capital: "oms" for "Organisation mondiale de la santé"."""
    said = [word for word in words if word.casefold() not in _SMALL | stop_words(language)]
    said = [re.split("['’]", word)[-1] for word in said]
    for i, word in enumerate(said):
        if word[:1].isupper():
            for end in range(i + 3, min(i + 6, len(said) + 1)):
                yield "".join(one[:1] for one in said[i:end]).casefold()


def plain_latin(text: str) -> str:
    """A text in which characters of scripts without spaces, as in Chinese, don't hide the start of a name."""
    return _UNSPACED.sub("、", text)


def _parts(word: str) -> list[str]:
    """All parts of "O'Neil-Smith" and "d'Yquem" that may occur alone."""
    return [part for part in re.split("['-]", _straight(word)) if part]


def _bare(word: str) -> str:
    """A name's word as it is compared: without possessive and case, with the apostrophe of a typewriter."""
    return re.sub(r"'s?$", "", _straight(word).casefold())


def _folded(word: str) -> str:
    """Without accents: "Zürich" is "Zurich" too."""
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


def _undotted(short: str) -> str:
    """ "U.S." as it is written without its points."""
    return short.replace(".", "").casefold()


def _straight(text: str) -> str:
    return text.translate(_APOSTROPHES)
