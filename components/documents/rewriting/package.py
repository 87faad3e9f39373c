"""An Office file as a zip of parts: read within the limits, written again with some parts replaced.

Knows zip files, not what the parts mean.
"""

import io
import zipfile
from collections.abc import Mapping

from lxml import etree

from components.documents.archive import Archive, parse_xml
from components.documents.limits import Limits
from components.messages import Message


class Package:
    """One Office file."""

    def __init__(self, data: bytes, name: str, limits: Limits, what: Message) -> None:
        self._data, self._name, self._limits, self._what = data, name, limits, what
        archive = Archive(data, name, limits, what)
        self.names = list(archive.names.values())
        self._parts = {stored: archive.read(stored) for stored in self.names if not stored.endswith("/")}

    def __contains__(self, part: str) -> bool:
        return part in self._parts

    def matching(self, start: str, end: str = ".xml") -> list[str]:
        """Parts whose name begins and ends so, in the order of the numbers in their names."""
        found = [name for name in self._parts if name.startswith(start) and name.endswith(end)]
        return sorted(found, key=lambda name: (len(name), name))

    def xml(self, part: str) -> etree._Element:
        return parse_xml(self._parts[part], self._name, self._limits, self._what)

    def written(self, changed: Mapping[str, etree._Element]) -> bytes:
        """The file with these parts replaced; every other part is byte for byte as it was."""
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(self._data)) as old, zipfile.ZipFile(out, "w") as new:
            for info in old.infolist():
                stored = info.filename
                plain = zipfile.ZipInfo(stored, info.date_time)
                plain.compress_type, plain.external_attr = zipfile.ZIP_DEFLATED, info.external_attr
                if stored in changed:
                    data = etree.tostring(
                        changed[stored], xml_declaration=True, encoding="UTF-8", standalone=True
                    )
                else:
                    data = self._parts.get(stored, b"")
                new.writestr(plain, data)
        return out.getvalue()
