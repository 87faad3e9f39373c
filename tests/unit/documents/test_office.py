"""Word, OpenDocument, PowerPoint and Excel files made here: what each keeps, and what it leaves out and says so."""

import datetime
import io
import zipfile

import pytest

from components.documents import Place, errors, read_document
from components.documents.formats import xlsx
from tests.unit.documents import making
from tests.unit.documents.making import left_out, paragraph, shown


def test_a_hidden_slide_is_known_by_its_number() -> None:
    data = making.pptx({"Harbour": "Old pier", "Costs": "Ten"})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    slide = "ppt/slides/slide2.xml"
    parts[slide] = parts[slide].replace(b"<p:sld ", b'<p:sld show="0" ')
    found = read_document(making.zipped(parts), "a.pptx")
    assert [left.pages for left in found.left_out if str(left.what) == "Hidden slides"] == [(2,)]


def test_word_keeps_headings_lists_tables_and_notes_in_place() -> None:
    numbered = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    table = (
        "<w:tbl>"
        + "".join(
            f"<w:tr>{''.join(f'<w:tc>{paragraph(cell)}</w:tc>' for cell in row)}</w:tr>"
            for row in ("ab", "cd")
        )
        + "</w:tbl>"
    )
    note = '<w:p><w:r><w:t>Noted</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    body = (
        paragraph("Harbour", "Heading1")
        + paragraph("First", extra=numbered)
        + paragraph("Second", extra=numbered)
    )
    found = read_document(
        making.docx(
            body + table + note + paragraph("End"),
            more={
                "word/numbering.xml": f'<w:numbering xmlns:w="{making.WORD}">'
                '<w:abstractNum w:abstractNumId="0">'
                '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/>'
                '<w:lvlText w:val="%1)"/></w:lvl>'
                '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>',
                "word/footnotes.xml": f'<w:footnotes xmlns:w="{making.WORD}"><w:footnote w:id="2">'
                f"{paragraph('See below')}"
                "</w:footnote></w:footnotes>",
            },
            links=making.relations(
                ("styles", "styles.xml"), ("numbering", "numbering.xml"), ("footnotes", "footnotes.xml")
            ),
        ),
        "a.docx",
    )
    assert shown(found) == [
        ("heading", "Harbour"),
        ("item", "a) First"),
        ("item", "b) Second"),
        ("table", "a\tb\nc\td"),
        ("paragraph", "Noted[1]"),
        ("paragraph", "End"),
        ("footnote", "[1] See below"),
    ]


def test_tracked_changes_show_what_was_written_not_what_was_deleted() -> None:
    changed = (
        "<w:p><w:r><w:t xml:space='preserve'>The pier is </w:t></w:r>"
        "<w:del><w:r><w:delText>old</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>new</w:t></w:r></w:ins></w:p>"
    )
    found = read_document(making.docx(changed), "a.docx")
    assert found.text == "The pier is new"
    assert "Deleted text" in left_out(found)


def test_a_text_box_is_read_once_although_word_stores_it_twice() -> None:
    box = f"<w:txbxContent>{paragraph('In the box')}</w:txbxContent>"
    body = (
        f"<w:p><w:r><w:t>Before</w:t></w:r><w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}"
        "</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert (
        read_document(making.docx(body + paragraph("After")), "a.docx").text
        == "Before\n\nIn the box\n\nAfter"
    )


def test_word_fields_show_their_result_and_hidden_text_stays_hidden() -> None:
    field = (
        "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>DATE</w:instrText></w:r>"
        "<w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>1 May</w:t></w:r>"
        "<w:r><w:fldChar w:fldCharType='end'/></w:r>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r></w:p>"
    )
    found = read_document(making.docx(field), "a.docx")
    assert found.text == "1 May"
    assert "Hidden text" in left_out(found)


def test_opendocument_keeps_headings_lists_tables_and_notes() -> None:
    body = (
        '<text:h text:outline-level="2">Harbour</text:h><text:p>Two<text:s/>words<text:note><text:note-body>'
        "<text:p>A note</text:p></text:note-body>"
        "</text:note></text:p><text:list><text:list-item><text:p>Item</text:p><text:list>"
        "<text:list-item><text:p>Inner</text:p></text:list-item></text:list></text:list-item></text:list><table:table>"
        "<table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell><text:p>b</text:p>"
        "</table:table-cell></table:table-row></table:table>"
    )
    assert shown(read_document(making.odt(body), "a.odt")) == [
        ("heading", "Harbour"),
        ("paragraph", "Two words[1]"),
        ("item", "- Item"),
        ("item", "- Inner"),
        ("table", "a\tb"),
        ("footnote", "[1] A note"),
    ]


def test_slides_come_in_order_with_title_text_table_and_notes() -> None:
    found = read_document(
        making.pptx({"Harbour": "Old pier\nNew pier", "Costs": "Ten"}, notes="Speak slowly"), "a.pptx"
    )
    assert [(b.kind, b.text, str(b.place)) for b in found.blocks] == [
        ("heading", "Harbour", "slide 1"),
        ("table", "Port\tShips", "slide 1"),
        ("item", "Old pier", "slide 1"),
        ("item", "New pier", "slide 1"),
        ("paragraph", "Speak slowly", "slide 1, notes"),
        ("heading", "Costs", "slide 2"),
        ("table", "Port\tShips", "slide 2"),
        ("item", "Ten", "slide 2"),
    ]
    assert found.pages == 2
    assert "slide numbers" in left_out(found)


@pytest.mark.parametrize(
    ("value", "number_format", "wanted"),
    [
        (1234.5, '"$"#,##0.00', "$1,234.50"),
        (-1234.5, "_($* #,##0.00_);_($* (#,##0.00)", "-$1,234.50"),
        (99.9, "#,##0.00\\ [$€-407]", "99.90 €"),
        (5, '0 "kg"', "5 kg"),
        (12_300_000, '0.0,,"M"', "12.3M"),
        (7, "00000", "00007"),
        (1234567, "#,##0", "1234567"),
        (0.075, "0.0%", "7.5%"),
        (0.5, "# ?/?", "1/2"),
        (1.5, "# ?/?", "1 1/2"),
        (-1.5, "?/?", "-3/2"),
        (3.14159, "# ??/??", "3 14/99"),
        (1.5, "# ?/8", "1 4/8"),
        (2, "# ?/?", "2"),
        (1.5e-07, "0.00E+00", "1.5e-07"),
        (3.25, "General", "3.25"),
        (-3.5, "#,##0.00;[Red](#,##0.00)", "-3.5"),
        (500, '[>=1000000]0.0,,"M";[>=1000]0.0,"K";0', "500"),
        (3_200, '[>=1000000]0.0,,"M";[>=1000]0.0,"K";0', "3.2K"),
        (0, '#,##0.00;(#,##0.00);"free"', "free"),
        (-40, '#,##0;"minus "#,##0', "minus 40"),
        (-12.5, '"$"#,##0.00;[Red]"$"#,##0.00', "-$12.50"),
        (123456, "000-00-0000", "000-12-3456"),
        (912345678, '"+351 "000 000 000', "+351 912 345 678"),
        (12345678, "0000 0000 0000", "0000 1234 5678"),
        (7, '"No. "000', "No. 007"),
        (3.5, 'General" kg"', "3.5 kg"),
        (datetime.timedelta(hours=42), "[h]:mm", "42:00"),
        (datetime.timedelta(minutes=90, seconds=5), "[h]:mm:ss", "1:30:05"),
    ],
)
def test_numbers_show_their_currency_unit_and_zeros(value: object, number_format: str, wanted: str) -> None:
    assert xlsx.show(value, number_format) == wanted


def test_word_shows_the_symbols_of_symbol_fonts_and_the_boxes_of_forms() -> None:
    sign = '<w:p><w:r><w:sym w:font="{}" w:char="{}"/></w:r><w:r><w:t>{}</w:t></w:r></w:p>'
    box = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="{}"/></w:checkBox>'
        '</w:ffData></w:fldChar></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t>Boat</w:t></w:r></w:p>'
    )
    body = sign.format("Wingdings", "F0FE", "Paid") + sign.format("Symbol", "F061", "-rays")
    found = read_document(making.docx(body + box.format(1) + box.format(0)), "a.docx")
    assert [text for _, text in shown(found)] == ["☑Paid", "α-rays", "☒Boat", "☐Boat"]
    letters = '<w:p><w:r><w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr><w:t>\uf0feo</w:t></w:r>'
    letters += "<w:r><w:t>Boat</w:t></w:r></w:p>"
    assert read_document(making.docx(letters), "a.docx").text == "☑☐Boat"


def test_an_open_text_with_a_date_is_read() -> None:
    style = (
        '<n:date-style xmlns:n="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"><n:text>/</n:text>'
        "</n:date-style>"
    )
    parts = zipfile.ZipFile(io.BytesIO(making.odt("<text:p>We met on 5 May.</text:p>")))
    content = parts.read("content.xml").decode().replace("<office:body>", f"{style}<office:body>")
    data = making.zipped({"mimetype": parts.read("mimetype"), "content.xml": content})
    assert read_document(data, "a.odt").text == "We met on 5 May."
    numbered = "<text:numbered-paragraph><text:p>We met.</text:p></text:numbered-paragraph>"
    assert read_document(making.odt(numbered), "a.odt").text == "We met."


def test_a_workbook_shows_values_by_sheet_and_names_hidden_ones_and_formulas_without_value() -> None:
    sheets = {
        "Costs": [
            ["Date", "Sum", "Share"],
            [datetime.date(2024, 5, 31), 1234.5, 0.25],
            ["Total", "=B2*2", True],
        ],
        "Secret": [["x"]],
    }
    found = read_document(making.xlsx(sheets, hidden="Secret"), "a.xlsx")
    assert found.blocks[0].text == "Costs"
    assert found.blocks[1].rows == (
        ("Date", "Sum", "Share"),
        ("2024-05-31", "1234.5", "0.25"),
        ("Total", "", "TRUE"),
    )
    assert found.blocks[1].place == Place(sheet="Costs")
    assert 'Hidden sheet "Secret"' in left_out(found)
    assert "Formulas" in left_out(found)


def test_a_protected_opendocument_text_asks_for_its_password_and_opens_with_it() -> None:
    data = making.locked_odt(f"<text:p>{making.PROSE}</text:p>", "Grüße 1")
    with pytest.raises(errors.PasswordNeeded) as asked:
        read_document(data, "a.odt")
    assert not isinstance(asked.value, errors.WrongPassword)
    with pytest.raises(errors.WrongPassword):
        read_document(data, "a.odt", password="grüße 1")
    assert read_document(data, "a.odt", password="Grüße 1").text == making.PROSE


def test_a_protected_opendocument_text_that_lies_about_itself_costs_a_sentence() -> None:
    data = making.locked_odt("<text:p>x</text:p>", "a")
    for old, new in ((b"1000", b"0000"), (b"aes256-cbc", b"aes256-gcm"), (b'"32"', b'"33"')):
        manifest = zipfile.ZipFile(io.BytesIO(data)).read("META-INF/manifest.xml").replace(old, new)
        parts = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": b"x" * 32}
        with pytest.raises((errors.CorruptFile, errors.Unsupported)):
            read_document(making.zipped(parts | {"META-INF/manifest.xml": manifest}), "a.odt", password="a")
