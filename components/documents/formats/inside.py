"""Pictures inside of a document, read on wish: what is written in each becomes blocks where it is.

Knows neither PDF nor Word; `ocr` reads, `scans` counts and marks what is doubtful.
"""

import io
from dataclasses import dataclass, field, replace

import numpy as np
from PIL import Image, UnidentifiedImageError

from components.documents.draft import Draft
from components.documents.formats.pdf_blocks import build_blocks
from components.documents.formats.scans import Scans
from components.documents.ocr import LONGEST, Picture
from components.documents.source import Source
from components.messages import Said, counted

WIDE, HIGH = 40, 14  # pixels of a picture that may have a word in it


@dataclass
class Inside:
    """The pictures of one document; none is read unless the source wishes it."""

    source: Source
    expected: int  # how many there may be
    read: int = 0  # that have text
    bare: int = 0  # that have none
    failed: int = 0  # that can't be opened, or are beyond the limits
    _scans: Scans | None = field(default=None)

    @property
    def wanted(self) -> bool:
        return self.source.pictures

    def file(self, data: bytes, draft: Draft, page: int | None = None) -> None:
        """Adds the text of a picture file of any usual format to the draft."""
        try:
            with Image.open(io.BytesIO(data)) as image:
                if image.width * image.height > self.source.limits.ocr_pixels:
                    self.failed += 1
                    return
                shown = image.convert("RGBA")
        except (
            UnidentifiedImageError,
            OSError,
            SyntaxError,
            ValueError,
            EOFError,
            Image.DecompressionBombError,
        ):
            self.failed += 1
            return
        shown.thumbnail((2 * LONGEST, 2 * LONGEST))
        white = Image.alpha_composite(Image.new("RGBA", shown.size, "white"), shown).convert("RGB")
        self.picture(np.ascontiguousarray(np.asarray(white)[:, :, ::-1]), draft, page)

    def picture(self, picture: Picture, draft: Draft, page: int | None = None) -> None:
        """Adds the text of a picture to the draft; its headings are none of the document's."""
        height, width = picture.shape[:2]
        if width < WIDE or height < HIGH:
            self.bare += 1
            return
        self._scans = self._scans or Scans(self.source.limits, self.expected)
        if not self._scans.room(page or 0):
            self.failed += 1
            return
        found = Draft()
        build_blocks([self._scans.read(picture, page or 0)], found)
        for block in found.blocks:
            kind = "paragraph" if block.kind == "heading" else block.kind
            draft.blocks.append(
                replace(block, kind=kind, level=0 if block.kind == "heading" else block.level, page=page)
            )
        self.read += bool(found.blocks)
        self.bare += not found.blocks

    def tell(self, draft: Draft) -> None:
        """Says how many were read and how surely, marks doubtful words, and names what was not read."""
        if self.read and self._scans:
            sure = self._scans.sure.values()
            draft.notes.append(
                counted(
                    "The text of {count} picture inside was read too, {usual:.0%} sure.",
                    "The text of {count} pictures inside was read too, {usual:.0%} sure.",
                    self.read,
                    usual=int(100 * sum(sure) / max(len(sure), 1)) / 100,
                )
            )
            self._scans.mark(draft)
        draft.leave_out(Said("Pictures"), Said("there is no text in them"), self.bare)
        draft.leave_out(
            Said("Pictures"), Said("they can't be opened, or are too many or too large"), self.failed
        )
