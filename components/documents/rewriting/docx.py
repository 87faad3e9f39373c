"""Word: paragraphs of the body, tables, headers, footers, notes, comments and text boxes.

Knows WordprocessingML. Fields that Word computes, deleted text and code stay as they are.
"""

import copy
from collections.abc import Iterator, Sequence
from typing import Any

from lxml import etree

from components.documents.limits import Limits
from components.documents.ooxml import DELETED, MC, Fields, R, W, is_computed
from components.documents.place import NOWHERE
from components.documents.rewriting.attributes import Attributes, split
from components.documents.rewriting.package import Package
from components.documents.rewriting.text_runs import Held, Runs, Slot, runs_added, units_left
from components.documents.rewriting.units import PARAGRAPH, Options, Placed, Unit, has_words, is_note_sign
from components.documents.sniffer import LABELS
from components.messages import N_, Message, Said, counted

STORIES = (
    ("word/document", PARAGRAPH),
    ("word/header", Said("header")),
    ("word/footer", Said("footer")),
    ("word/footnotes", Said("footnote")),
    ("word/endnotes", Said("endnote")),
    ("word/comments", Said("comment")),
)
# What may be in a document only once.
_UNIQUE = """
drawing pict object bookmarkStart bookmarkEnd footnoteReference endnoteReference sectPr
commentRangeStart commentRangeEnd commentReference annotationRef footnoteRef endnoteRef
"""
NO_PART_OF_TEXT = (W + "rPr", W + "lastRenderedPageBreak", W + "instrText")
# What holds text of its own: a control, which may be a choice of a list, and what somebody inserted or moved.
_APART = (W + "sdt", W + "ins", W + "moveTo")
# Of a run's properties, those that no reader sees.
UNSEEN = frozenset(W + name for name in ("lang", "noProof", "rtl", "cs", "webHidden"))
COUNTED = {
    W + "p": N_("paragraphs"),
    W + "r": N_("runs"),
    W + "tbl": N_("tables"),
    W + "hyperlink": N_("links"),
    W + "drawing": N_("images"),
    W + "pict": N_("images"),
    W + "footnoteReference": N_("footnotes"),
    W + "endnoteReference": N_("endnotes"),
    W + "txbxContent": N_("text boxes"),
}


class DocxFile:
    """One Word file."""

    def __init__(self, data: bytes, name: str, limits: Limits, options: Options) -> None:
        self._package = Package(data, name, limits, LABELS["docx"])
        self._options = options
        self._parts: dict[str, etree._Element] = {}
        self._runs: list[tuple[Runs, etree._Element]] = []
        self._attributes = Attributes()
        self.counts: dict[str, int] = {}
        self.notes: list[Message] = []
        self._computed: list[str] = []  # results of fields that stay
        for start, what in STORIES:
            for part in self._package.matching(start):
                if part.count("/") == 1:
                    self._read(part, what)
        if self._package.matching("word/charts/chart") or self._package.matching("word/diagrams/data"):
            self.notes.append(Said("Text inside diagrams and charts stays in the source language."))
        if self._computed:
            self.notes.append(_fields_stay(self._computed))
        self.units: list[Unit] = [*(runs.unit for runs, _ in self._runs), *self._attributes.units]

    def _read(self, part: str, what: Message) -> None:
        root = self._parts[part] = self._package.xml(part)
        self._attributes.read(root)
        for element in root.iter():
            if name := COUNTED.get(str(element.tag)):
                self.counts[name] = self.counts.get(name, 0) + 1
        for paragraph in root.iter(W + "p"):
            kind = _kind(paragraph, what)
            for items in _stretches(paragraph):
                runs = Runs(items, kind, NOWHERE)
                if runs.is_translated:
                    self._runs.append((runs, paragraph))
                    held = (item.text.strip() for item in items if isinstance(item, Held))
                    self._computed += [text for text in held if has_words(text)]

    def write(self, placed: Sequence[Placed | None]) -> bytes:
        sources: dict[int, etree._Element] = {}
        texts, attributes = split(placed, self._attributes)
        self._attributes.write(attributes)
        for (runs, paragraph), one in zip(self._runs, texts, strict=True):
            if one is None:
                continue
            if self._options.bilingual and id(paragraph) not in sources:
                sources[id(paragraph)] = _copied(paragraph)
                paragraph.addprevious(sources[id(paragraph)])
            runs.write(one)
        added = sum(runs.added for runs, _ in self._runs)
        if added:
            self.notes.append(runs_added(added))
        if left := sum(runs.left for runs, _ in self._runs):
            self.notes.append(units_left(left))
        return self._package.written(self._parts)


def _fields_stay(texts: Sequence[str]) -> Message:
    return counted(
        "{count} field keeps its text, which Word writes again when it is updated (F9): {texts}.",
        "{count:,} fields keep their texts, which Word writes again when they are updated (F9): {texts}.",
        len(texts),
        texts=[f"“{text}”" for text in dict.fromkeys(texts)],
    )


def _kind(paragraph: etree._Element, what: Message) -> Message:
    for parent in paragraph.iterancestors():
        if parent.tag == W + "txbxContent":
            return Said("text box")
        if parent.tag == W + "tc":
            return Said("table")
    return what


def _stretches(paragraph: etree._Element) -> list[list[Slot | Held]]:
    """The stretches between tabs and line breaks, each a text of its own."""
    stretches: list[list[Any]] = [[]]
    for item in _items(paragraph):
        if isinstance(item, Slot) or item.tag not in (W + "tab", W + "br", W + "cr"):
            stretches[-1].append(item)
        else:
            stretches.append([])
    return [_held(items) for items in stretches if any(isinstance(item, Slot) for item in items)]


def _held(items: list[Any]) -> list[Slot | Held]:
    """Neighbouring elements that are no slots as one; not those at the ends that show no text."""
    found: list[Slot | Held] = []
    for item in items:
        if isinstance(item, Slot) and not _is_note(item, found):
            found.append(item)
            continue
        shown = _shown(item)
        if found and isinstance(found[-1], Held):
            found[-1] = Held(found[-1].text + shown)
        else:
            found.append(Held(shown))
    while found and found[0] == Held():
        found = found[1:]
    while found and found[-1] == Held():
        found = found[:-1]
    return found


def _shown(item: Any) -> str:
    """What a part of a paragraph shows that isn't translated."""
    if isinstance(item, Slot):
        return ""
    texts = [item] if item.tag == W + "t" else item.iter(W + "t") if item.tag == W + "fldSimple" else []
    return "".join(text.text or "" for text in texts)


def _is_note(slot: Slot, before: Sequence[Slot | Held]) -> bool:
    """Whether a text is the raised sign of a note that somebody typed."""
    last = before[-1] if before else None
    if not isinstance(last, Slot) or 'val="superscript"' not in slot.format:
        return False
    return is_note_sign(last.element.text or "", slot.element.text or "")


def _items(paragraph: etree._Element) -> Iterator[Any]:
    """Slots, and elements that are no text, in order. Not those of a paragraph inside (a text box)."""
    fields = Fields()
    for run, top in _runs_of(paragraph, None):
        if run.tag != W + "r":
            yield run  # a computed field of one element
            continue
        look = _format(run, top)
        for child in run:
            fields.follow(child)
            if child.tag == W + "t" and not fields.computed:
                yield Slot(child, look, run, top)
            elif child.tag not in NO_PART_OF_TEXT:
                yield child


def _runs_of(
    element: etree._Element, top: etree._Element | None
) -> Iterator[tuple[etree._Element, etree._Element]]:
    for child in element:
        outer = child if top is None else top
        if child.tag == W + "r" or (child.tag == W + "fldSimple" and is_computed(child.get(W + "instr", ""))):
            yield child, outer
        elif child.tag in (*DELETED, W + "pPr", W + "p") or not isinstance(child.tag, str):
            continue
        else:
            yield from _runs_of(child, outer)


def _format(run: etree._Element, top: etree._Element) -> str:
    """What a reader sees of a run's format, and the link, the control or the insertion that it is in."""
    properties = run.find(W + "rPr")
    seen = [] if properties is None else [p for p in properties if p.tag not in UNSEEN]
    look = "".join(sorted(etree.tostring(p, encoding="unicode", with_tail=False) for p in seen))
    link = next((a for a in run.iterancestors(W + "hyperlink")), None)
    where = "" if link is None else f"{link.get(R + 'id', '')} {link.get(W + 'anchor', '')} {id(link)}"
    inside = [id(element) for element in run.iterancestors(*_APART)]
    return f"{where}|{inside}|{look}"


def _copied(paragraph: etree._Element) -> etree._Element:
    """The source for a bilingual file: its text, without what may be in a document only once."""
    copied = copy.deepcopy(paragraph)
    copied.tail = None
    for name in _UNIQUE.split():
        for element in list(copied.iter(W + name)):
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)
    for element in list(copied.iter(MC + "AlternateContent")):
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    return copied
