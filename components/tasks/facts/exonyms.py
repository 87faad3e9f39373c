"""Names in a translated sentence that are no translation of a name of the original.

Knows names and words; nothing about models. "London" may be "Londres" now, "Germany" is "Alemanha" and "the
World Bank" is "o Banco Mundial"; "Carlos Mendes" is none of them.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import cache

from components.tasks.facts.fact_index import Fact, Index, facts
from components.tasks.terms import stop_words

ALIKE = 0.6  # of the letters of two forms of a name: Vienna and Wien
BEGINNING = 3  # letters that a name shares with any word it comes from: "brasileiro", "Brazilian"
LONG = 5  # letters; shorter words begin alike by chance, as "made" and "Madrid" do
_SOUNDS = str.maketrans("ckqvwjyzf", "kkkvvjjsv")  # that names begin with in one language or another
_ARTICLE = re.compile(
    r"\b(?:the|die|der|das|dem|den|des|la|le|les|el|los|las|il|lo|gli|o|os|as)\s+$|\bl['’]$", re.I
)


def strangers(
    missing: Sequence[Fact], text: str, language: str, original: str, source: str, document: Index
) -> Iterator[Fact]:
    """Of the names that only the translation has, those that aren't a form of a name in the document."""
    before = [fact for fact in facts(original, source) if fact.kind == "name"]
    names = {word for fact in before for word in fact.key}
    known = names | {word for word in _words(original) if len(word) >= LONG}
    places = _territories(original, source)
    new = []
    for fact in missing:
        if fact.kind != "name" or (fact.likely and language != "de"):
            continue
        words = [word for word in document.unknown(fact) if word not in stop_words(language)]
        if any(word in place for place in _names_of(places, language) for word in words):
            continue
        if any(not _form(word, names, known) for word in words):
            new.append(fact)
    there = Index([text])
    changed = [fact for fact in before if not there.has(fact) and _translatable(fact, original, document)]
    if len(new) > sum(fact.text.count(" and ") + 1 for fact in changed):  # "US and NATO" are two
        yield from new


def _translatable(name: Fact, original: str, document: Index) -> bool:
    """A name made of ordinary words, in initials or with an article: persons and most places are none."""
    article = _ARTICLE.search(original[: original.find(name.text)])
    initials = any(word.isupper() and len(word) > 1 for word in name.text.split())
    return bool(article) or initials or any(document.ordinary(word) for word in name.key)


def _form(word: str, names: set[str], known: set[str]) -> bool:
    """Whether a word may be another language's form of one of the original."""
    bare = _folded(word)
    if any(len(bare) > BEGINNING and bare[:BEGINNING] == _folded(other)[:BEGINNING] for other in known):
        return True
    return any(
        bare[:1].translate(_SOUNDS) == _folded(other)[:1].translate(_SOUNDS)
        and SequenceMatcher(None, bare, _folded(other)).ratio() >= ALIKE
        for other in names
    )


def _folded(word: str) -> str:
    """Without accents: Zürich and Zurich."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", word) if not unicodedata.combining(sign))


def _words(text: str) -> set[str]:
    return {word.casefold() for word in re.findall(r"[^\W\d_]+", text)}


def _territories(text: str, language: str) -> list[str]:
    """The codes of the countries that a text names."""
    low = text.casefold()
    return [code for code, name in _countries(language).items() if name in low]


def _names_of(codes: Sequence[str], language: str) -> Iterator[set[str]]:
    for code in codes:
        yield _words(_countries(language).get(code, ""))


@cache
def _countries(language: str) -> dict[str, str]:
    """Code -> name of all countries in a language, as far as they are known."""
    from babel import Locale, UnknownLocaleError

    try:
        territories = Locale.parse(language or "en").territories
    except (UnknownLocaleError, ValueError):
        return {}
    return {code: name.casefold() for code, name in territories.items() if code.isalpha()}
