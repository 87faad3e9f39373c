"""How many words a text has, in any script.

Knows nothing about documents.
"""

import re

# Scripts without spaces between words. Han and kana: one word each, as word processors count.
_ALONE = re.compile(
    r"[\u3041-\u309f\u30a1-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
# Thai, Lao, Myanmar and Khmer: a word has about five signs (consonants, vowels and tones together).
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+")
_WORD = re.compile(r"\w+(?:[-'’.,·]\w+)*")
_SIGNS_PER_WORD = 5


def count_words(text: str) -> int:
    """Words in `text`: "don't", "1,000" and "well-known" are one each; punctuation is none."""
    rest, alone = _ALONE.subn(" ", text)
    unspaced = sum(max(1, round(len(run) / _SIGNS_PER_WORD)) for run in _UNSPACED.findall(rest))
    return alone + unspaced + sum(1 for _ in _WORD.finditer(_UNSPACED.sub(" ", rest)))
