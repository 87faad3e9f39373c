"""Text in pictures: real pages that are drawn here, and what the layout makes of lines as they are read."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from benchmarks.ocr import error_rate, missing, plain, rate
from components.documents import Document, Limits, errors, ocr, read_document
from components.documents.confined import ask
from components.documents.draft import Draft
from components.documents.formats import scans
from components.documents.formats.pdf_blocks import build_blocks
from components.documents.formats.pdf_runs import Page, Run
from components.documents.formats.scans import Scans
from components.documents.ocr import Line, Reading
from tests.data import needs_data, sample
from tests.unit.documents import making
from tests.unit.documents.making import BLIND
from tests.unit.documents.pictures import LETTER, drawn, saved


def scanned_after_text() -> bytes:
    """A PDF of two pages: the first has text, the second is a picture of another."""
    page = drawn()
    image = (
        b"<< /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8 /Length %d >>"
        % (page.width, page.height, page.width * page.height)
    )
    shows = (
        b"BT /F1 12 Tf 72 700 Td (A cover letter with text.) Tj ET",
        b"q 540 0 0 156 36 500 cm /Scan Do Q",
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 2 /Kids [6 0 R 8 0 R] >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        image + b"\nstream\n" + page.tobytes() + b"\nendstream",
    ]
    for show in shows:
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(show), show))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> /XObject << /Scan 4 0 R >> >> >>" % len(objects)
        )
    return making.pdf_file(objects)


def test_the_scanned_page_of_a_pdf_is_read_and_the_notes_say_so() -> None:
    heard: list[tuple[int, int]] = []
    found = read_document(scanned_after_text(), "a.pdf", told=lambda done, of: heard.append((done, of)))
    assert found.text == "A cover letter with text.\n\n" + " ".join(LETTER)
    assert [block.page for block in found.blocks] == [1, 2]
    (note,) = map(str, found.notes)
    assert note.startswith("Page 2 was read from a picture, 9")
    assert (heard, found.left_out) == ([(0, 1), (1, 1)], ())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("turned", "form"),
    # What a format says and how a page lies are told apart by different code: each once is enough.
    [*((turned, "PNG") for turned in (0, 90, 180, 270, 4)), (4, "JPEG"), (90, "WEBP"), (180, "TIFF")],
)
def test_a_picture_is_read_whichever_side_is_up(turned: int, form: str) -> None:
    page = drawn().rotate(turned, expand=True, fillcolor="white")
    found = read_document(saved(page, form), f"a.{form.lower()}")
    assert (found.text, found.format, found.pages) == (" ".join(LETTER), "picture", 1)


@pytest.mark.slow
def test_a_fax_of_two_pages_a_turned_photograph_and_a_transparent_picture_are_read() -> None:
    narrow = drawn().resize((900, 130)).convert("1")
    fax = saved(narrow, "TIFF", save_all=True, append_images=[narrow], dpi=(204, 102))
    assert [block.text for block in read_document(fax, "fax.tif").blocks] == [" ".join(LETTER)] * 2
    exif = Image.Exif()
    exif[274] = 6  # to be turned by a quarter to the right
    turned = saved(drawn().rotate(90, expand=True), "JPEG", exif=exif)
    assert read_document(turned, "a.jpg").text == " ".join(LETTER)
    glass = Image.new("RGBA", (900, 260))
    glass.paste((0, 0, 0, 255), mask=Image.eval(drawn(), lambda grey: 255 - grey))
    assert read_document(saved(glass, "PNG"), "a.png").text == " ".join(LETTER)


@needs_data
@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("linn_skew.pdf", 0.03),
        ("linn_two_columns.pdf", 0.03),
        ("two_columns_table.pdf", 0.01),
        ("article_zh.pdf", 0.01),
        ("notice_skewed_de.png", 0.01),
        ("typewriter_nl.png", 0.01),
        ("phototest_rotated_left.png", 0.01),
        ("fax_rotated.tif", 0.01),
    ],
)
def test_real_scans_are_read_with_few_wrong_characters(name: str, most: float) -> None:
    path = sample("ocr", name)
    assert rate(path, read_document(path.read_bytes(), name).text) <= most


def test_a_wrong_a_missing_and_an_added_character_count_as_one_each() -> None:
    assert error_rate("harbour", "harbour") == 0
    assert error_rate("harbour", "harbor") == error_rate("harbour", "harbouur") == 1 / 7
    assert error_rate("harbour", "karbor") == 2 / 7
    assert error_rate("harbour", "") == 1
    assert plain("the har-\nbour  is 人 人 old") == "the harbour is 人人 old"
    assert missing("A label\nanother", "x alabel A label") == 0.5


def test_a_picture_without_text_or_with_too_many_pixels_says_so() -> None:
    with pytest.raises(errors.NoTextLayer, match=r'No text was found in "a.png"'):
        read_document(saved(drawn(()), "PNG"), "a.png", worker=BLIND)
    with pytest.raises(errors.TooLarge, match="million pixels"):
        read_document(saved(drawn(), "PNG"), "a.png", limits=Limits(ocr_pixels=100_000), worker=BLIND)


def test_pages_beyond_the_limit_are_named_and_not_dropped() -> None:
    pages: list[list[making.Text]] = [making.lines(["A page with text of its own."]), [], [], [], []]
    limits = Limits(ocr_pages=2)
    found = read_document(making.pdf(pages, scanned=(2, 3, 4, 5)), "a.pdf", limits=limits, worker=BLIND)
    assert {str(left.message): left.pages for left in found.left_out if left.pages} == {
        "Pages 4–5: pictures of pages, of which at most 2 are read at a time": (4, 5),
        "Pages 2, 3: a picture without text": (2, 3),
    }


def line(text: str, x0: float, middle: float, height: float = 20, chances: tuple[float, ...] = ()) -> Line:
    return Line(text, chances or (0.99,) * len(text), x0, x0 + 9 * len(text), middle, height)


def seen(lines: list[Line], monkeypatch: pytest.MonkeyPatch, unreadable: int = 0) -> Document:
    """What becomes of a page on which these lines are read."""

    class Sees:
        def read(self, picture: ocr.Picture) -> Reading:
            return Reading(tuple(lines), 900, 1200, 0, unreadable)

    monkeypatch.setattr(scans, "Recogniser", Sees)
    read, draft = Scans(Limits(), 1), Draft()
    page = read.read(np.zeros((1200, 900, 3), np.uint8), 7)
    build_blocks([page], draft)
    read.tell(draft)
    read.mark(draft)
    return Document("a", "picture", draft.placed(), left_out=draft.left_out, notes=tuple(draft.notes))


def test_columns_of_a_scan_are_read_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    left = [line(f"left side line {i} of the text goes", 20, 100 + 26 * i) for i in range(8)]
    right = [line(f"right side line {i} of the text goes", 480, 101 + 26 * i) for i in range(8)]
    mixed = [one for pair in zip(left, right, strict=True) for one in pair]
    text = seen([line("A Title", 300, 40, 44), *mixed], monkeypatch).text
    assert text.startswith("A Title\n\nleft side line 0")
    assert text.index("left side line 7") < text.index("right side line 0")


def test_boxes_of_uneven_height_are_one_paragraph(monkeypatch: pytest.MonkeyPatch) -> None:
    heights = (20, 17, 22, 24, 16)
    lines = [line("some words of a long line that", 20, 100 + 26 * i, h) for i, h in enumerate(heights)]
    (block,) = seen(lines, monkeypatch).blocks
    assert block.kind == "paragraph"


def test_a_word_that_may_be_wrong_is_marked_where_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    first = replace(line("The pier costs 4,350", 20, 100), chances=(*(0.99,) * 17, 0.4, 0.99, 0.99))
    second = replace(line("and the lamp 4,350", 20, 126), chances=(*(0.99,) * 15, 0.3, 0.99, 0.99))
    third = line("and not the 4,350.", 20, 152)
    found = seen([first, second, third], monkeypatch, unreadable=3)
    (block,) = found.blocks
    assert [(block.text[:start][-6:], block.text[start:end]) for start, end in block.unsure] == [
        ("costs ", "4,350"),
        (" lamp ", "4,350"),
    ]
    assert Document.from_json(found.to_json()).blocks == found.blocks
    left = [str(one.message) for one in found.left_out]
    assert left == ["Places in pictures (3): they look like text but can't be read"]


def test_a_page_that_is_hard_to_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    found = seen([line("a faint line of text", 20, 100, chances=(0.75,) * 20)], monkeypatch)
    assert [str(note) for note in found.notes] == [
        "Page 7 was read from a picture, 75% sure.",
        "Page 7 is hard to read. Compare it with the original, or scan it again.",
    ]


def test_the_slope_of_a_page_is_that_of_its_long_lines() -> None:
    def box(x0: float, y0: float, x1: float, y1: float) -> ocr._Corners:
        return np.array([[x0, y0], [x1, y1], [x1, y1 + 20], [x0, y0 + 20]], np.float32)

    aslant = [box(0, 0, 400, 20), box(0, 50, 400, 70), box(0, 0, 60, 60)]
    assert ocr._slope(aslant) == pytest.approx(0.05, abs=0.001)
    assert not ocr._is_sideways(aslant)
    assert ocr._is_sideways([np.array([[0, 0], [20, 0], [20, 300], [0, 300]], np.float32), *aslant[2:]])


def test_a_page_that_was_scanned_twice_loses_no_lines_as_running_headers() -> None:
    def page(number: int, texts: list[str]) -> Page:
        runs = [Run(text, 60, 300, 40.0 + 20 * i, 10, 0) for i, text in enumerate(texts)]
        return Page(number, 612, 792, runs)

    text = [f"line {'abcdef'[i]} of the text" for i in range(6)]
    twice = [page(1, text), page(2, text)]
    headed = [page(3, ["The Report", "its beginning", "one"]), page(4, ["The Report", "its end", "two"])]
    assert scans.distinct([*twice, *headed]) == headed


def test_stretches_of_pages_are_short() -> None:
    assert scans.stretches([3, 1, 2, 7, 9, 10]) == ["1–3", "7", "9–10"]


SLOW = """
from components.documents import page_progress
from components.documents.confinement import serve
def work(header, data, more, limits):
    for page in range(4):
        page_progress.pages(page, 3)
    return {"read": "all"}
serve(work)
"""


def test_every_page_of_a_scan_is_heard_of() -> None:
    heard: list[tuple[int, int]] = []
    answer = ask(("-c", SLOW), {"name": "a"}, b"x", Limits(), told=lambda done, of: heard.append((done, of)))
    assert answer == {"read": "all"}
    assert heard == [(0, 3), (1, 3), (2, 3), (3, 3)]
