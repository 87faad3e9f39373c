"""PDF files, by PDFium: pages to text runs, and those to blocks in reading order.

Knows nothing about layout; `pdf_runs`, `pdf_layout` and `pdf_blocks` do that work.
"""

import re
import unicodedata
import zlib

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from components.documents import errors
from components.documents.draft import Draft, clean
from components.documents.formats.inside import Inside
from components.documents.formats.pdf_blocks import build_blocks
from components.documents.formats.pdf_edges import drop_edges, in_margin
from components.documents.formats.pdf_forms import take_off
from components.documents.formats.pdf_runs import Page, read_page
from components.documents.formats.protected import needed, wrong
from components.documents.formats.scans import Scans, distinct
from components.documents.ocr import LONGEST, Picture
from components.documents.sniffer import LABELS
from components.documents.source import Source
from components.messages import Said, counted

_STREAM = re.compile(rb"stream\r?\n")
_FLATE = re.compile(rb"/Fl(?:ateDecode)?\b")
_IMAGE = re.compile(rb"/Subtype\s*/Image")
_FILE_NAME = re.compile(
    r"^(?:microsoft (?:word|powerpoint|excel) - .*|untitled.*"
    r"|.*\.(?:docx?|pdf|tex|dvi|indd|qxd|pptx?|rtf|odt|txt|fm|ps|p65|book))$",
    re.I,
)
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]{4,}")
_VOWEL = re.compile("[aeiouwyæøœı]")
WORDS, NO_VOWEL = 40, 0.12  # words of 4 letters and more, and the share without a vowel, from which to doubt
DICTIONARY = 1_000  # bytes before a stream in which its filters are named
FEW = 0.5  # letters per page below which a PDF has no text
DOTS = 200  # an inch: what pages are read at
UNMAPPED = 0.01  # of the text: bullets and logos in fonts of their own are fewer
SCANNED = 0.5  # of a page: what the picture of a scanned page takes up at least


def read(source: Source) -> Draft:
    draft = Draft()
    _refuse_bomb(source)
    document = _opened(source)
    document.init_forms()
    draft.pages = len(document)
    if draft.pages > source.limits.pages:
        raise errors.too_many_pages(source.name, draft.pages, source.limits.pages)
    pages = [_page(document, number, draft) for number in range(draft.pages)]
    if not draft.pages or all(page is None for page in pages):
        raise errors.corrupt(source.name, LABELS["pdf"])
    read_pages = [page for page in pages if page is not None]
    drop_edges(read_pages, draft)
    scans = _read_scans(document, read_pages, draft, source)
    _refuse_bare(source, read_pages)
    if not source.pictures:
        pictures = sum(page.pictures for page in read_pages)
        draft.leave_out(Said("Pictures"), Said("only text is read"), pictures)
    _name_bare([page for page in read_pages if page.number not in scans.over], draft)
    _note_unmapped(read_pages, draft)
    build_blocks(read_pages, draft)
    scans.tell(draft)
    scans.mark(draft)
    if source.pictures:
        _read_inside(document, [one for one in read_pages if one.number not in scans.sure], draft, source)
    if not draft.notes and _is_gibberish(draft):
        draft.notes.append(
            Said(
                "Much of the text makes no words, as if its fonts named the wrong characters. Compare it "
                "with the pages, or run text recognition (OCR) on them."
            )
        )
    title = clean(document.get_metadata_value("Title") or "")
    if len(title) > 2 and not _FILE_NAME.match(title) and any(c.isalpha() for c in title):
        draft.title = title
    return draft


def _opened(source: Source) -> pypdfium2.PdfDocument:
    """Raises PasswordNeeded, WrongPassword, Unsupported or CorruptFile."""
    try:
        return pypdfium2.PdfDocument(source.data, password=source.password)
    except pypdfium2.PdfiumError as error:
        reason = (
            pdfium.FPDF_GetLastError() if "password" not in str(error).lower() else pdfium.FPDF_ERR_PASSWORD
        )
        if reason == pdfium.FPDF_ERR_PASSWORD:
            raise (needed if source.password is None else wrong)(source.name) from error
        if reason == pdfium.FPDF_ERR_SECURITY or "security" in str(error).lower():
            raise errors.Unsupported(
                '"{name}" is protected in a way that only its own program opens. Save or print it as '
                "an ordinary PDF there and upload that.",
                name=source.name,
            ) from error
        raise errors.corrupt(source.name, LABELS["pdf"]) from error


def _page(document: pypdfium2.PdfDocument, number: int, draft: Draft) -> Page | None:
    """One page, its filled form fields included; None where it is too damaged to load."""
    try:
        page = document[number]
        filled, comments = take_off(document, page)
        if (
            pdfium.FPDFPage_GetAnnotCount(page.raw)
            and pdfium.FPDFPage_Flatten(page.raw, pdfium.FLAT_NORMALDISPLAY) == 1
        ):
            page.close()
            page = document[number]
        read = read_page(page, number + 1, filled)
        page.close()
    except pypdfium2.PdfiumError:
        draft.leave_out(Said("Damaged pages"), Said("they can't be opened"), pages=(number + 1,))
        return None
    draft.leave_out(
        Said("Text set in another direction"),
        Said("it is beside the text: labels and stamps"),
        read.sideways,
        text=read.aside,
    )
    for comment in comments:
        draft.leave_out(Said("Comments"), Said("they are about the text, not part of it"), text=comment)
    return read


def _read_scans(document: pypdfium2.PdfDocument, pages: list[Page], draft: Draft, source: Source) -> Scans:
    """Reads the pages that are pictures of text, and puts what is read in their place in `pages`."""
    bare = [i for i, page in enumerate(pages) if not _letters(page) and (page.pictures or page.drawn)]
    scans, read = Scans(source.limits, min(len(bare), source.limits.ocr_pages)), []
    for i in bare:
        if not scans.room(pages[i].number):
            continue
        found = scans.read(*_picture(document, pages[i].number))
        found.covered = pages[i].covered
        if _letters(found):
            pages[i] = found
            read.append(found)
    drop_edges(distinct(read), draft)
    return scans


def _read_inside(document: pypdfium2.PdfDocument, pages: list[Page], draft: Draft, source: Source) -> None:
    """Adds what is written in the pictures of pages with text, after the text of their page."""
    inside = Inside(source, sum(page.pictures for page in pages))
    for number in (page.number for page in pages if page.pictures):
        page, found = document[number - 1], Draft()
        for one in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=1):
            if (shown := _cut_out(page, one)) is not None:
                inside.picture(shown, found, number)
        page.close()
        at = max((i + 1 for i, block in enumerate(draft.blocks) if (block.page or 0) <= number), default=0)
        draft.blocks[at:at] = found.blocks
    inside.tell(draft)


def _cut_out(page: pypdfium2.PdfPage, one: pypdfium2.PdfObject) -> Picture | None:
    """What a picture on a page looks like; None for one behind the page's text, which says what it says."""
    left, bottom, right, top = one.get_bounds()
    width, height = page.get_size()
    if (right - left) * (top - bottom) > SCANNED * width * height:
        return None
    edges = (max(left, 0.0), max(bottom, 0.0), max(width - right, 0.0), max(height - top, 0.0))
    if edges[0] + edges[2] > width - 1 or edges[1] + edges[3] > height - 1:
        return None
    scale = min(DOTS / 72, LONGEST / max(right - left, top - bottom, 1.0))
    return np.ascontiguousarray(page.render(scale=scale, crop=edges).to_numpy()[:, :, :3])


def _picture(document: pypdfium2.PdfDocument, number: int) -> tuple[Picture, int, float]:
    """What a page looks like, its number, and how many points it is wide."""
    page = document[number - 1]
    width, height = page.get_size()
    scale = min(DOTS / 72, LONGEST / max(width, height, 1.0))
    picture = page.render(scale=scale).to_numpy()
    page.close()
    return np.ascontiguousarray(picture[:, :, :3]), number, width


def _refuse_bare(source: Source, pages: list[Page]) -> None:
    """Raises NoTextLayer for pictures without text, EmptyFile for empty pages."""
    if sum(map(_letters, pages)) > FEW * len(pages):
        return
    if any(page.pictures or page.drawn for page in pages):
        raise errors.no_text_found(source.name)
    raise errors.empty(source.name, Said("has only empty pages"))


def _letters(page: Page) -> int:
    """Letters of a page, without the stamp that a scanner's program puts on the margin of a picture."""
    if page.covered < SCANNED:
        return page.letters
    return sum(c.isalnum() for run in page.runs if not in_margin(run.y, page) for c in run.text)


def _name_bare(pages: list[Page], draft: Draft) -> None:
    """Names pages that show something but have no text, or only the text at the edge of every page."""
    scanned = [page for page in pages if not page.letters and page.pictures]
    drawn = [page for page in pages if not page.letters and page.drawn and not page.pictures]
    for bare, why in (
        (scanned, Said("a picture without text")),
        (drawn, Said("a picture or drawing without text")),
    ):
        if bare:
            numbers = [page.number for page in bare]
            what = counted("Page {numbers}", "Pages {numbers}", len(bare), numbers=numbers)
            draft.leave_out(what, why, pages=numbers)


def _note_unmapped(pages: list[Page], draft: Draft) -> None:
    """Says how much of the text may be other characters than those on the page."""
    unmapped, signs = sum(page.unmapped for page in pages), sum(page.signs for page in pages)
    share = unmapped / max(1, signs)
    if share >= UNMAPPED:
        draft.notes.append(
            Said(
                "About {share:.0%} of the text is in fonts that don't say which characters they show, so it "
                "may be wrong. Compare it with the pages, or run text recognition (OCR) on them.",
                share=share,
            )
        )


def _is_gibberish(draft: Draft) -> bool:
    """Whether too many words in Latin letters have no vowel: at most 6% in English, 20% in a cipher of it."""
    words = [word for block in draft.blocks for word in _LATIN.findall(block.text)]
    bare = (unicodedata.normalize("NFD", word.lower()) for word in words)
    without = sum(_VOWEL.search(word) is None for word in bare)
    return len(words) >= WORDS and without > NO_VOWEL * len(words)


def _refuse_bomb(source: Source) -> None:
    """Unpacks every compressed stream that isn't a picture, counting only, before PDFium keeps them all.

    Encrypted streams and rarer filters can't be counted here; the memory limit holds for those.
    """
    left = source.limits.unpacked_bytes
    for found in _STREAM.finditer(source.data):
        dictionary = source.data[max(0, found.start() - DICTIONARY) : found.start()]
        dictionary = dictionary[dictionary.rfind(b" obj") + 1 :]
        layers = len(_FLATE.findall(dictionary))
        if layers and not _IMAGE.search(dictionary):
            left -= _unpacked(source.data, found.end(), min(layers, 4), left)
        if left < 0:
            raise errors.too_much_unpacked(source.name, source.limits.unpacked_bytes)


def _unpacked(data: bytes, start: int, layers: int, limit: int) -> int:
    """How many bytes a stream unpacks to, through all its layers; counting ends past `limit`."""
    unpackers = [zlib.decompressobj() for _ in range(layers)]
    total, at, step = 0, start, 1 << 16
    try:
        while at < len(data) and total <= limit and not unpackers[0].eof:
            total += _through(unpackers, data[at : at + step], limit - total)
            at += step
    except zlib.error:
        return total
    return total


def _through(unpackers: list["zlib._Decompress"], piece: bytes, limit: int) -> int:
    if not unpackers:
        return len(piece)
    total = 0
    while piece and total <= limit and not unpackers[0].eof:
        out = unpackers[0].decompress(piece, 1 << 20)
        total += _through(unpackers[1:], out, limit - total)
        piece = unpackers[0].unconsumed_tail
    return total
