"""Whether a text is letters without words, in any script: keys hit at random, wrongly decoded text.

Knows letters; nothing about documents. Three signs, each for the scripts that it tells something of:

- Latin, Cyrillic and Greek words have vowels, and no long row of consonants: "xkcdf wqrtz";
- Chinese, Japanese and Korean nearly always use a few thousand characters of twenty thousand: those that
  the first character sets of their countries had ("锟斤拷" is what another encoding makes of text);
- everywhere, some letters are far more frequent than others; drawn at random, they are not.
"""

import re
import unicodedata
from collections import Counter

WORDS_FROM, MOST_STRANGE = 25, 0.08  # words of four letters or more, and the share that nobody could say
CHARACTERS_FROM, MOST_RARE = 30, 0.25  # of Chinese and the like, and the share of rare ones
LETTERS_FROM, FLAT = 250, 1.2  # of one alphabet, and how uneven their use is at least: 1 is pure chance
CONSONANTS = 6  # in a row: more than in "Angstschweiß" counts as a word that nobody could say

_WORD = re.compile(r"[^\W\d_]{4,}")
_VOWEL = re.compile(r"[aeiouyæœøıəɨаеёиоуыэюяіїєўαεηιουω]", re.IGNORECASE)
_SPOKEN = re.compile(r"[A-Za-z\u00c0-\u024fЀ-ӿ\u0370-\u03ff]+")
_HAN, _HANGUL = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[\uac00-\ud7af]")


def is_gibberish(text: str) -> bool:
    return any(sign(text) for sign in (_unspeakable, _rare_characters, _flat))


def _unspeakable(text: str) -> bool:
    """Far more words than in any language have no vowel, or many consonants in a row. Words in capitals are
    left out, since short forms have no vowels.
    """
    words = [word for word in _WORD.findall(text) if not word.isupper() and _SPOKEN.fullmatch(word)]
    strange = sum(map(_strange, words))
    return len(words) >= WORDS_FROM and strange > MOST_STRANGE * len(words)


def _strange(word: str) -> bool:
    rows = _VOWEL.split(unicodedata.normalize("NFD", word))
    return len(rows) == 1 or any(sum(map(str.isalpha, row)) > CONSONANTS for row in rows)


def _rare_characters(text: str) -> bool:
    for script, usual in ((_HAN, _usual_han), (_HANGUL, _usual_hangul)):
        characters = script.findall(text)
        rare = sum(not usual(character) for character in characters)
        if len(characters) >= CHARACTERS_FROM and rare > MOST_RARE * len(characters):
            return True
    return False


def _usual_han(character: str) -> bool:
    """Among the 3,755 first of China's, the 5,401 of Taiwan's or the 2,965 of Japan's character set."""
    return any(
        least <= code <= most
        for code, least, most in (
            (_code(character, "gb2312"), 0xB0A1, 0xD7F9),
            (_code(character, "big5"), 0xA440, 0xC67E),
            (_code(character, "euc_jp"), 0xB0A1, 0xCFD3),
        )
    )


def _usual_hangul(character: str) -> bool:
    """Among the 2,350 syllables of Korea's, of 11,172 that can be built."""
    return _code(character, "euc_kr") in range(0xB0A1, 0xC8FF)


def _code(character: str, encoding: str) -> int:
    return int.from_bytes(character.encode(encoding, "ignore"))


def _flat(text: str) -> bool:
    """Whether an alphabet's letters are used as if they were drawn by lot.

    Two letters that are taken from a text are the same more often than two letters of the alphabet: 1.7 times
    as often in English.
    """
    scripts: dict[str, Counter[str]] = {}
    for letter, count in Counter(filter(str.isalpha, text.casefold())).items():
        if not _HAN.match(letter) and not _HANGUL.match(letter):
            script = unicodedata.name(letter, "").partition(" ")[0]
            scripts.setdefault(script, Counter())[letter] = count
    most = max(scripts.values(), key=Counter.total, default=Counter[str]())
    total = most.total()
    if total < LETTERS_FROM or total < sum(map(str.isalpha, text)) / 2:
        return False
    same = sum(count * (count - 1) for count in most.values()) / (total * (total - 1))
    return same * len(most) < FLAT
