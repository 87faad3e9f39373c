"""Texts in attributes of Office files: alternative texts of pictures, entries of lists to choose from.

Knows XML, not where it is from.
"""

from collections.abc import Iterable, Mapping, Sequence

from lxml import etree

from components.documents.ooxml import P, W
from components.documents.place import NOWHERE, Place
from components.documents.rewriting.units import Placed, Unit, has_words
from components.messages import Said

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
_ALTERNATIVE = ("descr", "title")
_READ: Mapping[str, tuple[str, ...]] = {
    f"{_DRAWING}docPr": _ALTERNATIVE,
    f"{_PICTURE}cNvPr": _ALTERNATIVE,
    f"{P}cNvPr": _ALTERNATIVE,
    f"{W}listItem": (f"{W}displayText",),
    f"{W}alias": (f"{W}val",),
    f"{W}tblCaption": (f"{W}val",),
    f"{W}tblDescription": (f"{W}val",),
}


class Attributes:
    """Those of some parts, in order."""

    def __init__(self) -> None:
        self._found: list[tuple[etree._Element, str]] = []
        self.units: list[Unit] = []

    def read(self, root: etree._Element, place: Place = NOWHERE) -> None:
        for element in root.iter(*_READ):
            for name in _READ[str(element.tag)]:
                text = element.get(name, "")
                if has_words(text):
                    self._found.append((element, name))
                    self.units.append(Unit(text, (), Said("attribute"), place))

    def write(self, placed: Iterable[Placed | None]) -> None:
        for (element, name), one in zip(self._found, placed, strict=True):
            if one is not None:
                element.set(name, one.text)


def split(
    placed: Sequence[Placed | None], attributes: Attributes
) -> tuple[Sequence[Placed | None], Sequence[Placed | None]]:
    """The translations of texts, and after them those of attributes."""
    at = len(placed) - len(attributes.units)
    return placed[:at], placed[at:]
