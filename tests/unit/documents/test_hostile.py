"""Bombs, loops, crashes and traps: each costs a plain sentence, and nothing outside the file is touched."""

import os
import signal
import socket
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from components.documents import Limits, errors, read_document
from components.errors import Cancelled
from tests.unit.documents import making

SMALL = Limits(unpacked_bytes=5_000_000)
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "haha">'
    + "".join(f'<!ENTITY {n} "{f"&{b};" * 10}">' for b, n in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)


def outcome(data: bytes, name: str, limits: Limits = SMALL) -> str:
    """The sentence that the file costs."""
    with pytest.raises(errors.BadInput) as caught:
        read_document(data, name, limits=limits)
    assert name in str(caught.value)
    assert str(caught.value).endswith(".")
    return type(caught.value).__name__


def fails_after(code: str) -> tuple[str, str]:
    """A reading process that does `code` once it has its file."""
    return "-c", "import sys, os, time, signal; sys.stdin.buffer.read(); " + code


def test_a_pdf_that_unpacks_to_gigabytes_costs_a_sentence() -> None:
    assert outcome(making.flate_bomb(30), "bomb.pdf") == "TooMuchUnpacked"


def test_a_word_file_that_unpacks_to_gigabytes_costs_a_sentence() -> None:
    bomb = making.docx(making.paragraph("a" * 30_000_000))
    assert len(bomb) < 100_000
    assert outcome(bomb, "bomb.docx") == "TooMuchUnpacked"


def test_a_workbook_that_unpacks_to_gigabytes_costs_a_sentence() -> None:
    bomb = making.zipped(
        {
            "[Content_Types].xml": making.TYPES,
            "xl/workbook.xml": "<x/>",
            "xl/worksheets/sheet1.xml": " " * 30_000_000,
        }
    )
    assert outcome(bomb, "bomb.xlsx") == "TooMuchUnpacked"


def test_an_archive_in_an_archive_is_never_opened() -> None:
    inner = making.zipped({"zeros.bin": b"\0" * 20_000_000})
    for _ in range(3):
        inner = making.zipped({"inner.zip": inner})
    assert outcome(inner, "nested.zip") == "Unsupported"
    assert outcome(inner, "nested.docx") == "WrongContent"


def test_a_million_parts_in_a_zip_are_not_walked() -> None:
    parts = {f"word/{i}.xml": "" for i in range(20_010)} | {
        "[Content_Types].xml": "",
        "word/document.xml": "",
    }
    assert outcome(making.zipped(parts), "parts.docx") == "TooMuchUnpacked"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("laughs.docx", making.docx(making.paragraph("x &i; y"), LAUGHS)),
        ("laughs.odt", making.odt("<text:p>x &i; y</text:p>", LAUGHS)),
        ("laughs.epub", making.epub({"a": "<p>x</p>"}, ["a"], LAUGHS)),
        ("laughs.xml", f'<?xml version="1.0"?>{LAUGHS}<x>&i;</x>'.encode()),
        (
            "laughs.xlsx",
            making.zipped({"[Content_Types].xml": making.TYPES, "xl/workbook.xml": f"{LAUGHS}<x>&i;</x>"}),
        ),
    ],
)
def test_entities_that_multiply_are_refused(name: str, data: bytes) -> None:
    assert outcome(data, name) == "CorruptFile"


def test_entities_in_a_web_page_stay_text() -> None:
    found = read_document(
        f"<!DOCTYPE html><html><body>{LAUGHS}<p>x &i; y</p></body></html>".encode(), "laughs.html"
    )
    assert len(found.text) < 1_000


@pytest.fixture
def trap() -> Iterator[tuple[str, list[object]]]:
    """A server that notes every connection, and a file with a secret."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)
    seen: list[object] = []

    def listen() -> None:
        while server.fileno() >= 0:
            try:
                seen.append(server.accept())
            except TimeoutError:
                continue
            except OSError:
                return

    threading.Thread(target=listen, daemon=True).start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}", seen
    server.close()


def test_nothing_outside_a_document_is_ever_fetched(trap: tuple[str, list[object]], tmp_path: Path) -> None:
    url, seen = trap
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret word")
    for target in (f"{url}/e", secret.as_uri()):
        entity = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{target}">]>'
        outside = f'<!DOCTYPE x SYSTEM "{target}">'
        links = making.relations(("styles", "styles.xml")).replace(
            "</Relationships>",
            f'<Relationship Id="x" Type="{making.OFFICE}/image" Target="{target}" TargetMode="External"/>'
            "</Relationships>",
        )
        page = (
            f'<html><head><link rel="stylesheet" href="{target}"><script src="{target}"></script>'
            f'<meta http-equiv="refresh" content="0;url={target}"></head><body><p>Some text here</p>'
            f'<img src="{target}"><iframe src="{target}"></iframe></body></html>'
        )
        traps = {
            "a.docx": making.docx(making.paragraph("Some &e; text"), entity),
            "b.odt": making.odt("<text:p>Some &e; text</text:p>", entity),
            "c.svg": f'<?xml version="1.0"?>{entity}<svg xmlns="http://www.w3.org/2000/svg">&e;</svg>'.encode(),
            "d.html": page.encode(),
            "e.docx": making.docx(making.paragraph("Some text here"), links=links),
            "f.md": f"# Some text\n\n![a]({target}) <img src='{target}'>".encode(),
            "g.odt": making.odt("<text:p>Some text</text:p>", outside),
        }
        for name, data in traps.items():
            try:
                text = read_document(data, name).text
            except errors.BadInput:
                text = ""
            assert "secret word" not in text
            assert bool(text) == (name not in ("a.docx", "b.odt", "c.svg"))
    time.sleep(0.3)
    assert seen == []


def test_more_pages_than_the_limit_cost_a_sentence_with_both_numbers() -> None:
    data = making.pdf([making.lines(["Page"])] * 5_000)
    with pytest.raises(errors.TooManyPages, match=r"5000 pages; at most 2,000"):
        read_document(data, "long.pdf")


def test_one_line_of_5_mb_is_read() -> None:
    text = "word " * 1_000_000
    found = read_document(text.encode(), "line.txt")
    assert found.words == 1_000_000


@pytest.mark.parametrize("tag", ["div", "b", "table><tr><td"])
def test_100000_nested_tags_cost_a_sentence(tag: str) -> None:
    data = f"<html><body>{f'<{tag}>' * 100_000}text".encode()
    assert outcome(data, "deep.html") == "TooDeep"


def test_deep_elements_in_office_files_cost_a_sentence() -> None:
    deep = "<w:smartTag>" * 50_000 + "</w:smartTag>" * 50_000
    assert outcome(making.docx(f"<w:p>{deep}</w:p>"), "deep.docx") == "TooDeep"
    assert (
        outcome(making.odt("<text:section>" * 200 + "</text:section>" * 200), "deep.odt", Limits(nesting=100))
        == "TooDeep"
    )
    assert outcome(b"{\\rtf1 " + b"{" * 100_000 + b"text", "deep.rtf") == "TooDeep"


def test_deep_quotes_and_lists_in_markdown_cost_a_sentence() -> None:
    assert outcome(b"# Start\n\n" + b"> " * 20_000 + b"deep\n", "deep.md") == "TooDeep"
    assert outcome(b"# Start\n\n" + b"- " * 5_000 + b"list\n", "deep.md") == "TooDeep"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_parser_killed_half_way_costs_a_sentence() -> None:
    killed = fails_after(
        "sys.stdout.write('{\"docu'); sys.stdout.flush(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    with pytest.raises(errors.ReaderFailed, match=r"a\.pdf"):
        read_document(b"x", "a.pdf", worker=killed)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_real_parser_killed_from_outside_costs_a_sentence() -> None:
    pages = making.pdf([making.lines(["Some words on a line"] * 50)] * 1_500)

    def kill() -> None:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            for child in psutil.Process().children():
                if "components.documents.reader_program" in child.cmdline() and child.cpu_times().user > 0.4:
                    os.kill(child.pid, signal.SIGKILL)
                    return
            time.sleep(0.01)

    threading.Thread(target=kill, daemon=True).start()
    with pytest.raises(errors.ReaderFailed):
        read_document(pages, "long.pdf")


@pytest.mark.parametrize(("hang", "seconds"), [("time.sleep(60)", 0.1), ("\nwhile True: pass", 0.5)])
def test_a_parser_that_waits_or_computes_without_end_is_ended(hang: str, seconds: float) -> None:
    before = set(psutil.Process().children())
    with pytest.raises(errors.TookTooLong, match=rf"within {seconds} seconds"):
        read_document(b"x", "a.pdf", limits=Limits(seconds=seconds), worker=fails_after(hang))
    left = set(psutil.Process().children()) - before
    assert not [c for c in left if c.status() != psutil.STATUS_ZOMBIE]


def test_a_reader_that_hardly_gets_a_core_is_waited_for() -> None:
    with pytest.raises(errors.ReaderFailed):
        read_document(b"x", "a.pdf", limits=Limits(seconds=0.5), worker=fails_after("time.sleep(1)"))


def test_a_parser_that_eats_memory_is_ended() -> None:
    with pytest.raises(errors.TooMuchMemory, match="200 MB of memory"):
        read_document(
            b"x",
            "a.pdf",
            limits=Limits(memory_bytes=200_000_000),
            worker=fails_after(
                "a = []; [a.append(bytes(range(256)) * 40_000) or time.sleep(.005) for _ in range(500)]"
            ),
        )


def test_a_parser_that_writes_without_end_is_ended() -> None:
    with pytest.raises(errors.TooMuchUnpacked):
        read_document(b"x", "a.pdf", limits=SMALL, worker=fails_after("\nwhile True: print('x' * 100_000)"))


def test_a_parser_that_answers_nonsense_costs_a_sentence() -> None:
    for answer in ("", "[]", "{}", '{"document": 3}', '{"document": {"name": 1}}'):
        with pytest.raises(errors.ReaderFailed):
            read_document(b"x", "a.pdf", worker=fails_after(f"print('''{answer}''')"))


def test_stop_ends_the_reading_process_at_once() -> None:
    began = time.monotonic()
    with pytest.raises(Cancelled):
        read_document(
            b"x",
            "a.pdf",
            worker=fails_after("time.sleep(60)"),
            cancelled=lambda: time.monotonic() - began > 0.3,
        )
    assert time.monotonic() - began < 5


def test_the_reading_process_can_neither_connect_nor_start_others_nor_write(tmp_path: Path) -> None:
    target = tmp_path / "written"
    code = f"""
        import json, socket, subprocess
        from components.documents import confinement, readers
        from components.documents.limits import Limits
        confinement.confine(Limits())
        tried = []
        for action in (lambda: socket.create_connection(("127.0.0.1", 9)), lambda: subprocess.run(["true"])):
            try:
                action()
            except PermissionError:
                tried.append("refused")
        with readers.nothing_written():
            try:
                with open({str(target)!r}, "w") as file:
                    file.write("x" * 10)
            except OSError:
                tried.append("refused")
        print(json.dumps({{"error": "CorruptFile", "message": " ".join(tried)}}))
    """
    with pytest.raises(errors.CorruptFile) as caught:
        read_document(b"x", "a.pdf", worker=("-c", textwrap.dedent(code)))
    assert str(caught.value).count("refused") >= (3 if sys.platform != "win32" else 2)


def test_the_app_never_loads_a_parser_itself() -> None:
    code = (
        "import sys, json, components.documents;"
        "heavy = {'lxml', 'pypdfium2', 'openpyxl', 'selectolax', 'markdown_it', 'fasttext', 'numpy',"
        " 'msoffcrypto', 'streamlit', 'torch', 'transformers'} & set(sys.modules);"
        "print(json.dumps({'error': 'CorruptFile', 'message': 'loaded: ' + ' '.join(sorted(heavy))}))"
    )
    with pytest.raises(errors.CorruptFile) as caught:
        read_document(b"x", "a.pdf", worker=("-c", code))
    assert str(caught.value) == "loaded: "


def test_the_app_survives_a_file_of_any_kind_cut_anywhere() -> None:
    files = {
        "a.docx": making.docx(making.paragraph(making.PROSE)),
        "a.pdf": making.pdf([making.lines([making.PROSE])]),
        "a.rtf": rb"{\rtf1\ansi Some text\par}",
    }
    for name, data in files.items():
        for cut in (len(data) // 3, len(data) - 30):
            try:
                kind = type(read_document(data[:cut], name))
            except errors.BadInput as error:
                kind = type(error)
            assert kind is not errors.ReaderFailed, (name, cut)


def test_limits_reach_the_reading_process() -> None:
    slides = making.pptx({"One": "a", "Two": "b", "Three": "c"})
    assert outcome(slides, "talk.pptx", replace(Limits(), pages=2)) == "TooManyPages"
