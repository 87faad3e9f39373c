"""EPUB books: the chapters in the order of the spine.

Knows nothing about HTML; `html` reads each chapter.
"""

import posixpath
import re
from urllib.parse import unquote

from lxml import etree

from components.documents import errors
from components.documents.draft import Draft
from components.documents.encodings import decode
from components.documents.formats.html import read_html
from components.documents.place import Place
from components.documents.sniffer import LABELS
from components.documents.source import Source
from components.documents.zip_archive import Archive, local
from components.messages import Said

CHAPTERS = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
FONT_SCRAMBLING = ("idpf.org/2008/embedding", "ns.adobe.com/pdf/enc#rc")
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w-]{2,40})")


def read(source: Source) -> Draft:
    draft = Draft()
    book = Archive(source.data, source.name, source.limits, LABELS["epub"])
    _refuse_protected(book)
    opf = _package_path(book)
    package = book.xml(opf)
    draft.title = _metadata(package, "title")
    manifest = {item.get("id", ""): item for item in package.iter("{*}item")}
    labels = _labels(book, manifest, posixpath.dirname(opf))
    damaged: list[str] = []
    for reference in package.iter("{*}itemref"):
        item = manifest.get(reference.get("idref", ""))
        if item is None or item.get("media-type", "") not in CHAPTERS:
            continue
        part = _resolved(posixpath.dirname(opf), item.get("href", ""))
        if "nav" in item.get("properties", "").split():
            entries = "\n".join(labels.values())
            draft.leave_out(Said("The table of contents"), Said("its entries are the headings"), text=entries)
        elif part in book:
            label = labels.get(part, "")
            if not _chapter(book, part, label, draft):
                damaged.append(label or posixpath.basename(part))
        else:
            draft.leave_out(Said("Chapters"), Said("the book names them but doesn't have them"))
    if damaged and not draft.blocks:
        raise errors.corrupt(source.name, LABELS["epub"])
    draft.leave_out(
        Said("Damaged chapters"), Said("these can't be opened: {names}", names=damaged), len(damaged)
    )
    return draft


def _chapter(book: Archive, part: str, label: str, draft: Draft) -> bool:
    """Adds one chapter; False where it is empty, no text, or too damaged to unpack."""
    try:
        data = book.read(part)
    except errors.CorruptFile:
        return False
    if not data.strip() or (b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff"))):
        return False
    declared = _DECLARED.search(data[:400])
    text, _ = decode(data, declared[1].decode("ascii") if declared else "utf-8")
    inner = Draft(title=draft.title or " ")
    read_html(text, book.name, book.limits, inner, place=Place(chapter=label))
    added = inner.blocks
    if label and added and not any(block.kind == "heading" for block in added[:5]):
        draft.heading(label, 1, place=Place(chapter=label))
    draft.take(inner)
    return True


def _refuse_protected(book: Archive) -> None:
    """Raises when the text is encrypted by a shop; scrambled fonts are usual and don't matter."""
    if "META-INF/encryption.xml" not in book:
        return
    for method in book.xml("META-INF/encryption.xml").iter("{*}EncryptionMethod"):
        if not any(known in method.get("Algorithm", "") for known in FONT_SCRAMBLING):
            raise errors.Unsupported(
                '"{name}" is locked by the shop that sold it (DRM), so its text can\'t be read. Use '
                "a copy without the lock.",
                name=book.name,
            )


def _package_path(book: Archive) -> str:
    for rootfile in book.xml("META-INF/container.xml").iter("{*}rootfile"):
        if path := rootfile.get("full-path"):
            return unquote(path)
    raise errors.corrupt(book.name, LABELS["epub"])


def _metadata(package: etree._Element, name: str) -> str:
    found = package.find(f"{{*}}metadata//{{http://purl.org/dc/elements/1.1/}}{name}")
    return "".join(found.itertext()) if found is not None else ""


def _labels(book: Archive, manifest: dict[str, etree._Element], folder: str) -> dict[str, str]:
    """The names in the table of contents: part -> label of its first entry."""
    found: dict[str, str] = {}
    for item in manifest.values():
        part = _resolved(folder, item.get("href", ""))
        ncx = item.get("media-type") == "application/x-dtbncx+xml"
        if part not in book or not (ncx or "nav" in item.get("properties", "").split()):
            continue
        base = posixpath.dirname(part)
        for target, label in _entries(book, part, ncx):
            found.setdefault(_resolved(base, target), " ".join(label.split()))
    return found


def _entries(book: Archive, part: str, ncx: bool) -> list[tuple[str, str]]:
    try:
        root = book.xml(part)
    except errors.CorruptFile:
        return []  # a broken table of contents doesn't make the book unreadable
    if not ncx:
        return [(a.get("href", ""), "".join(a.itertext())) for a in root.iter("{*}a")]
    entries = []
    for point in root.iter("{*}navPoint"):
        content, label = point.find("{*}content"), point.find("{*}navLabel")
        if content is not None and label is not None:
            entries.append(
                (
                    content.get("src", ""),
                    " ".join(t for e in label if local(e) == "text" for t in e.itertext()),
                )
            )
    return entries


def _resolved(folder: str, href: str) -> str:
    return posixpath.normpath(posixpath.join(folder, unquote(href.split("#", 1)[0])))
