"""Pictures of text, drawn for the tests."""

import io

from PIL import Image, ImageDraw, ImageFont

LETTER = (
    "The harbour committee met on Tuesday.",
    "It will pay 4,350 euros for the pier",
    "and 1,200 for the lamps on it.",
)


def drawn(lines: tuple[str, ...] = LETTER) -> Image.Image:
    page = Image.new("L", (900, 110 + 50 * max(3, len(lines))), "white")
    for number, text in enumerate(lines):
        ImageDraw.Draw(page).text((40, 40 + 50 * number), text, "black", ImageFont.load_default(size=36))
    return page


def saved(image: Image.Image, form: str, **how: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **how)
    return out.getvalue()
