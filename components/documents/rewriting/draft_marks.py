"""Says inside a translated file that it is a draft, where its format has a place for it.

Knows these places and nothing of what is in a file: an Office file's status, which programs show among its
properties, and a comment of the formats that have some. Tables, JSON, plain text and SubRip have none.
"""

from lxml import etree

from components.documents.rewriting.package import Package
from components.messages import Message, Said

STATUS = "Draft"
COMMENT = "Draft: the engine of this translation wasn't made for these languages. Read it before you use it."
INSIDE = Said(
    "A draft: the engine wasn't made for these languages. The name of the file says so, and so does the file."
)
OUTSIDE = Said(
    "A draft: the engine wasn't made for these languages. The name of the file says so; inside, this format "
    "has no place for it."
)
_COMMENTED = {
    "html": f"\n<!-- {COMMENT} -->\n",
    "markdown": f"\n<!-- {COMMENT} -->\n",
    "vtt": f"\n\nNOTE {COMMENT}\n",
    "properties": f"\n# {COMMENT}\n",
}
_CORE, _TYPES, _RELATIONS = "docProps/core.xml", "[Content_Types].xml", "_rels/.rels"
_PACKAGES = "http://schemas.openxmlformats.org/package/2006"
_CP, _CT = f"{_PACKAGES}/metadata/core-properties", f"{_PACKAGES}/content-types"
_KIND = "application/vnd.openxmlformats-package.core-properties+xml"


def named(name: str) -> str:
    """The name of a file that is a draft: report.draft.docx."""
    stem, dot, end = name.rpartition(".")
    return f"{stem}.draft{dot}{end}" if dot else f"{name}.draft"


def note(form: str, has_status: bool) -> Message:
    """What the receipt says of it; PO marks each message."""
    return INSIDE if has_status or form in (*_COMMENTED, "po") else OUTSIDE


def commented(text: str, form: str) -> str:
    """A text file with a comment behind all that it says, where its format has comments."""
    more = _COMMENTED.get(form, "")
    newline = "\r\n" if "\r\n" in text else "\n"
    return text.rstrip("\r\n") + more.replace("\n", newline) if more else text


def with_status(package: Package) -> bytes:
    """An Office file whose properties say that it is a draft, with properties if it had none."""
    part = next((at for kind, at in package.relations("").values() if kind == "core-properties"), "")
    if part in package:
        root, added = package.xml(part), {}
        part = package.stored(part)
    else:
        root, added = etree.Element(f"{{{_CP}}}coreProperties", nsmap={"cp": _CP}), _added(package)
        part = _CORE
    status = root.find(f"{{{_CP}}}contentStatus")
    if status is None:
        status = etree.SubElement(root, f"{{{_CP}}}contentStatus")
    status.text = STATUS
    return package.written({part: root, **added})


def _added(package: Package) -> dict[str, etree._Element]:
    """What names the properties in an Office file that had none."""
    types, relations = package.xml(_TYPES), package.xml(_RELATIONS)
    etree.SubElement(types, f"{{{_CT}}}Override", PartName=f"/{_CORE}", ContentType=_KIND)
    kind = f"{_PACKAGES}/relationships/metadata/core-properties"
    etree.SubElement(
        relations, f"{{{_PACKAGES}/relationships}}Relationship", Id="rIdDraft", Type=kind, Target=_CORE
    )
    return {package.stored(_TYPES): types, package.stored(_RELATIONS): relations}
