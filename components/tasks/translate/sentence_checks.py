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

from components.documents.language_detection import detect
from components.messages import Language, Message, Said
from components.models.languages import LANGUAGES, UNSPACED, language_name
from components.tasks.facts import kept_numbers
from components.tasks.translate import glossary, number_style, people, places, sign_checks, towns
from components.tasks.translate.protection import protected, strict, with_forms
from components.tasks.translate.same_in_both import (
    PARTICLE,
    STOPS,
    WITHOUT_SPACES,
    alike,
    common_words,
    count_of,
    is_common,
    is_foreign_name,
    is_in,
    is_name,
    may_be_name,
    may_be_shouted,
    without,
    words_of,
)

Kind = Literal[
    "draft",
    "untranslated",
    "truncated",
    "repeated",
    "length",
    "number",
    "placeholder",
    "tag",
    "glossary",
    "failed",
    "sign",
    "name",
    "unsure",
]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong."""

    kind: Kind
    text: Message  # for a person


_EMPTY = re.compile(r"<(\w+)(?:\s[^<>]*)?>\s*</\1>")
NOTHING = Said("The engine returned nothing for this sentence.")


@dataclass(frozen=True)
class Pair:
    """What is checked."""

    source: str
    target: str
    source_language: str
    target_language: str
    cut: bool = False  # the engine said that it reached its limit
    kept: tuple[str, ...] = ()  # code in a document: must be there letter by letter
    why: Message = ""  # there is no translation, or none of a part of it
    ambiguous: tuple[str, ...] = ()  # numbers that may be thousands or decimals


def check(pair: Pair, terms: Sequence[glossary.Term] = ()) -> list[Finding]:
    """All findings, the worst first."""
    if pair.why or not pair.target.strip():
        return [Finding("failed", pair.why or NOTHING)]
    untranslated = _untranslated(pair) or forms_left(pair.source)
    found = [
        untranslated,
        _truncated(pair),
        _repeated(pair),
        _length(pair),
        None if untranslated else _left(pair),
        *_numbers(pair),
        *_placeholders(pair),
        *_signs(pair),
        *_names(pair),
        *_glossary(pair, terms),
    ]
    return [finding for finding in found if finding]


def _untranslated(pair: Pair) -> Finding | None:
    source, target = without(pair.source, pair.kept), without(pair.target, pair.kept)
    words, same = words_of(source), words_of(target)
    if max(map(len, words), default=0) < 2 and not WITHOUT_SPACES.search(source):  # a formula: A × B = C
        return None
    if pair.source_language == pair.target_language:
        return None
    if words == same:
        languages = pair.source_language, pair.target_language
        common = is_common(source, *languages) or may_be_shouted(source)
        name = is_name(source) and not common
        name = name or is_foreign_name(source, pair.source_language)
        name = name or (people.is_full_name(source, pair.source_language) and not common)
        if name or is_in(source, pair.source_language, pair.target_language, 0.6):
            return None
        return Finding("untranslated", Said("The translation is the same as the source."))
    letters = sum(len(word) for word in same)
    # Names stay as they are: only words that begin with a small letter tell.
    small = Counter(w for w in re.findall(r"[^\W\d_]+", source) if len(w) > 2 and w.islower())
    kept = (small & Counter(same)).total()
    if small.total() >= 3 and kept >= 0.75 * small.total():
        if not is_in(source, pair.source_language, pair.target_language, 0.6):
            return Finding("untranslated", Said("Most words of the source are still in the translation."))
    elif letters >= 25 and len(same) >= 5:
        found = detect(target, LANGUAGES)
        languages = pair.source_language, pair.target_language
        # Signs such as R$ are letters too.
        mostly = count_of(same, *languages) >= count_of(same, *reversed(languages))
        if found.code == pair.source_language and found.confidence > 0.8 and mostly:
            return Finding("untranslated", Said("The translation is still in the source language."))
    return _in_script(source, target, pair.target_language, letters)


def _left(pair: Pair) -> Finding | None:
    """A word that is plainly of the source language: Hello {name}, você tem …; It's quente no verão."""
    first = next(iter(protected(pair.source)), "")
    word = pair.source[: pair.source.find(first)].strip() if first else ""
    common = re.fullmatch(r"[^\W\d_]{3,}", word) and is_common(word, *_languages(pair))
    if not common or not re.match(rf"{word}\b", pair.target):
        contracted = _contracted(pair.source, pair) & _contracted(pair.target, pair)
        word = _first_left(pair) or next(iter(contracted), "")
    if not word:
        return None
    return Finding("untranslated", Said("“{word}” is still in the source language.", word=word))


def _first_left(pair: Pair) -> str:
    """The small word that both begin with, if it is one of the source language alone: Às 14h30 on 5 May.

    Before a word with a capital it may be part of a name: The Guardian.
    """
    begins = re.match(r"([^\W\d_]{2,}) (?![^\W\d_]*[A-ZÀ-Þ])", pair.source)
    if not begins or not pair.target.startswith(begins[0]):
        return ""
    return begins[1] if count_of([begins[1].casefold()], *_languages(pair)) else ""


def _contracted(text: str, pair: Pair) -> set[str]:
    """Words with an apostrophe that every text of the source language may have: no name is one."""
    words = _CONTRACTED.findall(without(text, pair.kept).replace("’", "'"))
    return {word for word in words if word.casefold() in common_words(pair.source_language)}


def _languages(pair: Pair) -> tuple[str, str]:
    return pair.source_language, pair.target_language


def forms_left(source: str) -> Finding | None:
    """Messages of programs come in forms: those of string files are taken apart, these are not."""
    if not with_forms(source):
        return None
    return Finding("untranslated", Said("The forms of a message in braces are still in the source language."))


def _in_script(source: str, target: str, language: str, letters: int) -> Finding | None:
    """Names may stay in Latin letters; what was written small in the source may not."""
    if letters < 8 or language not in ("zh", "ja", "ko", "ru", "uk", "el", "ar", "he", "th", "hi", "fa"):
        return None
    own = set(re.findall(r"[a-z]{3,}", source))
    left = [word for word in re.findall(r"[A-Za-z\u00c0-\u024f]+", target) if word in own]
    other = any(c.isalpha() and c >= "\u0250" for c in target)
    if not other or len(left) > 0.5 * len(own) > 1:
        return Finding("untranslated", Said("The translation is not in the target language's script."))
    return None


_CONTRACTED = re.compile(r"[^\W\d_]+'[^\W\d_]+")


def _truncated(pair: Pair) -> Finding | None:
    if pair.cut:
        return Finding("truncated", Said("The engine reached its length limit: the end may be missing."))
    if sum(map(len, words_of(pair.source))) >= 4 and not words_of(pair.target):
        return Finding("truncated", Said("The words of the sentence are missing in the translation."))
    closing = "\"'”’»」』）) "
    source, target = pair.source.rstrip(closing), pair.target.rstrip(closing)
    ended = source[-1:] in STOPS and _size(pair.source) >= 25
    if (
        ended
        and pair.target_language != "th"  # written without full stops
        and target[-1:] not in f"{STOPS}:;：；"
        and _size(pair.target) < 0.8 * _size(pair.source)
    ):
        return Finding("truncated", Said("The translation ends in the middle of a sentence."))
    if _size(pair.source) >= 40 and _size(pair.target) < 0.4 * _size(pair.source):
        return Finding("truncated", Said("Much of the sentence is missing in the translation."))
    return None


def _size(text: str) -> float:
    """Length as in a Latin script: a Chinese or Japanese character is worth about three letters there."""
    return sum(2.8 if unicodedata.east_asian_width(c) in "WF" else 1.0 for c in text if not c.isspace())


def _length(pair: Pair) -> Finding | None:
    source, target = _size(pair.source), _size(pair.target)
    if target > 2.2 * source + 20:
        return Finding("length", Said("The translation is much longer than the source."))
    if _is_longer_name(pair):
        return Finding("length", Said("The translation has more words than the name in the source."))
    if source > 20 and target < 0.4 * source - 4:
        return Finding("length", Said("The translation is much shorter than the source."))
    return None


def _is_longer_name(pair: Pair) -> bool:
    """Whether a short name is there as it was, with words around it: Los Angeles, Hotéis em Los Angeles.

    Or whether it is another name that is longer.
    """
    words, made = words_of(pair.source), words_of(pair.target)
    named = may_be_name(pair.source, pair.source_language, pair.target_language)
    if named and len(words) == 1 and not pair.source.isupper():
        return _is_other_name(words[0], pair.target, pair.target_language)
    more = list((Counter(made) - Counter(words)).elements())
    return named and set(words) <= set(made) and any(len(word) > PARTICLE for word in more)


def _is_other_name(word: str, target: str, language: str) -> bool:
    """Whether one word became a name of several that has nothing of it: Houston, Rio de Janeiro."""
    words = target.split()
    capitals = [one for one in words if one[:1].isupper()]
    if len(capitals) < 2 or any(one[:1].islower() and len(one) > PARTICLE for one in words):
        return False
    return not any(alike(word, one.casefold()) for one in words) and not places.is_country(target, language)


def _repeated(pair: Pair) -> Finding | None:
    """The same words over and over, where the source doesn't say them over and over."""
    if pair.target_language in UNSPACED:
        target, source = list(pair.target), list(pair.source)
    else:
        target, source = (re.findall(r"\w+", text.casefold()) for text in (pair.target, pair.source))
    for size in (1, 2, 3, 4):
        limit = {1: 3, 2: 3}.get(size, 2) + (size == 1 and pair.target_language in UNSPACED)
        said = _in_a_row(source, size)
        again = size > 1 and said == 1 and _figures_again(target, size)
        if again or _in_a_row(target, size) > max(limit, said):
            return Finding("repeated", Said("The translation repeats the same words."))
    loop = re.search(r"([^\W\d_]{1,12}?)\1{7,}", pair.target)
    if loop and loop[0] not in pair.source:  # inside a word, or where words have no spaces
        return Finding("repeated", Said("The translation repeats the same words."))
    often = Counter(tuple(target[i : i + 4]) for i in range(len(target) - 3))
    most = max(often.values(), default=0)
    of_source = Counter(tuple(source[i : i + 4]) for i in range(len(source) - 3))
    if most >= 3 and most > max(of_source.values(), default=0) + 1:
        return Finding("repeated", Said("The translation repeats the same words."))
    return None


def _figures_again(words: Sequence[str], size: int) -> bool:
    """Whether the same words with a number among them follow directly after each other: at 17:30 at 17:30."""
    return any(
        words[i : i + size] == words[i + size : i + 2 * size]
        and any(word.isdecimal() for word in words[i : i + size])
        and any(word.isalpha() for word in words[i : i + size])
        for i in range(len(words) - 2 * size + 1)
    )


def _in_a_row(words: Sequence[str], size: int) -> int:
    """How often the same `size` words follow directly after each other, at most."""
    best = 1
    for start in range(size):
        chunks = [tuple(words[i : i + size]) for i in range(start, len(words) - size + 1, size)]
        count = 1
        for a, b in pairwise(chunks):
            count = count + 1 if a == b and any(w.isalnum() for w in a) else 1
            best = max(best, count)
    return best


def _numbers(pair: Pair) -> list[Finding]:
    """Numbers of the source that the target lacks, however they are written there."""
    source, target = _plain(pair.source, pair), _plain(pair.target, pair)
    lost = kept_numbers.missing(source, target, pair.source_language, pair.target_language)
    return [
        *(
            Finding("number", Said("The number {figure} is not in the translation.", figure=figure))
            for figure in lost
        ),
        *unclear(pair.ambiguous),
        *(
            Finding("number", Said("{date} may begin with the day or the month; it was left.", date=date))
            for date in number_style.unclear_dates(pair.source, pair.target, _languages(pair))
        ),
    ]


def foreign(language: str) -> Finding:
    """A sentence that was left, since it is in another language than the rest."""
    name = Language(language, language_name(language))
    return Finding(
        "untranslated", Said("This seems to be in {language}; it was left as it is.", language=name)
    )


def comes_back(other: str) -> Finding:
    """A few words whose translation is translated back to something else."""
    return Finding(
        "unsure",
        Said(
            "A few words without a sentence; translated back, they are “{other}”. See what is meant.",
            other=other,
        ),
    )


def unclear(figures: Sequence[str]) -> list[Finding]:
    """Numbers that were left, since nobody can tell what they are."""
    return [
        Finding(
            "number", Said("{figure} may be thousands or a decimal; it was left as it is.", figure=figure)
        )
        for figure in figures
    ]


def _plain(text: str, pair: Pair) -> str:
    for kept in [*pair.kept, *protected(text)]:
        text = text.replace(kept, " ")
    return text


def _placeholders(pair: Pair) -> list[Finding]:
    found = []
    for piece in dict.fromkeys([*protected(pair.source), *pair.kept]):
        if pair.target.count(piece) < pair.source.count(piece):
            kind: Kind = "tag" if re.fullmatch(r"</?[A-Za-z][^<>]*>", piece) else "placeholder"
            found.append(
                Finding(kind, Said("{piece} is missing or changed in the translation.", piece=piece))
            )
    empty = [found[0] for found in _EMPTY.finditer(pair.target) if found[0] not in pair.source]
    found += [Finding("tag", Said("There is nothing inside of {piece}.", piece=piece)) for piece in empty]
    new = Counter(strict(pair.target)) - Counter(strict(pair.source))
    found += [
        Finding("placeholder", Said("{piece} is in the translation, but not in the source.", piece=piece))
        for piece in new
        if piece not in pair.kept and pair.target.count(piece) > pair.source.count(piece)
    ]
    return found


def _signs(pair: Pair) -> list[Finding]:
    source, target = _plain(pair.source, pair), _plain(pair.target, pair)
    signs = sign_checks.lost(source, target, pair.target_language)
    marks = sign_checks.lost_pairs(source, target)
    halves = sign_checks.unbalanced(source, target)
    more = [mark for mark in sign_checks.added(source, target) if mark not in halves]
    foreign = sign_checks.foreign_words(source, target, _languages(pair))
    return [
        *(
            Finding("sign", Said("{piece} is missing or changed in the translation.", piece=word))
            for word in foreign
        ),
        *(Finding("sign", Said("The sign {sign} is not in the translation.", sign=sign)) for sign in signs),
        *(
            Finding("sign", Said("The translation has no {sign} as the source has.", sign=mark))
            for mark in marks
        ),
        *(Finding("sign", Said("The other half of {sign} is missing.", sign=mark)) for mark in halves),
        *(
            Finding("sign", Said("The source has no {sign} as the translation has.", sign=mark))
            for mark in more
        ),
    ]


def _names(pair: Pair) -> list[Finding]:
    source, target = without(pair.source, pair.kept), without(pair.target, pair.kept)
    if towns.called(pair.source):  # by itself it may be a word: the pipeline knows what is around it
        return []
    gone = names_lost(source, target, _languages(pair))
    found = [Finding("name", Said("The name {name} is not in the translation.", name=name)) for name in gone]
    invented = towns.lost(target, source, _languages(pair)[::-1])
    found += [Finding("name", Said("The source doesn't name {name}.", name=name)) for name in invented]
    first = towns.begins(source, target, _languages(pair))
    doubtful = people.doubtful(source, target, _languages(pair))
    return [*found, *([may_be_town(first)] if first else []), *map(may_be_person, doubtful)]


def names_lost(source: str, target: str, languages: tuple[str, str]) -> list[str]:
    """Names of people and towns that are names of others, or words, in a translation."""
    people_lost = people.lost(source, target, languages)
    others = (town for town in towns.lost(source, target, languages) if town not in people_lost)
    return [*people_lost, *others]


def may_be_person(name: str) -> Finding:
    """A word that was translated and is a given name as well."""
    text = Said("{name} is the name of a person too. See which of the two is meant.", name=name)
    return Finding("name", text)


def one_gender(other: str) -> Finding:
    """A source for both genders whose translations for men and for women are two."""
    text = Said("The source names both genders, the translation one; for women it is “{other}”.", other=other)
    return Finding("length", text)


def may_be_town(name: str) -> Finding:
    """A word that was translated and is a name as well."""
    text = Said("{name} is the name of a town too. See which of the two is meant.", name=name)
    return Finding("name", text)


def may_be_short(text: str, other: str) -> Finding:
    """A word that is the short form of a day or a month as well."""
    said = Said(
        "{text} may be short for a day or a month: “{other}”. See what is meant.", text=text, other=other
    )
    return Finding("unsure", said)


def _glossary(pair: Pair, terms: Sequence[glossary.Term]) -> list[Finding]:
    return [
        Finding(
            "glossary",
            Said("The glossary wants “{term}” for “{source}”.", term=found.term.wanted, source=found.text),
        )
        for found in glossary.violations(
            terms, pair.source, pair.target, (pair.source_language, pair.target_language)
        )
    ]
