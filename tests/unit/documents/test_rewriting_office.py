"""Word, PowerPoint and Excel files that the tests make: formats, notes, boxes, slides, chosen columns."""

import io
import zipfile

import openpyxl
import pytest
from lxml import etree
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart
from openpyxl.comments import Comment
from openpyxl.styles import Font

from components.documents import Limits
from components.documents.errors import CorruptFile, TooMuchUnpacked
from components.documents.rewriting.rewriters import open_file, write_file
from components.documents.rewriting.units import Mark, Options, Placed, Unit
from tests.unit.documents.making import DRAWING, SLIDES, pptx, relations

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"


def zipped(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        written.writestr("[Content_Types].xml", "<Types/>")
        for name, content in parts.items():
            written.writestr(name, content)
    return out.getvalue()


def word(body: str, **more: str) -> bytes:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    return zipped(
        {
            "_rels/.rels": f"<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
            f"<Relationship Id='r' Type='{kind}' Target='word/document.xml'/></Relationships>",
            "word/document.xml": f"<w:document xmlns:w='{W}'><w:body>{body}</w:body></w:document>",
        }
        | {f"word/{name}.xml": f"<w:x xmlns:w='{W}'>{content}</w:x>" for name, content in more.items()}
    )


def paragraph(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


def run(text: str, look: str = "") -> str:
    return f"<w:r><w:rPr>{look}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r>"


def text_of(data: bytes, part: str = "word/document.xml") -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return "|".join(
            t.text or "" for t in etree.fromstring(parts.read(part)).iter(f"{{{W}}}t", f"{{{A}}}t")
        )


def translated(data: bytes, name: str, change, options: Options | None = None) -> bytes:
    opened = open_file(data, name, options or Options(), Limits())
    return write_file(data, name, options or Options(), [change(u) for u in opened.units], Limits()).data


def test_a_bold_word_stays_bold_where_the_translation_puts_it():
    data = word(paragraph(run("The "), run("red", "<w:b/>"), run(" car")))

    def change(unit):
        assert unit.text == "The red car"
        return Placed("O carro vermelho", (Mark(unit.marks[0].id, 8, 16),))

    new = translated(data, "a.docx", change)
    with zipfile.ZipFile(io.BytesIO(new)) as parts:
        runs = list(etree.fromstring(parts.read("word/document.xml")).iter(f"{{{W}}}r"))
    bold = [
        "".join(t.text or "" for t in r.iter(f"{{{W}}}t")) for r in runs if r.find(f".//{{{W}}}b") is not None
    ]
    assert bold == ["vermelho"]
    assert "".join("".join(t.text or "" for t in r.iter(f"{{{W}}}t")) for r in runs) == "O carro vermelho"
    assert len(runs) == 3


def test_a_control_and_an_insertion_have_a_text_of_their_own_and_the_sign_of_a_note_none():
    inner = f"<w:sdt><w:sdtContent>{run('Paid now')}</w:sdtContent></w:sdt>"
    inserted = f"<w:ins w:id='1'>{run('really ')}</w:ins>"
    raised = run("7", "<w:vertAlign w:val='superscript'/>")
    data = word(paragraph(inner, run(" is "), inserted, run("usual."), raised, run(" So m"), raised))

    def change(unit):
        assert unit.text == "Paid now is really usual. So m7"
        assert [unit.text[m.start : m.end] for m in unit.marks] == ["Paid now", "really ", "7", ""]
        text = "Pago logo é muito normal. Daí m7"
        marks = zip(unit.marks, [(0, 9), (12, 18), (31, 32), (25, 25)], strict=True)
        return Placed(text, tuple(Mark(m.id, *place, m.kind) for m, place in marks))

    assert text_of(translated(data, "a.docx", change)) == "Pago logo| é |muito |normal.|7| Daí m|7"


def test_headers_footers_notes_and_comments_are_translated():
    data = word(paragraph(run("body")), header1=paragraph(run("head")), footnotes=paragraph(run("note")))
    new = translated(data, "a.docx", lambda unit: Placed(unit.text.upper()))
    assert (text_of(new), text_of(new, "word/header1.xml"), text_of(new, "word/footnotes.xml")) == (
        "BODY",
        "HEAD",
        "NOTE",
    )


def test_page_numbers_and_deleted_text_stay():
    field = (
        "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r>"
        "<w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>one</w:t></w:r>"
        "<w:r><w:fldChar w:fldCharType='end'/></w:r>"
    )
    gone = "<w:del><w:r><w:delText>old words</w:delText></w:r></w:del>"
    data = word(paragraph(run("Page "), field, run(" of many"), gone))
    opened = open_file(data, "a.docx", Options(), Limits())
    assert opened.units[0].text == "Page one of many"
    (number,) = opened.units[0].marks
    assert number.kind == "keep"
    new = translated(
        data, "a.docx", lambda unit: Placed("Página one de muitas", (Mark(0 + number.id, 7, 10),))
    )
    assert text_of(new) == "Página |one| de muitas"


def test_a_bilingual_word_file_has_each_paragraph_twice():
    data = word(paragraph(run("hello")) + paragraph(run("good day")))
    new = translated(data, "a.docx", lambda unit: Placed(unit.text.upper()), Options(bilingual=True))
    assert text_of(new) == "hello|HELLO|good day|GOOD DAY"


SLIDE = (
    f"<p:sld xmlns:p='{P}' xmlns:a='{A}'><a:p><a:r><a:rPr b='1'/><a:t>Big</a:t></a:r><a:r><a:t> news today"
    "</a:t></a:r></a:p><a:p><a:r><a:t>one</a:t></a:r><a:br/><a:r><a:t>two</a:t></a:r></a:p></p:sld>"
)


def slides(slide: str) -> bytes:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    return zipped(
        {
            "_rels/.rels": "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
            f"<Relationship Id='r' Type='{kind}' Target='ppt/presentation.xml'/></Relationships>",
            "ppt/presentation.xml": f"<p:presentation xmlns:p='{P}'/>",
            "ppt/slides/slide1.xml": slide,
        }
    )


def test_slides_keep_their_runs():
    new = translated(slides(SLIDE), "a.pptx", lambda unit: Placed(unit.text.upper(), unit.marks))
    assert text_of(new, "ppt/slides/slide1.xml") == "BIG| NEWS TODAY|ONE|TWO"


def test_a_bilingual_slide_has_the_source_above_each_paragraph_with_its_bold_words_and_links():
    options = Options(bilingual=True)
    new = translated(slides(SLIDE), "a.pptx", lambda unit: Placed(unit.text.upper(), unit.marks), options)
    assert text_of(new, "ppt/slides/slide1.xml") == "Big| news today|BIG| NEWS TODAY|one|two|ONE|TWO"
    with zipfile.ZipFile(io.BytesIO(new)) as parts:
        bold = etree.fromstring(parts.read("ppt/slides/slide1.xml")).findall(f".//{{{A}}}r[{{{A}}}rPr]")
    assert ["".join(run.itertext()) for run in bold] == ["Big", "BIG"]


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["id", "name", "note"])
    sheet.append([1, "apple", "apple"])
    sheet.append([2, "pear", "=SUM(A2:A3)"])
    sheet["B2"].font = Font(bold=True)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_only_chosen_columns_of_a_workbook_change_although_cells_share_their_text():
    new = translated(workbook(), "a.xlsx", lambda unit: Placed(unit.text.upper()), Options(columns=("name",)))
    sheet = openpyxl.load_workbook(io.BytesIO(new)).active
    assert [cell.value for cell in sheet["B"]] == ["NAME", "APPLE", "PEAR"]
    assert [cell.value for cell in sheet["C"]] == ["note", "apple", "=SUM(A2:A3)"]
    assert [cell.value for cell in sheet["A"]] == ["id", 1, 2]
    assert sheet["B2"].font.b


def sheets() -> bytes:
    book = openpyxl.Workbook()
    first, second = book.active, book.create_sheet("Costs")
    assert first is not None
    for sheet, rows in ((first, [["Name", "Notes"], ["Anna", "likes tea"]]), (second, [["Item", "Remarks"]])):
        for row in rows:
            sheet.append(row)
    second.append(["Bread", "very good"])
    first["A2"].comment = Comment("Call her back", "me")
    second.oddHeader.center.text = "Confidential report"
    second.oddFooter.center.text = "&P"
    chart = BarChart()
    chart.title = "Costs of the year"
    second.add_chart(chart, "D4")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_columns_of_every_sheet_can_be_chosen_and_a_sheet_without_them_is_named():
    assert open_file(sheets(), "a.xlsx", Options(), Limits()).header == ["Name", "Notes", "Item", "Remarks"]
    opened = open_file(sheets(), "a.xlsx", Options(columns=("Notes",)), Limits())
    assert [unit.text for unit in opened.units] == ["Notes", "likes tea"]  # and not the comment on a name
    assert "No text is in the chosen columns of sheet 2, so it stays as it is." in map(str, opened.notes)
    both = open_file(sheets(), "a.xlsx", Options(columns=("Notes", "Remarks")), Limits())
    assert [unit.text for unit in both.units] == ["Notes", "likes tea", "Remarks", "very good"]
    assert not any("chosen" in str(note) for note in both.notes)


def test_what_stays_in_the_source_language_is_named():
    notes = " ".join(map(str, open_file(sheets(), "a.xlsx", Options(), Limits()).notes))
    assert notes == "The name of 1 sheet stays, since formulas and links use it: “Costs”."
    assert not open_file(workbook(), "a.xlsx", Options(), Limits()).notes
    plain = word(paragraph(run("hello")))
    assert not open_file(plain, "a.docx", Options(), Limits()).notes
    with zipfile.ZipFile(io.BytesIO(plain)) as parts:
        every = {name: parts.read(name) for name in parts.namelist() if name != "[Content_Types].xml"}
    chart = zipped(every | {"word/charts/chart1.xml": "<c/>"})
    assert "charts" in " ".join(map(str, open_file(chart, "a.docx", Options(), Limits()).notes))


def test_a_bilingual_cell_keeps_the_bold_words_of_both_languages():
    book = openpyxl.Workbook()
    bold = InlineFont(b=True)
    book.active["A1"] = CellRichText("A ", TextBlock(bold, "big"), " apple")
    book.active["A2"] = "plain words"
    out = io.BytesIO()
    book.save(out)
    new = translated(
        out.getvalue(), "a.xlsx", lambda unit: Placed(unit.text.upper(), unit.marks), Options(bilingual=True)
    )
    sheet = openpyxl.load_workbook(io.BytesIO(new), rich_text=True).active
    assert sheet is not None
    assert str(sheet["A1"].value) == "A big apple\nA BIG APPLE"
    assert [str(one) for one in sheet["A1"].value if isinstance(one, TextBlock) and one.font.b] == [
        "big",
        "BIG",
    ]
    assert sheet["A2"].value == "plain words\nPLAIN WORDS"


def test_entities_in_an_office_file_are_refused():
    bomb = f"<!DOCTYPE x [<!ENTITY a 'ha'>]><w:document xmlns:w='{W}'><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>"
    data = zipped({"_rels/.rels": "<Relationships/>", "word/document.xml": bomb})
    with pytest.raises(CorruptFile):
        open_file(data, "a.docx", Options(), Limits())


def test_a_file_that_unpacks_to_too_much_is_refused():
    data = word(paragraph(run("x" * 2_000_000)))
    with pytest.raises(TooMuchUnpacked):
        open_file(data, "a.docx", Options(), Limits(unpacked_bytes=1_000_000))


def test_alternative_texts_and_entries_of_lists_are_translated_and_values_stay():
    wp = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
    body = (
        paragraph(run("choose"))
        + f"<w:p><w:r><w:drawing><wp:docPr xmlns:wp='{wp}' id='1' name='Picture 1' descr='a cat'/></w:drawing></w:r></w:p>"
        + "<w:sdt><w:sdtPr><w:dropDownList><w:listItem w:displayText='red' w:value='r'/></w:dropDownList></w:sdtPr></w:sdt>"
    )
    new = translated(word(body), "a.docx", lambda u: Placed(u.text.upper(), u.marks))
    with zipfile.ZipFile(io.BytesIO(new)) as parts:
        made = parts.read("word/document.xml").decode()
    assert 'descr="A CAT"' in made
    assert 'name="Picture 1"' in made
    assert 'displayText="RED" w:value="r"' in made
    assert "CHOOSE" in made


def upper(data: bytes, name: str, options: Options | None = None) -> dict[str, str]:
    """The parts of a file whose text is in capitals, what must stay apart."""
    options = options or Options()
    opened = open_file(data, name, options, Limits())
    made = write_file(data, name, options, [shouted(unit) for unit in opened.units], Limits())
    assert not made.notes
    with zipfile.ZipFile(io.BytesIO(made.data)) as parts:
        return {part: parts.read(part).decode() for part in parts.namelist()}


def shouted(unit: Unit) -> Placed:
    text, at = "", 0
    for mark in [mark for mark in unit.marks if mark.kind == "keep"]:
        text += unit.text[at : mark.start].upper() + unit.text[mark.start : mark.end]
        at = mark.end
    return Placed(text + unit.text[at:].upper(), unit.marks)


def commented() -> bytes:
    """A workbook with a note, and with a thread whose second text mentions somebody."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Anna", 1])
    sheet["A1"].comment = Comment("Call her back", "me")
    sheet["B1"].comment = Comment(
        "[Threaded comment]\n\nComment:\n    too low\nReply:\n    ask @Bo", "tc={1}"
    )
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as parts:
        every: dict[str, str | bytes] = {name: parts.read(name) for name in parts.namelist()}
    name = next(part for part in every if part.startswith("xl/worksheets/_rels/"))
    kind = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
    link = f'<Relationship Id="t1" Type="{kind}" Target="../threadedComments/threadedComment1.xml"/>'
    every[name] = bytes(every[name]).replace(b"</Relationships>", f"{link}</Relationships>".encode())  # type: ignore[arg-type]
    space = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
    mention = '<mentions><mention mentionId="{2}" startIndex="4" length="3"/></mentions>'
    every["xl/threadedComments/threadedComment1.xml"] = (
        f'<ThreadedComments xmlns="{space}"><threadedComment ref="B1" id="{{1}}"><text>too low</text>'
        f'</threadedComment><threadedComment ref="B1" parentId="{{1}}"><text>ask @Bo</text>{mention}'
        "</threadedComment></ThreadedComments>"
    )
    return zipped(every)


def test_comments_of_a_workbook_are_translated_in_threads_and_in_the_copies_of_them():
    made = upper(commented(), "a.xlsx")
    notes = next(text for part, text in made.items() if "/comment" in part and "threaded" not in part)
    assert "CALL HER BACK" in notes
    assert "[Threaded comment]\n\nComment:\n    TOO LOW\nReply:\n    ASK @Bo" in notes
    thread = made["xl/threadedComments/threadedComment1.xml"]
    assert "TOO LOW" in thread
    assert "ASK @Bo" in thread
    assert 'startIndex="4" length="3"' in thread


def test_comments_of_a_presentation_are_translated_old_and_new():
    modern = "http://schemas.microsoft.com/office/powerpoint/2018/8/main"
    drawn = f"<a:p xmlns:a='{DRAWING}'><a:r><a:t>too long</a:t></a:r></a:p>"
    parts = {
        "ppt/slides/_rels/slide1.xml.rels": relations(
            ("comments", "../comments/comment1.xml"), ("comments", "../comments/modernComment_1.xml")
        ),
        "ppt/comments/comment1.xml": f'<p:cmLst xmlns:p="{SLIDES}"><p:cm><p:text>shorten it</p:text></p:cm></p:cmLst>',
        "ppt/comments/modernComment_1.xml": f'<c:cmLst xmlns:c="{modern}"><c:cm><c:txBody>{drawn}</c:txBody></c:cm></c:cmLst>',
    }
    with zipfile.ZipFile(io.BytesIO(pptx({"Plan": "one"}))) as plain:
        data = zipped({name: plain.read(name) for name in plain.namelist()} | parts)
    made = upper(data, "a.pptx")
    assert "SHORTEN IT" in made["ppt/comments/comment1.xml"]
    assert "TOO LONG" in made["ppt/comments/modernComment_1.xml"]
    both = upper(data, "a.pptx", Options(bilingual=True))
    assert "shorten it\nSHORTEN IT" in both["ppt/comments/comment1.xml"]


def test_a_paragraph_that_is_a_number_is_a_text_and_one_without_separators_is_none():
    data = word(paragraph(run("$1,250.50")) + paragraph(run("42")) + paragraph(run("words")))
    assert [unit.text for unit in open_file(data, "a.docx", Options(), Limits()).units] == [
        "$1,250.50",
        "words",
    ]


def test_the_text_of_a_computed_field_is_named():
    field = "<w:fldSimple w:instr=' {} '>{}</w:fldSimple>"
    body = paragraph(run("As shown in "), field.format("REF _a", run("Table 3")), run(", it is good."))
    page = paragraph(run("Page "), field.format("PAGE", run("3")), run(" of the book."))
    opened = open_file(word(body + page), "a.docx", Options(), Limits())
    assert [unit.text for unit in opened.units] == ["As shown in Table 3, it is good.", "Page 3 of the book."]
    assert list(map(str, opened.notes)) == [
        "1 field keeps its text, which Word writes again when it is updated (F9): “Table 3”."
    ]
