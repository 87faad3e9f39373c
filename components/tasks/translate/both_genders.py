"""Words that name both genders in one form: alunos(as), candidato/a, O(a). Knows texts and no engine.

An engine takes the ending in brackets for a word ("students (as)"). A language whose nouns have no gender
needs one of the two: where both come to the same, nothing is lost; elsewhere (son, daughter) it is said.
"""

import re

from components.tasks.translate.same_in_both import common_words

_LANGUAGES = frozenset(("pt", "es"))
_WITHOUT = frozenset(("en", "zh", "ja", "ko", "tr", "fi", "hu", "et", "id", "vi", "th"))
_FORM = re.compile(
    r"\b(?P<word>[^\W\d_]+?\.?)(?:\((?P<ending>as?|às?|na|ra|esa|As?)\)(?P<many>s?)|/(?P<after>as?))(?![\w(/])"
)
_MASCULINE = re.compile(
    r"(?:o|os|or|ores|[sd]r|prof|ês|e|es|ao|aos|do|dos|um|el|los|al|ón|ão|ãos|eu|eus)$", re.IGNORECASE
)
_LAST = re.compile(r"(?:os|es|o|e|s)$", re.IGNORECASE)


def each(text: str, languages: tuple[str, str]) -> tuple[str, str] | None:
    """The text for men and for women; none where it isn't written for both, or the target has genders too."""
    if languages[0] not in _LANGUAGES or languages[1] not in _WITHOUT:
        return None
    men, women = _FORM.sub(_first, text), _FORM.sub(_second, text)
    return (men, women) if men != text else None


def differ(made: str, other: str, language: str) -> bool:
    """Whether two translations have other words for people, and not only other small words: must, should."""
    small = common_words(language)
    words = [{w for w in re.findall(r"[^\W\d_]+", one.casefold()) if w not in small} for one in (made, other)]
    return bool(other) and words[0] != words[1]


def _first(found: re.Match[str]) -> str:
    return f"{found['word']}{found['many'] or ''}" if _is_masculine(found["word"]) else found[0]


def _is_masculine(word: str) -> bool:
    return bool(_MASCULINE.search(word.rstrip(".")))


def _second(found: re.Match[str]) -> str:
    if not _is_masculine(found["word"]):
        return found[0]
    word, stop, _ = found["word"].partition(".")
    ending = f"{found['ending'] or found['after']}{found['many'] or ''}"
    if len(word) <= len("aos") and ending[0] in "àA":  # ao(à), Os(As)
        return ending
    stem = word if len(ending) > len("as") or word.endswith("r") else _LAST.sub("", word)
    if len(ending) > len("as") and word.endswith("ão"):
        stem = word.removesuffix("ão")
    return f"{stem}{ending}{stop}"
