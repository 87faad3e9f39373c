"""The comments on a workbook's cells: notes, and threads with the copies of them that older programs show.

Knows SpreadsheetML's two kinds of comments. A thread's copy is a note whose author is called "tc=..."; in it,
each text of the thread is replaced by its translation.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from components.documents.ooxml import S
from components.documents.place import Place
from components.documents.rewriting.delimited import column_number
from components.documents.rewriting.package import Package
from components.documents.rewriting.rich_text import slots, write_both
from components.documents.rewriting.text_runs import Runs
from components.documents.rewriting.units import Mark, Placed, Unit, has_words, settle
from components.messages import Said

T = "{http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments}"
_COPY = "tc="
WHAT = Said("comment")


@dataclass(frozen=True)
class _Note:
    """A comment with runs, without the name of its author in front."""

    text: etree._Element
    runs: Runs

    @property
    def unit(self) -> Unit:
        return self.runs.unit

    def write(self, one: Placed, bilingual: bool) -> None:
        if bilingual:
            write_both(self.text, self.runs, one)
        else:
            self.runs.write(one)


@dataclass(frozen=True)
class _Said:
    """What somebody said in a thread: plain text, with the places where persons are mentioned."""

    text: etree._Element
    mentions: tuple[etree._Element, ...]
    unit: Unit
    copies: Sequence[etree._Element]  # the text elements of notes on the same cell

    def write(self, one: Placed, bilingual: bool) -> None:
        one = settle(self.unit, one)
        made = f"{self.unit.text}\n{one.text}" if bilingual else one.text
        for copied in self.copies:
            copied.text = (copied.text or "").replace(self.unit.text, made, 1)
        self.text.text = made
        for mention, before, mark in zip(self.mentions, self.unit.marks, one.marks, strict=True):
            if bilingual or one.text[mark.start : mark.end] == self.unit.text[before.start : before.end]:
                mention.set("startIndex", str(before.start if bilingual else mark.start))
            else:
                _remove(mention)


class Comments:
    """Of one workbook."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self.parts: dict[str, etree._Element] = {}
        self._found: list[_Note | _Said] = []

    @property
    def units(self) -> list[Unit]:
        return [one.unit for one in self._found]

    def read(
        self, related: Mapping[str, tuple[str, str]], sheet: int, columns: frozenset[int] | set[int] | None
    ) -> None:
        """Those of one sheet, by what its part points to; `columns`, from 0, are those that are wanted."""
        parts = [(kind, part) for kind, part in related.values() if part in self._package]
        copies: dict[str, list[etree._Element]] = {}
        for part in (part for kind, part in parts if kind == "comments"):
            root = self._root(part)
            authors = [author.text or "" for author in root.iter(S + "author")]
            for comment in root.iter(S + "comment"):
                number, cell = comment.get("authorId", ""), comment.get("ref", "")
                author = authors[int(number)] if number.isdigit() and int(number) < len(authors) else ""
                if author.startswith(_COPY):
                    copies.setdefault(cell, []).extend(comment.iter(S + "t"))
                elif _wanted(cell, columns):
                    self._add_note(comment, author, Place(sheet=str(sheet), cell=cell))
        for part in (part for kind, part in parts if kind == "threadedComment"):
            for comment in self._root(part).iter(T + "threadedComment"):
                cell = comment.get("ref", "")
                if _wanted(cell, columns):
                    self._add_said(comment, copies.get(cell, []), Place(sheet=str(sheet), cell=cell))

    def write(self, placed: Sequence[Placed | None], bilingual: bool) -> None:
        for one, made in zip(self._found, placed, strict=True):
            if made is not None:
                one.write(made, bilingual)

    def _root(self, part: str) -> etree._Element:
        root = self._package.xml(part)
        self.parts[self._package.stored(part)] = root
        return root

    def _add_note(self, comment: etree._Element, author: str, place: Place) -> None:
        text = comment.find(S + "text")
        if text is None:
            return
        found = slots(text)
        if found and (found[0].element.text or "").strip() == f"{author}:":
            found = found[1:]
        runs = Runs(found, WHAT, place)
        if runs.is_translated:
            self._found.append(_Note(text, runs))

    def _add_said(self, comment: etree._Element, copies: Sequence[etree._Element], place: Place) -> None:
        element = comment.find(T + "text")
        text = "" if element is None else element.text or ""
        if element is None or not has_words(text):
            return
        marks, mentions = list[Mark](), list[etree._Element]()
        for mention in comment.iter(T + "mention"):
            start, length = (mention.get(name, "") for name in ("startIndex", "length"))
            if start.isdigit() and length.isdigit():
                end = min(int(start) + int(length), len(text))
                marks.append(Mark(len(marks), min(int(start), end), end, "keep"))
                mentions.append(mention)
        unit = Unit(text, tuple(marks), WHAT, place)
        self._found.append(_Said(element, tuple(mentions), unit, copies))


def _wanted(cell: str, columns: frozenset[int] | set[int] | None) -> bool:
    letters = re.match("[A-Z]+", cell)
    return columns is None or letters is None or column_number(letters[0]) - 1 in columns


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
