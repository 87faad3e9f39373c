"""A page is drawn with the passage marked in it, in a process of its own, and a bad file is only an error."""

import io

import pytest
from PIL import Image

from components.documents import Limits
from components.documents.errors import CorruptFile
from components.documents.page_picture import draw_page
from tests.unit.documents.making import pdf


def test_the_passage_is_marked_on_its_page_whatever_its_line_ends_are():
    words = ("The ferry leaves at noon and", "comes back in the even-", "ing of the same day.")
    lines = [(72.0, 700.0 - 20 * at, 12.0, text) for at, text in enumerate(words)]
    file = pdf([[(72.0, 700.0, 12.0, "First page")], lines])
    passage = "The ferry leaves at noon and comes back in the evening of the same day."
    drawn = draw_page(file, "ferry.pdf", 2, passage, Limits())
    picture = Image.open(io.BytesIO(drawn.png))
    assert picture.format == "PNG"
    assert drawn.marks >= 3
    colours = {colour for _count, colour in picture.getcolors(1 << 20) if colour[0] - colour[2] > 40}
    assert colours  # the mark, on white and on letters


def test_a_page_that_is_not_there_is_refused():
    with pytest.raises(CorruptFile):
        draw_page(pdf([[(72.0, 700.0, 12.0, "One")]]), "one.pdf", 2, "One", Limits())
