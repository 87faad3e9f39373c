"""Whether a sentence is another one with something left out, and says the same.

Rules on words in their order; knows no model and no documents. What the rules don't know is refused: a wrong
yes puts words into somebody's mouth, a wrong no only costs a quote.

Both sentences are words in a row. The shorter one must have the longer one's words, in order and unchanged;
of the longer one only such stretches may be missing as usually take nothing from the rest: what is in
brackets, the word that ties it to the sentence before, a relative clause or an apposition between commas,
an adjective after "the", an adverb; and of a report of something past, where and how. Missing words of the
classes of
`word_classes` are never accepted.
    "However, the council (a body of nine) approved the new bridge." → "The council approved the bridge." yes
    "The stand at the fair costs 4,800 euros." → "The fair costs 4,800 euros." no: its subject is missing
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from components.tasks.facts import word_classes as classes
from components.tasks.terms import stop_words

LONGEST_PHRASE = 8  # words of a phrase that may be missing; the clause between two commas may be longer
LONGEST_CLAUSE = 25
_WORD = re.compile(r"\w+(?:[.,:/'’\-–]\w+)*|(?<!\w)[-−–](?=\d)|[%‰€$£¥₹°§±<>=≤≥~?&+#]|[\"“”„«»]")
_SIGN = re.compile(r"[-−–%‰€$£¥₹°§±<>=≤≥~?&+#\"“”„«»]")
_QUOTATION = str.maketrans("“”„«»", '"""""')
_SPLIT = re.compile(r"[,;:()\[\]—–]|\s-\s|\.{3}|…")
_NOT = (
    (re.compile(r"\bcan(?:['’]t|not)\b", re.IGNORECASE), "can not"),
    (re.compile(r"\bwon['’]t\b", re.IGNORECASE), "will not"),
    (re.compile(r"n['’]t\b", re.IGNORECASE), " not"),
)


@dataclass(frozen=True)
class _Token:
    """A word or a sign with a meaning, and the punctuation before it."""

    text: str
    before: str

    @property
    def key(self) -> str:
        return self.text.casefold()

    @property
    def splits(self) -> bool:
        return bool(_SPLIT.search(self.before))


def says_the_same(sentence: str, passage: str, language: str = "en") -> bool:
    """Whether `sentence` is `passage`, or a faithful shortening of it."""
    said, source = _tokens(sentence), _tokens(passage)
    if len(said) < 2 or len(said) > len(source) + 3:
        return False
    return _Alignment(said, source, _missable(tuple(source), language or "en"), language or "en").exists()


class _Alignment:
    """The search for a way to read a sentence as another one with stretches left out."""

    def __init__(
        self, said: list[_Token], source: list[_Token], missable: dict[int, list[int]], language: str
    ) -> None:
        self._said, self._source, self._missable = said, source, missable
        self._english = language == "en"

    def exists(self) -> bool:
        """Walks all states (words of the source passed, words of the sentence passed, a cut right before)."""
        ways, seen = [(0, 0, True)], set()
        while ways:
            state = ways.pop()
            if state in seen:
                continue
            seen.add(state)
            i, j, cut = state
            if i >= len(self._source) - 1 and j >= len(self._said) - 1:  # the closing marks are left
                return True
            ways += self._onward(i, j, cut)
        return False

    def _onward(self, i: int, j: int, cut: bool) -> list[tuple[int, int, bool]]:
        found = [(end, j, True) for end in self._missable.get(i, ())]
        if i < len(self._source) - 1 and j < len(self._said) - 1 and self._matches(i, j, cut):
            found.append((i + 1, j + 1, False))
        if self._english:
            if i < len(self._source) - 1 and self._loose_article(self._source, i):
                found.append((i + 1, j, cut))
            if j < len(self._said) - 1 and self._loose_article(self._said, j):
                found.append((i, j + 1, cut))
        return found

    def _matches(self, i: int, j: int, cut: bool) -> bool:
        here, there = self._source[i], self._said[j]
        if here.key != there.key:
            return False
        same_case = here.text == there.text or i == 0 or j == 0
        return same_case and (cut or here.splits == there.splits or here.key in ("and", "or"))

    @staticmethod
    def _loose_article(tokens: list[_Token], at: int) -> bool:
        """An article that may be there or not: before "few" it makes another number."""
        after = tokens[at + 1].key
        return tokens[at].key in classes.ARTICLES and after not in classes.CLOSED


@cache
def _missable(source: tuple[_Token, ...], language: str) -> dict[int, list[int]]:
    """Of each word, where a stretch that begins there and may be missing can end."""
    found: dict[int, list[int]] = {}
    for start in range(len(source) - 1):
        ends = [end for end in range(start + 1, len(source)) if _may_miss(source, start, end, language)]
        if ends:
            found[start] = ends
    return found


def _may_miss(source: tuple[_Token, ...], start: int, end: int, language: str) -> bool:
    """The stretch from `start` to before `end`, which is the closing mark at most."""
    length = end - start
    if length > LONGEST_CLAUSE:
        return False
    words = source[start:end]
    if _in_brackets(source, start, end) or (language == "en" and _aside(source, start, end)):
        return not any(_decides_aside(token, language) for token in words)
    if language != "en" or any(_decides(token, language) for token in words[1:]):
        return False
    if _ties(source, start, end):
        return True
    if _decides(words[0], language):
        return False
    if _beside_commas(source, start, end) and _clause(source, start, end):
        return True
    if length > LONGEST_PHRASE or _limited(source[:start]):
        return False
    if _adverb(source, start, end) or _adjective(source, start, end):
        return True
    return not _limited(source) and _circumstance(source, start, end)


def _limited(source: Sequence[_Token]) -> bool:
    return any(token.key in classes.LIMITING for token in source)


def _decides(token: _Token, language: str) -> bool:
    """Whether the sentence states something else without this word."""
    if _SIGN.fullmatch(token.text) or classes.is_quantity(token.key, language):
        return True
    if language != "en":  # whatever isn't a word with a content of its own may decide
        return token.key in stop_words(language)
    return token.key in classes.CLOSED


def _decides_aside(token: _Token, language: str) -> bool:
    """The same of a word in brackets or in a clause of its own, where figures only tell more."""
    if token.text in ('"', "?"):
        return True
    return token.key in (classes.ASIDE if language == "en" else stop_words(language))


def _in_brackets(source: tuple[_Token, ...], start: int, end: int) -> bool:
    inner = [token.before for token in source[start + 1 : end]]
    opened, closed = source[start].before, source[end].before
    pairs = (("(", ")"), ("[", "]"))
    return any(
        a in opened
        and b not in opened.partition(a)[2]
        and b in closed
        and not any(a in o or b in o for o in inner)
        for a, b in pairs
    )


def _ties(source: tuple[_Token, ...], start: int, end: int) -> bool:
    """ "However," and "In addition," at the head of a sentence or between commas."""
    if not source[end].splits or (start and not source[start].splits):
        return False
    return " ".join(token.key for token in source[start:end]) in classes.CONNECTIVES


def _beside_commas(source: tuple[_Token, ...], start: int, end: int) -> bool:
    return bool(start) and source[start].splits and (source[end].splits or end == len(source) - 1)


def _aside(source: tuple[_Token, ...], start: int, end: int) -> bool:
    """A relative clause between commas, or a second statement with a subject of its own at the end."""
    if not _beside_commas(source, start, end) or source[end].key in classes.CONJUNCTIONS:
        return False
    last, first = end == len(source) - 1, source[start].key
    if first in classes.RELATIVES:
        return last or not any(token.splits for token in source[start + 1 : end])
    conditional = any(token.key in classes.CONDITIONS for token in source)
    return last and not conditional and first == "and" and source[start + 1].key in classes.SUBJECTS


def _clause(source: tuple[_Token, ...], start: int, end: int) -> bool:
    """An apposition between commas; or what happened along with the rest, at the end."""
    first, last = source[start].key, end == len(source) - 1
    if source[end].key in classes.CONJUNCTIONS:
        return False
    if first in classes.ARTICLES and end - start <= LONGEST_PHRASE:
        return last or not any(token.splits for token in source[start + 1 : end])
    if not last or any(token.key in classes.NEGATIONS | classes.CONDITIONS for token in source):
        return False
    return first in classes.PREPOSITIONS or (first.endswith("ing") and len(first) > 5)


def _adverb(source: tuple[_Token, ...], start: int, end: int) -> bool:
    token = source[start]
    return end - start == 1 and token.text.islower() and token.text.endswith("ly") and len(token.text) > 5


def _adjective(source: tuple[_Token, ...], start: int, end: int) -> bool:
    """One or two words between "the" and a noun that isn't part of a name."""
    noun = source[end]
    if not start or end - start > 2 or end == len(source) - 1 or noun.before.strip():
        return False
    return (
        source[start - 1].key in classes.DEFINITE
        and noun.text.islower()
        and not _small(noun)
        and all(
            token.text.islower() and not token.before.strip(" ,") and not _small(token) and _plain(token)
            for token in source[start:end]
        )
    )


def _plain(token: _Token) -> bool:
    return not token.key.startswith(("non", "un", "anti", "ex-", "pseudo", "semi")) and "-" not in token.key


def _small(token: _Token) -> bool:
    """A word that ties others together, and one that decides."""
    return token.key in classes.SMALL


def _circumstance(source: tuple[_Token, ...], start: int, end: int) -> bool:
    """Where and how something happened: "in the old harbour" at the head before a comma, or at the end."""
    words = source[start:end]
    inside = any(token.splits for token in words[1:])
    if (
        words[0].key not in classes.PREPOSITIONS
        or words[0].key in ("to", "of")
        or inside
        or not _past(source)
    ):
        return False
    if any(token.key in classes.CONJUNCTIONS | classes.AUXILIARIES | classes.RELATIVES for token in words):
        return False
    at_head = not start and source[end].splits
    return at_head or (start > 2 and end == len(source) - 1)


def _past(source: tuple[_Token, ...]) -> bool:
    """Whether it tells what happened once: of what is always so, the circumstance is the condition."""
    keys = {token.key for token in source}
    told = keys & classes.PAST or any(key.endswith("ed") and len(key) > 4 for key in keys)
    return bool(told) and not keys & classes.PRESENT


def _tokens(text: str) -> list[_Token]:
    """The words, and at the end a mark with the punctuation that closes the sentence."""
    for pattern, plain in _NOT:
        text = pattern.sub(plain, text)
    text = text.translate(_QUOTATION)
    found: list[_Token] = []
    at = 0
    for match in _WORD.finditer(text):
        found.append(_Token(match[0].replace("’", "'"), text[at : match.start()]))
        at = match.end()
    return [*found, _Token("", text[at:])]
