"""Given names that an engine made other names or words of: Graça is not Grace in a letter to her.

Names of each language as Faker and Mimesis have them, in Latin letters. Knows two texts and no engine.
"""

import importlib
import json
import pkgutil
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from babel import Locale, UnknownLocaleError

from components.tasks.translate import places, towns
from components.tasks.translate.name_lists import in_lists
from components.tasks.translate.same_in_both import alike, common_words

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_OPENING = "\"'“”„«»‘(["  # before what begins again within a sentence
_OWNER = re.compile(r"['’]s?$")  # John's
_CAPITAL = "A-ZÀ-Þ"
_SMALL = r"(?: (?:d[aeiou]s?|del|van|von|la|le))?"  # João da Silva
_REST = re.compile(rf"(?:{_SMALL} [{_CAPITAL}][^\W\d_]*(?:['’-][^\W\d_]+)*)+")
_ROMAN = re.compile(r"[IVX]+")  # of kings and popes, who have a name in each language, as saints have
_TITLE = re.compile(rf"[{_CAPITAL}][^\W\d_]* |(?:St|S|Sta|Sto)\. ")
_LATIN = "\u0250"  # the first character after those of Latin letters
_NAMES_ALONE = frozenset(("pt", "es", "fr", "it"))  # where no other words have a capital in a sentence
_WITHOUT_CASES = frozenset(("en", "pt", "es", "fr", "it", "nl"))  # languages where a name has no endings


@cache
def given(language: str) -> frozenset[str]:
    """The given names of a language's countries; none of one that isn't written in Latin letters."""
    found: set[str] = set()
    import faker.providers.person as providers

    for module in pkgutil.iter_modules(providers.__path__):
        if module.name.partition("_")[0] == language:
            provider = importlib.import_module(f"{providers.__name__}.{module.name}").Provider
            for name in ("first_names", "first_names_female", "first_names_male"):
                found.update(getattr(provider, name, ()))
    for folder in files("mimesis.datasets").iterdir():
        if folder.name.partition("-")[0] == language:
            names = json.loads((folder / "person.json").read_text(encoding="utf-8")).get("names", {})
            found.update(*names.values())
    return frozenset(name for name in found if name[:1].isupper() and name < _LATIN)


@dataclass(frozen=True)
class _Texts:
    """A sentence beside its translation."""

    source: str
    target: str
    languages: tuple[str, str]

    @cached_property
    def words(self) -> list[re.Match[str]]:
        return list(_WORD.finditer(self.source))

    @cached_property
    def there(self) -> set[str]:
        """What the translation has, in small letters, without the ending of an owner."""
        return {_OWNER.sub("", word).casefold() for word in _WORD.findall(self.target)}

    @cached_property
    def new(self) -> list[str]:
        """Words with a capital that the translation alone has; no small word that it begins with."""
        known = {_OWNER.sub("", word[0]).casefold() for word in self.words}
        small = common_words(self.languages[1])
        found = [word for word in _WORD.finditer(self.target) if word[0][0].isupper()]
        plain = [_OWNER.sub("", word[0]) for word in found if word.start() or word[0].casefold() not in small]
        return [word for word in plain if word.casefold() not in known]

    @cached_property
    def renames(self) -> bool:
        """Whether the translation has a given name that the source hasn't."""
        return any(word in given(self.languages[1]) and not self._is_town(word) for word in self.new)

    def _is_town(self, made: str) -> bool:
        """Whether a word is what a town of the source is called: of "in Florence" Florença.

        Where the language is spoken, a town has no other name: em Vitória, in Victoria.
        """
        before = ("", *(word[0] for word in self.words))
        named = (
            word[0]
            for word, last in zip(self.words, before, strict=False)
            if towns.is_before(last, self.languages[0])
        )
        return any(self.is_same_town(place, made) for place in named)

    def is_same_town(self, word: str, made: str) -> bool:
        """Under its name in either language: Florença has a row of its own in neither list."""
        town, other = towns.called(word), towns.called(made)
        if town is None:
            return other is not None and towns.is_form(other, word)
        return towns.is_form(town, made) and not town.may_be_meant(self.languages[0])


@dataclass(frozen=True)
class _Lost:
    """A given name that the translation hasn't."""

    name: str
    rest: str  # of "João da Silva" " da Silva"
    before: str  # the word before it and what is between them
    number: int  # of its word in the sentence
    is_last: bool  # of a longer name, with "of" before it
    after: str  # what follows, with the rest

    @property
    def whole(self) -> str:
        return _OWNER.sub("", f"{self.name}{self.rest}")

    @property
    def titled(self) -> bool:
        """Whether it is of a king, a pope or a saint, who have a name in each language."""
        king = self.number > 1 and bool(_TITLE.fullmatch(self.before))
        king = king or self.after.startswith((" of ", " the "))  # Joan of Arc, John the Baptist
        return king or bool(_ROMAN.fullmatch(self.whole.rpartition(" ")[2]))

    @property
    def has_article(self) -> bool:
        """Whether an English article is before it; in Portuguese, names have articles too."""
        return self.before.strip().casefold() in ("the", "a", "an")

    def may_be_other(self, language: str) -> bool:
        """Whether it is the last word of a name, as of Bank of America, or the word before it is the first
        one and may be a title: Pope Francis, Yesterday Francis.
        """
        if self.is_last:
            return True
        first = self.before.removesuffix(" ")
        greeted = not self.after.strip(",.!:; ")  # Dear John,
        return (
            self.number == 1
            and first.isalpha()
            and not greeted
            and first.casefold() not in common_words(language)
        )


def lost(source: str, target: str, languages: tuple[str, str]) -> list[str]:
    """Names that became other given names: of "João da Silva, John of Silva" the whole name."""
    texts = _Texts(source, target, languages)
    sure = [one for one in _missing(texts) if texts.renames and not one.may_be_other(languages[0])]
    sure = [one for one in sure if languages[0] != "en" or not one.has_article]
    names = [
        one.whole
        for one in sure
        if not one.rest or _OWNER.sub("", one.whole.rpartition(" ")[2]).casefold() in texts.there
    ]
    return list(dict.fromkeys(names))


def kept(source: str, target: str, languages: tuple[str, str]) -> list[str]:
    """Given names that a translation has as they were."""
    names, there = given(languages[0]), set(_WORD.findall(target))
    return [word for word in dict.fromkeys(_WORD.findall(source)) if word in names and word in there]


def doubtful(source: str, target: str, languages: tuple[str, str]) -> list[str]:
    """Given names in a sentence that may have become other names or words: Faith, Fé. Pope Francis is one."""
    texts = _Texts(source, target, languages)
    sure = lost(source, target, languages)
    found = [one for one in _missing(texts) if one.number and not one.rest and one.name not in sure]
    # Bank of America, Banco da América: what such a name ends with is no person if it is nearly the same.
    found = [one for one in found if not (one.is_last and _is_spelled(one.name, texts.new))]
    return [
        one.name
        for one in found
        if texts.renames or (_is_by_itself(texts, one) and (texts.new or languages[0] in _NAMES_ALONE))
    ]


def _is_spelled(name: str, words: Sequence[str]) -> bool:
    """Whether one of the words is the name but for accents."""
    return any(towns.without_accents(word) == towns.without_accents(name) for word in words)


def _is_by_itself(texts: _Texts, one: _Lost) -> bool:
    """Whether a word is likely a name: no article is before it, and the translation has nothing like it."""
    town = towns.called(one.name)
    article = texts.languages[0] == "en" and one.has_article
    like = texts.languages[1] not in _WITHOUT_CASES and any(
        alike(one.name.casefold(), word.casefold()) for word in texts.new
    )
    return not (article or like or (town and towns.is_there(town, texts.target, texts.languages)))


def renamed(text: str, made: str, languages: tuple[str, str]) -> bool:
    """Whether a text is a given name, and its translation another one: John, João."""
    text, made = text.strip(), made.strip(" .")
    same = text.casefold() == made.casefold()
    return not same and text in given(languages[0]) and made.split(" ")[0] in given(languages[1])


def is_full_name(text: str, language: str) -> bool:
    """Whether a text is the name of a person, of two words or more, and nothing else."""
    text = text.strip(" .!,")
    first = _WORD.match(text)
    rest = text[first.end() :] if first else ""
    return first is not None and first[0] in given(language) and bool(_REST.fullmatch(rest))


def listed(texts: Sequence[str], language: str) -> frozenset[str]:
    """The texts that are given names in a list of such: two others are near each of them."""
    return in_lists(texts, given(language).__contains__)


def _missing(texts: _Texts) -> Iterator[_Lost]:
    """Without those that are places after "in", dates, and names of kings, popes and saints."""
    source, words, language = texts.source, texts.words, texts.languages[0]
    names, apart = given(language), texts.there | _dates(language)
    for number, word in enumerate(words):
        name = _OWNER.sub("", word[0])
        begins = not number or source[word.start() - 1] in _OPENING
        small = begins and name.casefold() in common_words(language)  # My, Will
        if small or name not in names or name.isupper() or name.casefold() in apart:
            continue
        before = source[words[number - 1].start() : word.start()] if number else ""
        rest = _REST.match(source, word.end())
        one = _Lost(
            name, rest[0] if rest else "", before, number, _is_last(words, number), source[word.end() :]
        )
        if not one.titled and not _is_place(texts, one):
            yield one


def _is_last(words: Sequence[re.Match[str]], number: int) -> bool:
    of = number > 1 and words[number - 1][0] in ("of", "de", "da", "do", "das", "dos")
    return of and words[number - 2][0][0].isupper()


def _is_place(texts: _Texts, one: _Lost) -> bool:
    called, town = places.name(one.name, *texts.languages), towns.called(one.name)
    if (called and called.casefold() in texts.target.casefold()) or places.is_region(
        one.whole, texts.languages[0]
    ):
        return True
    there = town is not None and towns.is_there(town, texts.target, texts.languages)
    there = there or (town is None and any(texts.is_same_town(one.name, word) for word in texts.new))
    if there and texts.renames and town is not None and town.may_be_meant(texts.languages[0]):
        return False  # em Vitória, in Victoria: a town where the language is spoken has no other name
    return there and towns.is_before(one.before.strip(), texts.languages[0])


@cache
def _dates(language: str) -> frozenset[str]:
    """Months and days, in short too, and languages, which have a capital in some languages."""
    try:
        here = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return frozenset()
    found = [
        name
        for names in (here.months["stand-alone"], here.days["stand-alone"])
        for width in ("wide", "abbreviated")
        for name in names[width].values()
    ]
    return frozenset(str(name).casefold().rstrip(".") for name in (*found, *here.languages.values()))
