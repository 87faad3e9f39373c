"""Tells what a file is from its bytes.

Knows nothing about how each format is read. The name only decides between formats that are all text.
"""

import io
import json
import re
import zipfile
from dataclasses import dataclass

from components.documents import errors
from components.documents.encodings import is_text
from components.messages import Message, Said

PICTURE_TYPES = ("png", "jpg", "jpeg", "tif", "tiff", "webp")
EXTENSIONS = {
    "pdf": ("pdf",),
    "docx": ("docx", "docm", "dotx"),
    "odt": ("odt", "ott", "fodt"),
    "pptx": ("pptx", "pptm", "ppsx"),
    "xlsx": ("xlsx", "xlsm", "xltx"),
    "rtf": ("rtf",),
    "epub": ("epub",),
    "html": ("html", "htm", "xhtml"),
    "eml": ("eml",),
    "picture": PICTURE_TYPES,
}
PLAIN = (
    "txt",
    "text",
    "md",
    "markdown",
    "csv",
    "tsv",
    "tab",
    "srt",
    "vtt",
    "json",
    "jsonl",
    "log",
    "xml",
    "rst",
    "",
)
LABELS = {
    "pdf": Said("a PDF"),
    "docx": Said("a Word document"),
    "odt": Said("an OpenDocument text"),
    "pptx": Said("a PowerPoint presentation"),
    "xlsx": Said("an Excel workbook"),
    "rtf": Said("an RTF document"),
    "epub": Said("an EPUB book"),
    "html": Said("a web page"),
    "text": Said("plain text"),
    "csv": Said("a table as text"),
    "markdown": Said("Markdown text"),
    "srt": Said("subtitles"),
    "vtt": Said("subtitles"),
    "xml": Said("an XML file"),
    "eml": Said("an e-mail message"),
    "picture": Said("a picture"),
}
OLD_OFFICE = (
    ("WordDocument", Said("an old Word document (.doc)"), errors.OldWord, ("doc", "dot")),
    ("Workbook", Said("an old Excel workbook (.xls)"), errors.OldWorkbook, ("xls", "xlt")),
    ("Book", Said("an old Excel workbook (.xls)"), errors.OldWorkbook, ("xls", "xlt")),
    (
        "PowerPoint Document",
        Said("an old PowerPoint presentation (.ppt)"),
        errors.OldPresentation,
        ("ppt", "pps"),
    ),
)
MAIL = frozenset(("from", "to", "subject", "date", "mime-version", "received", "message-id", "content-type"))
# PNG, JPEG, TIFF (large ones too), WebP.
PICTURES = rb"\x89PNG\r\n|\xff\xd8\xff|II[*+]\x00|MM\x00[*+]|RIFF.{4}WEBP"
# Beginning of the file -> what it is, in words.
SIGNATURES = (
    (rb"GIF8[79]a", Said("a GIF picture")),
    (rb"BM.{4}\x00\x00\x00\x00", Said("a BMP picture")),
    (rb"RIFF.{4}WAVE", Said("a sound file")),
    (rb"RIFF.{4}AVI ", Said("a video")),
    (rb".{4}ftyp(?:heic|heix|mif1|avif)", Said("a picture")),
    (rb".{4}ftypM4A", Said("a sound file")),
    (rb".{4}ftyp", Said("a video")),
    (rb"\x1aE\xdf\xa3", Said("a video")),
    (rb"ID3|\xff[\xfb\xf3\xf2]|fLaC|OggS", Said("a sound file")),
    (rb"7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|\x1f\x8b|BZh[1-9]|\xfd7zXZ\x00|.{257}ustar", Said("an archive")),
    (rb"MZ|\x7fELF|\xcf\xfa\xed\xfe|\xca\xfe\xba\xbe", Said("a program")),
    (rb"SQLite format 3\x00", Said("a database")),
    (rb"%!PS", Said("a PostScript file")),
    (rb".{60}BOOKMOBI", Said("a Kindle book")),
)


@dataclass(frozen=True)
class Found:
    """What a file is: a format that is read here, or in words what it is instead."""

    format: str  # a key of LABELS, "ole-encrypted", or "" where it isn't read
    words: Message = ""


def extension(name: str) -> str:
    return name.rsplit(".", 1)[-1].lower() if "." in name else ""


def sniff(data: bytes, name: str) -> Found:
    """The format of `data`. Raises an error of its own for what can't be read."""
    found = _container(data, name) or _signature(data)
    if found is None:
        binary = Found("", Said("not a document but binary data"))
        found = Found(_text_format(data, name)) if is_text(data) else binary
    if found.format == "" or (found.format == "text" and _claims_other(name)):
        raise _refusal(found, name)
    return found


def mismatch(found: Found, name: str) -> Message:
    """A sentence if the name promises another format than the file has; else empty."""
    claimed = extension(name)
    fits = EXTENSIONS.get(found.format, PLAIN)
    known = {e for group in EXTENSIONS.values() for e in group} | {"doc", "xls", "ppt"} | set(PLAIN)
    if claimed in fits or claimed not in known or claimed == "":
        return ""
    if (found.format == "html" and claimed in PLAIN) or found.format == "ole-encrypted":
        return ""
    return Said(
        '"{name}" is named .{extension}, but it is {kind}; it was read as that.',
        name=name,
        extension=claimed,
        kind=LABELS.get(found.format, LABELS["text"]),
    )


def _refusal(found: Found, name: str) -> errors.BadInput:
    words, claimed = found.words or LABELS["text"], extension(name)
    if claimed in {e for group in EXTENSIONS.values() for e in group} | {*PLAIN} - {""}:
        return errors.WrongContent(
            '"{name}" is not what its name says: it is named .{claimed}, but it is {words}. Check '
            "that it is the right file and that it was downloaded or exported completely.",
            name=name,
            claimed=claimed,
            words=words,
        )
    return errors.Unsupported(
        '"{name}" is {words}, which can\'t be read here. Upload a PDF, Word, OpenDocument, '
        "PowerPoint, Excel, CSV, HTML, Markdown, RTF, EPUB, e-mail, subtitle or text file, or a picture of "
        "text (PNG, JPEG, TIFF, WebP).",
        name=name,
        words=words,
    )


def _claims_other(name: str) -> bool:
    """Whether a plain text file has the name of a format that never is plain text."""
    return extension(name) in {e for group in EXTENSIONS.values() for e in group} - {
        *("html", "htm", "xhtml", "eml")
    }


def _container(data: bytes, name: str) -> Found | None:
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n\x00")
    if b"%PDF-" in data[:1024] and not start.lower().startswith((b"<!doctype html", b"<html")):
        return Found("pdf")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zipped(data, name)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole(data, name)
    return Found("rtf") if start.startswith(b"{\\rt") else None


def _zipped(data: bytes, name: str) -> Found:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            names = [stored.lower().replace("\\", "/") for stored in opened.namelist()]
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise errors.corrupt(name, _broken_zip_label(data, name)) from error
    kind = _mimetype(data)
    for prefix, office in (("word/", "docx"), ("ppt/", "pptx"), ("xl/", "xlsx")):
        if "[content_types].xml" in names and any(n.startswith(prefix) for n in names):
            return Found(office)
    if "epub" in kind or "meta-inf/container.xml" in names:
        return Found("epub")
    if "opendocument.text" in kind or ("content.xml" in names and "opendocument" not in kind):
        return Found("odt")
    if "opendocument" in kind:
        return Found("", Said("an OpenDocument file that is not a text document"))
    return Found("", Said("a zip archive of other files"))


def _mimetype(data: bytes) -> str:
    """The first part of an OpenDocument or EPUB file: stored uncompressed, so it can be read directly."""
    found = re.search(rb"application/[\w.+-]{4,80}", data[:200])
    return found.group().decode("ascii") if found else ""


def _broken_zip_label(data: bytes, name: str) -> Message:
    for part, office in ((b"word/", "docx"), (b"ppt/", "pptx"), (b"xl/", "xlsx"), (b"epub", "epub")):
        if part in data:
            return LABELS[office]
    for office, names in EXTENSIONS.items():
        if extension(name) in names:
            return Said("named as {what}", what=LABELS[office])
    return Said("a zip archive")


def _ole(data: bytes, name: str) -> Found:
    """Old Office files and encrypted new ones are in the same kind of container."""
    import olefile

    try:
        with olefile.OleFileIO(data) as opened:
            streams = {"/".join(entry) for entry in opened.listdir()}
    except Exception as error:
        raise errors.corrupt(name, Said("an old Office document")) from error
    if "EncryptedPackage" in streams:
        return Found("ole-encrypted")
    for stream, words, old, names in OLD_OFFICE:
        if stream in streams:
            if extension(name) not in names:
                words = Said(
                    "{words} (whatever its name .{extension} says)", words=words, extension=extension(name)
                )
            raise old(
                Said(
                    '"{name}" is {words}, which is only read where LibreOffice is installed and opens it. '
                    "Open it in Word, Excel, PowerPoint or LibreOffice, save it as {new}, and upload that.",
                    name=name,
                    words=words,
                    new=f".{old.becomes}",
                )
            )
    return Found("", Said("an old Office or Outlook file"))


def _signature(data: bytes) -> Found | None:
    start = data[:1024]
    if re.match(PICTURES, start, re.DOTALL):
        return Found("picture")
    for pattern, words in SIGNATURES:
        if re.match(pattern, start, re.DOTALL):
            return Found("", words)
    return None


def _text_format(data: bytes, name: str) -> str:
    from components.documents.encodings import decode

    # Enough to see the beginning of a text; an even number, as UTF-16 has two bytes per character.
    text = decode(data[:200_000])[0].lstrip("\ufeff \t\r\n")
    start = text[:3000].lower()
    if start.startswith("webvtt"):
        return "vtt"
    if re.match(r"\d{1,6}[ \t]*\r?\n\d{1,3}:\d\d:\d\d[,.]\d{1,3}[ \t]*-->", start):
        return "srt"
    if re.match(r"(?:<\?xml[^>]*>\s*|<!--.*?-->\s*|<!doctype svg[^>]*>\s*)*<svg[\s>]", start, re.DOTALL):
        raise _refusal(Found("", Said("an SVG picture")), name)
    if _is_message(text, name):
        return "eml"
    markup = _markup(start, name)
    return markup or _by_structure(text, name)


def _is_message(text: str, name: str) -> bool:
    """Whether a text begins with the headers of an e-mail message as mail programs save it."""
    headers = re.match(
        r"(?:[A-Za-z][\w-]{0,60}:[^\n]*\n(?:[ \t]+\S[^\n]*\n)*)+", text[:50_000].replace("\r\n", "\n")
    )
    names = set(re.findall(r"^([\w-]+):", headers.group().lower(), re.MULTILINE)) if headers else set()
    sure = extension(name) == "eml" or bool(names & {"mime-version", "received", "message-id"})
    return sure and "from" in names and len(names & MAIL) >= 2


def _markup(start: str, name: str) -> str:
    if re.match(r"(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype html|html|head|body)\b", start, re.DOTALL):
        return "html"
    if start.startswith("<?xml") or re.match(r"<!doctype\s", start):
        return "html" if "<html" in start else "xml"
    if extension(name) in ("html", "htm", "xhtml") or "<body" in start or "</head>" in start:
        return "html" if re.search(r"<[a-z!][^>]*>", start) else ""
    if extension(name) in ("md", "markdown"):
        return ""
    tags = re.findall(
        r"</?(?:p|div|table|tr|td|ul|ol|li|h[1-6]|br|span|a|b|i|em|strong|meta|title)\b[^>]*>", start
    )
    return "html" if start.startswith("<") and len(tags) >= 4 else ""


def _by_structure(text: str, name: str) -> str:
    claimed = extension(name)
    if claimed in ("md", "markdown"):
        return "markdown"
    if claimed in ("csv", "tsv", "tab"):
        return "csv"
    if claimed in ("json", "jsonl", "log") or _is_json(text):
        return "text"
    if _looks_like_table(text) and claimed not in ("txt", "text", ""):
        return "csv"
    if _looks_like_table(text) and "\t" in text.split("\n", 1)[0]:
        return "csv"
    return "markdown" if _looks_like_markdown(text) else "text"


def _is_json(text: str) -> bool:
    if not text.startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _looks_like_table(text: str) -> bool:
    """Whether the lines agree on how many tabs, semicolons or commas they have."""
    lines = [line for line in text[:20_000].splitlines()[:-1] or text.splitlines() if line.strip()][:50]
    for separator in "\t;,|":
        counts = [line.count(separator) for line in lines]
        if len(lines) >= 3 and min(counts) >= 2 and max(counts) == min(counts):
            return True
    return False


def _looks_like_markdown(text: str) -> bool:
    """At least two kinds of Markdown syntax, or many instances of one, in the beginning of the text."""
    start = text[:20_000]
    signs = (
        r"^#{1,6} \S",
        r"^(?:```|~~~)",
        r"\[[^\]\n]+\]\((?:https?:|\.|/|#)[^)\n]*\)",
        r"^\|[-:| ]{3,}\|?\s*$",
        r"\*\*[^*\n]+\*\*",
        r"^[*+-] \S",
        r"^(?:={3,}|-{3,})\s*$",
    )
    counts = [len(re.findall(sign, start, re.MULTILINE)) for sign in signs]
    return sum(count > 0 for count in counts[:5]) >= 2 or (counts[0] >= 2 and counts[5] > 0)
