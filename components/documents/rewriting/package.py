"""An Office file as a zip of parts: read within the limits, written again with some parts replaced.

Knows zip files, not what the parts mean. Names of parts differ in capitals between programs, and the strict
form of the formats has other namespaces: here both are read as the usual form, and written as they were.
"""

import io
import zipfile
from collections.abc import Mapping

from lxml import etree

from components.documents.limits import Limits
from components.documents.zip_archive import Archive, parse_xml
from components.messages import Message

# Namespaces of the strict form, and the usual ones.
_STRICT = {
    f"http://purl.oclc.org/ooxml/{name}".encode(): f"http://schemas.openxmlformats.org/{usual}".encode()
    for name, usual in (
        ("wordprocessingml/main", "wordprocessingml/2006/main"),
        ("spreadsheetml/main", "spreadsheetml/2006/main"),
        ("presentationml/main", "presentationml/2006/main"),
        ("drawingml/main", "drawingml/2006/main"),
        ("drawingml/chart", "drawingml/2006/chart"),
        ("drawingml/spreadsheetDrawing", "drawingml/2006/spreadsheetDrawing"),
        ("officeDocument/relationships", "officeDocument/2006/relationships"),
    )
}


class Package:
    """One Office file."""

    def __init__(self, data: bytes, name: str, limits: Limits, what: Message) -> None:
        self._data, self._name, self._limits, self._what = data, name, limits, what
        self._archive = Archive(data, name, limits, what)
        self._stored = {plain: s for plain, s in self._archive.names.items() if not s.endswith("/")}
        self._plain = {stored: plain for plain, stored in self._stored.items()}
        self._parts = {plain: self._archive.read(stored) for plain, stored in self._stored.items()}

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._parts

    def stored(self, part: str) -> str:
        """The part's name as the file has it."""
        return self._stored[part.lower()]

    def matching(self, start: str, end: str = ".xml") -> list[str]:
        """Parts whose name begins and ends so, in any case, in the order of the numbers in their names."""
        start = start.lower()
        found = [self._stored[name] for name in self._parts if name.startswith(start) and name.endswith(end)]
        return sorted(found, key=lambda name: (len(name), name))

    def xml(self, part: str) -> etree._Element:
        data = self._parts[part.lower()]
        for strict in _strict(data):
            data = data.replace(strict, _STRICT[strict])
        return parse_xml(data, self._name, self._limits, self._what)

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Relation id -> (kind, part that it points to)."""
        return self._archive.relations(part)

    def written(self, changed: Mapping[str, etree._Element]) -> bytes:
        """The file with these parts replaced, and those that it had not behind all others; every other part
        is byte for byte as it was."""
        out, left = io.BytesIO(), dict(changed)
        with zipfile.ZipFile(io.BytesIO(self._data)) as old, zipfile.ZipFile(out, "w") as new:
            for info in old.infolist():
                stored = info.filename
                plain = zipfile.ZipInfo(stored, info.date_time)
                plain.compress_type, plain.external_attr = zipfile.ZIP_DEFLATED, info.external_attr
                data = self._parts.get(self._plain.get(stored, stored.lower()), b"")
                if stored in left:
                    made = _xml(left.pop(stored))
                    for strict in _strict(data):
                        made = made.replace(_STRICT[strict], strict)
                    data = made
                new.writestr(plain, data)
            for stored, root in left.items():
                new.writestr(stored, _xml(root), zipfile.ZIP_DEFLATED)
        return out.getvalue()


def _xml(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _strict(data: bytes) -> list[bytes]:
    """The namespaces of the strict form that a part has."""
    return [name for name in _STRICT if name in data]
