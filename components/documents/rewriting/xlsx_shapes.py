"""What is drawn on a workbook's sheets: text boxes, shapes, diagrams, and the titles of charts.

Knows how sheets, drawings and charts are related. A shape that shows a cell has no text of its own
(`xlsx_charts`).
"""

import copy
from collections.abc import Mapping, Sequence

from lxml import etree

from components.documents.ooxml import A
from components.documents.place import NOWHERE, Place
from components.documents.rewriting.attributes import Attributes
from components.documents.rewriting.drawing_text import stretches
from components.documents.rewriting.package import Package
from components.documents.rewriting.text_runs import Runs, runs_added, units_left
from components.documents.rewriting.units import Placed, Unit
from components.messages import Message, Said

_LEADS_TO = frozenset(("drawing", "chart", "chartEx", "diagramData", "diagramDrawing", "chartUserShapes"))
PARTS = ("xl/drawings/drawing", "xl/charts/chart", "xl/diagrams/data", "xl/diagrams/drawing")


class Shapes:
    """Of one workbook. `known` are parts that somebody else changes too."""

    def __init__(self, package: Package, known: Mapping[str, etree._Element], attributes: Attributes) -> None:
        self._package, self._known, self._attributes = package, known, attributes
        self.parts: dict[str, etree._Element] = {}
        self._found: list[tuple[Runs, etree._Element]] = []

    @property
    def units(self) -> list[Unit]:
        return [runs.unit for runs, _ in self._found]

    def read(self, part: str, place: Place) -> None:
        """What the drawings of a sheet lead to."""
        for kind, target in self._package.relations(part).values():
            if kind in _LEADS_TO and target in self._package:
                stored = self._package.stored(target)
                if stored not in self.parts:
                    self._add(stored, Said("chart") if "chart" in kind else Said("drawing"), place)
                    self.read(stored, place)

    def read_rest(self) -> None:
        """Those that no sheet leads to, such as a chart on a sheet of its own."""
        for part in (part for start in PARTS for part in self._package.matching(start)):
            if part not in self.parts:
                self._add(part, Said("chart") if "/chart" in part else Said("drawing"), NOWHERE)

    def _add(self, part: str, what: Message, place: Place) -> None:
        root = self.parts[part] = self._known[part] if part in self._known else self._package.xml(part)
        self._attributes.read(root, place)
        for paragraph in root.iter(A + "p"):
            if any(above.get("textlink") for above in paragraph.iterancestors()):
                continue
            for items in stretches(paragraph):
                runs = Runs(items, what, place)
                if runs.is_translated:
                    self._found.append((runs, paragraph))

    def write(self, placed: Sequence[Placed | None], bilingual: bool) -> None:
        shown: set[etree._Element] = set()  # paragraphs whose source is above them
        for (runs, paragraph), one in zip(self._found, placed, strict=True):
            if one is None:
                continue
            if bilingual and paragraph not in shown:
                source = copy.deepcopy(paragraph)
                source.tail = None
                paragraph.addprevious(source)
                shown.add(paragraph)
            runs.write(one)

    @property
    def notes(self) -> list[Message]:
        """What had to be added, and what could not be written."""
        notes: list[Message] = []
        if added := sum(runs.added for runs, _ in self._found):
            notes.append(runs_added(added))
        if left := sum(runs.left for runs, _ in self._found):
            notes.append(units_left(left))
        return notes
