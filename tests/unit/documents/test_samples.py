"""Every sample document and every hostile one, each with what must come of it.

The samples were made by others and are not part of the project; without them the tests are skipped.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from components.documents import Document, errors, read_document
from tests.data import FOLDER, needs_data, sample

pytestmark = needs_data


@dataclass(frozen=True)
class Good:
    """A file that is read: its format, texts in their order, and what else must hold."""

    format: str
    texts: tuple[str, ...]
    language: str = ""
    encoding: str = ""
    words: int = 0  # at least
    pages: int | None = None
    left_out: str = ""
    password: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Bad:
    """A file that can't be read: the kind of error, and words of its sentence."""

    kind: type[errors.BadInput]
    words: str
    password: str | None = None


CASES: dict[str, Good | Bad] = {
    "csv/docling_csv-comma.csv": Good(
        "csv", ("Customer Id", "Sheryl\tBaxter", "Lozano, Dr"), encoding="utf-8"
    ),
    "csv/docling_csv-semicolon.csv": Good("csv", ("Customer Id\tFirst Name", "Sheryl\tBaxter")),
    "csv/docling_csv-too-few-columns.csv": Good("csv", ("1\t2\t3\t4", "a\tb\tc\td")),
    "csv/markitdown_sjis_test_mskanji.csv": Good(
        "csv", ("名前\t年齢\t住所", "髙橋淳\t35\t名古屋"), encoding="shift_jis"
    ),
    "docx/docling_lorem_ipsum.docx": Good(
        "docx", ("Lorem ipsum dolor sit amet", "Duis condimentum"), words=480
    ),
    "docx/docling_textbox.docx": Good("docx", ("Student falls ill", "Health Bureau:", "Case closed."), "en"),
    "docx/docling_word_sample.docx": Good(
        "docx",
        ("Swimming in the lake", "Figure 1", "Let’s swim!", "1. Wear sunglasses", "Berries\tBlueberry"),
        "en",
        left_out="pictures",
    ),
    "docx/docling_word_tables.docx": Good(
        "docx", ("A uniform table", "Cell 1.0\tCell 1.1", "A non-uniform table")
    ),
    "docx/markitdown_test.docx": Good(
        "docx", ("AutoGen:", "Abstract", "Introduction", "1\t2\t3"), "en", words=600
    ),
    "docx/pydocx_blk-paras-and-tables.docx": Good("docx", ("Text before", "Table\nBetween", "Text after")),
    "docx/tika_footnotes.docx": Good("docx", ("prostoy[1] text", "[1] snoska")),
    "docx/tika_testWORD.docx": Good(
        "docx", ("Sample Word Document Title", "Heading Level 3", "Nested table"), "en"
    ),
    "docx/tika_testWORD_numbered_list.docx": Good(
        "docx", ("1) This", "a) Is", "Within cell", "iii) List", "2) foo")
    ),
    "docx/tika_testWORD_protected_passtika.docx": Good(
        "docx", ("encrypted Word 2007 File",), password="tika"
    ),
    "epub/docling_epub_purvis_poetry.epub": Good("epub", ("Poetry", "Uncopyright"), "en", words=2900),
    "epub/markitdown_test.epub": Good("epub", ("Chapter 1: Test Content", "A bullet point", "Chapter 2")),
    "html/docling_wiki_duck.html": Good(
        "html", ("Duck is the common name", "Etymology", "Predators", "See also"), "en", left_out="navigation"
    ),
    "html/markitdown_test_blog.html": Good("html", ("TL;DR", "MATH"), "en", words=900),
    "html/tika_boilerplate.html": Good("html", ("the real meat of the page", "the end of the text")),
    "html/tika_testHTML_charset_utf16le.html": Good("html", ("This is a sample text",), encoding="utf-16"),
    "markdown/docling_duck.md": Good("markdown", ("Swimming in the lake", "Let’s swim!", "Ash, Elm, Maple")),
    "markdown/docling_nested.md": Good("markdown", ("Nesting", "abc123", "First item", "Subitem 1")),
    "markdown/docling_wiki.md": Good("markdown", ("IBM", "1910s–1950s", "1960s–1980s"), "en", words=650),
    "markdown/markitdown_README.md": Good("markdown", ("MarkItDown", "Prerequisites", "Contributing"), "en"),
    "odt/docling_text_document_01.odt": Good(
        "odt", ("Title", "heading level 1.0", "bullet list 2.2.1"), "en"
    ),
    "odt/tika_testODTnotaZipFile.odt": Bad(errors.WrongContent, "plain text"),
    "odt/tika_testStyles.odt": Good("odt", ("This is just a test.", "1. One", "- First")),
    "pdf-encrypted/docling_pw1234_2206.01062_pg3.pdf": Good(
        "pdf",
        ("The pages in DocLayNet can be grouped into six distinct categories", "ANNOTATION CAMPAIGN"),
        "en",
        password="1234",
    ),
    "pdf-encrypted/pypdf_r4-aes-user-password.pdf": Good("pdf", (), password="asdfzxcv", pages=1),
    "pdf-encrypted/pypdf_r6-empty-password.pdf": Good("pdf", (), pages=1),
    "pdf-encrypted/tika_testPDF_protected.pdf": Good(
        "pdf",
        (
            "RETHINKING THE FINANCIAL NETWORK",
            "sharp discontinuities in the financial system were an accident",
        ),
        "en",
        words=11_000,
        pages=41,
        left_out="page numbers",
    ),
    "pdf-scanned/docling_ocr_test.pdf": Good("pdf", ("Docling bundles PDF document conversion",), "en"),
    "pdf-scanned/pypdf_jpeg.pdf": Good("pdf", ("A PDF with a JPEG image.",), left_out="pictures"),
    "pdf-scanned/tika_testOCR.pdf": Good("pdf", ("Happy New Year 2003!",)),
    "pdf-text/docling_multi_page.pdf": Good(
        "pdf",
        ("Introduced in 1964, this machine combined IBM's Selectric", "1. Undo/Redo", "self-publishing"),
        "en",
        pages=5,
    ),
    "pdf-text/docling_normal_4pages.pdf": Good("pdf", ("코로나-19", "들어가며", "맺으며"), "ko", pages=4),
    "pdf-text/gutenberg_alice_book.pdf": Good(
        "pdf",
        ("CHAPTER I. Down the Rabbit-Hole", "Curiouser and curiouser!", "CHAPTER XII."),
        "en",
        words=29_000,
        pages=69,
    ),
    "pdf-text/markitdown_test.pdf": Good("pdf", ("1 Introduction", "agents that can leverage LLMs"), "en"),
    "pdf-text/pdfjs_pdfjs_wikipedia.pdf": Good("pdf", ("PDF.js is a JavaScript library", "Behavior"), "en"),
    "pdf-text/pypdf_crazyones.pdf": Good("pdf", ("The Crazy Ones", "the ones who do."), "en"),
    "pdf-text/pypdf_multilang.pdf": Good(
        "pdf", ("مرحبا بالعالم", "Привет, мир", "你好世界", "สวัสดีชาวโลก", "こんにちは世界")
    ),
    "pdf-text/tika_testPDF.pdf": Good(
        "pdf", ("Apache Tika is a toolkit for detecting and extracting",), "en"
    ),
    "pdf-two-column/pdfjs_tracemonkey.pdf": Good(
        "pdf",
        ("Dynamic languages such as JavaScript are more difficult", "10. Future Work", "References"),
        "en",
        words=12_000,
        pages=14,
    ),
    "rtf/markitdown_test.rtf": Good("rtf", ("This is a Sample RTF File", "MarkItDown sample plugin"), "en"),
    "rtf/tika_testRTF.rtf": Good("rtf", ("Test d’indexation Word",)),
    "rtf/tika_testRTFJapanese.rtf": Good(
        "rtf", ("ゾルゲと尾崎、淡々と最期", "太平洋戦争を前に"), "ja", words=800
    ),
    "srt/sintel_en.srt": Good(
        "srt", ("This blade has a dark past. It has shed", "Good night, Scales."), "en"
    ),
    "srt/tika_testWebVTT_utf8.vtt": Good("vtt", ("the feedback indicates that many new hires",), "en"),
    "srt/tika_test_subrip.srt": Good("srt", ("On peut écrire avec des accents, sur une",), "fr"),
    "txt/charsetnorm_sample-chinese.txt": Good(
        "text", ("維基大典", "墨子閒詁"), "zh", encoding="big5", words=200
    ),
    "txt/charsetnorm_sample-english.bom.txt": Good(
        "srt", ("About 2 months ago I found myself on the",), "en"
    ),
    "txt/charsetnorm_sample-french.txt": Good("text", ("Quel est le plus grand des écrivains",), "fr"),
    "txt/charsetnorm_sample-russian.txt": Good(
        "text", ("В гимназии он не был", "Блестяще"), "ru", "mac-cyrillic"
    ),
    "txt/tika_multi-language.txt": Good("text", ("contratação de sucesso", "español ABC adhoc prácticas")),
    "txt/tika_russian.cp866.txt": Good("text", ("Однажды, в студеную зимнюю пору,",), "ru", encoding="cp866"),
}
HOSTILE: dict[str, Good | Bad] = {
    "blns.json": Good("text", ("undefined", "¸˛Ç◊ı˜Â¯˘¿", "田中さんにあげて下さい"), encoding="utf-8"),
    "markdown_xss.txt": Good("text", ("prompt(document.cookie)",)),
    "pdfjs_poppler-395-0-fuzzed.pdf": Bad(errors.CorruptFile, "damaged"),
    "pypdf_issue-297.pdf": Good("pdf", ("test example",)),
    "qpdf_append-xref-loop.pdf": Good("pdf", (), pages=30),
    "tika_NullHeader.docx": Good("docx", ("Hundreds injured in Yemen protest", "Collapsing economy"), "en"),
    "tika_testPDF_bad_page_303226.pdf": Good("pdf", ("SCHEDULES OF CONTROLLED SUBSTANCES",), "en", pages=19),
    "tika_testWORD_truncated.docx": Bad(errors.CorruptFile, "damaged or incomplete"),
}


@cache
def read(path: Path, password: str | None = None) -> Document:
    return read_document(path.read_bytes(), path.name, password=password)


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=pytest.mark.slow if "scanned" in one else ()) for one in CASES]
)
def test_a_sample_document_is_read_in_order_or_says_what_is_wrong(name: str) -> None:
    check(sample("documents", name), CASES[name])


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_costs_a_sentence_at_most(name: str) -> None:
    check(sample("hostile", name), HOSTILE[name])


def check(path: Path, expected: Good | Bad) -> None:
    if isinstance(expected, Bad):
        with pytest.raises(expected.kind) as caught:
            read(path, expected.password)
        assert type(caught.value) is expected.kind
        assert expected.words in str(caught.value)
        assert path.name in str(caught.value)
        return
    found = read(path, expected.password)
    at = 0
    for text in expected.texts:
        assert text in found.text[at:], f"{text!r} is missing or too early"
        at = found.text.index(text, at)
    assert (found.format, found.pages) == (expected.format, expected.pages or found.pages)
    assert expected.language in ("", found.language)
    assert expected.encoding in ("", found.encoding)
    assert found.words >= expected.words
    assert not expected.left_out or any(
        expected.left_out in str(left.what).lower() for left in found.left_out
    )
    assert "\ufffd" not in found.text or found.format != "text"


def test_no_sample_is_forgotten() -> None:
    documents = FOLDER / "documents"
    there = {p.relative_to(documents).as_posix() for p in documents.rglob("*") if p.is_file()}
    assert there == set(CASES)
    assert {p.name for p in (FOLDER / "hostile").iterdir()} == set(HOSTILE)


@pytest.mark.parametrize(
    "name",
    [
        "pdf-encrypted/docling_pw1234_2206.01062_pg3.pdf",
        "pdf-encrypted/pypdf_r4-aes-user-password.pdf",
        "docx/tika_testWORD_protected_passtika.docx",
    ],
)
def test_a_protected_file_asks_for_its_password_and_says_when_it_is_wrong(name: str) -> None:
    data = sample("documents", name).read_bytes()
    with pytest.raises(errors.PasswordNeeded) as asked:
        read_document(data, name)
    assert not isinstance(asked.value, errors.WrongPassword)
    with pytest.raises(errors.WrongPassword):
        read_document(data, name, password="not this")


TRACEMONKEY = sample("documents", "pdf-two-column", "pdfjs_tracemonkey.pdf")
PROSE = (
    # Over line ends of one column, over the end of a column, and over the end of a page.
    "traditional compilers need to emit generic code that can handle all possible type combinations",
    "the de facto standard for client-side web programming and is used for the application logic",
    "find that the trace reaches not the inner loop header, but the outer loop header.",
    "the system starts running JavaScript in a fast-starting bytecode interpreter",
    "In a naïve implementation, inner loops would become hot first",
    "loops and end with the special loop LIR instruction",
)


@pytest.mark.parametrize("sentence", PROSE)
def test_two_columns_are_read_one_after_the_other_so_that_sentences_stay_whole(sentence: str) -> None:
    assert sentence in read(TRACEMONKEY).text


def test_sections_of_a_paper_are_in_order_with_their_pages() -> None:
    headings = [(b.text, b.page) for b in read(TRACEMONKEY).blocks if b.kind == "heading"]
    wanted = [("1. Introduction", 1), ("3. Trace Trees", 4), ("7. Evaluation", 10), ("9. Conclusions", 13)]
    assert [heading for heading in headings if heading in wanted] == wanted


def test_a_table_in_a_paper_keeps_its_rows() -> None:
    tables = [b for b in read(TRACEMONKEY).blocks if b.kind == "table"]
    assert any(("xx1", "number", "31-bit integer representation") in table.rows for table in tables)
