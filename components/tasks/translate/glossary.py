"""The terms of a glossary: where they are in a text, and whether a translation has what they become.

Knows words and stems, neither files nor engines. A term in small letters is found with a capital too; one
with capitals of its own is not the word without them (US, us; IT, it). A plural or another ending is told by
its stem: nothing is put in its place, since the engine knows agreement better, but it is checked.

    invoice   in "Invoice 7": itself      in "two invoices": by its stem
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from components.models.stems import stem
from components.tasks.translate.protection import bounded

STEMMED = 4  # letters from which a word has a stem; shorter ones are too alike
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_GONE = "\u0000"  # in the place of what was found
# Endings of plurals and of their singulars that stemmers take for two words: ações, shelves, luces.
_PLURALS = {
    "pt": (
        *((f"{vowels}s", "ão") for vowels in ("õe", "ãe", "ão")),
        *((f"{vowel}is", f"{plain}l") for vowel, plain in zip("aéeóou", "aeeoou", strict=True)),
        ("is", "il"),
        ("eis", "il"),
        ("ns", "m"),
    ),
    "en": (("men", "man"), ("ves", "f"), ("ves", "fe"), ("ices", "ix"), ("ices", "ex"), ("ses", "sis")),
    "es": (("ces", "z"),),
}


@dataclass(frozen=True)
class Term:
    """One line of a glossary."""

    source: str
    target: str  # empty: keep the source as it is

    @property
    def wanted(self) -> str:
        return self.target or self.source

    @property
    def is_name(self) -> bool:
        """Kept as it is, with a capital: Windows, which windows aren't."""
        return self.wanted == self.source and self.source[:1].isupper()


@dataclass(frozen=True)
class Found:
    """A term that is in a text."""

    term: Term
    text: str  # as it is there
    itself: bool = True  # not in another form


def find(terms: Iterable[Term], text: str, language: str = "") -> list[Found]:
    """All of a text, the longest first; a term inside a longer one doesn't count."""
    found: list[Found] = []
    # Of two that differ in capitals, the one with more of them is found first: it is the narrower one.
    ordered = sorted(terms, key=lambda term: (-len(term.source), -sum(map(str.isupper, term.source))))
    shouted = _is_shouted(text)
    for term in ordered:
        pattern = _pattern(term.source, shouted, _is_one_word(term.source))
        found += [Found(term, match[0]) for match in pattern.finditer(text)]
        text = pattern.sub(_GONE, text)
    for term in ordered:
        for start, end in reversed(_inflected(term.source, text, language)):
            if term.is_name and text[start].islower():
                continue
            found.append(Found(term, text[start:end], itself=False))
            text = f"{text[:start]}{_GONE}{text[end:]}"
    return found


def used(terms: Iterable[Term], text: str, language: str = "") -> list[Term]:
    """The terms that a text has in any form."""
    return list(dict.fromkeys(found.term for found in find(terms, text, language)))


def pieces(terms: Iterable[Term], text: str) -> list[tuple[str, str]]:
    """The parts of a text that are terms themselves, and what they become."""
    return list({found.text: found.term.target for found in find(terms, text) if found.itself}.items())


def violations(terms: Sequence[Term], source: str, target: str, languages: tuple[str, str]) -> list[Found]:
    """Terms of the source whose translation isn't in the target as often, in whatever form."""
    broken = []
    counts: dict[Term, list[Found]] = {}
    for found in find(terms, source, languages[0]):
        counts.setdefault(found.term, []).append(found)
    for term, all_of_it in sorted(counts.items(), key=lambda one: -len(one[0].wanted)):
        target, there = _without(term.wanted, target, languages[1], len(all_of_it))
        broken += all_of_it[there:][:1]
    return broken


def capitalised(terms: Iterable[Term], source: str, target: str) -> str:
    """A translation that begins with a term in small letters, with a capital if its source has one there."""
    begins = (term.wanted for term in terms if term.wanted[0].islower() and target.startswith(term.wanted))
    if source[:1].isupper() and any(not _has_own_capitals(_WORD.findall(wanted)[:1]) for wanted in begins):
        return target[0].upper() + target[1:]
    return target


def _without(term: str, text: str, language: str, count: int) -> tuple[str, int]:
    """A translation without a term, in any form, at most `count` times; and how often it was there."""
    text, there = _pattern(term, _is_shouted(text), False).subn(_GONE, text, count=count)
    for start, end in reversed(_inflected(term, text, language)[: count - there]):
        text, there = f"{text[:start]}{_GONE}{text[end:]}", there + 1
    return text, there


def _is_shouted(text: str) -> bool:
    """All in capitals: then they say nothing."""
    return len(_WORD.findall(text)) > 1 and text.isupper()


def _is_one_word(term: str) -> bool:
    return len(_WORD.findall(term)) == 1


@cache
def _pattern(term: str, shouted: bool, name: bool) -> re.Pattern[str]:
    """Finds a term as a whole word; `name`: its capital at the start is its own."""
    parts, at = "", 0
    for word in _WORD.finditer(term):
        parts += re.escape(term[at : word.start()]) + _written(word[0], shouted, name)
        at = word.end()
    return re.compile(bounded(term, parts + re.escape(term[at:])))


def _written(word: str, shouted: bool, name: bool) -> str:
    """A pattern of the ways in which a word of a term may be written."""
    first, rest = word[0], re.escape(word[1:])
    ways = [re.escape(word)]
    cases = first.lower() + first.upper()
    if not _has_own_capitals([word]) and not (name and first.isupper()) and len(cases) == 2:
        ways = [f"[{cases}]{rest}"]
    if shouted and not word.isupper():
        ways.append(re.escape(word.upper()))
    return f"(?:{'|'.join(ways)})"


def _has_own_capitals(words: Sequence[str]) -> bool:
    """US, iPhone, A: not only a word with a capital at its start."""
    return any(any(map(str.isupper, word[1:])) or (len(word) == 1 and word.isupper()) for word in words)


def _inflected(term: str, text: str, language: str) -> list[tuple[int, int]]:
    """Where a text has a term with other endings or another first letter, in order, apart from each other."""
    wanted = _WORD.findall(term)
    if _is_shouted(text) and len(text.lower()) == len(text):  # INVOICES is the plural of invoice there
        text = text.lower()
    words = list(_WORD.finditer(text))
    if not wanted or _WORD.sub("", term).strip():
        return []
    places: list[tuple[int, int]] = []
    for at in range(len(words) - len(wanted) + 1):
        some = words[at : at + len(wanted)]
        joined = all(text[a.end() : b.start()].isspace() for a, b in pairwise(some))
        last = places[-1][1] if places else 0
        forms = all(_is_form(a, b[0], language) for a, b in zip(wanted, some, strict=True))
        if joined and forms and some[0].start() >= last:
            places.append((some[0].start(), some[-1].end()))
    return places


def _is_form(term: str, word: str, language: str) -> bool:
    if _has_own_capitals([term]):
        return word in (term, f"{term}s")
    if any(map(str.isupper, word[1:])):
        return False
    if word.casefold() == term.casefold():
        return word == term or len(term) >= STEMMED
    if _is_plural(word, term, language) or _is_plural(term, word, language):
        return True
    return min(len(term), len(word)) >= STEMMED and stem(term, language) == stem(word, language)


def _is_plural(many: str, one: str, language: str) -> bool:
    """Whether a word is another's plural, by their endings."""
    many, one = many.casefold(), one.casefold()
    ends = _PLURALS.get(language, ())
    return any(many.endswith(end) and f"{many.removesuffix(end)}{other}" == one for end, other in ends)
