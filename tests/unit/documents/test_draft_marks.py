"""A translation that is a draft says so in its name and, where its format has a place for it, inside."""

import io
import re
import zipfile

import openpyxl
import pytest
from docx import Document as Word

from components.documents.limits import Limits
from components.documents.rewriting import draft_marks
from components.documents.rewriting.rewriters import open_file, write_file
from components.documents.rewriting.units import Options, Placed

DRAFT = Options(target="de", draft=True)


def made(data: bytes, name: str) -> tuple[bytes, str, list[str]]:
    opened = open_file(data, name, DRAFT, Limits())
    written = write_file(data, name, DRAFT, [Placed(one.text) for one in opened.units], Limits())
    return written.data, opened.output, list(map(str, [*opened.notes, *written.notes]))


def with_properties() -> bytes:
    out, word = io.BytesIO(), Word()
    word.add_paragraph("Das Haus ist alt.")
    word.core_properties.author, word.core_properties.content_status = "Ann", "Final"
    word.save(out)
    return out.getvalue()


def without_properties() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(with_properties())) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if name != "docProps/core.xml":
                new.writestr(name, re.sub(rb'<[^<>]*"/?docProps/core.xml"[^<>]*>', b"", old.read(name)))
    return out.getvalue()


@pytest.mark.parametrize("data", [without_properties(), with_properties()])
def test_the_status_of_a_word_file_is_draft_whether_it_had_properties_or_not(data):
    new, name, notes = made(data, "a.docx")
    word = Word(io.BytesIO(new))
    assert word.core_properties.content_status == "Draft"
    assert word.core_properties.author in ("", "Ann")
    assert [one.text for one in word.paragraphs] == ["Das Haus ist alt."]
    assert (name, str(draft_marks.INSIDE) in notes) == ("a.draft.docx", True)


def test_the_status_of_a_workbook_is_draft():
    out, book = io.BytesIO(), openpyxl.Workbook()
    book.active["A1"] = "Das Haus ist alt."
    book.save(out)
    assert openpyxl.load_workbook(io.BytesIO(made(out.getvalue(), "a.xlsx")[0])).properties.contentStatus == (
        "Draft"
    )


@pytest.mark.parametrize(
    ("name", "text", "there"),
    [
        ("a.html", "<p>Das Haus ist alt.</p>", "</p>\n<!-- Draft: "),
        ("a.md", "---\ntitle: x\n---\n\nDas Haus ist alt.\n", "alt.\n<!-- Draft: "),
        ("a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nDas Haus\n", "Haus\n\nNOTE Draft: "),
        ("a.properties", "a = Das Haus\n", "Haus\n# Draft: "),
    ],
)
def test_formats_with_comments_say_it_in_one_at_their_end(name, text, there):
    new, _, notes = made(text.encode(), name)
    assert there in new.decode()
    assert str(draft_marks.INSIDE) in notes


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.csv", "x,y\nDas Haus,alt\n"), ("a.json", '{"a": "Das Haus"}'), ("a.txt", "Das Haus")],
)
def test_formats_without_a_place_for_it_say_it_in_their_name_alone(name, text):
    new, output, notes = made(text.encode(), name)
    assert new.decode() == text
    assert ".draft." in output
    assert str(draft_marks.OUTSIDE) in notes


def test_messages_of_a_catalogue_are_marked_each():
    text = '#, c-format\nmsgid "%d Haus"\nmsgstr ""\n\n#: a.c\n#| msgid "x"\nmsgctxt "y"\nmsgid "Haus"\nmsgstr ""\n'
    new = made(text.encode(), "a.po")[0].decode()
    assert '#, fuzzy, c-format\nmsgid "%d Haus"' in new
    assert '#: a.c\n#, fuzzy\n#| msgid "x"\nmsgctxt "y"\n' in new
