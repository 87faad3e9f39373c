"""What is the same in all forms of a word: Snowball's stems ("dogs" and "dog" are "dog").

Knows words and languages; nothing about texts.
"""

import threading
from functools import cache, lru_cache
from typing import Any

import snowballstemmer

from components.models.languages import language_name

_REMEMBERED = 100_000  # words whose stems are kept: those of some books
_lock = threading.Lock()  # a stemmer works on one word at a time, inside of itself


@lru_cache(_REMEMBERED)
def stem(word: str, language: str) -> str:
    """In small letters; the word itself where the language isn't known."""
    stemmer, plain = _stemmer(language), word.casefold()
    if stemmer is None:
        return plain
    with _lock:
        return str(stemmer.stemWord(plain))


@cache
def _stemmer(language: str) -> Any:
    name = language_name(language).lower()
    return snowballstemmer.stemmer(name) if name in snowballstemmer.algorithms() else None
