"""Which texts are the same in both languages: names, words that both have, sentences in the target language.

Knows how names look and a detector of languages; translates nothing.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import cache

from components.documents.language_detection import detect
from components.models.languages import LANGUAGES
from components.scripts import UNSPACED
from components.tasks.translate.protection import protected


def words_of(text: str) -> list[str]:
    """In small letters."""
    return re.findall(r"[^\W\d_]+", text.casefold())


# Languages that a model of letters takes for each other.
_ALIKE = tuple(
    frozenset(line.split()) for line in ("da no sv", "cs sk", "hr sr sl", "es pt gl ca", "ru uk bg")
)


ALIKE = 0.6  # similarity from which two words are taken for the same in two languages


_PLAINLY = 0.9  # confidence from which a sentence isn't in the language that it should be in
_BY_WORDS, _FEW = 0.7, 2  # the same, if that many of its words are common ones of the other language alone


PARTICLE, _NAME = 3, 5  # letters of a small word in a name (de, van, the); words of a name, at most


_HAN = frozenset(("zh", "ja"))  # which share short words


def in_target_language(text: str, source: str, target: str) -> bool:
    """Whether a sentence needs no translation; only what is certain counts.

    Names of the target language alone don't make it a sentence in it: "O Globo and Valor".
    """
    if len(words_of(text)) < 4 or not is_in(text, source, target, 0.85):
        return False
    small = [word for word in re.findall(r"[^\W\d_]+", text) if word.islower()]
    return not count_of(small, source, target)


def third_language(text: str, source: str, target: str) -> str:
    """The language of a sentence that is plainly in neither of the two; it has no small words of the source.

    Of languages that are alike, such as Portuguese and Spanish, nothing is said.
    """
    small = [word for word in re.findall(r"[^\W\d_]+", text) if word.islower()]
    if len(words_of(text)) < 4 or not small:
        return ""
    found = detect(text, LANGUAGES)
    alike = any({source, found.code} <= group for group in _ALIKE)
    if found.code in (source, target) or alike or count_of(small, source, found.code):
        return ""
    # Small words of that language alone say the same again.
    said = _BY_WORDS if count_of(small, found.code, source) >= _FEW else _PLAINLY
    return found.code if found.confidence >= said else ""


def count_of(words: Sequence[str], language: str, other: str) -> int:
    """How many words are common ones of a language, and not of another."""
    common = common_words(language) - common_words(other)
    return sum(word in common for word in words)


@cache
def common_words(language: str) -> frozenset[str]:
    """The words that a language has in nearly every text; none of a language without a list."""
    import stop_words

    try:
        return frozenset(stop_words.get_stop_words(language))
    except stop_words.StopWordError:
        return frozenset()


def is_in(text: str, source: str, target: str, sure: float) -> bool:
    """Whether a text was in the target language before it was translated."""
    if len(words_of(text)) < 3 or any({source, target} <= alike for alike in _ALIKE):
        return False
    found = detect(text, LANGUAGES)
    return found.code == target and found.confidence >= sure


def is_name(text: str) -> bool:
    """Names, codes and abbreviations stay the same in any language."""
    words = text.split()
    shapes = [w for w in words if any(c.isalpha() for c in w)]
    if any(any(c.isdigit() for c in w) or re.search(r"[a-z][A-Z]|[_/@]", w) for w in shapes):
        return len(shapes) <= 3
    if all(w.isupper() and len(w) <= 5 for w in shapes):
        return len(shapes) <= 3
    listed = 4 * (1 + len(re.findall("[,;&]", text)))  # a list of people may be long
    return 2 <= len(shapes) <= listed and all(w[:1].isupper() for w in shapes) and text[-1:] not in ".!?"


def may_be_name(text: str, source: str, target: str) -> bool:
    """Whether a short text may be a name: its longer words are capitalised, and it isn't plainly a phrase."""
    words = [word for word in text.split() if any(c.isalpha() for c in word)]
    capitals = all(word[:1].isupper() or len(word) <= PARTICLE for word in words)
    return 0 < len(words) <= _NAME and capitals and text[:1].isupper() and not is_common(text, source, target)


def is_foreign_name(text: str, source: str) -> bool:
    """Capitalised words with small ones between them that aren't of the source language: Rio de Janeiro."""
    words = text.split()
    small = [word for word in words if not word[:1].isupper()]
    if not 3 <= len(words) <= _NAME or not small or any(len(word) > PARTICLE for word in small):
        return False
    found = detect(text, LANGUAGES)
    return words[0][:1].isupper() and words[-1][:1].isupper() and found.code != source


WITHOUT_SPACES = re.compile(rf"[{UNSPACED}]")


_ONE_WORD = 8  # letters of a script without spaces that may still be a name; more are a sentence


def may_be_equal(text: str, source: str, target: str, *targets: str) -> bool:
    """Whether one word came back as it is: hotel, internet, Total are such words, Hello is none."""
    plain = without(text, ())
    words = words_of(plain)
    one = sum(any(c.isalpha() for c in piece) for piece in plain.split()) == 1
    foreign = len(WITHOUT_SPACES.findall(plain))
    if not one or foreign > _ONE_WORD or (foreign and plain[-1] in STOPS) or is_common(plain, source, target):
        return False
    return all(set(words) <= set(words_of(one_of_them)) for one_of_them in targets)


def is_common(text: str, source: str, target: str) -> bool:
    """Whether a few words are plainly of the source language, and of it alone."""
    if len(words_of(text)) > 2 or any({source, target} <= alike for alike in (*_ALIKE, _HAN)):
        return False
    found = detect(text, LANGUAGES)
    return found.code == source and found.confidence >= 0.6


def may_be_shouted(text: str) -> bool:
    """Whether a word may be in capitals as STOP is, not as NATO: its translation in small letters tells."""
    return text.isupper() and len(words_of(text)) == 1 and sum(map(str.isalpha, text)) > 3


STOPS = ".!?。！？…।؟۔"


def alike(a: str, b: str) -> bool:
    """Whether two words are taken for the same in two languages."""
    return SequenceMatcher(None, a, b, autojunk=False).ratio() >= ALIKE


def without(text: str, kept: Sequence[str]) -> str:
    """A text without what must stay in it letter by letter."""
    for piece in [*kept, *protected(text)]:
        text = text.replace(piece, " ")
    return text.strip()
