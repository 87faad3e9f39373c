"""A text of a workbook that may have runs of several formats: a cell's string, a comment.

Knows SpreadsheetML's rich text alone.
"""

import copy

from lxml import etree

from components.documents.ooxml import S
from components.documents.rewriting.text_runs import XML_SPACE, Runs, Slot
from components.documents.rewriting.units import Placed


def slots(text: etree._Element) -> list[Slot]:
    """Its text elements in order."""
    return [_slot(element, text) for element in text.iter(S + "t")]


def _slot(text: etree._Element, string: etree._Element) -> Slot:
    run = text.getparent()
    assert run is not None
    look = run.find(S + "rPr") if run.tag == S + "r" else None
    name = "" if look is None else etree.tostring(look, encoding="unicode", with_tail=False)
    return Slot(text, name, run, text if run is string else run)


def write_both(string: etree._Element, runs: Runs, one: Placed) -> None:
    """The source above its translation, each with its own formats."""
    if string.find(S + "r") is None:
        runs.write(Placed(f"{runs.unit.text}\n{one.text}"))
        return
    source = copy.deepcopy(string)
    runs.write(one)
    last = list(source.iter(S + "t"))[-1]
    last.text = f"{last.text or ''}\n"
    last.set(XML_SPACE, "preserve")
    for at, run in enumerate(list(source)):
        string.insert(at, run)
