"""Pictures of pages (PNG, JPEG, TIFF, WebP): their text, in paragraphs and columns as that of a scanned PDF.

Knows nothing about how text in a picture is read. A TIFF file may have many pages.
"""

import io

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from components.documents import errors
from components.documents.draft import Draft
from components.documents.formats.pdf_blocks import build_blocks
from components.documents.formats.pdf_edges import drop_edges
from components.documents.formats.scans import Scans, distinct, stretches
from components.documents.ocr import LONGEST, Picture
from components.documents.sniffer import LABELS
from components.documents.source import Source
from components.messages import Said, counted

FORMATS = ("PNG", "JPEG", "TIFF", "WEBP")
MEGA = 1_000_000
UNEVEN = 1.3  # times the dots across: a fax has half as many dots down


def read(source: Source) -> Draft:
    draft = Draft()
    try:
        with Image.open(io.BytesIO(source.data), formats=FORMATS) as image:
            _read_pages(image, source, draft)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise errors.corrupt(source.name, LABELS["picture"]) from error
    return draft


def _read_pages(image: Image.Image, source: Source, draft: Draft) -> None:
    # An animation is a picture; only TIFF has pages.
    count = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
    if count > source.limits.pages:
        raise errors.too_many_pages(source.name, count, source.limits.pages)
    scans = Scans(source.limits, min(count, source.limits.ocr_pages))
    draft.pages, pages = count, []
    for number in range(1, count + 1):
        if scans.room(number):
            if count > 1:
                image.seek(number - 1)
            pages.append(scans.read(_upright(image, source), number))
    if not scans.sure:
        raise errors.no_text_found(source.name)
    if count > 1:
        drop_edges(distinct(pages), draft)
    empty = [page.number for page in pages if not page.letters]
    if empty:
        what = counted("Page {numbers}", "Pages {numbers}", len(empty), numbers=stretches(empty))
        draft.leave_out(what, Said("a picture without text"), pages=empty)
    build_blocks(pages, draft)
    scans.tell(draft)
    scans.mark(draft)


def _upright(image: Image.Image, source: Source) -> Picture:
    """The picture as a person sees it: turned as the camera says, on white, its dots square."""
    pixels = image.width * image.height
    if pixels > source.limits.ocr_pixels:
        raise errors.TooLarge(
            '"{name}" has {pixels:.0f} million pixels; at most {limit:.0f} million are read. '
            "Save it smaller: 300 dots per inch are enough to read it.",
            name=source.name,
            pixels=pixels / MEGA,
            limit=source.limits.ocr_pixels / MEGA,
        )
    image.draft("RGB", (LONGEST, LONGEST))  # a JPEG is unpacked smaller where that is enough
    dots = image.info.get("dpi", (1, 1))
    shown = ImageOps.exif_transpose(image)
    shown.thumbnail((2 * LONGEST, 2 * LONGEST), reducing_gap=2.0)
    shown = _on_white(shown)
    across, down = (float(one) or 1.0 for one in dots)
    if across > UNEVEN * down:
        shown = shown.resize((shown.width, round(shown.height * across / down)))
    elif down > UNEVEN * across:
        shown = shown.resize((round(shown.width * down / across), shown.height))
    return np.ascontiguousarray(np.asarray(shown)[:, :, ::-1])


def _on_white(image: Image.Image) -> Image.Image:
    """In three colours; what is transparent becomes white, and 16 bits of grey become 8."""
    if image.mode.startswith("I") or image.mode == "F":
        grey = np.asarray(image, dtype=np.float64)
        low, high = float(grey.min()), float(grey.max())
        return Image.fromarray(np.uint8((grey - low) * (255 / max(1.0, high - low)))).convert("RGB")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    return image.convert("RGB")
