"""What the Office formats of XML share: namespaces, a package's main part and title, fields, deleted text.

Knows the vocabularies; nothing about what is read or written with them.
"""

from dataclasses import dataclass

from lxml import etree

from components.documents import errors
from components.documents.zip_archive import Archive

_SCHEMAS = "http://schemas.openxmlformats.org"
W = f"{{{_SCHEMAS}/wordprocessingml/2006/main}}"
S = f"{{{_SCHEMAS}/spreadsheetml/2006/main}}"
P = f"{{{_SCHEMAS}/presentationml/2006/main}}"
A = f"{{{_SCHEMAS}/drawingml/2006/main}}"  # what is drawn: the text of slides and shapes
DIAGRAM = f"{{{_SCHEMAS}/drawingml/2006/diagram}}"
R = f"{{{_SCHEMAS}/officeDocument/2006/relationships}}"
MC = f"{{{_SCHEMAS}/markup-compatibility/2006}}"
W_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"

DELETED = frozenset((f"{W}del", f"{W}moveFrom"))  # with tracked changes
# Fields that Word computes, so that what they show now is undone at the next update.
_COMPUTED = """
PAGE NUMPAGES SECTIONPAGES DATE TIME CREATEDATE SAVEDATE PRINTDATE FILENAME AUTHOR SEQ REF
PAGEREF NOTEREF STYLEREF FORMTEXT FORMCHECKBOX FORMDROPDOWN MERGEFIELD DOCPROPERTY
"""
COMPUTED = frozenset(_COMPUTED.split())


def core_title(archive: Archive) -> str:
    """The title among a package's properties."""
    if "docProps/core.xml" not in archive:
        return ""
    try:
        found = archive.xml("docProps/core.xml").find("{http://purl.org/dc/elements/1.1/}title")
    except errors.CorruptFile:
        return ""  # only the properties are damaged; the text was readable
    return (found.text or "") if found is not None else ""


def is_on(switch: etree._Element | None) -> bool:
    """Whether a property of Word that is either on or off is there and on."""
    return switch is not None and switch.get(f"{W}val", "true") not in ("0", "false", "off")


def is_computed(instruction: str) -> bool:
    """Whether Word computes what a field with this instruction shows."""
    words = instruction.split()
    return bool(words) and words[0].upper() in COMPUTED


@dataclass
class _Field:
    instruction: str = ""
    has_result: bool = False


class Fields:
    """The fields that are open while the runs of a document are followed, one inside the other.

    A field is spread over runs: begin, its instruction (PAGEREF _Toc1), separate, the shown result, end.
    """

    def __init__(self) -> None:
        self._open: list[_Field] = []

    def follow(self, element: etree._Element) -> None:
        """To be told of each `fldChar` and `instrText` in order; others change nothing."""
        if element.tag == f"{W}instrText" and self._open:
            self._open[-1].instruction += element.text or ""
        elif element.tag == f"{W}fldChar":
            kind = element.get(f"{W}fldCharType")
            if kind == "begin":
                self._open.append(_Field())
            elif kind == "separate" and self._open:
                self._open[-1].has_result = True
            elif kind == "end" and self._open:
                self._open.pop()

    @property
    def in_instruction(self) -> bool:
        """Whether what comes now is not shown."""
        return not all(field.has_result for field in self._open)

    @property
    def computed(self) -> bool:
        """Whether what comes now is computed by Word."""
        return any(is_computed(field.instruction) for field in self._open)
