"""What a passage is worth out of its context, from its form and its words alone.

Knows passages; nothing about meaning and length. References, notices and who wrote it say nothing of what a
text is about, and what was true until later in the text isn't news any more.
"""

import re
from collections.abc import Iterator, Sequence

from components.tasks.facts import dates
from components.tasks.summarize.passages import Passage
from components.tasks.summarize.refusing import says_only_a_notice

LONGEST = 60  # words of a sentence that is worth quoting
NOTICE = 0.1  # what a notice or a reference is worth at most
IN_COMMON = 2  # terms of two passages that are about the same thing

_CUES = re.compile(
    r"\b(we (?:propose|present|introduce|show|develop|demonstrate|study|describe|investigate|find|explore|"
    r"provide|design)|(?:in )?this (?:paper|report|article|work|study|document)|our (?:method|model|approach|"
    r"results?|framework)|in (?:summary|conclusion|short)|to sum up|overall|conclud\w+|main (?:finding|point|"
    r"result|goal|aim)s?|we (?:decided|agreed)|zusammenfass\w+|insgesamt|en (?:résumé|conclusion|resumen)|"
    r"em (?:resumo|conclusão)|in sintesi)\b|总之|综上|结论|まとめ|結論",
    re.IGNORECASE,
)
_BOILERPLATE = re.compile(
    r"project gutenberg|all rights reserved|copyright|©|\bisbn\b|etext|e-?book|cookies?\b|privacy policy|"
    r"terms of (?:use|service)|subscribe|newsletter|click here|transcriber|printed in|log ?in\b|sign up",
    re.IGNORECASE,
)
# References, who wrote, photographed and edited it, and where to write to.
_ABOUT_ITSELF = re.compile(
    r"\bpp?\. ?\d+|\bdoi\b|\bISSN\b|\bvol\. ?\d+|\bet al\.,? \(?\d{4}|^\W*\[\d+\]|^\^|"
    r"\bretrieved (?:on )?\d|\barchived from\b|"
    r"\b(?:photo(?:graph(?:y|s)?)?s?|illustrations?|reporting|editing|graphics|foto|fotos|texto|text|bild|"
    r"crédit photo) ?(?:by|:|de|von)\b|"
    r"\bis an? (?:\w+ ){0,2}(?:journalist|reporter|columnist|freelance writer|staff writer|correspondent|"
    r"editor) "
    r"(?:at|for|with|based|in|who|living)\b|\blives in \w+ with\b|\bhas written (?:for|"
    r"about) .{0,60}\byears\b|"
    r"\bthe author of (?:\w+ )?(?:books|novels)\b|\bfollow (?:him|her|us|them) on\b|\b(?:e-?mail|"
    r"write to) (?:him|her|us|them) at\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<![\d.,$€£])\b(?:1[5-9]|20)\d\d\b(?![.,]\d)")
_MOVED = re.compile(
    r"\b(?:mov(?:e|ed|es|ing)|postpon\w+|delay\w+|push(?:ed|es)? (?:back|to)|put off|reschedul\w+|chang(?:e|"
    r"ed|es) (?:to|from)|"
    r"brought forward|instead of|verschoben|verschieben|verlegt|adi(?:ad|ou|ar|amos)\w*|remarcad\w+|"
    r"aplaz\w+|pospuest\w+|"
    r"report(?:é|ée|és|er|ons)\b|décal\w+|rinviat\w+|spostat\w+)|推迟|延期|改到|改为",
    re.IGNORECASE,
)
_LEANS_BACK = re.compile(
    r"(?:he|she|it|they|this|that|these|those|but|and|so|however|then|there)\b", re.IGNORECASE
)


def has_cue(text: str) -> bool:
    """Whether it says itself that it is a main point."""
    return bool(_CUES.search(text))


def leans_back(text: str) -> bool:
    """Whether it begins with a word for something in the sentence before."""
    return bool(_LEANS_BACK.match(text))


def years(text: str) -> list[int]:
    """The years that a text names."""
    return [int(year) for year in _YEAR.findall(text)]


def superseded(passages: Sequence[Passage], found: Sequence[Sequence[str]]) -> Iterator[int]:
    """Passages with a date that was moved later in the document.

    "The launch is planned for 10 June." is, where "We move the launch to 24 June." comes later; what happened
    on 10 June besides isn't, since it has no other word in common.
    """
    dated = {i: {key[1:] for key in dates.told(p.text) if key[2]} for i, p in enumerate(passages)}
    moves = [i for i, days in dated.items() if days and _MOVED.search(passages[i].text)]
    for move in moves:
        about = {term for term in found[move] if not term.isdigit()} - _months_of(passages[move].text)
        for i in range(move):
            common = about & set(found[i])
            old = dated[i] and (dated[i] < dated[move] or dated[i].isdisjoint(dated[move]))
            if old and i not in moves and (common and (dated[i] < dated[move] or len(common) >= IN_COMMON)):
                yield i


def _months_of(text: str) -> set[str]:
    return {word[:6].casefold() for word, _ in dates.dates(text) for word in re.findall(r"[^\W\d]+", word)}


def worth(passage: Passage) -> float:
    """What a sentence is worth out of its context, from its form alone."""
    text = passage.text
    if passage.kind in ("heading", "header", "caption", "footnote", "code") or not any(
        c.isalpha() for c in text
    ):
        return 0.0
    value = 0.3 if passage.kind == "table" else 1.0
    if _BOILERPLATE.search(text) or _ABOUT_ITSELF.search(text) or says_only_a_notice(passage):
        value *= NOTICE
    if passage.words > LONGEST:
        value *= 0.6
    if text.rstrip("\"'”’»」) ")[-1:] not in tuple(".!…。！।؟") and passage.kind == "paragraph":
        value *= 0.5  # a question, a caption, a line that isn't a sentence
    if leans_back(text):
        value *= 0.9
    return value
