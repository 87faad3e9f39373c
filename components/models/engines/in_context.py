"""A few words in sentences of their own, where an engine trained on sentences knows better what they are.

Knows one function that translates, and two languages. A word that comes back as it was may be the same in
both languages; the sentences tell.

    Remark -> Remark, but "This is a remark." -> Esta é uma observação.: Observação
    Sold out -> Vendido para fora; "It says: sold out." -> Diz: esgotado.
"""

import re
from collections.abc import Callable

from components.models.stems import stem

Translate = Callable[[str], str]

_FRAMES = {
    "en": ("This is a {}.", "We talk about the {}."),
    "pt": ("Isto é uma {}.", "Falamos da {}."),
}
_SAID = {"en": "It says: {}.", "pt": "Diz: {}."}
_SAYS = re.compile(r"[^:]{2,12}: ?(.+?)\.?$")
_ARTICLES = {
    "en": frozenset(("the", "a", "an", "about")),
    "pt": frozenset(("o", "a", "os", "as", "um", "uma", "do", "da", "dos", "das")),
}
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LEAST = 3  # letters of a word that isn't the same by chance


def is_known(pair: tuple[str, str]) -> bool:
    return pair[0] in _FRAMES and pair[1] in _ARTICLES


def meant(translate: Translate, word: str, pair: tuple[str, str]) -> str | None:
    """What a word that came back as it was is in sentences: nothing where it is itself there too, or where
    the sentences say different things; None where it is the same word in both languages.
    """
    made = [translate(frame.format(word.lower())).strip().rstrip(".") for frame in _FRAMES[pair[0]]]
    if any(_has(one, word) for one in made):
        return None
    ends = [_behind_article(one, pair[1]) for one in made]
    first = ends[0]
    same = first and all(stem(one, pair[1]) == stem(first, pair[1]) for one in ends)
    return first if same else ""


def said(translate: Translate, text: str, pair: tuple[str, str]) -> str:
    """A few words as somebody says them; empty where the sentence isn't what it was."""
    lowered = text[:1].lower() + text[1:]
    found = _SAYS.fullmatch(translate(_SAID[pair[0]].format(lowered)).strip())
    made = found[1] if found else ""
    return made[:1].upper() + made[1:] if text[:1].isupper() else made


def copied(text: str, made: str) -> list[str]:
    """The words of a short text that its translation has as they were; one with a capital behind the first
    word, in either of them, is a name.
    """
    words, there = _WORD.findall(text), _WORD.findall(made)
    names = {word.casefold() for word in (*words[1:], *there[1:]) if word[:1].isupper()}
    same = {word.casefold() for word in there} - names
    return [word for word in words if len(word) >= _LEAST and word.casefold() in same]


def _has(text: str, word: str) -> bool:
    """In whatever form."""
    return re.search(rf"(?<!\w){re.escape(word)}", text, re.IGNORECASE) is not None


def _behind_article(text: str, language: str) -> str:
    """The words behind the last article, if it is one word."""
    words = text.casefold().split()
    at = max((at for at, word in enumerate(words) if word in _ARTICLES[language]), default=-1)
    return words[-1] if 0 <= at == len(words) - 2 else ""
