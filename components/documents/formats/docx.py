"""Word documents (.docx): body text, lists, tables, text boxes and notes in the order of the document.

Knows nothing about layout. Reads the XML itself: tracked changes, text boxes and notes, which libraries
for writing Word files leave out, are part of what a person sees.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from components.documents import errors
from components.documents.draft import Draft
from components.documents.formats.inside import Inside
from components.documents.formats.numbering import Numbering
from components.documents.formats.symbol_fonts import CHECKED, FONTS, UNCHECKED, symbol
from components.documents.ooxml import W_STRICT, Fields, W, core_title, is_on
from components.documents.sniffer import LABELS
from components.documents.source import Source
from components.documents.zip_archive import Archive, local, parse_xml
from components.messages import Said

# Elements whose text a reader of the page doesn't see.
UNSEEN = frozenset(
    str.split(
        "del moveFrom instrText delText rPr pPr sectPr commentReference annotationRef fldChar tblPr "
        "tblGrid trPr tcPr sdtPr sdtEndPr proofErr bookmarkStart bookmarkEnd ruby rt pict drawing "
        "object AlternateContent"
    )
)


def read(source: Source) -> Draft:
    draft = Draft()
    archive = Archive(source.data, source.name, source.limits, LABELS["docx"])
    part = _main_part(archive)
    document = _Document(archive, part)
    root = document.load(part)
    document.inside = Inside(source, sum(1 for _ in root.iter("{*}blip", "{*}imagedata")))
    body = root.find(f"{W}body")
    if body is None:
        raise errors.corrupt(source.name, LABELS["docx"])
    story = _Story(document, draft)
    story.blocks(body)
    story.notes()
    document.inside.tell(draft)
    _say_left_out(document, draft)
    draft.title = draft.title or core_title(archive)
    return draft


def _main_part(archive: Archive) -> str:
    for kind, part in archive.relations("").values():
        if kind == "officeDocument" and part in archive:
            return part
    if "word/document.xml" in archive:
        return "word/document.xml"
    raise errors.corrupt(archive.name, archive.what)


def _say_left_out(document: "_Document", draft: Draft) -> None:
    if text := document.text_of("header", "footer"):
        draft.leave_out(Said("Headers and footers"), Said("they repeat on every page"), text=text)
    if text := document.text_of("comments"):
        draft.leave_out(Said("Comments"), Said("they are about the text, not part of it"), text=text)
    for what, why, found in (
        (Said("Pictures"), Said("only text is read"), document.pictures),
        (Said("Charts, diagrams and other objects"), Said("only text is read"), document.objects),
        (Said("Deleted text"), Said("it was removed with tracked changes"), document.deleted),
        (Said("Hidden text"), Said("it is not shown in the document"), document.hidden),
    ):
        for text in found:
            draft.leave_out(what, why, text=text)


@dataclass(frozen=True)
class _Style:
    name: str = ""
    based_on: str = ""
    outline: int | None = None  # 0 for a first-level heading
    numbering: tuple[str, int] | None = None


@dataclass
class _Document:
    """What is one for the whole document: its parts, and what was met on the way through its stories."""

    archive: Archive
    part: str
    # What each thing that is left out says, where it is text.
    pictures: list[str] = field(default_factory=list)
    objects: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    inside: Inside | None = None
    note_order: list[tuple[str, str]] = field(default_factory=list)  # "footnote" or "endnote", its id

    def load(self, part: str) -> etree._Element:
        """A part with the namespace of strict documents changed to the usual one."""
        data = self.archive.read(part)
        if W_STRICT.encode() in data[:5000]:
            data = data.replace(W_STRICT.encode(), W[1:-1].encode())
        return parse_xml(data, self.archive.name, self.archive.limits, self.archive.what)

    def related(self, *kinds: str) -> Iterator[etree._Element]:
        """The parts of these kinds that the document has."""
        for kind, part in self.archive.relations(self.part).values():
            if kind in kinds and part in self.archive:
                yield self.load(part)

    def text_of(self, *kinds: str) -> str:
        """The text of these parts, paragraph by paragraph."""
        paragraphs = (p for root in self.related(*kinds) for p in root.iter(f"{W}p"))
        return "\n".join(dict.fromkeys(filter(str.strip, map(_words, paragraphs))))

    @cached_property
    def styles(self) -> dict[str, _Style]:
        root = next(self.related("styles"), None)
        return {} if root is None else {s.get(f"{W}styleId", ""): _style(s) for s in root.iter(f"{W}style")}

    @cached_property
    def numbering(self) -> Numbering:
        return Numbering.from_xml(next(self.related("numbering"), None))

    def note_mark(self, kind: str, note_id: str) -> str:
        """The number of a note in the order in which the text refers to them."""
        if (kind, note_id) not in self.note_order:
            self.note_order.append((kind, note_id))
        return f"[{self.note_order.index((kind, note_id)) + 1}]"


@dataclass
class _Story:
    """Text that is read from beginning to end: the body, or one cell of a table."""

    document: _Document
    draft: Draft
    fields: Fields = field(default_factory=Fields)

    def blocks(self, parent: etree._Element) -> None:
        """The paragraphs and tables of the body, of a text box or of a note, in order."""
        for child in parent:
            match local(child):
                case "p":
                    self.paragraph(child)
                case "tbl":
                    self.table(child)
                case "sdt" | "sdtContent" | "ins" | "moveTo" | "customXml" | "smartTag":
                    self.blocks(child)
                case "del" | "moveFrom":
                    self.document.deleted.append(_words(child))

    def paragraph(self, paragraph: etree._Element) -> None:
        boxes: list[etree._Element] = []
        text = self.text(paragraph, boxes)
        style = self._style_chain(paragraph)
        level = self._heading_level(paragraph, style)
        number = self._number(paragraph, style)
        if text.strip():
            self._add(text, style, level, number)
        for box in boxes:
            if local(box) == "txbxContent":
                self.blocks(box)
            else:
                self._picture(box)

    def _picture(self, drawing: etree._Element) -> None:
        """What is written in a picture."""
        document = self.document
        for found in drawing.iter("{*}blip", "{*}imagedata"):
            given = (
                str(value)
                for key, value in found.attrib.items()
                if etree.QName(key).localname in ("embed", "id")
            )
            parts = document.archive.relations(document.part)
            part = next((parts[one][1] for one in given if one in parts), "")
            if document.inside and part in document.archive:
                document.inside.file(document.archive.read(part), self.draft)

    def _add(self, text: str, style: list[_Style], level: int, number: tuple[int, str] | None) -> None:
        names = [s.name for s in style]
        if level:
            prefix = f"{number[1]} " if number and number[1] != "-" else ""
            self.draft.heading(prefix + text, level)
        elif "title" in names[:2] and not self.draft.title:
            self.draft.title = text
            self.draft.heading(text, 1)
        elif number:
            self.draft.item(text, number[0] + 1, number[1])
        elif names and names[0].startswith("caption"):
            self.draft.add("caption", text)
        elif names and names[0] in ("quote", "intense quote", "block text"):
            self.draft.add("quote", text)
        elif (
            names
            and names[0].startswith(("list bullet", "list number", "list paragraph"))
            and text[:1] in "•·▪-–"
        ):
            self.draft.item(text[1:], 1)
        else:
            self.draft.paragraph(text)

    def _style_chain(self, paragraph: etree._Element) -> list[_Style]:
        """The paragraph's style and those that it is based on, nearest first."""
        found = paragraph.find(f"{W}pPr/{W}pStyle")
        key = found.get(f"{W}val", "") if found is not None else ""
        chain: list[_Style] = []
        while key in self.document.styles and len(chain) < 12:
            chain.append(self.document.styles[key])
            key = chain[-1].based_on
        return chain

    @staticmethod
    def _heading_level(paragraph: etree._Element, chain: list[_Style]) -> int:
        own = paragraph.find(f"{W}pPr/{W}outlineLvl")
        if own is not None:
            value = _int(own.get(f"{W}val"), 9)
            return value + 1 if value < 9 else 0
        for style in chain:
            if style.name.startswith("heading ") and style.name[8:].isdigit():
                return int(style.name[8:])
            if style.outline is not None:
                return style.outline + 1 if style.outline < 9 else 0
        return 0

    def _number(self, paragraph: etree._Element, chain: list[_Style]) -> tuple[int, str] | None:
        """(level from 0, marker) of a paragraph in a list."""
        own = _numbering_of(paragraph.find(f"{W}pPr/{W}numPr"))
        inherited = next((style.numbering for style in chain if style.numbering), None)
        if own is None and inherited is None:
            return None
        number = own[0] if own and own[0] else inherited[0] if inherited else ""
        level = own[1] if own and own[1] >= 0 else max(0, inherited[1]) if inherited else 0
        return None if number in ("", "0") else (level, self.document.numbering.next(number, level))

    def text(self, element: etree._Element, boxes: list[etree._Element]) -> str:
        """The visible text of a paragraph; text boxes anchored in it are collected in `boxes`."""
        pieces: list[str] = []
        for child in element:
            name = local(child)
            if name == "r":
                self._run(child, pieces, boxes)
            elif name in ("del", "moveFrom"):
                self.document.deleted.append(_words(child))
            elif name in ("oMath", "oMathPara"):
                pieces += [" ", "".join(t.text or "" for t in child.iter("{*}t")), " "]
            elif name not in UNSEEN:
                pieces.append(self.text(child, boxes))
        return "".join(pieces)

    def _run(self, run: etree._Element, pieces: list[str], boxes: list[etree._Element]) -> None:
        if is_on(run.find(f"{W}rPr/{W}vanish")):
            if text := _words(run).strip():
                self.document.hidden.append(text)
            return
        font = _symbol_font(run)
        for child in run:
            name = local(child)
            self.fields.follow(child)
            if name == "t" and not self.fields.in_instruction:
                text = child.text or ""
                pieces.append("".join(symbol(font, ord(c)) or c for c in text) if font else text)
            elif name in SIGNS:
                pieces.append(SIGNS[name])
            elif name == "sym":
                pieces.append(_symbol(child))
            elif name == "fldChar":
                pieces.append(_check_box(child))
            elif name in ("footnoteReference", "endnoteReference"):
                mark = self.document.note_mark(name.removesuffix("Reference"), child.get(f"{W}id", ""))
                pieces.append(mark)
            elif name in ("drawing", "pict", "object", "AlternateContent"):
                self._drawing(child, boxes)
            elif name == "ruby":
                pieces += [t.text or "" for base in child.iter(f"{W}rubyBase") for t in base.iter(f"{W}t")]

    def _drawing(self, drawing: etree._Element, boxes: list[etree._Element]) -> None:
        """Text boxes; newer Word stores each twice, for itself and as a fallback for older versions."""
        if local(drawing) == "AlternateContent":
            choice = next((c for c in drawing if local(c) == "Choice"), None)
            if choice is None:
                choice = next((c for c in drawing if local(c) == "Fallback"), None)
            if choice is None:
                return
            drawing = choice
        found = [
            box
            for box in _outermost(drawing, lambda e: local(e) in ("txbxContent", "Fallback"))
            if local(box) == "txbxContent"
        ]
        boxes += found
        if not found:
            names = {local(e) for e in drawing.iter()}
            if names & {"blip", "imagedata"} and self.document.inside and self.document.inside.wanted:
                boxes.append(drawing)
            elif names & {"blip", "imagedata"}:
                self.document.pictures.append(_described(drawing))
            elif names & {"chart", "relIds", "OLEObject"}:
                self.document.objects.append(_described(drawing))

    def table(self, table: etree._Element) -> None:
        rows = [self._row(row) for row in self._below(table, "tr")]
        if len(rows) == 1 and len(rows[0]) == 1:  # a frame around text
            for cell in self._below(next(self._below(table, "tr")), "tc"):
                self.blocks(cell)
            return
        first = next(self._below(table, "tr"), None)
        headed = first is not None and first.find(f"{W}trPr/{W}tblHeader") is not None
        self.draft.table(rows, headed=headed)

    def _row(self, row: etree._Element) -> list[str]:
        skipped = row.find(f"{W}trPr/{W}gridBefore")
        cells = [""] * min(60, _int(skipped.get(f"{W}val"), 0)) if skipped is not None else []
        if row.find(f"{W}trPr/{W}del") is not None:
            self.document.deleted.append(_words(row))
            return []
        for cell in self._below(row, "tc"):
            merged = cell.find(f"{W}tcPr/{W}vMerge")
            goes_on = merged is not None and merged.get(f"{W}val", "continue") == "continue"
            span = cell.find(f"{W}tcPr/{W}gridSpan")
            width = min(60, max(1, _int(span.get(f"{W}val"), 1))) if span is not None else 1
            cells += ["" if goes_on else self._cell(cell), *[""] * (width - 1)]
        return cells

    def _cell(self, cell: etree._Element) -> str:
        """The text of a cell, tables inside it included, one line for each paragraph."""
        inner = _Story(self.document, Draft())
        inner.blocks(cell)
        return "\n".join(f"{b.marker} {b.text}" if b.kind == "item" else b.text for b in inner.draft.blocks)

    def _below(self, parent: etree._Element, name: str) -> Iterator[etree._Element]:
        """Rows or cells, also those inside content controls and tracked insertions."""
        for child in parent:
            if local(child) == name:
                yield child
            elif local(child) in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
                yield from self._below(child, name)

    def notes(self) -> None:
        """The notes that the text refers to, at its end, numbered as there."""
        texts = {
            (kind, note.get(f"{W}id", "")): note
            for kind in ("footnote", "endnote")
            for root in self.document.related(f"{kind}s")
            for note in root.iter(f"{W}{kind}")
        }
        for number, key in enumerate(self.document.note_order, 1):
            if key in texts:
                text = " ".join(self.text(p, []) for p in texts[key].iter(f"{W}p"))
                self.draft.add("footnote", text, marker=f"[{number}]")


SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}


def _words(element: etree._Element) -> str:
    """All text of an element, also what was deleted."""
    return "".join(text.text or "" for text in element.iter(f"{W}t", f"{W}delText"))


def _described(drawing: etree._Element) -> str:
    """What the document says that a drawing shows."""
    return next((text for e in drawing.iter("{*}docPr") if (text := e.get("descr", ""))), "")


def _style(style: etree._Element) -> _Style:
    def value(path: str) -> str | None:
        found = style.find(path)
        return None if found is None else found.get(f"{W}val")

    outline = value(f"{W}pPr/{W}outlineLvl")
    return _Style(
        name=(value(f"{W}name") or "").lower(),
        based_on=value(f"{W}basedOn") or "",
        outline=_int(outline, 9) if outline is not None else None,
        numbering=_numbering_of(style.find(f"{W}pPr/{W}numPr")),
    )


def _numbering_of(properties: etree._Element | None) -> tuple[str, int] | None:
    """(list id, level) of numPr; an absent id is empty, an absent level -1."""
    if properties is None:
        return None
    number, level = properties.find(f"{W}numId"), properties.find(f"{W}ilvl")
    key = number.get(f"{W}val", "") if number is not None else ""
    return key, _int(level.get(f"{W}val"), 0) if level is not None else -1


def _symbol_font(run: etree._Element) -> str:
    """The font of a run, where its letters are signs in it."""
    fonts = run.find(f"{W}rPr/{W}rFonts")
    name = fonts.get(f"{W}ascii", "") if fonts is not None else ""
    return name if name.lower() in FONTS else ""


def _symbol(element: etree._Element) -> str:
    """A character of a symbol font."""
    try:
        code = int(element.get(f"{W}char", "0"), 16)
    except ValueError:
        return ""
    return symbol(element.get(f"{W}font", ""), code)


def _check_box(field_sign: etree._Element) -> str:
    """The box of a form field that is one; it has no text."""
    box = field_sign.find(f"{W}ffData/{W}checkBox")
    if box is None:
        return ""
    state = box.find(f"{W}checked")
    return CHECKED if is_on(state if state is not None else box.find(f"{W}default")) else UNCHECKED


def _outermost(root: etree._Element, wanted: Callable[[etree._Element], bool]) -> list[etree._Element]:
    found, stack = [], list(reversed(root))
    while stack:
        element = stack.pop()
        if wanted(element):
            found.append(element)
        else:
            stack += reversed(element)
    return found


def _int(text: str | None, default: int) -> int:
    return int(text) if text and text.lstrip("-").isdigit() and len(text) < 10 else default
