"""Where the sentences of a text end, in many languages.

sentencex (Wikimedia) has rules for some 300 languages; this module corrects what it gets wrong. Knows neither
documents nor models.
"""

import re
from functools import cache

import sentencex

_WIDE_SPACE = re.compile(r"[^\S\x00-\x7f]")  # one in "plan A ." crashes the splitter
_TITLE = re.compile(
    r"\b(?:Mgr|Dra?|dr|Srt?a?|Exm[ao]|Profa?|Av|Cia|Mlle|Mmes?|[Mm]evr|[Dd]hr|Fa|डॉ|श्री|प्रो)\.$"
)
_FRENCH_TITLE = re.compile(r"\b(?:M|MM|Me)\.$")
_BEFORE_FIGURE = re.compile(
    r"\b(?:p[áa]gs?|arts?|n|núm|séc|tel|blz|o\.a|рис|табл|стр|гл|разд)\.$", re.IGNORECASE
)
_FRENCH_BEFORE_FIGURE = re.compile(r"\b(?:no|fig|chap)\.$", re.IGNORECASE)
_FIGURE = re.compile(r"\d|[VXLC]\b|[IVXLC]{2,}\b")
_INITIAL = re.compile(r"\b[A-Z]\.$")
_FIRST_INITIAL = re.compile(r"(?:^|[.!?…]\s+|\.-)[A-ZÀ-Ý]\.$")  # of a sentence, or the second of J.-P.
_GERMAN_ORDINAL = re.compile(
    r"\b(?:d(?:er|ie|as|em|en|es)|im|am|vom|zum|zur|beim|ins|ans|"
    r"(?:mein|dein|sein|ihr|unser|kein|ein|jed|dies)e?[rsmn]?)\s\d{1,2}\.$",
    re.IGNORECASE,
)
_AFTER_MAY = re.compile(r"\bMay\.\s+(?=[A-Z])")  # a whole word that the splitter takes for an abbreviation
# Outside quotations, a full stop that the splitter takes for a decimal point.
_BEFORE_NUMBER = re.compile(r"“[^”]{0,400}”|「[^」]{0,400}」|(?P<stop>[。！？])(?=\d)")
_ENDS = (*".!?…。！？।", *"\"'’“”»」』")
_CLOSING = "。！？»”’」』）"
# The splitter gives it to the sentence before if the quotation continues in the next paragraph.
_OPENING = re.compile(r"(?:(?<=\s)(?:[\"']\Z|[“„«‘¿¡]\s*$)|(?<=[。！？])[“「『]$)")
_SAID = {  # what is said about a quotation that ends with a full stop
    "ja": re.compile(r"、|と|って|など"),
    "zh": re.compile(r"[^，。！？、“”]{0,4}[说說问問喊叫答]"),
}


def borders(text: str, language: str) -> list[int]:
    """Where each sentence of a text ends, with the spaces after it; the last one is the end of the text."""
    plain = _WIDE_SPACE.sub(" ", text)
    found = [border["end_index"] for border in sentencex.get_sentence_boundaries(language, plain)]
    found = [_before_quotation(text, end) for end in found]
    found += [match.end() for match in _BEFORE_NUMBER.finditer(text) if match["stop"]]
    ends = {end for end in found if not _inside(text, end, language)}
    return sorted({*ends, *(may.end() for may in _AFTER_MAY.finditer(text)), len(text)})


def _before_quotation(text: str, at: int) -> int:
    """Moves a border that comes after an opening quotation mark to before it."""
    opening = _OPENING.search(text[max(at - 4, 0) : at])
    return at - len(opening[0]) if opening and at < len(text) else at


def _inside(text: str, at: int, language: str) -> bool:
    """Whether a border is within a sentence: after a title, an ordinal number or an abbreviation."""
    left, right = text[max(at - 40, 0) : at], text[at : at + 40].lstrip()
    gap = left[len(left.rstrip()) :]
    left = left.rstrip()
    if not right or not left.endswith(_ENDS) or gap.count("\n") > 1:
        return False
    if right[0].islower():
        return not left.endswith(" .")  # a transcript that is cut into words
    if right[0] in _CLOSING:
        return True
    if left[-1] in "」』”":
        said = _SAID.get(language)
        return bool(said and said.match(right))
    return left.endswith(".") and _short_form(left, right, language)


def _short_form(left: str, right: str, language: str) -> bool:
    """Whether the full stop that `left` ends with is one of an abbreviation or an ordinal number."""
    if right[0] in "ºª" or re.match(r"-[A-Z]\.", right) or _TITLE.search(left) or _FIRST_INITIAL.search(left):
        return True
    if language == "fr" and _FRENCH_TITLE.search(left):
        return True
    if _INITIAL.search(left) and re.match(r"[A-Z]\.", right):
        return True
    if language == "de" and _GERMAN_ORDINAL.search(left):
        return right.split()[0].lower() not in _german_stop_words()
    if not _FIGURE.match(right):
        return False
    return bool(_BEFORE_FIGURE.search(left) or (language == "fr" and _FRENCH_BEFORE_FIGURE.search(left)))


@cache
def _german_stop_words() -> frozenset[str]:
    import stop_words

    return frozenset(stop_words.get_stop_words("de"))
