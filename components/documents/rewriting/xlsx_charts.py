"""The copies of cells' texts that charts and shapes of a workbook keep: they change together with the cells.

Knows DrawingML. A chart and a linked shape only show such texts, so that they may be translated.
"""

from collections import defaultdict

from lxml import etree

from components.documents.ooxml import A
from components.documents.rewriting.package import Package
from components.documents.rewriting.references import References

Cell = tuple[str, int, int]  # title of the sheet, column, row


class ChartTexts:
    """Of one workbook."""

    def __init__(self, package: Package, references: References) -> None:
        self.parts: dict[str, etree._Element] = {}
        self._found: dict[Cell, list[etree._Element]] = defaultdict(list)
        for part in package.matching("xl/charts/"):
            root = self.parts[part] = package.xml(part)
            for reference in root.iter("{*}strRef", "{*}datalabelsRange"):
                self._add(reference, references)
        for part in package.matching("xl/drawings/drawing"):
            root = self.parts[part] = package.xml(part)
            for shape in root.iter("{*}sp"):
                cells = references.cells((shape.get("textlink") or "").lstrip("="))
                texts = list(shape.iter(A + "t"))
                if len(cells) == len(texts) == 1:
                    self._found[cells[0]] += texts

    def _add(self, reference: etree._Element, references: References) -> None:
        cells = references.cells(reference.findtext("{*}f") or "")
        for point in reference.iter("{*}pt"):
            number, value = point.get("idx", ""), point.find("{*}v")
            if value is not None and number.isdigit() and int(number) < len(cells):
                self._found[cells[int(number)]].append(value)

    def put(self, cell: Cell, text: str) -> None:
        """What the cell says now."""
        for value in self._found.get(cell, ()):
            value.text = text
