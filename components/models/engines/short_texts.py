"""One word, or few, for an engine that was trained on sentences: it adds to such texts what isn't in them.

Knows one function that translates, and two languages. Each way was measured with the Bergamot models: on 115
words in each direction, 60 words before a key, and 34 short texts with dots.

    cidade -> Oranjestad city, so also Cidade -> City, "cidade." -> "city.": City
    President of Chad -> Missões diplomáticas do Chade, so "President of Chad." -> Presidente do Chade.
    Press F5 -> Imprensa F5, so Press F5 now -> Pressione F5 agora: Pressione F5
    Downloading... -> O que fazer..., so Downloading -> Download: Download...
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence

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


def careful(translate: Translate, pair: tuple[str, str]) -> Translate:
    """The same, for texts of any length."""

    def translated(text: str) -> str:
        dots = _DOTS.search(text)
        core = text[: dots.start()] if dots else text
        if not dots or not 0 < len(core.split()) <= FEW:
            return _few(translate, text, pair)
        made = _few(translate, core, pair).strip().rstrip(".")
        return f"{made}{dots[0]}" if made else ""

    return translated


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
