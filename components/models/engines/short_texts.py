"""One word, or few, for an engine that was trained on sentences: it adds to such texts what isn't in them.

Knows one function that translates, and two languages. Each way was measured with the Bergamot models: on 115
words in each direction, 60 words before a key, and 34 short texts with dots.

    cidade -> Oranjestad city, so also Cidade -> City, "cidade." -> "city.": City
    President of Chad -> Missões diplomáticas do Chade, so "President of Chad." -> Presidente do Chade.
    Press F5 -> Imprensa F5, so Press F5 now -> Pressione F5 agora: Pressione F5
    Downloading... -> O que fazer..., so Downloading -> Download: Download...

Where the other direction is there too, each way is translated back, and the one that comes back as the text
was is believed; what none of them brings back is told, since nothing else says that it is wrong.

    Light blue -> Azul claro -> Light blue, and not Luz azul, which two of four ways say
    Esgotado -> Sewage -> Esgowage: told
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import cache, lru_cache

from components.models.engines import in_context
from components.models.stems import stem

Translate = Callable[[str], str]

FEW = 3  # words of a text that is asked without the dots at its end
_DOTS = re.compile(r"(?<=[\w)\"'”’])\s*(?:\.{3}|…)$")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_PHRASE = re.compile(rf"{_WORD.pattern}(?: {_WORD.pattern}){{1,{FEW - 1}}}")
_BEFORE_A_KEY = re.compile(r"([A-Z][a-z]+(?:-[a-z]+)?) (\S+)")  # one word and what no word is
_ASIDE = re.compile(r"\s*\([^()]*\)?$")
_ARTICLES = {
    "en": frozenset(("the", "a", "an")),
    "pt": frozenset(("o", "a", "os", "as", "um", "uma")),
}
# What makes a request of a verb that may be a noun too, and what becomes of it.
_REQUEST = {("en", "pt"): ("now", "agora")}
_SPARING = frozenset((("pt", "en"),))  # pairs in which a word rarely becomes two
_REMEMBERED = 4096  # translations back that are kept: a table has the same word in many rows
_MOST, _WAYS = 3, 4  # ways of all that say the same
_SPELLED = 0.85  # similarity of two spellings of a word, from which they are one
_SMALL = 3  # letters of words that may be the same in both languages


class Careful:
    """The same, for texts of any length; `back` is the other direction. Safe to use from any thread."""

    def __init__(self, translate: Translate, pair: tuple[str, str], back: Translate | None = None) -> None:
        self._translate, self._pair = translate, pair
        self._asked = lru_cache(_REMEMBERED)(translate)
        self._back = lru_cache(_REMEMBERED)(back) if back else None

    def __call__(self, text: str) -> str:
        dots = _DOTS.search(text)
        core = text[: dots.start()] if dots else text
        if len(core.split()) > FEW:
            return self._translate(text)
        if not dots or not core:
            return self._made(text)
        made = self._made(core).strip().rstrip(".")
        return f"{made}{dots[0]}" if made else ""

    def returned(self, text: str, made: str) -> str:
        """What a short text's translation is translated back to, if that is something else and the ways of
        asking for the translation don't agree either; empty for any other text.
        """
        if not self._is_compared(text, made):
            return ""
        if invented := self._invented(text, made):
            return invented
        if self._copied(text, made):
            return text
        if " " in text and (longer := self._longer(text, made)):
            return longer
        if self._is_plain(text, made):
            return ""
        wanted = set(self._compared(text))
        if any(set(self._compared(one)) == wanted for one in self._ways_back(made)) or self._agree(
            text, made
        ):
            return ""
        if " " not in text and self._often(text, made) > 1:
            return ""
        back = next(self._ways_back(made), "")
        return "" if _is_spelled(text, back) else back

    def _invented(self, text: str, made: str) -> str:
        """What one word is translated back to, if that is no word, since the engine copies it then.

        Atenciosamente -> Attetiously -> Attetimente -> Attetimente. Of 400 common words it is none.
        """
        if " " in text or " " in made or made.casefold() == text.casefold():
            return ""
        back = next(self._ways_back(made), "")
        known = {one.casefold() for one in (text, made)}
        if not back or " " in back or back.casefold() in known:
            return ""
        return back if self._asked(back).strip(" .").casefold() == back.casefold() else ""

    def _copied(self, text: str, made: str) -> list[str]:
        """Words that came back as they were, and that are others in sentences: Remark, Bill to."""
        if not in_context.is_known(self._pair):
            return []
        words = in_context.copied(text, made)
        return [word for word in words if in_context.meant(self._asked, word, self._pair) is not None]

    def _longer(self, text: str, made: str) -> str:
        """What a few words are translated back to, if all ways have something more: I love this site."""
        wanted, ways = _stems(text, self._pair[0]), list(self._ways_back(made))
        every = [_stems(one, self._pair[0]) for one in ways]
        more = all(one > wanted and max(map(len, one - wanted)) > _SMALL for one in every)
        if not more or not ways or len(self._content(made)) <= len(self._compared(text)):
            return ""
        return "" if self._often(text, made) == _WAYS else ways[0]

    def _content(self, made: str) -> set[str]:
        """The words of a translation, without those that every text has."""
        return set(_WORD.findall(made.casefold())) - _usual(self._pair[1])

    def _made(self, text: str) -> str:
        made = self._asked_alone(text)
        if not self._is_compared(text, made) or not in_context.is_known(self._pair):
            return made
        if " " not in text:
            return self._one_word(text, made)
        other = in_context.said(self._asked, text, self._pair)
        copied, more = (len(in_context.copied(text, one)) for one in (made, other))
        if not other or more > copied:
            return made
        longer = self._longer(text, made) and not self._longer(text, other)
        return other if more < copied or longer or self._outvoted(text, made, other) else made

    def _outvoted(self, text: str, made: str, other: str) -> bool:
        """Whether more of the five ways of asking give `other`, which is one of them, than `made`.

        Sold out: two say Vendido para fora, two and the sentence esgotado. Of 370 labels it changed 45: 33
        came nearer to what a person wrote (chrF), ten less near.
        """
        often, before = (self._often(text, one) for one in (other, made))
        return often + 1 >= _MOST > before and _bare(other, self._pair[1]) != _bare(made, self._pair[1])

    def _one_word(self, word: str, made: str) -> str:
        """What one word is in sentences, if it came back as it was, alone or with others: Hotel em."""
        if word.casefold() not in made.casefold().split():
            return made
        other = in_context.meant(self._asked, word, self._pair)
        if other is None:
            return word
        return (other[:1].upper() + other[1:] if word[:1].isupper() else other) or made

    def _asked_alone(self, text: str) -> str:
        made = _few(self._asked, text, self._pair)
        if not self._is_compared(text, made) or self._is_plain(text, made) or self._comes_back(text, made):
            return made
        if " " not in text and self._agree(text, made):
            return made
        found = [self._asked(way).strip() for way in _ways(text)]
        common = _common(found)
        if len(common.split()) < len(self._compared(text)):
            common = ""
        tried = dict.fromkeys(_plain(one, self._pair[1]) for one in (*found, common) if one)
        copied = _copied(text, made)
        fresh = [one for one in tried if not _same_words(one, made) and _copied(text, one) <= copied]
        if " " not in text:  # no longer than it was: natural, que é natural
            fresh = [one for one in fresh if len(one.split()) <= len(made.split())]
        best = next((one for one in fresh if not _repeats(one) and self._comes_back(text, one)), "")
        if text[:1].isupper():
            return best[:1].upper() + best[1:] or made
        return next((one for one in fresh if one == best.lower()), best) or made

    def _is_plain(self, text: str, made: str) -> bool:
        """Whether one word becomes the same with and without a stop: most do, and are asked nothing more."""
        if " " in text or made.casefold() == text.casefold():
            return False
        return _same_words(made, _plain(self._asked(f"{text}."), self._pair[1]))

    def _often(self, text: str, made: str) -> int:
        """How many of the four ways of asking give this."""
        ways = [_bare(_plain(self._asked(way), self._pair[1]), self._pair[1]) for way in _ways(text)]
        return ways.count(_bare(made, self._pair[1])) * (_WAYS // len(ways))

    def _agree(self, text: str, made: str) -> bool:
        return self._often(text, made) >= _MOST

    def _is_compared(self, text: str, made: str) -> bool:
        """Whether a text is few words and nothing else, no abbreviation, and has become something else."""
        few = bool(_WORD.fullmatch(text)) or (bool(_PHRASE.fullmatch(text)) and not text.istitle())
        return few and not text.isupper() and self._back is not None and bool(made.strip())

    def _comes_back(self, text: str, made: str) -> bool:
        """Whether a translation is translated back to the same words in the same order, asked in some way."""
        if made.casefold() == text.casefold() or _repeats(made):
            return False
        wanted = self._compared(text)
        same = (self._compared(one) == wanted for one in self._ways_back(made))
        return all(same) if len(made.split()) > len(text.split()) else any(same)  # the more may be anything

    def _compared(self, text: str) -> list[str]:
        """The stems of a text's words; without those that every text has, if it has others."""
        words, usual = _WORD.findall(text.casefold()), _usual(self._pair[0])
        words = [word for word in words if word not in usual] or words
        return [stem(word, self._pair[0]) for word in words]

    def _ways_back(self, made: str) -> Iterator[str]:
        if self._back is not None:
            lowered = made[:1].lower() + made[1:]
            yield from (self._back(way).strip(" .") for way in dict.fromkeys((made, f"{lowered}.")))


def _is_spelled(text: str, other: str) -> bool:
    """Whether two texts have the same words, some of them in another spelling: licence, license."""
    pairs = list(zip(text.casefold().split(), other.casefold().split(), strict=False))
    same = len(text.split()) == len(other.split())
    return same and all(SequenceMatcher(None, a, b, autojunk=False).ratio() >= _SPELLED for a, b in pairs)


def _stems(text: str, language: str) -> set[str]:
    return {stem(word, language) for word in _WORD.findall(text.casefold())}


def _ways(text: str) -> Iterable[str]:
    """A text as it may stand in a sentence, at its beginning and by itself."""
    lowered = text[:1].lower() + text[1:]
    return dict.fromkeys((text, f"{text}.", lowered, f"{lowered}."))


@cache
def _usual(language: str) -> frozenset[str]:
    import stop_words

    try:
        return frozenset(stop_words.get_stop_words(language))
    except stop_words.StopWordError:
        return frozenset()


def _same_words(one: str, other: str) -> bool:
    """In any order: Inscreva-se, Se inscreva."""
    a, b = (sorted(re.findall(r"\w+", text.casefold())) for text in (one, other))
    return a == b


def _copied(text: str, made: str) -> set[str]:
    """The longer words that a translation has from its source."""
    here, there = (set(_WORD.findall(one.casefold())) for one in (text, made))
    return {word for word in here & there if len(word) > _SMALL}


def _common(found: Sequence[str]) -> str:
    """The words in a row that all ways have, once: of "Contact Us Use Policy" and "Use Policy - Blog"."""
    first, *others = (_WORD.findall(one) for one in found)
    plain = [f" {' '.join(words).casefold()} " for words in others]
    runs = [first[a:b] for a in range(len(first)) for b in range(len(first), a, -1)]
    runs.sort(key=len, reverse=True)
    fitting = [run for run in runs if all(f" {' '.join(run).casefold()} " in other for other in plain)]
    return " ".join(fitting[0]) if fitting else ""


def _few(translate: Translate, text: str, pair: tuple[str, str]) -> str:
    if _WORD.fullmatch(text) and not (text.isupper() and len(text) > 1):
        return _word(translate, text, pair)
    if _PHRASE.fullmatch(text) and not text.istitle() and not text.isupper():
        return _phrase(translate, text, pair)
    made = translate(text)
    key = _BEFORE_A_KEY.fullmatch(text)
    if key and pair in _REQUEST and not key[2].isalpha() and key[2] in made:
        now, then = _REQUEST[pair]
        asked = re.fullmatch(rf"(.+) {then}", translate(f"{text} {now}").strip())
        if asked and key[2] in asked[1]:
            return asked[1]
    return made


def _phrase(translate: Translate, text: str, pair: tuple[str, str]) -> str:
    """Two or three words: what the other three ways of writing them agree on is believed, not the first one.

    President of Chad: "Missões diplomáticas do Chade", and three times "Presidente do Chade".
    """
    made = translate(text).strip()
    first, full = _bare(made, pair[1]), translate(f"{text}.").strip()
    if not made or made == text or first == _bare(full, pair[1]):
        return made
    lowered = text[:1].lower() + text[1:]
    others = [full, *(translate(f"{lowered}{stop}").strip() for stop in ("", "."))]
    found = Counter(_bare(one, pair[1]) for one in others)
    best, often = found.most_common(1)[0]
    odd = _repeats(made) or " - " in made
    if not best or first in found or _repeats(best) or often < (2 if odd else 3):
        return made
    chosen = next(one for one in others if _bare(one, pair[1]) == best).rstrip(".").rstrip()
    return chosen[:1].upper() + chosen[1:] if text[:1].isupper() else chosen


def _bare(made: str, language: str) -> str:
    """What is compared of a translation: not its capitals, a stop or an article at its beginning."""
    return " ".join(_without_article(made.casefold().rstrip(" .").split(), language))


def _without_article(words: list[str], language: str) -> list[str]:
    """Words without an article before them; one by itself may be a word."""
    has = len(words) > 1 and words[0].casefold() in _ARTICLES.get(language, ())
    return words[1:] if has else words


def _word(translate: Translate, word: str, pair: tuple[str, str]) -> str:
    """Without an article that the source hasn't; what is odd is asked in other ways."""
    made = translate(word).strip()
    first = _plain(made, pair[1])
    if _is_odd(made, first, pair):
        other = word.capitalize() if word.islower() else word.lower()
        asked = (other, f"{word}.", f"{word.capitalize()}.")
        return _chosen(word, (first, *(_plain(translate(one), pair[1]) for one in asked)), pair)
    if (
        word.islower() and first[:1].isupper()
    ):  # the name of a month stays, another word is small as the source's is
        full = _plain(translate(f"{word}."), pair[1])
        return full if full.casefold() == first.casefold() else first
    return first


def _plain(made: str, language: str) -> str:
    """What was made of one word, without an article, a bracket, a stop, and the same word once more."""
    words = _ASIDE.sub("", made.strip()).rstrip(" .,").split()
    for _ in range(2):
        twice = len(words) == 2 and words[0].casefold() == words[1].casefold()
        words = words[:1] if twice else _without_article(words, language)
    return " ".join(words)


def _is_odd(made: str, plain: str, pair: tuple[str, str]) -> bool:
    """Whether there is more in it than a word's translation has."""
    if pair in _SPARING and (" " in plain or plain != made):
        return True
    return not plain or "," in plain or _repeats(plain)


def _chosen(word: str, found: Sequence[str], pair: tuple[str, str]) -> str:
    """What nearly all ways gave, else the one of those without anything odd that came most often."""
    found = [one for one in found if one] or [""]
    counts = Counter(one.casefold() for one in found)

    def rank(one: str) -> tuple[bool, bool, int]:
        often = counts[one.casefold()] > len(found) // 2 and not _repeats(one)
        return (
            often,
            not _is_odd(one, one, pair) and one.casefold() != word.casefold(),
            counts[one.casefold()],
        )

    best = max(found, key=rank)
    if word.islower():
        return next((one for one in found if one == best.lower()), best)
    return best[:1].upper() + best[1:]


def _repeats(made: str) -> bool:
    words = [one for one in re.findall(r"\w+", made.casefold()) if len(one) > 2]
    return len(words) > len(set(words))
