"""Texts in attributes of Office files: alternative texts, entries of lists, prompts of cells.

Knows XML, not where it is from.
"""

from collections.abc import Iterable, Mapping, Sequence

from lxml import etree

from components.documents.ooxml import P, S, W
from components.documents.place import NOWHERE, Place
from components.documents.rewriting.units import Placed, Unit, has_words
from components.messages import Message, Said, counted

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
_SHEET = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_NEWER = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
_ALTERNATIVE = ("descr", "title")
_PROMPTS = {"promptTitle": 32, "prompt": 255, "errorTitle": 32, "error": 255}  # characters that Excel allows
_READ: Mapping[str, tuple[str, ...]] = {
    f"{_DRAWING}docPr": _ALTERNATIVE,
    f"{_PICTURE}cNvPr": _ALTERNATIVE,
    f"{P}cNvPr": _ALTERNATIVE,
    f"{_SHEET}cNvPr": _ALTERNATIVE,
    f"{S}dataValidation": tuple(_PROMPTS),
    f"{_NEWER}dataValidation": tuple(_PROMPTS),
    f"{S}hyperlink": ("tooltip",),
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
        self._left = 0  # those whose translation is too long

    def read(self, root: etree._Element, place: Place = NOWHERE) -> None:
        for element in root.iter(*_READ):
            for name in _READ[str(element.tag)]:
                text = element.get(name, "")
                if has_words(text):
                    self._found.append((element, name))
                    self.units.append(Unit(text, (), Said("attribute"), place))

    def write(self, placed: Iterable[Placed | None], bilingual: bool = False) -> None:
        """An attribute has room for one language only."""
        for (element, name), one in zip(self._found, placed, strict=True):
            if one is None:
                continue
            if len(one.text) > _PROMPTS.get(name, len(one.text)):
                self._left += 1
            else:
                element.set(name, one.text)

    @property
    def notes(self) -> list[Message]:
        """What could not be written."""
        if not self._left:
            return []
        return [
            counted(
                "{count} prompt of a cell stays: its translation is longer than Excel allows.",
                "{count:,} prompts of cells stay: their translations are longer than Excel allows.",
                self._left,
            )
        ]


def split(
    placed: Sequence[Placed | None], attributes: Attributes
) -> tuple[Sequence[Placed | None], Sequence[Placed | None]]:
    """The translations of texts, and after them those of attributes."""
    at = len(placed) - len(attributes.units)
    return placed[:at], placed[at:]
