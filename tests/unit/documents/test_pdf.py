"""PDFs made here: lines, columns, tables, headings, edges of pages, scans."""

import json
import zlib

import pytest

from components.documents import Document, errors, read_document
from components.documents.formats import pdf_runs
from tests.unit.documents import making
from tests.unit.documents.making import BLIND, PROSE, left_out


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
    """A page of text, two whose scan is inside a form, an empty one, and one with a drawing."""
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
    found = read_document(_half_scanned(), "a.pdf", worker=BLIND)
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
    found = read_document(making.pdf(pages, scanned=(4, 5, 6)), "a.pdf", worker=BLIND)
    assert [left.pages for left in found.left_out if left.pages] == [(4, 5, 6)]
    assert not {4, 5, 6} & {block.page for block in found.blocks}


@pytest.mark.parametrize("pages", [1, 2, 20])
def test_the_stamp_of_the_scanning_app_is_not_taken_for_the_text_of_the_pages(pages: int) -> None:
    stamped = [[(230.0, 25.0, 8.0, "Scanned by CamScanner")] for _ in range(pages)]
    with pytest.raises(errors.NoTextLayer, match="No text was found"):
        read_document(making.pdf(stamped, scanned=range(1, pages + 1)), "a.pdf", worker=BLIND)


def test_an_empty_page_with_a_header_is_not_missing() -> None:
    text = making.lines(["A page of the report whose text is long enough to be read,", "and goes on."])
    header = (72.0, 760.0, 9.0, "Annual Report of the Harbour")
    found = read_document(making.pdf([[header, *text], [header], [header, *text]]), "a.pdf")
    assert not any(left.pages for left in found.left_out)


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


def _form(fields: list[bytes], more: list[bytes]) -> bytes:
    """A page with the label "Name of applicant:" and annotations, numbered from 6; `more` objects follow."""
    label = b"BT /F1 10 Tf 72 700 Td (Name of applicant:) Tj ET"
    numbers = b" ".join(b"%d 0 R" % (6 + i) for i in range(len(fields)))
    return making.pdf_file(
        [
            b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [%s] >> >>" % numbers,
            b"<< /Type /Pages /Count 1 /Kids [5 0 R] >>",
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(label), label),
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> "
            b"/Contents 4 0 R /Annots [%s] >>" % numbers,
            *fields,
            *more,
        ]
    )


@pytest.mark.parametrize("drawn", ["lines", "boxes"])
def test_a_ruled_table_of_sentences_is_read_row_by_row(drawn: str) -> None:
    cells = [
        [("Risk",), ("What we do",)],
        [("The supplier delivers", "too late in spring."), ("We order two months", "ahead of the work.")],
        [("The pier breaks in", "a storm."), ("We close it from", "October on.")],
    ]
    xs, ys = (72, 192, 312), (700, 680, 650, 620)
    rules = "".join(f"{xs[0]} {y} m {xs[-1]} {y} l S " for y in ys) + "".join(
        f"{x} {ys[0]} m {x} {ys[-1]} l S " for x in xs
    )
    if drawn == "boxes":
        rules = "".join(
            f"{xs[c]} {ys[r + 1]} {xs[c + 1] - xs[c]} {ys[r] - ys[r + 1]} re S "
            for c in (0, 1)
            for r in (0, 1, 2)
        )
    texts = "".join(
        f"BT /F1 10 Tf {xs[c] + 3} {ys[r] - 12 - 12 * i} Td ({line}) Tj ET "
        for r, row in enumerate(cells)
        for c, cell in enumerate(row)
        for i, line in enumerate(cell)
    )
    before = "BT /F1 10 Tf 72 730 Td (The risks of the building project are these.) Tj ET "
    found = read_document(_drawn((before + rules + texts).encode()), "a.pdf")
    assert [block.kind for block in found.blocks] == ["paragraph", "table"]
    assert found.blocks[1].rows == tuple(tuple(" ".join(cell) for cell in row) for row in cells)


def test_a_frame_around_text_is_no_table() -> None:
    frame = b"60 400 400 320 re S 60 560 m 460 560 l S 260 400 m 260 720 l S "
    text = (
        b"BT /F1 10 Tf 72 700 Td (The council voted for the new bridge over the old river of the town.) Tj ET"
    )
    found = read_document(_drawn(frame + text), "a.pdf")
    assert [block.kind for block in found.blocks] == ["paragraph"]


def test_two_columns_of_a_few_lines_are_read_one_after_the_other() -> None:
    left = making.lines(["The committee looked at the yearly", "figures of the harbour and"], left=60)
    right = making.lines(["accepted the plan for the", "next year."], left=330)
    found = read_document(making.pdf([[*left, *right]]), "a.pdf")
    assert [block.text for block in found.blocks] == [
        "The committee looked at the yearly figures of the harbour and",
        "accepted the plan for the next year.",
    ]
    left = making.lines(["The ferry is late today.", "The pier is closed now."], left=60, step=24)
    right = making.lines(
        ["The bread is fresh here.", "The school is open again."], left=330, top=688, step=24
    )
    text = read_document(making.pdf([[*left, *right]]), "a.pdf").text
    assert text.index("The pier") < text.index("The bread")  # at heights of their own
    pairs = [("apples and pears of all kinds", "red"), ("plums", "blue")]
    page = [
        (60 + 270 * c, 700 - 14 * r, 10, cell) for r, row in enumerate(pairs) for c, cell in enumerate(row)
    ]
    assert "kinds red" in read_document(making.pdf([page]), "a.pdf").text


@pytest.mark.parametrize(
    "value", [b"/V (John Harbour)", b"/V (John Harbour) /AP << /N 7 0 R >>", b"/AP << /N 7 0 R >>"]
)
def test_what_was_filled_into_a_form_stands_in_its_place(value: bytes) -> None:
    drawn = b"/Tx BMC BT /F1 10 Tf 2 4 Td (John Harbour) Tj ET EMC"
    look = (
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 150 16] /Resources << /Font << /F1 3 0 R >> >> "
        b"/Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn)
    )
    field = b"<< /Subtype /Widget /FT /Tx /T (n) %s /F 4 /Rect [170 696 320 712] >>" % value
    found = read_document(_form([field], [look]), "a.pdf")
    assert found.text == "Name of applicant: John Harbour"


def test_check_boxes_are_read_and_comments_are_named() -> None:
    box = b"<< /Subtype /Widget /FT /Btn /T (%s) /V /%s /AS /%s /F 4 /Rect [%d 696 182 712] >>"
    comment = b"<< /Subtype /Text /Contents (Is this right?) /Rect [300 600 320 620] >>"
    found = read_document(_form([box % (b"a", b"Yes", b"Yes", 170), comment], []), "a.pdf")
    assert found.text == "Name of applicant: \u2612"
    assert "Comments: they are about the text" in left_out(found)


def test_a_stream_with_more_behind_its_end_is_counted_once() -> None:
    drawn = b"BT /F1 12 Tf 72 700 Td (The plan of the town hall.) Tj ET\n" + b"0 0 m 5 5 l S\n" * 100_000
    page = zlib.compress(drawn)
    found = read_document(making.pdf([[]], flate=page + b" " * 200_000), "a.pdf")
    assert found.text == "The plan of the town hall."


def _drawn(content: bytes) -> bytes:
    return making.pdf([[]], flate=zlib.compress(content))


def test_tilted_and_upside_down_text_is_read() -> None:
    first, second = b"The school is closed on Friday.", b"All pupils stay at home and get tasks."
    for cos, sin in ((0.891, -0.454), (0.707, 0.707), (-1.0, 0.0)):
        lines = b"".join(
            b"BT /F1 16 Tf %f %f %f %f %f %f Tm (%s) Tj ET\n"
            % (cos, sin, -sin, cos, 300 + sin * y, 400 - cos * y, text)
            for y, text in ((0, first), (20, second))
        )
        found = read_document(_drawn(lines + b"0 0 600 780 re S"), "a.pdf")
        assert found.text == f"{first.decode()} {second.decode()}"


def test_much_text_in_another_direction_follows_and_little_is_named() -> None:
    upright = b"BT /F1 12 Tf 72 700 Td (The council voted for the new bridge over the river.) Tj ET\n"
    aside = b"BT /F1 12 Tf 0 1 -1 0 %d 100 Tm (%s) Tj ET\n"
    found = read_document(
        _drawn(upright + aside % (400, b"The table of all costs is set sideways.")), "a.pdf"
    )
    assert found.text.endswith("The table of all costs is set sideways.")
    assert not left_out(found)
    found = read_document(_drawn(upright + aside % (400, b"Draft")), "a.pdf")
    assert "another direction" in left_out(found)
    assert "Draft" not in found.text


def _composite(text: bytes, cmap: bytes, beside: bytes = b"") -> bytes:
    """A page in a font whose shapes have numbers of two bytes each, and perhaps a map to characters; `beside`
    is in an ordinary one."""
    content = b"BT /F1 12 Tf 72 700 Td <%s> Tj /F2 12 Tf 0 -14 Td (%s) Tj ET" % (text, beside)
    mapped = b"/ToUnicode 7 0 R" if cmap else b""
    return making.pdf_file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
            b"/Resources << /Font << /F1 5 0 R /F2 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica "
            b"/Encoding /WinAnsiEncoding >> >> >> >>",
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
            b"<< /Type /Font /Subtype /Type0 /BaseFont /Maths /Encoding /Identity-H "
            b"/DescendantFonts [6 0 R] %s >>" % mapped,
            b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Maths /DW 600 "
            b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(cmap), cmap),
        ]
    )


def test_words_from_right_to_left_are_in_order_also_in_a_line_of_english() -> None:
    kind = pdf_runs._Type(12.0, False, 0, 700.0, 72.0)
    space = pdf_runs._Word(" ")

    def word(text: str, x: float) -> pdf_runs._Word:
        return pdf_runs._Word(text, kind, (x, 700.0, x + 7, 710.0), (x, 700.0, x + 7, 710.0))

    english = [
        word("is", 72.0),
        space,
        word("עליכם", 90.0),
        space,
        word("שלום", 130.0),
        space,
        word("and", 170.0),
    ]
    assert [one.text for one in pdf_runs._as_read(english) if one.kind] == ["is", "שלום", "עליכם", "and"]
    hebrew = [word("שלום", 130.0), space, word("עליכם", 90.0)]
    assert [*pdf_runs._as_read(hebrew)] == hebrew


def test_letters_of_formulas_are_whole() -> None:
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <0000> <FFFF> "
        b"endcodespacerange 2 beginbfchar <0001> <D835DC65> <0002> <0061> endbfchar endcmap end end"
    )
    assert read_document(_composite(b"000200010002", cmap), "a.pdf").text == "a\U0001d465a"


def test_text_of_a_font_without_a_map_is_named_with_its_share() -> None:
    found = read_document(_composite(b"004100420043", b""), "a.pdf")
    assert ["100%" in str(note) for note in found.notes] == [True]


def test_the_share_without_a_map_is_of_all_characters() -> None:
    """Not of the letters alone: what such a font shows may be read as signs."""
    signs = "".join(f"{ord(c):04X}" for c in "!#$%&()*+0") * 2
    (note,) = read_document(_composite(signs.encode(), b"", b"mapped" * 5), "a.pdf").notes
    assert "40%" in str(note)


def test_text_that_makes_no_words_is_named() -> None:
    text = " ".join([PROSE, PROSE.replace("harbour", "bridge").upper()] * 3)
    for shown_as, doubted in ((text, False), ("".join(chr(max(32, ord(c) - 29)) for c in text), True)):
        page = making.lines([shown_as[i : i + 80] for i in range(0, len(shown_as), 80)])
        notes = read_document(making.pdf([page]), "a.pdf").notes
        assert ["makes no words" in str(note) for note in notes] == [True] * doubted


def test_a_pdf_with_empty_pages_only_says_so() -> None:
    with pytest.raises(errors.EmptyFile, match="only empty pages"):
        read_document(making.pdf([[], []]), "a.pdf")
