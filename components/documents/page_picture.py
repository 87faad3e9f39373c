"""Starts the drawing process for one page of a PDF. Every failure there is an AppError here."""

import base64
from dataclasses import dataclass

from components.documents import confined
from components.documents.limits import Limits

PROGRAM = ("-m", "components.documents.page_program")


@dataclass(frozen=True)
class PagePicture:
    """One page, drawn."""

    png: bytes
    marks: int  # lines of the passage that are marked in it; 0 where it isn't found as text


def draw_page(data: bytes, name: str, page: int, passage: str, limits: Limits) -> PagePicture:
    """Page `page`, from 1, of the PDF in `data`, with `passage` marked in it.

    Raises a kind of `components.documents.errors` for a file or a page that can't be drawn within `limits`.
    """
    shown = confined.shown_name(name)
    answer = confined.ask(PROGRAM, {"name": shown, "page": page, "passage": passage}, data, limits)
    return PagePicture(base64.b64decode(answer["picture"]), int(answer["marks"]))
