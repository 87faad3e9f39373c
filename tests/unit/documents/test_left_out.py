"""What a document has and isn't read can be looked at, where it is text."""

import io
import zipfile

import openpyxl
import pytest
from openpyxl.comments import Comment

from components.documents.document import Document
from components.documents.limits import Limits
from components.documents.readers import open_document
from tests.unit.documents.making import (
    DRAWING,
    PROSE,
    SLIDES,
    WORD,
    docx,
    epub,
    lines,
    odt,
    paragraph,
    pdf,
    pptx,
    relations,
    zipped,
)


def word() -> bytes:
    body = (
        paragraph(PROSE)
        + "<w:p><w:del><w:r><w:delText>struck words</w:delText></w:r></w:del></w:p>"
        + "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>a secret</w:t></w:r></w:p>"
    )
    more = {
        "word/header1.xml": f'<w:hdr xmlns:w="{WORD}">{paragraph("Harbour office")}</w:hdr>',
        "word/comments.xml": f'<w:comments xmlns:w="{WORD}"><w:comment>{paragraph("Is it so?")}</w:comment></w:comments>',
    }
    links = relations(("styles", "styles.xml"), ("header", "header1.xml"), ("comments", "comments.xml"))
    return docx(body, more=more, links=links)


def slides() -> bytes:
    with zipfile.ZipFile(io.BytesIO(pptx({"Plan": "one", "Spare": "kept back"}))) as plain:
        parts = {name: plain.read(name).decode() for name in plain.namelist()}
    parts["ppt/slides/slide2.xml"] = parts["ppt/slides/slide2.xml"].replace("<p:sld ", '<p:sld show="0" ')
    picture = '<p:pic><p:nvPicPr><p:cNvPr id="9" descr="A red boat"/></p:nvPicPr></p:pic></p:spTree>'
    chart = (
        '<p:graphicFrame><a:graphic><c:chart xmlns:c="c" r:id="r2"/></a:graphic></p:graphicFrame></p:spTree>'
    )
    for more in (picture, chart):
        parts["ppt/slides/slide1.xml"] = parts["ppt/slides/slide1.xml"].replace("</p:spTree>", more)
    parts["ppt/slides/_rels/slide1.xml.rels"] = relations(
        ("comments", "../comments/comment1.xml"), ("chart", "../charts/chart1.xml")
    )
    parts["ppt/comments/comment1.xml"] = (
        f'<p:cmLst xmlns:p="{SLIDES}"><p:cm><p:text>shorter</p:text></p:cm></p:cmLst>'
    )
    parts["ppt/charts/chart1.xml"] = (
        f'<c:chart xmlns:c="c" xmlns:a="{DRAWING}"><a:t>Ships a year</a:t><c:strCache><c:v>May</c:v></c:strCache></c:chart>'
    )
    return zipped(parts)


def sheets() -> bytes:
    book = openpyxl.Workbook()
    sheet, hidden = book.active, book.create_sheet("Old")
    assert sheet is not None
    sheet.append(["Bread"])
    sheet["A1"].comment = Comment("Too dear", "me")
    hidden.append(["Last year", 3])
    hidden.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def page() -> bytes:
    texts = lines(PROSE.split(". "))
    return pdf([[(72, 770, 9, "Harbour report"), *texts], [(72, 770, 9, "Harbour report"), *texts]])


RTF = (
    rb"{\rtf1\ansi{\header\pard Harbour\tab office\par}The pier was closed.{\v a secret}{\deleted struck words}"
    rb"{\*\annotation{\*\atnref 1}Is it so?}\par}"
)
NOTE = "<text:p>Open.<office:annotation><text:p>Is it so?</text:p></office:annotation></text:p>"
MAIL = (
    b"From: a@b.c\r\nTo: d@e.f\r\nSubject: Plan\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
    b"Content-Type: text/plain\r\n\r\nHello.\r\n--b\r\nContent-Type: application/pdf\r\n"
    b'Content-Disposition: attachment; filename="costs.pdf"\r\n\r\nx\r\n--b--\r\n'
)


TIMES = "00:00:01.000 --> 00:00:04.000"
SUBTITLES = (
    f"WEBVTT\n\nNOTE spoken by Ann\n\nSTYLE\n::cue {{ color: red }}\n\n{TIMES}\nThe pier was closed.\n"
)


def book() -> bytes:
    """With a table of contents as a page, and an aside that no chapter shows."""
    made = epub(
        {"one": "<h1>The pier</h1><p>It was closed.</p><p hidden>a secret</p>", "nav": CONTENTS},
        ["nav", "one"],
    )
    with zipfile.ZipFile(io.BytesIO(made)) as plain:
        parts = {name: plain.read(name).decode() for name in plain.namelist()}
    parts["OEBPS/a.opf"] = parts["OEBPS/a.opf"].replace('<item id="nav"', '<item id="nav" properties="nav"')
    return zipped(parts)


CONTENTS = '<nav><ol><li><a href="one.xhtml">How the pier was closed</a></li></ol></nav>'


@pytest.mark.parametrize(
    ("data", "name", "seen"),
    [
        (word(), "a.docx", ["Harbour office", "Is it so?", "struck words", "a secret"]),
        (slides(), "a.pptx", ["7", "Spare", "kept back", "A red boat", "shorter", "Ships a year; May"]),
        (sheets(), "a.xlsx", ["Too dear", "Last year"]),
        (page(), "a.pdf", ["Harbour report"]),
        (RTF, "a.rtf", ["Harbour", "office", "a secret", "struck words", "Is it so?"]),
        (odt(NOTE), "a.odt", ["Is it so?"]),
        (MAIL, "a.eml", ["costs.pdf"]),
        (SUBTITLES.encode(), "a.vtt", ["spoken by Ann", "color: red"]),
        (book(), "a.epub", ["a secret", "How the pier was closed"]),
        (b"---\ntitle: The plan\n---\n\nThe text.\n", "a.md", ["title: The plan"]),
    ],
)
def test_what_is_left_out_can_be_looked_at(data: bytes, name: str, seen: list[str]):
    found = open_document(data, name, None, Limits())
    assert [text for text in seen if text not in shown(found)] == []
    assert not any(text in found.text for text in seen if len(text) > 4)


def shown(found: Document) -> str:
    return "\n".join(left.text for left in found.left_out)
