"""Texts that are said of one thing, told by another text beside them that is said of several.

An engine that is given a number of things makes a plural: "in %d minute" became "em %d minutos".
Knows no engine.
"""

import re
from collections import defaultdict
from collections.abc import Iterable

from components.models.stems import stem
from components.tasks.translate.placeholders import is_count, tokens
from components.tasks.translate.same_in_both import common_words

_WORD = re.compile(r"[^\W\d_]+")
_MOST = 20  # texts with the same placeholders and as many words; more are no forms of a few messages


def single(texts: Iterable[str], language: str) -> frozenset[str]:
    """Those with a count that another text has with as many words, each the same or in another form."""
    groups: dict[tuple[tuple[str, ...], int], list[str]] = defaultdict(list)
    for text in dict.fromkeys(texts):
        found = tokens(text)
        if any(is_count(token.text, text[token.end :]) for token in found):
            groups[tuple(token.text for token in found), len(_WORD.findall(text))].append(text)
    return frozenset(
        text
        for group in groups.values()
        if 1 < len(group) <= _MOST
        for text in group
        if any(_is_plural(other, text, language) for other in group)
    )


def _is_plural(many: str, one: str, language: str) -> bool:
    small = common_words(language)
    pairs = list(zip(_WORD.findall(many.casefold()), _WORD.findall(one.casefold()), strict=True))
    different = [(a, b) for a, b in pairs if a != b]
    forms = [(a, b) for a, b in different if stem(a, language) == stem(b, language)]
    other = [pair for pair in different if pair not in forms]
    return any(len(a) > len(b) for a, b in forms) and all({a, b} <= small for a, b in other)
