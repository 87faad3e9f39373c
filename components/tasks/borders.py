"""Where the sentences of a text end, in many languages.

sentencex (Wikimedia) has rules for some 300 languages; this module corrects what it gets wrong. Knows neither
documents nor models.
"""

import re
from collections.abc import Mapping
from functools import cache

import sentencex
from babel import Locale

_WIDE_SPACE = re.compile(r"[^\S\x00-\x7f]")  # one in "plan A ." crashes the splitter
# Short forms that a name or a noun follows, by language; those of "" are the same in any.
_TITLES = {
    "": "Mgr Dr Dra Drs Dras dr Sr Sra Srs Sras Srta Srtas Exmo Exma Exmos Exmas Prof Profa Av Cia"
    " Mlle Mme Mmes Mevr mevr Dhr dhr Fa डॉ श्री प्रो",
    "en": "Ms Messrs Ste Cf",
    "pt": "St Cel Cap Pe Eng Des Min Dep Gov Ten Maj Sgt Alm Brig Arq Trav Pç Pça Lgo Rod Al Cx Ex Exa Obs",
    "es": "St Lic Ing Arq Gral Cnel Pdte Apdo Avda",
    "fr": "St M MM Me Ste Cie",
    "de": "Hr Hrn Fr",
    "ru": "ул проф акад им",
}
# Short forms that belong to the figure after them.
_BEFORE_FIGURES = {
    "": "pág pag págs pags art arts n núm séc tel blz o.a рис табл стр гл разд",
    "en": "Fig Figs Eq Eqs Ch Chs Sec Secs Vol Vols Nos Ref Refs Pt approx ca",
    "pt": "apto ap bl cap caps fig figs tab tabs eq eqs vol vols ed inc par al pp cx tít qd lt aprox",
    "es": "apdo cap caps fig figs vol vols ed tab aprox",
    "fr": "no fig chap vol éd env",
    "it": "cap fig vol tab art",
    "de": "Nr Abb Kap Bd Tab Abs",
}
_FIGURE = re.compile(
    r"\(?\d|[VXLC]\b|[IVXLC]{2,}\b|[B-DF-HJ-NP-Z]\b|[AEIO]\b(?!\s+[^\W\d_A-Z])"  # not "A porta", "I see"
)
# Short forms that also end sentences: the word after them tells.
_EITHER = {
    "en": re.compile(r"\b(?:St|Rd|Blvd)\.$"),
    **dict.fromkeys(("pt", "it", "es"), re.compile(r"\b[ad]\.\s?C\.$")),
    "ru": re.compile(r"\bг\.$"),
}
_HOUR = re.compile(r"\b[ap]\.\s?m\.$", re.IGNORECASE)
_ZONE = re.compile(
    r"(?:[ECMP][SD]?T|AK[SD]T|HST|GMT|UTC|BST|IST|JST|CES?T|EES?T|WES?T|AE[SD]T)\b|(?:Eastern|Pacific|Central)\b"
)
_SPEAKER = re.compile(r"[-–—―]\s*[^\W\d_A-Z]")  # in dialogue: "Really? – he asked."
_SAYING = re.compile(r"[-–—―]\s*[^\W\d_]")  # after a quotation, with a capital too: “Really?” – He asked.
# English words have a vowel: "Cllr. Finch", "Sgt. Cole"; what one murmurs ("Hmm.") ends with a letter twice.
_WITHOUT_VOWEL = re.compile(r"\b[B-DF-HJ-NP-TV-XZ][b-df-hj-np-tv-xz]*([b-df-hj-np-tv-xz])(?<!\1\1)\.$")
_INITIAL = re.compile(r"\b[A-Z]\.$")
_FIRST_INITIAL = re.compile(r"(?:^|[.!?…]\s+|\.-)[A-ZÀ-Ý]\.$")  # of a sentence, or the second of J.-P.
_GERMAN_ORDINAL = re.compile(
    r"\b(?:d(?:er|ie|as|em|en|es)|im|am|vom|zum|zur|beim|ins|ans|"
    r"(?:mein|dein|sein|ihr|unser|kein|ein|jed|dies)e?[rsmn]?)\s\d{1,2}\.$|"
    r",\s\d{1,2}\.$",  # Hauptstraße 5, 2. OG
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
    if gap and "\n" not in gap and (said_by := _SPEAKER.match(right)) and said_by[0][-1].islower():
        return True
    if left[-1] in '"”»' and gap and "\n" not in gap and _SAYING.match(right):
        return True
    if not gap and (re.match(r":|-[^\W\d_]", right) or (re.search(r"\b[ad]\.$", left) and right[:2] == "C.")):
        return True
    if right[0] in _CLOSING:
        return True
    if left[-1] in "」』”":
        said = _SAID.get(language)
        return bool(said and said.match(right))
    return left.endswith(".") and _short_form(left, right, language)


def _short_form(left: str, right: str, language: str) -> bool:
    """Whether the full stop that `left` ends with is one of an abbreviation or an ordinal number."""
    if right[0] in "ºª" or _titles(language).search(left) or _FIRST_INITIAL.search(left):
        return True
    if _INITIAL.search(left) and re.match(r"[A-Z]\.", right):
        return True
    if language == "en" and _HOUR.search(left):
        return bool(_ZONE.match(right)) or right.split()[0].rstrip(",") in _days()
    if language == "en" and left.split()[-1] in _days() and right.split()[0].rstrip(",") in _days():
        return True  # Mon. Dec. 4
    if language == "en" and _WITHOUT_VOWEL.search(left) and right[0].isalpha():
        return not _is_common(right, "en")
    if language == "de" and _GERMAN_ORDINAL.search(left):
        return not _is_common(right, "de")
    if (either := _EITHER.get(language)) and either.search(left):
        return not _is_common(right, language)
    return bool(_FIGURE.match(right) and _before_figures(language).search(left))


@cache
def _titles(language: str) -> re.Pattern[str]:
    return _ending(_TITLES, language)


@cache
def _before_figures(language: str) -> re.Pattern[str]:
    return _ending(_BEFORE_FIGURES, language, re.IGNORECASE)


def _ending(forms: Mapping[str, str], language: str, flags: int = 0) -> re.Pattern[str]:
    """Finds one of the short forms of a language at the end of a text."""
    words = (*forms[""].split(), *forms.get(language, "").split())
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\.$", flags)


def _is_common(right: str, language: str) -> bool:
    """Whether a text begins with a word that sentences begin with, as "It" and "The" are."""
    return right.split()[0].strip(",.;:").lower() in _common_words(language)


@cache
def _common_words(language: str) -> frozenset[str]:
    import stop_words

    return frozenset(stop_words.get_stop_words(language))


@cache
def _days() -> frozenset[str]:
    """Days and months, whole and short, which may stand after an hour."""
    english = Locale("en")
    names = [english.days["format"], english.months["format"]]
    widths = [kind[width].values() for kind in names for width in ("wide", "abbreviated")]
    words = {name for values in widths for name in values}
    return frozenset(words | {f"{word}." for word in words} | {"Sept.", "Tues.", "Thurs."})
