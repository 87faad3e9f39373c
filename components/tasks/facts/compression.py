"""Whether a sentence is another one with something left out, and says the same.

Rules on words in their order; knows no model and no documents. What the rules don't know is refused: a wrong
yes puts words into somebody's mouth, a wrong no only costs a quote.

Both sentences are words in a row. The shorter one must have the longer one's words, in order and unchanged;
of the longer one only such stretches may be missing as usually take nothing from the rest: what is in
brackets, the word that ties it to the sentence before, a relative clause or an apposition between commas,
an adjective of size, colour or praise after "the", an adverb of manner. Where, for whom and by whom something
was done stays, since it may be what limits it. Missing words of the classes of `word_classes` are never
accepted.
    "However, the board (a body of experts) approved the new bridge." → "The board approved the bridge." yes
    "The stand at the fair costs 4,800 euros." → "The fair costs 4,800 euros." no: its subject is missing
    "The drug worked in mice." → "The drug worked." no: it says more
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

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
class Token:
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
    said, source = tokens(sentence), tokens(passage)
    if len(said) < 2 or len(said) > len(source) + 3:
        return False
    return _Alignment(said, source, _missable(tuple(source), language or "en"), language or "en").exists()


class _Alignment:
    """The search for a way to read a sentence as another one with stretches left out."""

    def __init__(
        self, said: list[Token], source: list[Token], missable: dict[int, list[int]], language: str
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
    def _loose_article(tokens: list[Token], at: int) -> bool:
        """An article that may be there or not: before "few" it makes another number."""
        after = tokens[at + 1].key
        return tokens[at].key in classes.ARTICLES and after not in classes.CLOSED


@cache
def _missable(source: tuple[Token, ...], language: str) -> dict[int, list[int]]:
    """Of each word, where a stretch that begins there and may be missing can end."""
    found: dict[int, list[int]] = {}
    for start in range(len(source) - 1):
        ends = [end for end in range(start + 1, len(source)) if _may_miss(source, start, end, language)]
        if ends:
            found[start] = ends
    return found


def _may_miss(source: tuple[Token, ...], start: int, end: int, language: str) -> bool:
    """The stretch from `start` to before `end`, which is the closing mark at most."""
    length = end - start
    if length > LONGEST_CLAUSE:
        return False
    words = source[start:end]
    bracketed = _in_brackets(source, start, end)
    if bracketed or (language == "en" and _aside(source, start, end)):
        if bracketed and language == "en" and words[0].key in classes.EXAMPLES:
            return '"' not in (token.key for token in words)
        later = ("or",) if bracketed and language == "en" else ()  # "(5, or 29.4%)", not "(or 7 at the door)"
        plain = ((i > start and source[i].key in later) or _of_size(source, i) for i in range(start, end))
        return all(ok or not _decides_aside(word, language) for ok, word in zip(plain, words, strict=True))
    if language != "en" or any(_decides(token, language) for token in words[1:]):
        return False
    if _ties(source, start, end):
        return True
    if _decides(words[0], language) and words[0].key != "little":  # a quantity only without "the"
        return False
    if _beside_commas(source, start, end) and _apposition(source, start, end):
        return True
    if length > 2:
        return False
    begin, finish = _own_clause(source, start)
    before = {source[i].key for i in range(begin, start) if not _of_size(source, i)}
    if _adverb(source, start, end):
        limits = (classes.LIMITING - classes.WHOLE) | classes.BINDING
        return not (before & limits or _restricting(source, begin, start) or _attributive(source, start))
    return not before & classes.LIMITING and _adjective(source, start, end, source[begin:finish])


def _of_size(source: tuple[Token, ...], at: int) -> bool:
    """Whether a word is no limit here: "the little door" and "a few minutes"."""
    word, before = source[at].key, source[at - 1].key if at else ""
    return (word == "little" and before in classes.DEFINITE) or (word, before) == ("few", "a")


def _own_clause(source: tuple[Token, ...], at: int) -> tuple[int, int]:
    """From where to where the clause of a word goes. What limits another clause says nothing of this one: "he
    did not wait, and the old bus left early".
    """
    starts = (*clauses(source), len(source))
    number = sum(start <= at for start in starts) - 1
    return starts[number], starts[number + 1]


@cache
def clauses(source: tuple[Token, ...]) -> tuple[int, ...]:
    """Where each clause of a sentence begins."""
    starts = [0]
    for at in range(1, len(source) - 1):
        if _begins_clause(source, at, starts[-1]):
            starts.append(at)
    return tuple(starts)


def _begins_clause(source: tuple[Token, ...], at: int, start: int) -> bool:
    """By its marks or its first words; `start` is where the clause before begins. A comma may be one of a
    list, which "not" is said of as a whole.
    """
    token, mark = source[at], source[at].before
    sentence = token.text[0].isupper() and any(sign in mark for sign in ".!?")
    if token.key == "but" or sentence or any(sign in mark for sign in ";:—"):
        return True
    if "," not in mark:
        return False
    if token.key in classes.CONJUNCTIONS:
        after = source[at + 1 + source[at + 1].key.endswith("ly")]
        return after.key in classes.SUBJECTS or not any("," in one.before for one in source[start + 1 : at])
    opened = source[start].key in classes.OPENING
    return token.key in classes.SUBORDINATING or (opened and token.key in classes.SUBJECTS)


def _decides(token: Token, language: str) -> bool:
    """Whether the sentence states something else without this word."""
    if _SIGN.fullmatch(token.text) or classes.is_quantity(token.key, language):
        return True
    if language != "en":  # whatever isn't a word with a content of its own may decide
        return token.key in stop_words(language)
    return token.key in classes.CLOSED


def _decides_aside(token: Token, language: str) -> bool:
    """The same of a word in brackets or in a clause of its own, where figures only tell more."""
    if token.text in ('"', "?"):
        return True
    return token.key in (classes.ASIDE if language == "en" else stop_words(language))


def _in_brackets(source: tuple[Token, ...], start: int, end: int) -> bool:
    if _narrows(source[start:end]):
        return False
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


def _narrows(words: Sequence[Token]) -> bool:
    """Whether what is in brackets may say of which part the rest is true: "(before tax)", "(estimated)"."""
    first = words[0]
    alone = len(words) == 1 and first.text.islower()
    return alone or first.key in classes.NARROWING or first.key.endswith("ed")


def _ties(source: tuple[Token, ...], start: int, end: int) -> bool:
    """ "However," and "In addition," at the head of a sentence or between commas."""
    if not source[end].splits or (start and not source[start].splits):
        return False
    return " ".join(token.key for token in source[start:end]) in classes.CONNECTIVES


def _beside_commas(source: tuple[Token, ...], start: int, end: int) -> bool:
    return bool(start) and source[start].splits and (source[end].splits or end == len(source) - 1)


def _aside(source: tuple[Token, ...], start: int, end: int) -> bool:
    """A relative clause between commas; at the end a second statement with a subject of its own, or what
    happened along with the rest: ", leaving the door open".
    """
    if not _beside_commas(source, start, end) or source[end].key in classes.CONJUNCTIONS:
        return False
    last, first = end == len(source) - 1, source[start].key
    if first in classes.RELATIVES:
        return last or not any(token.splits for token in source[start + 1 : end])
    if not last or any(token.key in classes.CONDITIONS for token in source):
        return False
    if first == "and":
        return source[start + 1].key in classes.SUBJECTS
    along = first.endswith("ing") and len(first) > 5 and first not in classes.NARROWING
    return along and not any(token.key in classes.NEGATIONS for token in source)


def _apposition(source: tuple[Token, ...], start: int, end: int) -> bool:
    """Who somebody is, between commas: ", the mayor,"; not a part of a list."""
    inside = any(token.splits or token.key in classes.CONJUNCTIONS for token in source[start + 1 : end])
    in_list = source[end].key in classes.CONJUNCTIONS
    return source[start].key in classes.ARTICLES and end - start <= LONGEST_PHRASE and not (inside or in_list)


def _adverb(source: tuple[Token, ...], start: int, end: int) -> bool:
    """How something was done, or a filler. Endings tell most of those that say how far it is true: "legally",
    "seemingly", "purportedly", "arguably".
    """
    token = source[start]
    if end - start > 1 or not token.text.islower() or not token.text.endswith("ly") or len(token.text) <= 5:
        return False
    limits = token.key.endswith(classes.LIMITING_ENDINGS) or token.key.startswith(("un", "mis", "non"))
    limits = limits or token.key.removesuffix("ly") in classes.CLOSED  # "allegedly"
    if token.key in classes.FOCUSING:  # "particularly bright", not "particularly in Asia"
        return not source[start].splits and source[end].key not in classes.SMALL and end < len(source) - 1
    return token.key in classes.FILLERS or not (limits or token.key in classes.EXTENT)


def _restricting(source: tuple[Token, ...], begin: int, at: int) -> bool:
    """Whether a word is in a clause that says which ones are meant: "those who quickly replied"."""
    verbs = classes.AUXILIARIES | classes.MODALS | {source[at].key}
    return any(
        token.key in classes.RELATIVES or (token.key == "that" and after.key in verbs)
        for token, after in pairwise(source[begin + 1 : at + 1])
    )


def _attributive(source: tuple[Token, ...], at: int) -> bool:
    """Whether an adverb belongs to the description of things, of which there may be others: "the badly
    damaged houses", "he sells freshly caught fish". Of "a badly damaged house" it says more of that one.
    """
    after, then = source[at + 1], source[min(at + 2, len(source) - 1)]
    if after.before.strip() or then.before.strip() or not then.text or then.key in classes.SMALL:
        return False
    if at and source[at].splits:
        return False
    before = source[at - 1].key if at else "the"
    if before in (classes.DEFINITE | classes.PREPOSITIONS | {"to"}) - {"a", "an"}:
        return True
    return before not in classes.SMALL and after.key.endswith(("ed", "en", "ing"))


def _adjective(source: tuple[Token, ...], start: int, end: int, clause: tuple[Token, ...]) -> bool:
    """One or two words that describe the one thing after "the". "The large firms" are only some of them; "the
    new price was 8 euros" and "the new law replaced the old law" are of one of several, too.
    """
    noun, before = source[end], source[start - 1]
    if not start or end - start > 2 or end == len(source) - 1 or noun.before.strip():
        return False
    several = noun.key.endswith("s") and not noun.key.endswith("ss")
    others = sum(token.key == noun.key for token in source) > 1
    if others or any(classes.is_quantity(token.key) for token in clause):
        return False
    return (
        before.key in classes.DEFINITE
        and noun.text.islower()
        and len(noun.text) > 2
        and not (several and before.key in classes.POINTING)
        and noun.key not in classes.SMALL
        and all(
            token.text.islower() and not token.before.strip(" ,") and token.key in classes.DESCRIBING
            for token in source[start:end]
        )
    )


def tokens(text: str) -> list[Token]:
    """The words, and at the end a mark with the punctuation that closes the sentence."""
    for pattern, plain in _NOT:
        text = pattern.sub(plain, text)
    text = text.translate(_QUOTATION)
    found: list[Token] = []
    at = 0
    for match in _WORD.finditer(text):
        found.append(Token(match[0].replace("’", "'"), text[at : match.start()]))
        at = match.end()
    return [*found, Token("", text[at:])]
