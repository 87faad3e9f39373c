"""The drawing process: a PDF comes in, one of its pages goes out as a picture with a passage marked in it.

See `confinement`. Knows PDFium; not whose document it is.
"""

import base64
import ctypes
import io
from typing import Any

from components.documents import errors
from components.documents.confinement import serve
from components.documents.limits import Limits
from components.documents.sniffer import LABELS

WIDTH, MOST_SCALE = 1_000, 4.0  # pixels of the picture, and of a point of a very narrow page
BEGINNING = 30  # letters and digits that are looked for where the whole passage isn't found
MARK = (255, 170, 30, 90)  # red, green, blue, and how much of them


def answer(header: dict[str, Any], data: bytes, more: bytes, limits: Limits) -> dict[str, Any]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
        number = int(header["page"])
        if not 1 <= number <= len(document):
            raise errors.corrupt(header["name"], LABELS["pdf"])
        document.init_forms()
        picture, marks = _drawn(document[number - 1], str(header["passage"]))
    except pypdfium2.PdfiumError as error:
        raise errors.corrupt(header["name"], LABELS["pdf"]) from error
    return {"picture": base64.b64encode(picture).decode("ascii"), "marks": marks}


def _drawn(page: Any, passage: str) -> tuple[bytes, int]:
    """The page as a PNG, and how many stretches of the passage are marked in it."""
    from PIL import Image, ImageDraw

    width, height = page.get_size()
    scale = min(WIDTH / max(1.0, width), MOST_SCALE)
    if height * scale > 4 * WIDTH:  # a roll of paper
        scale = 4 * WIDTH / height
    picture = page.render(scale=scale, may_draw_forms=True).to_pil().convert("RGBA")
    boxes = _boxes(page.get_textpage(), passage)
    above = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    brush = ImageDraw.Draw(above)
    for left, bottom, right, top in boxes:
        corners = [left * scale, (height - top) * scale, right * scale, (height - bottom) * scale]
        brush.rectangle([corners[0] - 2, corners[1] - 2, corners[2] + 2, corners[3] + 2], fill=MARK)
    out = io.BytesIO()
    Image.alpha_composite(picture, above).convert("RGB").save(out, "PNG", optimize=True)
    return out.getvalue(), len(boxes)


def _boxes(page: Any, passage: str) -> list[tuple[float, float, float, float]]:
    """Where the passage is, line by line: left, bottom, right, top in points.

    Compared are letters and digits alone: blanks, hyphens and line ends differ between the page and what was
    read of it. Where only the beginning is found, that is marked.
    """
    import pypdfium2.raw as pdfium

    letters, places = [], []
    for index in range(page.count_chars()):
        for letter in chr(pdfium.FPDFText_GetUnicode(page.raw, index)).casefold():
            if letter.isalnum():
                letters.append(letter)
                places.append(index)
    wanted, text = [one for one in passage.casefold() if one.isalnum()], "".join(letters)
    for some in (wanted, wanted[:BEGINNING]):
        at = text.find("".join(some)) if some else -1
        if at >= 0:
            return _lines(page, places[at], places[at + len(some) - 1])
    return []


def _lines(page: Any, first: int, last: int) -> list[tuple[float, float, float, float]]:
    import pypdfium2.raw as pdfium

    found = []
    for number in range(pdfium.FPDFText_CountRects(page.raw, first, last - first + 1)):
        sides = [ctypes.c_double() for _ in range(4)]  # left, top, right, bottom
        if pdfium.FPDFText_GetRect(page.raw, number, *sides):
            left, top, right, bottom = (side.value for side in sides)
            found.append((left, bottom, right, top))
    return found


if __name__ == "__main__":
    serve(answer)
