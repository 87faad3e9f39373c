"""What a file is told to be, why one isn't read, and what a document is once it was."""

import struct
import sys
from pathlib import Path

import pytest

from components.documents import Block, Document, Limits, errors, old_office, read_document
from components.documents.rewriting import rewriter_client
from components.documents.rewriting.units import Options, Placed
from components.errors import Cancelled
from tests.unit.documents import making
from tests.unit.documents.making import PROSE, paragraph


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
def test_an_old_office_file_says_what_to_save_it_as(
    stream: str, name: str, advice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(old_office, "program", lambda: None)
    with pytest.raises(errors.Unsupported, match=f"save it as {advice}"):
        read_document(ole(stream), name)


def _office(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A LibreOffice that does what `script` says; $out is the folder where the new file belongs."""
    program = folder / "soffice"
    head = '#!/bin/sh\nwhile [ "$1" != --outdir ]; do shift; done\nout=$2\nmkdir -p "$out"\n'
    program.write_text(head + script)
    program.chmod(0o700)
    monkeypatch.setattr(old_office, "program", lambda: str(program))


@pytest.mark.skipif(sys.platform == "win32", reason="the program of the test is a shell script")
def test_an_old_office_file_is_read_where_there_is_a_libreoffice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "new").write_bytes(making.docx(paragraph(PROSE)))
    _office(tmp_path, monkeypatch, f'cp "{tmp_path}/new" "$out/file.docx"\n')
    found = read_document(ole("WordDocument"), "a.doc")
    assert (found.text, found.name, found.format) == (PROSE, "a.doc", "docx")
    assert list(map(str, found.notes)) == ['"a.doc" was converted by LibreOffice before it was read.']
    opened = rewriter_client.open_file(ole("WordDocument"), "a.doc")
    assert ([unit.text for unit in opened.units], opened.output) == ([PROSE], "a.docx")
    written = rewriter_client.write_file(ole("WordDocument"), "a.doc", Options(), [Placed("Um texto.")])
    assert read_document(written.data, "a.docx").text == "Um texto."


@pytest.mark.skipif(sys.platform == "win32", reason="the program of the test is a shell script")
def test_a_libreoffice_that_fails_or_never_ends_costs_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _office(tmp_path, monkeypatch, "exit 1\n")
    with pytest.raises(errors.OldWorkbook, match=r"save it as \.xlsx"):
        read_document(ole("Workbook"), "a.xls")
    _office(tmp_path, monkeypatch, "sleep 60 & wait\n")
    asked = iter([False] * 3 + [True] * 1_000)
    old = errors.OldWorkbook("old")
    with pytest.raises(Cancelled):
        old_office.converted(b"x", old, "a.xls", Limits(), lambda: next(asked))
    with pytest.raises(errors.TookTooLong):
        old_office.converted(b"x", old, "a.xls", Limits(seconds=0.01), lambda: False)


@pytest.mark.parametrize(
    ("data", "name", "kind", "words"),
    [
        (b"", "a.txt", errors.EmptyFile, "is empty"),
        (b" \n\t\n", "a.txt", errors.EmptyFile, "has no text"),
        (b"\xef\xbb\xbf", "a.txt", errors.EmptyFile, "has no text"),
        (making.docx(""), "a.docx", errors.EmptyFile, "has no text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a.png", errors.CorruptFile, "a picture, but it is damaged"),
        (b"GIF89a" + bytes(50), "a.gif", errors.Unsupported, "a GIF picture"),
        (b"GIF89a" + bytes(50), "a.pdf", errors.WrongContent, "named .pdf, but it is a GIF picture"),
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


def test_writing_a_large_file_has_more_time_than_reading_and_says_what_is_kept(monkeypatch):
    seconds = []

    def slow(worker, header, data, limits, cancelled, more=b"", told=None):
        seconds.append(limits.seconds)
        raise errors.took_too_long(header["name"], limits.seconds)

    monkeypatch.setattr(old_office, "ask", slow)
    with pytest.raises(errors.TookTooLong, match=r"not written within 240 seconds.*sentences are kept"):
        rewriter_client.write_file(b"", "a.xlsx", Options(), [], Limits(seconds=60))
    with pytest.raises(errors.TookTooLong, match="not read within 60 seconds"):
        rewriter_client.open_file(b"", "a.xlsx", Options(), Limits(seconds=60))
    assert seconds == [240, 60]
