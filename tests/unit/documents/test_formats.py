"""What each format keeps, and what it leaves out and says so, on documents made here."""

import datetime
import io
import json
import struct
import textwrap
import zipfile

import pytest

from components.documents import Block, Document, Place, errors, read_document
from components.documents.encodings import decode, is_text
from tests.unit.documents import making
from tests.unit.documents.making import PROSE, paragraph


def shown(found: Document) -> list[tuple[str, str]]:
    return [(block.kind, f"{block.marker} {block.text}".strip()) for block in found.blocks]


def left_out(found: Document) -> str:
    return " / ".join(map(str, found.left_out))


# PDF


def test_words_broken_at_line_ends_are_whole_and_hyphens_that_belong_stay() -> None:
    text = [
        "The harbour commit-",
        "tee found the well-",
        "known pier in a state of disre-",
        "pair, as is well-known.",
    ]
    found = read_document(making.pdf([making.lines(text)]), "a.pdf")
    assert (
        found.text
        == "The harbour committee found the well-known pier in a state of disrepair, as is well-known."
    )


def test_headers_footers_and_page_numbers_go_and_are_named() -> None:
    pages = []
    for number in range(1, 7):
        body = making.lines(
            [
                f"On page {number} the text begins with a line that is as long as all others are,",
                "and goes on.",
            ]
        )
        pages.append([(72, 760, 9, "Annual Report of the Harbour"), *body, (300, 30, 9, f"{number}")])
    found = read_document(making.pdf(pages), "a.pdf")
    assert "Annual Report" not in found.text
    assert [b.text.split()[2] for b in found.blocks] == list("123456")
    assert "Annual Report of the Harbour" in left_out(found)
    assert "Page numbers (6)" in left_out(found)


def _half_scanned() -> bytes:
    """A page of text, two whose scan stands inside a form, an empty one, and one with a drawing."""
    text = b"BT /F1 12 Tf 72 700 Td (The council voted for the new bridge over the river.) Tj ET"
    streams = [text, b"/Scan Do", b"/Scan Do", b"", b"100 100 200 200 re f"]
    resources = b"<< /Font << /F1 3 0 R >> /XObject << /Scan 4 0 R >> >>"
    form = b"q 600 0 0 700 0 0 cm /Picture Do Q"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 5 /Kids [6 0 R 8 0 R 10 0 R 12 0 R 14 0 R] >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Subtype /Form /BBox [0 0 612 792] /Resources << /XObject << /Picture 5 0 R >> >> /Length %d >>\n"
        b"stream\n%s\nendstream" % (len(form), form),
        b"<< /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>\n"
        b"stream\n0\nendstream",
    ]
    for number, stream in enumerate(streams):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources %s /Contents %d 0 R >>"
            % (resources, 7 + 2 * number)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    return making.pdf_file(objects)


def test_pages_without_text_are_known_by_number_and_empty_ones_are_not_missing() -> None:
    found = read_document(_half_scanned(), "a.pdf")
    assert [(left.pages, str(left.why)) for left in found.left_out] == [
        ((2, 3, 5), "a picture or drawing without text")
    ]
    assert Document.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_a_sentence_after_a_page_break_says_the_page_on_which_it_stands() -> None:
    first = ["The committee met on Tuesday to discuss the new harbour, and its members agreed that the"]
    second = ["old pier could not be kept. A report on the costs of the new one will follow in the spring."]
    pages = [making.lines([*first * 3, "and " + first[0][4:]]), making.lines([*second, "It is long."])]
    found = read_document(making.pdf(pages), "a.pdf")
    (block,) = found.blocks
    assert [block.page_at(block.text.index(part)) for part in ("The", "old pier", "A report")] == [1, 2, 2]
    assert Document.from_json(json.loads(json.dumps(found.to_json()))) == found
    older = found.to_json()
    del older["blocks"][0]["turns"]  # as it was kept before pages were known inside a paragraph
    assert Document.from_json(older).blocks[0].text == block.text


def test_scanned_pages_with_only_a_header_or_a_stamp_do_not_count_as_read() -> None:
    pages = []
    for number in range(1, 9):
        edges = [(72, 760, 9, "Annual Report of the Harbour"), (290, 30, 9, f"Page {number} of 8")]
        text = making.lines([f"On page {number} the text begins with a line that is long,", "and goes on."])
        pages.append([*edges, (450, 30, 8, f"HRW-{1000 + 37 * number}"), *(text if number < 4 else ())])
    found = read_document(making.pdf(pages, scanned=(4, 5, 6)), "a.pdf")
    assert [left.pages for left in found.left_out if left.pages] == [(4, 5, 6)]
    assert not {4, 5, 6} & {block.page for block in found.blocks}


@pytest.mark.parametrize("pages", [1, 2, 20])
def test_a_scan_with_the_stamp_of_the_scanning_app_is_told_to_be_a_scan(pages: int) -> None:
    stamped = [[(230.0, 25.0, 8.0, "Scanned by CamScanner")] for _ in range(pages)]
    with pytest.raises(errors.NoTextLayer, match="is a scan"):
        read_document(making.pdf(stamped, scanned=range(1, pages + 1)), "a.pdf")


def test_an_empty_page_with_a_header_is_not_missing() -> None:
    text = making.lines(["A page of the report whose text is long enough to be read,", "and goes on."])
    header = (72.0, 760.0, 9.0, "Annual Report of the Harbour")
    found = read_document(making.pdf([[header, *text], [header], [header, *text]]), "a.pdf")
    assert not any(left.pages for left in found.left_out)


def test_a_hidden_slide_is_known_by_its_number() -> None:
    data = making.pptx({"Harbour": "Old pier", "Costs": "Ten"})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    slide = "ppt/slides/slide2.xml"
    parts[slide] = parts[slide].replace(b"<p:sld ", b'<p:sld show="0" ')
    found = read_document(making.zipped(parts), "a.pptx")
    assert [left.pages for left in found.left_out if str(left.what) == "Hidden slides"] == [(2,)]


def test_the_last_line_of_a_page_stays_even_if_it_is_short() -> None:
    pages = [
        making.lines(["Text of a page that has some length to it, so that it is", f"line {i}."])
        for i in range(4)
    ]
    assert "line 3." in read_document(making.pdf(pages), "a.pdf").text


def two_columns(rows: int) -> list[making.Text]:
    left = [f"Left line {i} has a number of words in" for i in range(rows)]
    right = [f"Right line {i} has a number of words" for i in range(rows)]
    return making.lines(left, left=60, top=600) + making.lines(right, left=320, top=600)


def test_the_left_column_is_read_before_the_right_one_between_lines_across_both() -> None:
    page = [
        (150, 700, 18, "A Title across Both Columns"),
        *two_columns(12),
        (60, 420, 10, "A last line across both columns of the page, which is long enough to cross them."),
    ]
    text = read_document(making.pdf([page]), "a.pdf").text
    places = [
        text.index(part)
        for part in ("A Title", "Left line 0", "Left line 11", "Right line 0", "Right line 11", "A last")
    ]
    assert places == sorted(places)


def test_large_type_is_a_heading_and_the_title() -> None:
    page = [
        (72, 740, 20, "The Harbour"),
        *making.lines([PROSE[:90], PROSE[90:]], top=700),
        (72, 660, 14, "The Pier"),
        *making.lines([PROSE[:90]], top=640),
    ]
    found = read_document(making.pdf([page]), "a.pdf")
    assert [(b.text, b.level) for b in found.blocks if b.kind == "heading"] == [
        ("The Harbour", 1),
        ("The Pier", 2),
    ]
    assert found.title == "The Harbour"
    assert found.blocks[-1].section == ("The Harbour", "The Pier")


def test_columns_of_numbers_are_a_table_with_its_rows() -> None:
    rows = [
        ("Port", "Ships", "Tons"),
        ("Hull", "120", "9,400"),
        ("Cork", "87", "6,100"),
        ("Bergen", "143", "11,900"),
    ]
    page = [
        (72 + 150 * c, 700 - 14 * r, 10, cell) for r, row in enumerate(rows) for c, cell in enumerate(row)
    ]
    tables = [b for b in read_document(making.pdf([page]), "a.pdf").blocks if b.kind == "table"]
    assert [table.rows for table in tables] == [tuple(rows)]


def test_what_was_filled_into_a_form_stands_in_its_place() -> None:
    value = b"/Tx BMC BT /F1 10 Tf 2 4 Td (John Harbour) Tj ET EMC"
    label = b"BT /F1 10 Tf 72 700 Td (Name of applicant:) Tj ET"
    fonts = b"/Resources << /Font << /F1 3 0 R >> >>"
    form = [
        b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] >> >>",
        b"<< /Type /Pages /Count 1 /Kids [5 0 R] >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(label), label),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] %s /Contents 4 0 R /Annots [6 0 R] >>" % fonts,
        b"<< /Subtype /Widget /FT /Tx /T (n) /V (x) /F 4 /Rect [170 696 320 712] /AP << /N 7 0 R >> >>",
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 150 16] %s /Length %d >>\nstream\n%s\nendstream"
        % (fonts, len(value), value),
    ]
    assert read_document(making.pdf_file(form), "a.pdf").text == "Name of applicant: John Harbour"


def test_a_pdf_with_empty_pages_only_says_so() -> None:
    with pytest.raises(errors.EmptyFile, match="only empty pages"):
        read_document(making.pdf([[], []]), "a.pdf")


# Word


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


# OpenDocument, PowerPoint, Excel


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


# Text formats


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("a,b,c\n1,2,3\n", ","),
        ("a;b;c\n1,5;2;3\n", ";"),
        ("a\tb\tc\n1\t2\t3\n", "\t"),
        ("sep=|\na|b|c\n1|2|3\n", "|"),
    ],
)
def test_tables_as_text_are_cut_at_the_separator_that_they_use(text: str, separator: str) -> None:
    found = read_document(text.encode(), "a.tsv" if separator == "\t" else "a.csv")
    assert found.blocks[0].rows[0] == ("a", "b", "c")
    assert len(found.blocks) == 1


def test_a_bank_export_keeps_the_lines_above_its_table() -> None:
    text = '"Konto";"123"\n"Saldo";"10,00 EUR"\n\n"Datum";"Text";"Betrag";"Saldo"\n' + "\n".join(
        f'"0{i}.05.2024";"Miete; Mai";"-500,00";"{i}00,00"' for i in range(1, 6)
    )
    found = read_document(text.encode("cp1252"), "umsatz.csv")
    assert found.blocks[0].text == "Konto: 123"
    assert found.blocks[-1].rows[1] == ("01.05.2024", "Miete; Mai", "-500,00", "100,00")


CHINESE = "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。\n"
JAPANESE = "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。\n"
RUSSIAN = "Все люди рождаются свободными и равными в своем достоинстве и правах.\n"
GERMAN = "Über die Brücke fährt täglich ein müder Bäcker, größer als die übrigen.\n"
KOREAN = "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.\n"
TRADITIONAL = "人人生而自由，在尊嚴和權利上一律平等。他們賦有理性和良心，並應以兄弟關係的精神互相對待。\n"


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        (CHINESE, "gb18030", "gb18030"),
        (TRADITIONAL, "big5", "big5"),
        (JAPANESE, "shift_jis", "shift_jis"),
        (JAPANESE, "euc_jp", "euc_jp"),
        (JAPANESE, "iso2022_jp", "iso2022_jp"),
        (KOREAN, "euc_kr", "euc_kr"),
        (RUSSIAN, "cp866", "cp866"),
        (RUSSIAN, "cp1251", "cp1251"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (GERMAN, "latin-1", "latin-1"),
        ("“Naïve” cafés – €5…\n", "cp1252", "cp1252"),
        (GERMAN, "utf-16-le", "utf-16-le"),
        (RUSSIAN, "utf-16-be", "utf-16-be"),
        (CHINESE, "utf-16-le", "utf-16-le"),
        (JAPANESE, "utf-16-be", "utf-16-be"),
        (GERMAN, "utf-16", "utf-16"),
        (RUSSIAN, "utf-8-sig", "utf-8"),
        (JAPANESE, "utf-32", "utf-32"),
        (GERMAN, "utf-32-le", "utf-32-le"),
    ],
)
def test_a_text_file_is_read_in_whatever_encoding_it_was_saved(text: str, codec: str, name: str) -> None:
    assert decode(text.encode(codec)) == (text, name)
    assert is_text(text.encode(codec))


@pytest.mark.parametrize(
    "text",
    [
        "The shop sold its pharmacy business for £125m, and profits rose to £4.5m in 2015.",
        "The cost was £5 million.",
        "Section § 12 applies. See § 14 too.",
        "Copyright © 2020 Acme Ltd. ® and ™ are marks. ½ of it.",
        "Temperature ±2°C, area 5 m² × 3, 10 µm thick.",
        "L’azienda ha detto dell’anno e l’utile nell’insieme.",
        "“Hello,” she said – “it’s £5.”",
        "He said, “It’s ‘fine’.”",
    ],
)
def test_a_text_whose_only_signs_outside_ascii_are_symbols_keeps_them(text: str) -> None:
    assert decode(text.encode("cp1252"))[0] == text


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("Stanisław był w Łodzi.", "cp1250"),
        ("Kosztuje 10 ł", "cp1250"),
        ("schön und blöd", "cp850"),
        ("canción de día y árbol", "mac-roman"),
        ("НЕТ", "cp866"),
        ("そうですか", "cp932"),
        ("的", "big5"),
    ],
)
def test_letters_that_would_be_symbols_elsewhere_stay_letters(text: str, codec: str) -> None:
    assert decode(text.encode(codec))[0] == text


STRAYS = [
    (
        "Où est le café de la gare ? À côté de l’hôtel.\n" * 30,
        b"Il a \x93\xe9t\xe9\x94 ferm\xe9.\n",
        "Il a “été” fermé.\n",
    ),
    ("Où est le café de la gare ? À côté de l’hôtel.\n" * 30, b"d\xc3\xa9j\xe0 vu\n", "déjà vu\n"),
    ("Où est le café de la gare ? À côté de l’hôtel. " * 30, b"d\xc3\xa9j\xe0 vu.", "déjà vu."),
    (RUSSIAN * 30, RUSSIAN.encode("cp1251"), RUSSIAN),
    (CHINESE * 30, CHINESE.encode("gb18030") + b"\n", CHINESE + "\n"),
    (CHINESE * 30, "你好".encode() + b"\xff\n", "你好\ufffd\n"),
    ("Größe und Maße, Bäche und Flüsse.\n" * 30, "Bäche".encode() + b" \xe2\x80 \n", "Bäche \ufffd \n"),
]


@pytest.mark.parametrize(("good", "bad", "read"), STRAYS)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_few_bytes_in_another_encoding_leave_the_rest_of_a_document_as_it_is(good, bad, read, mark) -> None:
    assert decode(mark + good.encode() + bad + good.encode()) == (good + read + good, "utf-8")


def test_a_document_that_was_cut_in_the_middle_of_a_letter_keeps_its_last_line() -> None:
    assert decode("Größe und Maße\nBäche\nFlü".encode()[:-1])[0] == "Größe und Maße\nBäche\nFl\ufffd"


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
def test_a_document_says_what_of_it_was_read_in_another_encoding_or_not_at_all(name: str) -> None:
    text = "<p>Où est le café ? À côté de l’hôtel.</p>\n\n" * 9
    found = read_document(text.encode() + b"<p>ferm\xe9, d\xc3\xa9j\xe0 \xe2\x80</p>\n", name)
    assert "fermé, déjà" in found.text
    assert (found.encoding, tuple(map(str, found.notes[-1:]))) == (
        "utf-8",
        ("Lines that were not UTF-8 were read as cp1252: 19.",),
    )
    assert "Unreadable letters: they are broken in the file itself" in [str(one) for one in found.left_out]
    assert read_document(text.encode(), name).notes == ()


def test_the_encoding_of_a_text_file_is_told() -> None:
    found = read_document(JAPANESE.encode("shift_jis"), "a.txt")
    assert (found.text, found.encoding, found.language) == (JAPANESE.strip(), "shift_jis", "ja")


def test_a_text_broken_to_lines_is_whole_paragraphs_with_its_chapters() -> None:
    text = (
        "CHAPTER I\nThe Harbour\n\n"
        + PROSE[:66]
        + "\n"
        + PROSE[66:130]
        + "\n"
        + PROSE[130:]
        + "\n\n- one\n- two\n"
    )
    assert shown(read_document(text.encode(), "a.txt")) == [
        ("heading", "CHAPTER I The Harbour"),
        ("paragraph", " ".join(f"{PROSE[:66]} {PROSE[66:130]} {PROSE[130:]}".split())),
        ("item", "- one"),
        ("item", "- two"),
    ]


LONG = (
    f"{PROSE} The long-term plan needs a well-known engineer, since the state-of-the-art pumps, which the "
    "ministry had promised for the coming season, were not delivered before the first storms of the year."
)


@pytest.mark.parametrize("width", [30, 36, 38, 50, 61, 72, 112, 120, 132])
def test_a_text_broken_to_lines_of_any_width_is_whole_with_its_hyphens(width: int) -> None:
    text = "\n\n".join("\n".join(textwrap.wrap(one, width)) for one in (LONG, PROSE))
    assert shown(read_document(text.encode(), "a.txt")) == [("paragraph", LONG), ("paragraph", PROSE)]


@pytest.mark.parametrize(
    "text",
    [
        "the harbour sleeps, the gulls are gone,\nno lamp is lit.\nonly the old pier goes on\nto count the waves\n"
        "that come and sit\nbeside the graves.",
        "milk and bread\nbutter\ntwo cans of soup\none loaf of white bread\neggs\nsalt",
        "Maria Lopez\nHarbour Road 12\nHarrow HA1 2AB\nUnited Kingdom",
        "\n".join(
            f"2024-05-0{i} 12:00:0{i} ERROR harbour.pumps: pump {i} stopped after {i * 977} seconds, because the inlet was "
            f"closed by hand and nobody had opened it again. Restarted."
            for i in range(1, 7)
        ),
    ],
)
def test_poems_lists_addresses_and_logs_keep_their_lines(text: str) -> None:
    found = read_document(text.encode(), "a.txt")
    assert [block.text for block in found.blocks] == text.split("\n")


PAGE = """<html><head><title>Harbour</title><meta charset="windows-1251"><style>.gone{display:none}</style>
<script>var x = 'script';</script></head><body><nav>Menu</nav><header>Site</header><main><h1>Порт</h1>
<p>One<br>two <b>bo</b>ld</p><p hidden>hidden</p><p class="gone">gone</p><div style="display: none">none</div>
<ul><li>Item<ol><li>Inner</li></ol></li></ul>
<table><tr><th>a</th><th>b</th></tr><tr><td rowspan=2>c</td><td>d</td></tr>
<tr><td>e</td></tr></table><blockquote>Said</blockquote><pre>  code
    here</pre><img src="x.png"></main><footer>Foot</footer></body></html>"""


def test_a_web_page_is_its_main_text_without_what_is_around_or_hidden() -> None:
    found = read_document(PAGE.encode("cp1251"), "a.html")
    assert shown(found) == [
        ("heading", "Порт"),
        ("paragraph", "One two bold"),
        ("item", "- Item"),
        ("item", "1. Inner"),
        ("table", "a\tb\nc\td\n\te"),
        ("quote", "Said"),
        ("code", "code\n    here"),
    ]
    assert (found.title, found.encoding) == ("Harbour", "cp1251")
    assert "Hidden elements (3)" in left_out(found)
    assert "Pictures" in left_out(found)


def test_a_page_is_not_lost_to_the_class_of_the_element_around_it() -> None:
    around = "class='content no-sidebar' aria-hidden=true"
    page = f"<body><div {around}><p>{PROSE}</p></div><div class=menu>Menu</div>"
    assert read_document(page.encode(), "a.html").text == PROSE


def test_chapters_of_a_book_come_in_the_order_of_its_spine() -> None:
    chapters = {"one": "<h1>One</h1><p>First&nbsp;text</p>", "two": "<h1>Two</h1><p>Second text</p>"}
    found = read_document(making.epub(chapters, ["two", "one"]), "a.epub")
    assert [b.text for b in found.blocks] == ["Two", "Second text", "One", "First text"]
    assert (found.title, found.blocks[1].section) == ("A Book", ("Two",))


def test_subtitles_are_sentences_with_their_time_without_tags() -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:02,500\n<i>The harbour</i> was\n\n"
        "2\n00:00:02,600 --> 00:00:04,000\n{\\an8}closed.\n\n"
        "3\n00:01:10,000 --> 00:01:12,000\nMuch later.\n"
    )
    found = read_document(text.encode(), "a.srt")
    assert [(str(b.place), b.text) for b in found.blocks] == [
        ("00:00:01", "The harbour was closed."),
        ("00:01:10", "Much later."),
    ]
    voices = (
        "WEBVTT\n\nNOTE not this\n\n00:01.000 --> 00:02.000\n<v Ann>Hello\n\n"
        "00:02.000 --> 00:03.000\n<v Bob>Hi &amp; bye\n"
    )
    assert [b.text for b in read_document(voices.encode(), "a.vtt").blocks] == ["Ann: Hello", "Bob: Hi & bye"]


def test_rich_text_keeps_tables_and_notes_and_each_font_its_code_page() -> None:
    text = (
        rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial;}"
        rb"{\f2\fcharset128 Gothic;}}"
        rb"{\stylesheet{\s1\b heading 1;}}{\info{\title no}}\pard\s1 Harbour\par\pard\plain "
        rb"\f0 caf\'e9 \f1\'cc\'e8\'f0 \f2\'93\'fa\'96\'7b \u8364? {\v hidden}\par"
        rb"\trowd\pard\intbl a\cell b\cell\row\pard\intbl c\cell d\cell\row\pard Text{\footnote Below}.\par"
        rb"{\listtext\'b7\tab}Item\par{\pict 0123456789}}"
    )
    found = read_document(text, "a.rtf")
    assert shown(found) == [
        ("heading", "Harbour"),
        ("paragraph", "café Мир 日本 €"),
        ("table", "a\tb\nc\td"),
        ("paragraph", "Text[1]."),
        ("item", "- Item"),
        ("footnote", "[1] Below"),
    ]
    assert "Pictures" in left_out(found)


def test_markdown_keeps_its_structure_and_the_title_of_its_front_matter() -> None:
    text = (
        "---\ntitle: My notes\n---\n# One\n\n1. a\n2. b\n   - c\n\n"
        "| x | y |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```\n\n> said\n"
    )
    found = read_document(text.encode(), "a.md")
    assert shown(found) == [
        ("heading", "One"),
        ("item", "1. a"),
        ("item", "2. b"),
        ("item", "- c"),
        ("table", "x\ty\n1\t2"),
        ("code", "code"),
        ("quote", "said"),
    ]
    assert found.title == "My notes"


# What the file is


def ole(stream: str) -> bytes:
    """The smallest old Office container with one stream of that name."""
    none, end = 0xFFFFFFFF, 0xFFFFFFFE
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    )
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<109I", 0, *[none] * 108)
    table = struct.pack("<128I", 0xFFFFFFFD, end, *[none] * 126)
    entries = b""
    for name, kind, child in (("Root Entry", 5, 1), (stream, 2, none)):
        encoded = (name + "\0").encode("utf-16-le")
        entries += encoded.ljust(64, b"\0") + struct.pack("<HBB3I", len(encoded), kind, 1, none, none, child)
        entries += bytes(36) + struct.pack("<IQ", end, 0)
    return head + table + entries.ljust(512, b"\0")


@pytest.mark.parametrize(
    ("stream", "name", "advice"),
    [
        ("WordDocument", "a.doc", ".docx"),
        ("Workbook", "a.xls", ".xlsx"),
        ("PowerPoint Document", "a.ppt", ".pptx"),
    ],
)
def test_an_old_office_file_says_what_to_save_it_as(stream: str, name: str, advice: str) -> None:
    with pytest.raises(errors.Unsupported, match=f"save it as {advice}"):
        read_document(ole(stream), name)


@pytest.mark.parametrize(
    ("data", "name", "kind", "words"),
    [
        (b"", "a.txt", errors.EmptyFile, "is empty"),
        (b" \n\t\n", "a.txt", errors.EmptyFile, "has no text"),
        (b"\xef\xbb\xbf", "a.txt", errors.EmptyFile, "has no text"),
        (making.docx(""), "a.docx", errors.EmptyFile, "has no text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a.png", errors.Unsupported, "a PNG picture"),
        (
            b"\x89PNG\r\n\x1a\n" + bytes(50),
            "a.pdf",
            errors.WrongContent,
            "named .pdf, but it is a PNG picture",
        ),
        (b"ID3" + bytes(50), "a.mp3", errors.Unsupported, "a sound file"),
        (b"MZ" + bytes(500), "a.exe", errors.Unsupported, "a program"),
        (bytes(range(256)) * 20, "a.bin", errors.Unsupported, "binary data"),
        (b"plain words and nothing else", "a.docx", errors.WrongContent, "plain text"),
        (making.zipped({"photo.jpg": b"x"}), "a.zip", errors.Unsupported, "a zip archive"),
        (b"%PDF-1.7\nnothing of a file", "a.pdf", errors.CorruptFile, "a PDF, but it is damaged"),
        (making.docx(paragraph("x"))[:300], "a.docx", errors.CorruptFile, "damaged or incomplete"),
    ],
)
def test_each_reason_not_to_read_a_file_has_its_own_sentence(
    data: bytes, name: str, kind: type[errors.BadInput], words: str
) -> None:
    with pytest.raises(kind) as caught:
        read_document(data, name)
    assert type(caught.value) is kind
    assert words in str(caught.value)
    assert f'"{name}"' in str(caught.value)


@pytest.mark.parametrize(
    ("data", "name", "form"),
    [
        (making.pdf([making.lines([PROSE[:80]])]), "report.docx", "pdf"),
        (making.docx(paragraph("Some text")), "report.pdf", "docx"),
        (rb"{\rtf1 Some text}", "report.doc", "rtf"),
        (b"<!DOCTYPE html><html><body><p>Some text</p></body></html>", "report.pdf", "html"),
    ],
)
def test_a_wrong_name_does_not_hide_what_a_file_is_and_is_mentioned(
    data: bytes, name: str, form: str
) -> None:
    found = read_document(data, name)
    assert found.format == form
    assert len(found.notes) == 1
    assert name in str(found.notes[0])


def test_a_file_over_the_size_limit_is_refused_with_both_sizes() -> None:
    with pytest.raises(errors.TooLarge, match=r"26\.0 MB; a file may be at most 25 MB"):
        read_document(bytes(26_000_000), "a.txt")


# The result


def test_reading_twice_gives_the_same_and_json_brings_it_back() -> None:
    data = making.docx(paragraph("Harbour", "Heading1") + paragraph(PROSE))
    first = read_document(data, "a.docx")
    assert first == read_document(data, "a.docx")
    assert Document.from_json(first.to_json()) == first


def test_markdown_of_a_document_has_headings_lists_and_tables() -> None:
    found = Document(
        name="a",
        format="docx",
        blocks=(
            Block("heading", "One", level=2),
            Block("item", "a", level=1, marker="1."),
            Block("item", "b", level=2, marker="-"),
            Block("table", "x\ty", rows=(("x", "y|z"), ("1", "2"))),
        ),
    )
    assert found.markdown == "## One\n\n1. a\n  - b\n\n| x | y\\|z |\n| --- | --- |\n| 1 | 2 |"
    assert found.text == "One\n\n1. a\n  - b\n\nx\ty"


def test_a_strange_file_name_does_no_harm() -> None:
    found = read_document(b"Some text", "../../etc/\x00pass\nwd\u202e.txt")
    assert found.name == "passwd.txt"


def test_a_number_between_chinese_signs_does_not_hide_the_language() -> None:
    text = "港口委员会于2024年5月3日开会讨论新渡轮。会议决定以三千一百万欧元购买两艘电动船。"
    assert read_document(text.encode("gb18030"), "a.txt").language == "zh"


def test_who_speaks_in_subtitles_begins_a_paragraph() -> None:
    cues = ("ANNA: We buy the ferry.", "It is a good one.", "Bob Lee: I will call the shipyard.")
    text = "\n\n".join(f"{i}\n00:00:0{i},000 --> 00:00:0{i},900\n{cue}" for i, cue in enumerate(cues, 1))
    found = read_document(text.encode(), "a.srt")
    assert [b.text for b in found.blocks] == [f"{cues[0]} {cues[1]}", cues[2]]


def test_what_stands_around_the_main_part_of_a_page_is_said_to_be_left_out() -> None:
    page = f"<html><body><nav>Home News</nav><main><p>{making.PROSE}</p></main><footer>Imprint</footer></body></html>"
    found = read_document(page.encode(), "a.html")
    assert "Home" not in found.text
    assert any("Navigation" in str(left) for left in found.left_out)


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
