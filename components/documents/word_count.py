"""How many words a text has, in any script.

Knows nothing about documents.
"""

import re

from components.scripts import EACH_A_WORD, SOUTH_EAST_ASIAN

_ALONE = re.compile(f"[{EACH_A_WORD}]")
# A word has about five characters (consonants, vowels and tones together).
_UNSPACED = re.compile(f"[{SOUTH_EAST_ASIAN}]+")
_WORD = re.compile(r"\w+(?:[-'’.,·]\w+)*")
_CHARACTERS_PER_WORD = 5


def count_words(text: str) -> int:
    """Words in `text`: "don't", "1,000" and "well-known" are one each; punctuation is none."""
    rest, alone = _ALONE.subn(" ", text)
    unspaced = sum(max(1, round(len(run) / _CHARACTERS_PER_WORD)) for run in _UNSPACED.findall(rest))
    return alone + unspaced + sum(1 for _ in _WORD.finditer(_UNSPACED.sub(" ", rest)))
