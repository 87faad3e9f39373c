"""Which language a text is in, offline (py3langid: 130 languages, its 4 MB model inside the package).

Knows nothing about documents.
"""

import re

SAMPLE = 20_000  # characters; more doesn't change the answer
# The languages that documents are in; among all 130, names and addresses are taken for rare ones.
COMMON = str.split(
    "af ar az be bg bn bs ca cs cy da de el en eo es et eu fa fi fr ga gl gu he hi hr hu hy id is "
    "it ja ka kk km kn ko la lo lt lv mk ml mn mr ms mt my ne nl nn no pa pl ps pt ro ru si sk sl "
    "sq sr sv sw ta te th tl tr uk ur uz vi zh"
)
# Addresses, and words with digits; in scripts without spaces a digit is a word of its own.
_RUN = re.compile(r"[^\s\u0e00-\u0e7f\u3000-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff00-\uffef]+")
_NOT_A_WORD = re.compile(r"://|www\.|@|\d")
ENOUGH = 12  # letters below which a guess is worth nothing
_LETTERS = re.compile(r"[^\W\d_]")
# A script that only one of the common languages uses decides even where there are few letters.
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]"), 0.08),
    ("ko", re.compile(r"[\uac00-\ud7a3]"), 0.3),
    ("zh", re.compile(r"[\u4e00-\u9fff]"), 0.3),
    ("el", re.compile(r"[\u0370-\u03ff]"), 0.5),
    ("he", re.compile(r"[\u0590-\u05ff]"), 0.5),
    ("th", re.compile(r"[\u0e00-\u0e7f]"), 0.5),
)


def detect_language(text: str) -> str:
    """Its ISO 639-1 code; empty where there are too few letters to tell."""
    sample = _RUN.sub(lambda run: " " if _NOT_A_WORD.search(run[0]) else run[0], _sample(text))
    letters = _LETTERS.findall(sample)
    if not letters:
        return ""
    joined = "".join(letters)
    for code, script, share in _SCRIPTS:
        if len(script.findall(joined)) >= share * len(joined):
            return code
    if len(letters) < ENOUGH:
        return ""
    import py3langid

    py3langid.set_languages(COMMON)
    code = str(py3langid.classify(sample)[0])
    return "no" if code == "nn" else code


def _sample(text: str) -> str:
    """From the beginning, the middle and the end: a foreign preface doesn't decide."""
    if len(text) <= SAMPLE:
        return text
    third, middle = SAMPLE // 3, len(text) // 2
    return f"{text[:third]} {text[middle - third // 2 : middle + third // 2]} {text[-third:]}"
