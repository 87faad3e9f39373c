"""Makes small documents for the tests, good and bad, with little but the standard library.

Knows nothing about how they are read.
"""

import base64
import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterable, Mapping

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from docx import Document as Word

from components.documents import Document

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
SLIDES = "http://schemas.openxmlformats.org/presentationml/2006/main"
CHINESE = "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。\n"
JAPANESE = "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。\n"
RUSSIAN = "Все люди рождаются свободными и равными в своем достоинстве и правах.\n"
GERMAN = "Über die Brücke fährt täglich ein müder Bäcker, größer als die übrigen.\n"
PROSE = (
    "The committee met on Tuesday to discuss the new harbour. Its members agreed that the old pier could not "
    "be kept, since the winter storms had damaged most of its wooden posts. A report will follow in spring."
)


def zipped(parts: Mapping[str, str | bytes], stored: Iterable[str] = ("mimetype",)) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            kind = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), data, compress_type=kind)
    return out.getvalue()


def relations(*pairs: tuple[str, str]) -> str:
    items = "".join(
        f'<Relationship Id="r{i}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(pairs, 1)
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<?xml version="1.0"?><Relationships xmlns="{space}">{items}</Relationships>'


def paragraph(text: str, style: str = "", extra: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/>{extra}</w:pPr>' if style or extra else ""
    return f'<w:p>{properties}<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def docx(body: str, prolog: str = "", more: Mapping[str, str] | None = None, links: str = "") -> bytes:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{i}"><w:name w:val="heading {i}"/></w:style>'
        for i in (1, 2, 3)
    )
    spaces = f'xmlns:w="{WORD}" xmlns:r="{OFFICE}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    return zipped(
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": relations(("officeDocument", "word/document.xml")),
            "word/document.xml": f'<?xml version="1.0"?>{prolog}<w:document {spaces}>'
            f"<w:body>{body}</w:body></w:document>",
            "word/styles.xml": f'<w:styles xmlns:w="{WORD}">{styles}</w:styles>',
            "word/_rels/document.xml.rels": links or relations(("styles", "styles.xml")),
            **(more or {}),
        }
    )


def docx_with_pictures(text: str, *pictures: bytes) -> bytes:
    """A Word document with a paragraph, and picture files below it."""
    word = Word()
    word.add_paragraph(text)
    for one in pictures:
        word.add_picture(io.BytesIO(one), width=4_000_000)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def odt(body: str, prolog: str = "", manifest: str = "") -> bytes:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text", "table", "draw")
    )
    content = (
        f'<?xml version="1.0"?>{prolog}<office:document-content {spaces}><office:body><office:text>{body}'
        "</office:text></office:body></office:document-content>"
    )
    parts = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content}
    return zipped(parts | ({"META-INF/manifest.xml": manifest} if manifest else {}))


def pptx(slides: Mapping[str, str], notes: str = "") -> bytes:
    """Slides by their title, each a body text with a line per item."""
    names = [f"slides/slide{i}.xml" for i in range(1, len(slides) + 1)]
    ids = "".join(f'<p:sldId id="{255 + i}" r:id="r{i}"/>' for i in range(1, len(slides) + 1))
    spaces = f'xmlns:p="{SLIDES}" xmlns:a="{DRAWING}" xmlns:r="{OFFICE}"'
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": relations(("officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": f"<p:presentation {spaces}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": relations(*(("slide", name) for name in names)),
    }
    for name, (title, text) in zip(names, slides.items(), strict=True):
        shapes = _shape("title", [title]) + _shape("body", text.split("\n")) + _shape("sldNum", ["7"])
        table = (
            "<p:graphicFrame><a:tbl><a:tr><a:tc><a:txBody><a:p><a:r><a:t>Port</a:t></a:r></a:p></a:txBody></a:tc>"
            "<a:tc><a:txBody><a:p><a:r><a:t>Ships</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl></p:graphicFrame>"
        )
        parts[f"ppt/{name}"] = (
            f"<p:sld {spaces}><p:cSld><p:spTree>{table}{shapes}</p:spTree></p:cSld></p:sld>"
        )
    if notes:
        parts["ppt/slides/_rels/slide1.xml.rels"] = relations(
            ("notesSlide", "../notesSlides/notesSlide1.xml")
        )
        parts["ppt/notesSlides/notesSlide1.xml"] = (
            f"<p:notes {spaces}><p:cSld><p:spTree>{_shape('body', [notes])}</p:spTree></p:cSld></p:notes>"
        )
    return zipped(parts)


def _shape(kind: str, lines: list[str]) -> str:
    paragraphs = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in lines)
    return f'<p:sp><p:nvPr><p:ph type="{kind}"/></p:nvPr><p:txBody>{paragraphs}</p:txBody></p:sp>'


def xlsx(sheets: Mapping[str, list[list[object]]], hidden: str = "") -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if name == hidden else "visible"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def epub(chapters: Mapping[str, str], order: list[str], prolog: str = "") -> bytes:
    """Chapters by file name, in the order of the spine."""
    items = "".join(f'<item id="{n}" href="{n}.xhtml" media-type="application/xhtml+xml"/>' for n in chapters)
    spine = "".join(f'<itemref idref="{name}"/>' for name in order)
    space = 'xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    parts = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container><rootfiles><rootfile full-path="OEBPS/a.opf"/>'
        "</rootfiles></container>",
        "OEBPS/a.opf": f"{prolog}<package {space}><metadata><dc:title>A Book</dc:title></metadata>"
        f"<manifest>{items}</manifest><spine>{spine}</spine></package>",
    }
    for name, body in chapters.items():
        parts[f"OEBPS/{name}.xhtml"] = (
            f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{body}</body></html>'
        )
    return zipped(parts)


Text = tuple[float, float, float, str]  # left, height above the page's bottom, type size, text; in points


def pdf(
    pages: list[list[Text]], flate: bytes | None = None, bold: bool = False, scanned: Iterable[int] = ()
) -> bytes:
    """Pages of 612 by 792 points in Helvetica. `flate` is a compressed stream added to the first page.

    Those `scanned`, counted from 1, show a picture that fills the page between its margins.
    """
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    font = b"Helvetica-Bold" if bold else b"Helvetica"
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /" + font + b" /Encoding /WinAnsiEncoding >>")
    objects.append(
        b"<< /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>\n"
        b"stream\n0\nendstream"
    )
    kids: list[bytes] = []
    for number, texts in enumerate(pages, 1):
        content = "\n".join(
            f"BT /F1 {size} Tf {x} {y} Td ({_escaped(text)}) Tj ET" for x, y, size, text in texts
        )
        if number in set(scanned):
            content = f"q 500 0 0 640 56 76 cm /Scan Do Q\n{content}"
        stream = content.encode("cp1252")
        filters = b""
        if flate is not None and not kids:
            stream, filters = flate, b" /Filter /FlateDecode"
        objects.append(b"<< /Length %d%s >>\nstream\n%s\nendstream" % (len(stream), filters, stream))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> /XObject << /Scan 4 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    return pdf_file(objects)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def pdf_file(objects: list[bytes]) -> bytes:
    """The objects of a PDF, numbered from 1, the first of them its catalogue."""
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, end)
    return bytes(out)


def flate_bomb(megabytes: int) -> bytes:
    """A PDF of some kilobytes whose page unpacks to `megabytes` MB of spaces."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 1_000_000) for _ in range(megabytes)) + packer.flush()
    return pdf([[]], flate=packed)


def lines(
    text: list[str], left: float = 72, top: float = 700, size: float = 10, step: float = 12
) -> list[Text]:
    return [(left, top - i * step, size, line) for i, line in enumerate(text)]


def locked_odt(body: str, password: str, checksum: str = "sha256-1k") -> bytes:
    """A text that is protected as LibreOffice does it."""
    plain = zipfile.ZipFile(io.BytesIO(odt(body))).read("content.xml")
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = squeeze.compress(plain) + squeeze.flush()
    salt, iv, rounds = b"s" * 16, b"i" * 16, 1_000
    key = hashlib.pbkdf2_hmac("sha1", hashlib.sha256(password.encode()).digest(), salt, rounds, 32)
    fill = 16 - len(packed) % 16
    lock = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    secret = lock.update(packed + b"\0" * (fill - 1) + bytes([fill])) + lock.finalize()
    coded = {name: base64.b64encode(raw).decode() for name, raw in (("salt", salt), ("iv", iv))}
    digest = base64.b64encode(hashlib.sha256(packed[:1024]).digest()).decode()
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    manifest = (
        f'<m:manifest xmlns:m="{space}"><m:file-entry m:full-path="content.xml" m:size="{len(plain)}">'
        f'<m:encryption-data m:checksum-type="urn:x#{checksum}" m:checksum="{digest}">'
        '<m:algorithm m:algorithm-name="http://www.w3.org/2001/04/xmlenc#aes256-cbc" '
        f'm:initialisation-vector="{coded["iv"]}"/><m:key-derivation m:key-derivation-name="PBKDF2" '
        f'm:key-size="32" m:iteration-count="{rounds}" m:salt="{coded["salt"]}"/><m:start-key-generation '
        'm:start-key-generation-name="http://www.w3.org/2000/09/xmldsig#sha256" m:key-size="32"/>'
        "</m:encryption-data></m:file-entry></m:manifest>"
    )
    parts = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": secret}
    return zipped(parts | {"META-INF/manifest.xml": manifest})


def shown(found: Document) -> list[tuple[str, str]]:
    return [(block.kind, f"{block.marker} {block.text}".strip()) for block in found.blocks]


def left_out(found: Document) -> str:
    return " / ".join(map(str, found.left_out))


BLIND = ("-m", "tests.unit.documents.blind_reader")
