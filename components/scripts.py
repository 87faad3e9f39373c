"""The scripts that are written without spaces between words, for classes of characters in patterns.

The one definition: `re.compile(f"[{HAN}{KANA}]")`. Knows nothing about words, languages and documents.
"""

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Chinese characters, in Japanese too
KANA = "\u3041-\u309f\u30a1-\u30ff\u31f0-\u31ff"  # hiragana and katakana
SOUTH_EAST_ASIAN = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai and Lao, Myanmar, Khmer
# Has spaces, but after phrases: a word carries its particles with it.
HANGUL = "\uac00-\ud7a3"

EACH_A_WORD = HAN + KANA  # word processors count each of these characters as a word
UNSPACED = EACH_A_WORD + SOUTH_EAST_ASIAN
# Punctuation as wide as a Chinese character, and full-width forms: no space is set beside them either.
WIDE = "\u3000-\u303f\uff00-\uffef"
