"""Reads parts of a zip file and parses their XML, within the limits.

Knows nothing about what the parts mean. Sizes are counted while unpacking, never taken from the file;
nothing is written to disk; an XML entity is never expanded and nothing outside the file is opened.
"""

import io
import posixpath
import re
import zipfile
import zlib
from functools import cached_property
from urllib.parse import unquote

from lxml import etree

from components.documents import errors
from components.documents.limits import Limits
from components.messages import Message, Said

MEMBERS = 20_000  # files in one archive; an ordinary document has tens, a book thousands
CHUNK = 1 << 16
PASSWORD_FLAG = 0x1
ZIP = Said("a zip archive")


class Archive:
    """The parts of one zip file. Every byte that is unpacked counts against one total."""

    def __init__(self, data: bytes, name: str, limits: Limits, what: Message = ZIP) -> None:
        """Raises CorruptFile when `data` has no readable directory, TooMuchUnpacked for too many parts."""
        self.name, self.limits, self.what = name, limits, what
        self._left = limits.unpacked_bytes
        self._put: dict[str, bytes] = {}
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (
            zipfile.BadZipFile,
            ValueError,
            OSError,
            EOFError,
            NotImplementedError,
            UnicodeError,
        ) as error:
            raise errors.corrupt(name, what) from error
        if len(self._zip.infolist()) > MEMBERS:
            raise errors.TooMuchUnpacked(
                '"{name}" is an archive of more than {members:,} files, which no ordinary document '
                "is. Upload the document that you need by itself.",
                name=name,
                members=MEMBERS,
            )

    @cached_property
    def names(self) -> dict[str, str]:
        """Part names as they are looked up (no leading slash, any case) -> as they are stored."""
        found: dict[str, str] = {}
        for stored in self._zip.namelist():
            found.setdefault(_plain(stored), stored)
        return found

    def _stored(self, part: str) -> str | None:
        """The part with this name, or else the first that differs only in capitals or slashes."""
        exact = part in self._zip.NameToInfo
        return part if exact else self.names.get(_plain(part))

    def __contains__(self, part: str) -> bool:
        return self._stored(part) is not None

    def read(self, part: str) -> bytes:
        """One part unpacked. Raises CorruptFile when it is missing or broken, TooMuchUnpacked."""
        if part in self._put:
            return self._put[part]
        stored = self._stored(part)
        if stored is None:
            raise errors.corrupt(self.name, self.what)
        if self._zip.getinfo(stored).flag_bits & PASSWORD_FLAG:
            raise errors.Unsupported(
                '"{name}" is protected with a password in a way that can\'t be opened here. Save a '
                "copy without a password and upload that.",
                name=self.name,
            )
        pieces = []
        try:
            with self._zip.open(stored) as opened:
                while piece := opened.read(CHUNK):
                    self._left -= len(piece)
                    if self._left < 0:
                        raise errors.too_much_unpacked(self.name, self.limits.unpacked_bytes)
                    pieces.append(piece)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError) as error:
            raise errors.corrupt(self.name, self.what) from error
        return b"".join(pieces)

    def put(self, part: str, data: bytes) -> None:
        """From now on `data` is the content of this part: of a protected part that was opened."""
        self._put[part] = data

    def inflated(self, packed: bytes) -> bytes:
        """Unpacks raw deflate, against the same total. Raises zlib.error, TooMuchUnpacked."""
        data = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, self._left + 1)
        self._left -= len(data)
        if self._left < 0:
            raise errors.too_much_unpacked(self.name, self.limits.unpacked_bytes)
        return data

    def xml(self, part: str) -> etree._Element:
        """The root element of one part."""
        return parse_xml(self.read(part), self.name, self.limits, self.what)

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Of an Office part: relation id -> (kind, part that it points to); outside targets are dropped."""
        folder, base = posixpath.split(part)
        listing = posixpath.join(folder, "_rels", f"{base}.rels")
        if listing not in self:
            return {}
        found = {}
        for relation in self.xml(listing):
            if not isinstance(relation.tag, str) or relation.get("TargetMode") == "External":
                continue
            target = unquote(relation.get("Target", ""))
            full = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            kind = relation.get("Type", "").rsplit("/", 1)[-1]
            found[relation.get("Id", "")] = (kind, posixpath.normpath(full))
        return found


def _plain(part: str) -> str:
    """A part's name in the form that is looked up."""
    return part.replace("\\", "/").lstrip("/").lower()


def parse_xml(data: bytes, name: str, limits: Limits, what: Message) -> etree._Element:
    """The root element. Raises CorruptFile, TooDeep, or BadContent for declared entities."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if "depth" in str(error).lower():
            raise errors.too_deep(name, limits.nesting) from error
        if "entit" in str(error).lower() and b"<!ENTITY" in data:
            raise entities_refused(name) from error
        raise errors.corrupt(name, what) from error
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and next(dtd.iterentities(), None) is not None:
        raise entities_refused(name)
    check_depth(root, name, limits)
    return root


def entities_refused(name: str) -> errors.CorruptFile:
    return errors.CorruptFile(
        '"{name}" declares XML entities, which can hide or multiply text, so it was not read. Open '
        "it in the program that made it, save it again, and upload that copy.",
        name=name,
    )


def check_depth(root: etree._Element, name: str, limits: Limits) -> None:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > limits.nesting:
            raise errors.too_deep(name, limits.nesting)


def declares_entities(data: bytes) -> bool:
    """Whether an XML part that another library parses has a document type, in any encoding of XML."""
    plain = data.replace(b"\x00", b"")
    return re.search(rb"<!(?:DOCTYPE|ENTITY)", plain) is not None


def local(element: etree._Element) -> str:
    """A tag without its namespace; empty for a comment or an entity."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""
