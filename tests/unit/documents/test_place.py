"""Places in documents: their labels, their JSON, and stored ones from before they were data."""

import pytest

from components.documents import Block, Document, LeftOut, Place
from components.documents.place import pages, stretch
from components.documents.rewriting.units import Unit
from components.messages import Said


@pytest.mark.parametrize(
    ("place", "label"),
    [
        (Place(), ""),
        (Place(page=3), "page 3"),
        (Place(section="Results", page=3), "Results, page 3"),
        (Place(slide=2, speaker_notes=True), "slide 2, notes"),
        (Place(sheet="Costs", row=5), "sheet Costs, row 5"),
        (Place(sheet="1", cell="B7"), "sheet 1, B7"),
        (Place(table=2, row=1), "table 2, row 1"),
        (Place(chapter="The End"), "The End"),
        (Place(time="00:01:10"), "00:01:10"),
    ],
)
def test_a_place_has_a_label_and_comes_back_from_json(place: Place, label: str) -> None:
    assert str(place.label) == label
    assert bool(place) == bool(label)
    assert Place.from_json(place.to_json()) == place


def test_a_section_is_named_as_the_document_names_it_also_where_it_looks_like_a_place() -> None:
    assert Place(section="page 3", page=5).label == Said(
        "{section}, {place}", section="page 3", place=Said("page {number}", number=5)
    )


def test_a_stretch_has_one_label_and_of_one_place_it_is_this_one() -> None:
    assert str(pages(3, 5)) == "pages 3–5"
    assert pages(3, 3) == Place(page=3).label
    assert str(stretch(Place(row=1).label, Place(row=9).label)) == "row 1 to row 9"
    assert stretch("Results", "Results") == "Results"


def test_a_document_with_places_and_messages_comes_back_from_json() -> None:
    left = LeftOut(Said("Pictures"), Said("only text is read"), 3, (1, 2))
    block = Block("paragraph", "a", page=2, place=Place(page=2), section=("One",))
    document = Document("a.pdf", "pdf", (block,), left_out=(left,), notes=(Said("It is {what}.", what="x"),))
    assert Document.from_json(document.to_json()) == document
    assert str(left) == "Pictures (3): only text is read"


def test_a_document_of_before_places_were_data_is_shown_as_it_was() -> None:
    old = {
        "name": "a.xlsx",
        "format": "xlsx",
        "blocks": [{"kind": "paragraph", "text": "a", "place": "sheet Costs, row 5"}, {"kind": "item", "text": "b"}],
        "left_out": [{"what": "pictures", "why": "only text is read", "count": 2, "pages": []}],
        "notes": ["It was read."],
    }  # fmt: skip
    document = Document.from_json(old)
    assert [block.place.label for block in document.blocks] == ["sheet Costs, row 5", ""]
    assert str(document.left_out[0]) == "pictures (2): only text is read"
    assert document.notes == ("It was read.",)
    assert Document.from_json(document.to_json()) == document


def test_a_unit_says_what_it_is_and_where() -> None:
    unit = Unit("a", (), Said("cell"), Place(row=3, column=2))
    assert str(unit.where) == "cell, row 3, column 2"
    assert Unit.from_json(unit.to_json()) == unit
