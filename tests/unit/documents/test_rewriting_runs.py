"""Whatever happens to formats, a paragraph reads as its translation."""

import random

import pytest
from lxml import etree

from components.documents.place import NOWHERE
from components.documents.rewriting.text_runs import Held, Runs, Slot
from components.documents.rewriting.units import Mark, Placed


def paragraph(*pieces: tuple[str, str]) -> tuple[etree._Element, list[Slot | Held]]:
    """Pieces are texts with a format each; "field" is a computed one, "link" is inside of another element."""
    root, items = etree.Element("p"), []
    for text, look in pieces:
        holder = etree.SubElement(root, "link") if look == "link" else root
        run = etree.SubElement(holder, "r")
        etree.SubElement(run, "rPr").set("look", look)
        element = etree.SubElement(run, "f" if look == "field" else "t")
        element.text = text
        items.append(Held(text) if look == "field" else Slot(element, look, run, root[-1]))
    return root, items


def read(root: etree._Element) -> str:
    return "".join(root.itertext())


def looks(root: etree._Element) -> list[tuple[str, str]]:
    every = [(run.findtext("t") or run.findtext("f") or "", run[0].get("look", "")) for run in root.iter("r")]
    return [(text, look) for text, look in every if text]


def written(pieces, text, *places) -> tuple[etree._Element, Runs]:
    root, items = paragraph(*pieces)
    runs = Runs(items, "", NOWHERE)
    marks = [Mark(mark.id, *place, mark.kind) for mark, place in zip(runs.unit.marks, places, strict=True)]
    runs.write(Placed(text, tuple(marks)))
    return root, runs


def test_formats_that_change_places_are_moved_and_nothing_is_added():
    root, runs = written([("A ", ""), ("red", "b"), (" big", "i"), (" car", "")], "X ii bb z", (5, 7), (2, 4))
    assert read(root) == "X ii bb z"
    assert [one for one in looks(root) if one[1]] == [("ii ", "i"), ("bb", "b")]
    assert runs.added == 0


def test_a_text_of_the_paragraph_s_format_between_two_others_is_not_put_behind_them():
    pieces = [("Pugmire", "red"), (" was a ", "green"), ("dinglethorn", ""), (".", "blue")]
    root, _ = written(pieces, "Pugmire era um dinglethorn.", (0, 7), (8, 11), (26, 27))
    assert read(root) == "Pugmire era um dinglethorn."


def test_computed_fields_keep_the_spaces_around_them():
    pieces = [("Page ", ""), ("2", "field"), (" of ", ""), ("9", "field")]
    root, _ = written(pieces, "Página 2 de 9", (7, 8), (12, 13))
    assert looks(root) == [("Página ", ""), ("2", "field"), (" de ", ""), ("9", "field")]


@pytest.mark.parametrize(
    ("text", "places"),
    [("De 9 a página 2", ((14, 15), (3, 4))), ("2ª de 9 páginas", ((0, 1), (6, 7)))],
)
def test_a_paragraph_stays_where_its_fields_would_be_read_in_another_order(text, places):
    pieces = [("Page ", ""), ("2", "field"), (" of ", ""), ("9", "field")]
    root, runs = written(pieces, text, *places)
    assert (read(root), runs.left) == ("Page 2 of 9", True)


def test_any_order_of_formats_reads_as_the_translation():
    chance = random.Random(7)
    kinds = ["", "b", "i", "link", ""]
    for _ in range(300):
        pieces = [(f"w{n} ", chance.choice(kinds)) for n in range(chance.randint(1, 7))]
        root, items = paragraph(*pieces)
        runs = Runs(items, "", NOWHERE)
        text = " ".join(f"t{n}" for n in range(chance.randint(1, 9)))
        places = []
        for mark in runs.unit.marks:
            start = chance.randint(0, len(text))
            places.append(Mark(mark.id, start, chance.randint(start, len(text)), mark.kind))
        runs.write(Placed(text, tuple(places)))
        assert read(root) == text
