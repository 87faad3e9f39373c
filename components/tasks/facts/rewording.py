"""Whether a sentence in other words plainly says something else than its passages. English; pure.

Two sentences that say the same in different words can't be told from two that don't by rules. What can be
seen is a word that decides what is stated (`word_classes`) and is in one of them alone:
    "The hall is expected to be ready by 2027." of "It would not be ready before 2027."    "not" is gone
    "The mayor suggested lower fares." of "The company might lower its fares."             "might" is gone
    "Only members voted." of "Members voted."                                              "only" is new
So no sign is no proof that nothing is wrong. Some sentences that say the same are found to differ; they give
way to a quote, which costs little.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from components.tasks.facts import word_classes as classes
from components.tasks.facts.compression import Token, clauses, tokens
from components.tasks.terms import terms

SHARED = 2  # content words of a clause that make it the one that is reworded
# Closed words that come and go with the wording.
_LOOSE = classes.words(
    "as like than then very too about up down over under part parts when while any each both other others "
    "another next will would shall"
)
_NEW = classes.CLOSED - classes.CONTRASTS - _LOOSE
_GONE = (classes.LIMITING | classes.MODALS | classes.HEDGES) - classes.WHOLE - _LOOSE
_ORDER = classes.words("before after until till since")
_BOUNDS = classes.words("more less fewer least most almost nearly about around over under up below above")
_NEAR = 2  # words between a bound and its number
_ALIKE = {"could": "can", "might": "may", "needs": "need", "ought": "should"} | dict.fromkeys(
    classes.words("no none never neither nor nobody nothing nowhere without"), "not"
)


def differs(sentence: str, passages: Sequence[str], language: str = "en") -> bool:
    """Whether there is a sign of it. Never in another language than English: nothing is known there."""
    if language != "en" or not passages:
        return False
    said = tokens(sentence)
    sources = [tokens(passage) for passage in passages]
    there = {_deciding(token) for source in sources for token in source}
    if any(_deciding(token) not in there for token in said if _is_one_of(token, _NEW)):
        return True
    mine = {_deciding(token) for token in said}
    about = frozenset(terms(sentence, language))
    return any(
        _deciding(token) not in mine
        for source in sources
        for token in _missed(source, _reworded(source, about), mine)
    )


def _missed(source: list[Token], reworded: list[list[Token]], mine: set[str]) -> Iterator[Token]:
    """What decides a source's reworded clauses. A condition is in a clause beside them."""
    for clause in reworded:
        yield from (token for token in clause if _is_one_of(token, _GONE))
        yield from _bounds(clause, mine)
    if reworded:
        yield from (token for token in source if token.key in classes.CONDITIONS)


def _is_one_of(token: Token, words: frozenset[str]) -> bool:
    return token.key in words and token.text != "May"  # the month


def _deciding(token: Token) -> str:
    """Forms of one word, and the words that deny, count as one."""
    word = _ALIKE.get(token.key, token.key)
    return word[:5] if word in classes.SAYING else word


def _reworded(source: list[Token], about: frozenset[str]) -> list[list[Token]]:
    """The clauses that the sentence is about: those that share words with it, or the only one."""
    borders = list(pairwise([*clauses(tuple(source)), len(source)]))
    found = [source[start:end] for start, end in borders]
    if len(found) == 1:
        return found
    shared = [len(about.intersection(terms(" ".join(one.text for one in clause), "en"))) for clause in found]
    enough = max(min(SHARED, len(about)), 1)
    return [clause for clause, number in zip(found, shared, strict=True) if number >= enough]


def _bounds(clause: list[Token], mine: set[str]) -> Iterator[Token]:
    """Such as *before* of "before March" and *more* of "more than 40", where the sentence has March or 40."""
    for at, token in enumerate(clause):
        after = [one.key for one in clause[at + 1 : at + 1 + _NEAR]]
        if token.key in _ORDER and any(word in mine for word in after if word not in classes.SMALL):
            yield token
        if token.key in _BOUNDS and any(word in mine for word in after if classes.is_quantity(word)):
            yield token
