"""PowerPoint: the text of slides, notes and comments.

Knows DrawingML's paragraphs. Diagrams and charts keep their text, and a note says so.
"""

import copy
from collections.abc import Sequence

from lxml import etree

from components.documents.limits import Limits
from components.documents.ooxml import A, P
from components.documents.place import Place
from components.documents.rewriting.attributes import Attributes, split
from components.documents.rewriting.drawing_text import stretches
from components.documents.rewriting.package import Package
from components.documents.rewriting.text_runs import Runs, Slot, runs_added, units_left
from components.documents.rewriting.units import Options, Placed, Unit
from components.documents.sniffer import LABELS
from components.messages import N_, Message, Said

COUNTED = {
    A + "p": N_("paragraphs"),
    A + "r": N_("runs"),
    A + "tbl": N_("tables"),
    P + "pic": N_("images"),
    A + "hlinkClick": N_("links"),
}


class PptxFile:
    """One presentation."""

    def __init__(self, data: bytes, name: str, limits: Limits, options: Options) -> None:
        self._package = Package(data, name, limits, LABELS["pptx"])
        self._options = options
        self._parts: dict[str, etree._Element] = {}
        # With the paragraph that they are in; none for a comment of the older kind.
        self._runs: list[tuple[Runs, etree._Element | None]] = []
        slides = self._package.matching("ppt/slides/slide")
        self._attributes = Attributes()
        self.counts: dict[str, int] = {N_("slides"): len(slides)}
        self.notes: list[Message] = []
        for notes, parts in (
            (False, slides),
            (True, self._package.matching("ppt/notesSlides/notesSlide")),
        ):
            for number, part in enumerate(parts, start=1):
                self._read(part, Said("slide"), Place(slide=number, speaker_notes=notes))
        for number, part in enumerate(slides, start=1):
            for kind, target in self._package.relations(part).values():
                if kind == "comments" and target in self._package:
                    self._read(self._package.stored(target), Said("comment"), Place(slide=number))
        if self._package.matching("ppt/diagrams/data") or self._package.matching("ppt/charts/chart"):
            self.notes.append(Said("Text inside diagrams and charts stays in the source language."))
        self.units: list[Unit] = [*(runs.unit for runs, _ in self._runs), *self._attributes.units]

    def _read(self, part: str, what: Message, place: Place) -> None:
        root = self._parts[part] = self._package.xml(part)
        self._attributes.read(root, place)
        for element in root.iter():
            if name := COUNTED.get(str(element.tag)):
                self.counts[name] = self.counts.get(name, 0) + 1
        for paragraph in root.iter(A + "p"):
            for items in stretches(paragraph):
                runs = Runs(items, what, place)
                if runs.is_translated:
                    self._runs.append((runs, paragraph))
        for text in root.iter(P + "text"):  # of a comment
            runs = Runs([Slot(text, "", text, text)], what, place)
            if runs.is_translated:
                self._runs.append((runs, None))

    def write(self, placed: Sequence[Placed | None]) -> bytes:
        shown: set[etree._Element] = set()  # paragraphs whose source is above them
        texts, attributes = split(placed, self._attributes)
        self._attributes.write(attributes)
        for (runs, paragraph), one in zip(self._runs, texts, strict=True):
            if one is None:
                continue
            if self._options.bilingual and paragraph is None:
                one = Placed(f"{runs.unit.text}\n{one.text}")
            elif self._options.bilingual and paragraph is not None and paragraph not in shown:
                source = copy.deepcopy(paragraph)
                source.tail = None
                paragraph.addprevious(source)
                shown.add(paragraph)
            runs.write(one)
        if added := sum(runs.added for runs, _ in self._runs):
            self.notes.append(runs_added(added))
        if left := sum(runs.left for runs, _ in self._runs):
            self.notes.append(units_left(left))
        return self._package.written(self._parts)
