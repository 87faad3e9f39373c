"""The paragraphs of a drawing: shapes, text boxes, diagrams, and titles of charts.

Knows DrawingML's text; nothing about what it is drawn on.
"""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from components.documents.ooxml import A
from components.documents.rewriting.text_runs import Held, Slot

UNSEEN = frozenset(("lang", "altLang", "dirty", "err", "noProof", "smtClean", "smtId", "bmk"))


def stretches(paragraph: etree._Element) -> list[list[Any]]:
    """What is between the hard breaks of a paragraph, where there is text."""
    found: list[list[Any]] = [[]]
    for item in _items(paragraph):
        if isinstance(item, Slot):
            found[-1].append(item)
        elif item.tag != A + "br":
            found[-1].append(Held("".join(text.text or "" for text in item.iter(A + "t"))))
        else:
            found.append([])
    return [items for items in found if any(isinstance(item, Slot) for item in items)]


def _items(paragraph: etree._Element) -> Iterator[Any]:
    for child in paragraph:
        if child.tag == A + "r":
            text = child.find(A + "t")
            if text is not None:
                yield Slot(text, _format(child), child, child)
        elif child.tag in (A + "br", A + "fld"):
            yield child


def _format(run: etree._Element) -> str:
    properties = run.find(A + "rPr")
    if properties is None:
        return ""
    seen = sorted(f"{k}={v}" for k, v in properties.attrib.items() if k not in UNSEEN)
    inner = [etree.tostring(child, encoding="unicode", with_tail=False) for child in properties]
    return "".join([*seen, *inner])
