"""The headers and footers of a workbook's sheets: their words, between codes for pages, dates and fonts.

Knows the codes of SpreadsheetML alone. What a code shows (a page's number) is kept in the text; one that sets
a font is a point in it:

    &L&"Arial,Bold"Costs of &D&RPage &P of &N   ->   "Costs of &D", "Page &P of &N"
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from components.documents.ooxml import S
from components.documents.place import Place
from components.documents.rewriting.units import Mark, Placed, Unit, has_words, settle
from components.messages import Message, Said, counted

_CODE = re.compile(r'&"[^"]*"|&K(?:[0-9A-Fa-f]{6}|\d\d[+-]\d{3})|&\d+|&.', re.DOTALL)
_SECTION = re.compile(r"(?=&[LCR])")
_SHOWN = frozenset(("&P", "&N", "&D", "&T", "&F", "&A", "&Z", "&G"))
LONGEST = 255  # characters that Excel allows


@dataclass(frozen=True)
class _Section:
    """The left, middle or right of a header: its unit, and the codes at the unit's marks, by id."""

    before: str
    unit: Unit
    codes: Sequence[str]

    @property
    def has_words(self) -> bool:
        """Whether there are any besides the codes."""
        return has_words("".join(_apart(self.unit.text, self.unit.marks)))

    def written(self, one: Placed | None, bilingual: bool) -> str:
        source = self._with_codes(Placed(self.unit.text, self.unit.marks))
        if one is None:
            return f"{self.before}{source}"
        made = self._with_codes(settle(self.unit, one))
        above = f"{source}\n" if bilingual else ""
        return f"{self.before}{above}{made}"

    def _with_codes(self, placed: Placed) -> str:
        out, at = "", 0
        for mark in sorted(placed.marks, key=lambda mark: (mark.start, mark.id)):
            code = self.codes[mark.id]
            out += _escaped(placed.text[at : mark.start]) + code
            at = mark.end if placed.text[mark.start : mark.end] == code else mark.start
            if code[1:].isdigit() and placed.text[at : at + 1].isdigit():
                out += " "  # or it would be part of the font's size
        return out + _escaped(placed.text[at:])


class Headers:
    """Of one workbook."""

    def __init__(self) -> None:
        self._found: list[tuple[etree._Element, list[_Section]]] = []
        self.units: list[Unit] = []
        self.left = 0  # headers that would be too long

    def read(self, root: etree._Element, place: Place) -> None:
        """Those of one sheet."""
        for part in (part for header in root.iter(S + "headerFooter") for part in header):
            what = Said("footer") if str(part.tag).endswith("Footer") else Said("header")
            sections = [_section(text, what, place) for text in _SECTION.split(part.text or "") if text]
            if any(section.has_words for section in sections):
                self._found.append((part, sections))
                self.units += [one.unit for one in sections if one.has_words]

    def write(self, placed: Sequence[Placed | None], bilingual: bool) -> None:
        made = iter(placed)
        for part, sections in self._found:
            text = "".join(_written(sections, made, bilingual))
            if len(text) > LONGEST:
                self.left += 1
            else:
                part.text = text

    @property
    def notes(self) -> list[Message]:
        """What could not be written."""
        if not self.left:
            return []
        return [
            counted(
                "{count} header or footer stays: its translation is longer than {longest} characters.",
                "{count:,} headers or footers stay: their translations are longer than {longest} characters.",
                self.left,
                longest=LONGEST,
            )
        ]


def texts(root: etree._Element) -> Iterator[str]:
    """What the headers and footers of a sheet say, without codes."""
    for header in root.iter(S + "headerFooter"):
        yield from (_CODE.sub("", part.text or "") for part in header)


def _written(sections: Sequence[_Section], made: Iterator[Placed | None], bilingual: bool) -> Iterator[str]:
    for section in sections:
        one = next(made) if section.has_words else None
        yield section.written(one, bilingual)


def _section(text: str, what: Message, place: Place) -> _Section:
    head = re.match(rf"(?:(?!{'|'.join(_SHOWN)}|&&)(?:{_CODE.pattern}))*", text, re.DOTALL)
    before = head[0] if head else ""
    plain, codes, marks, at = "", list[str](), list[Mark](), len(before)
    for code in _CODE.finditer(text, at):
        plain += text[at : code.start()]
        at = code.end()
        if code[0] == "&&":
            plain += "&"
            continue
        shown = code[0] if code[0] in _SHOWN else ""
        marks.append(Mark(len(marks), len(plain), len(plain) + len(shown), "keep" if shown else "point"))
        codes.append(code[0])
        plain += shown
    plain += text[at:]
    return _Section(before, Unit(plain, tuple(marks), what, place), codes)


def _apart(text: str, marks: Sequence[Mark]) -> Iterator[str]:
    """What is between marks."""
    at = 0
    for mark in marks:
        yield text[at : mark.start]
        at = mark.end
    yield text[at:]


def _escaped(text: str) -> str:
    return text.replace("&", "&&")
