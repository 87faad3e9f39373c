"""Quotation marks and dashes in their plain form, and written back into a translation. Knows only texts.

“Yes” – it’s 1950–53.   <->   "Yes" - it's 1950-53.
"""

import re

_PLAIN = {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "‑": "-"}
_DASHES = "–—"
_QUOTES = '"“”„«»'
_SINGLE = "'‘’‚"
# A dash by itself, one between figures, one that joins two words without spaces.
_SPACED = re.compile(rf"(?<=\s)[-{_DASHES}](?=\s)")
_FIGURES = re.compile(rf"(?<=\d)[-{_DASHES}](?=[£$€¥₹]?\d)")
_JOINED = re.compile(rf"(?<=\w)[{_DASHES}](?=[^\W\d_])|(?<=[^\W\d_])[{_DASHES}](?=\d)")
_INSIDE = re.compile(rf"(?<=[^\W\d_])[{_SINGLE}](?=[^\W\d_])")  # an apostrophe
_AT_EDGE = re.compile(rf"(?<![^\W\d_])[{_SINGLE}]|[{_SINGLE}](?![^\W\d_])")
_ELLIPSIS = re.compile(r"\.\.\.|…")
_DOUBLE = re.compile(f"[{_QUOTES}]")
_TIGHT = "\u2060"  # beside a dash that gets spaces for the engine only: a word joiner, never given to it


class Typography:
    """That of one text: `plain` is the text without it."""

    def __init__(self, text: str) -> None:
        self._source = _JOINED.sub(lambda dash: f" {_TIGHT}{dash[0]} ", text)
        self.plain = self._flat(self._source).replace(_TIGHT, "")

    def restored(self, made: str) -> str:
        """The translation with the marks of its source, where it has as many of a kind."""
        source = self._source
        dashes = [("joined" if source[m.start() - 1] == _TIGHT else "", m[0]) for m in _dashes(source)]
        made = _in_order(_SPACED, made, [f"{_TIGHT if kind else ''}{dash}" for kind, dash in dashes])
        made = re.sub(rf"\s{_TIGHT}(.)\s", r"\1", made).replace(_TIGHT, "")
        made = _in_order(_FIGURES, made, _FIGURES.findall(source))
        made = _in_order(_ELLIPSIS, made, _ELLIPSIS.findall(source))
        double, single = _DOUBLE.findall(source), _AT_EDGE.findall(source)
        if not double and len(single) % 2 == 0 and not _AT_EDGE.search(made):
            double = single  # the engine wrote "yes" for 'yes'
        made = _in_order(_DOUBLE, made, double)
        made = _in_order(_AT_EDGE, made, single)
        return _INSIDE.sub("’", made) if "’" in source and "'" not in source else made

    @staticmethod
    def _flat(text: str) -> str:
        for mark, plain in _PLAIN.items():
            text = text.replace(mark, plain)
        return re.sub(f"[{_DASHES}]", "-", text)


def _dashes(source: str) -> list[re.Match[str]]:
    return list(re.finditer(rf"(?<=[\s{_TIGHT}])[-{_DASHES}](?=\s)", source))


def _in_order(pattern: re.Pattern[str], made: str, marks: list[str]) -> str:
    """Each of the places the mark that the source has there; nothing where their numbers differ."""
    if not marks or len(pattern.findall(made)) != len(marks):
        return made
    left = iter(marks)
    return pattern.sub(lambda _: next(left), made)
