"""OpenDocument texts (.odt): headings, paragraphs, lists, tables, text boxes and notes in order.

Knows nothing about layout and styles beyond what makes text hidden.
"""

from dataclasses import dataclass, field

from lxml import etree

from components.documents import errors
from components.documents.draft import Draft
from components.documents.formats.odt_password import unlock
from components.documents.sniffer import LABELS
from components.documents.source import Source
from components.documents.zip_archive import Archive, local
from components.messages import Said

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
# What is skipped, as `_skip` is told: what it is called, and why.
SKIPPED = {
    "pictures": (Said("Pictures"), Said("only text is read")),
    "objects": (Said("Charts and other objects"), Said("only text is read")),
    "comments": (Said("Comments"), Said("they are about the text, not part of it")),
    "deleted": (Said("Deleted text"), Said("it was removed with tracked changes")),
    "hidden": (Said("Hidden sections"), Said("they are not shown in the document")),
    "indexes": (Said("Indexes"), Said("their entries are the headings and captions")),
}
REPEATS = 1000  # of one cell or row at most: a sheet is filled up with millions of empty ones


def read(source: Source) -> Draft:
    draft = Draft()
    archive = Archive(source.data, source.name, source.limits, LABELS["odt"])
    unlock(archive, source.password)
    root = archive.xml("content.xml")
    body = root.find("{*}body/{*}text")  # a date style has texts too
    if body is None:
        raise errors.corrupt(source.name, LABELS["odt"])
    document = _Text(draft, _list_kinds(root, archive))
    document.blocks(body)
    document.say_left_out()
    if "styles.xml" in archive:
        marked = ("header", "footer", "header-left", "footer-left")
        masters = archive.xml("styles.xml").iter(*(f"{STYLE}{name}" for name in marked))
        texts = [text for e in masters if (text := "".join(e.itertext()).strip())]
        if texts:
            said = "\n".join(dict.fromkeys(texts))
            draft.leave_out(Said("Headers and footers"), Said("they repeat on every page"), text=said)
    draft.title = draft.title or _title(archive)
    return draft


def _title(archive: Archive) -> str:
    if "meta.xml" not in archive:
        return ""
    found = next(archive.xml("meta.xml").iter("{http://purl.org/dc/elements/1.1/}title"), None)
    return (found.text or "") if found is not None else ""


def _list_kinds(content: etree._Element, archive: Archive) -> dict[str, dict[int, bool]]:
    """List style -> level from 1 -> is it numbered."""
    roots = [content] + ([archive.xml("styles.xml")] if "styles.xml" in archive else [])
    kinds: dict[str, dict[int, bool]] = {}
    for root in reversed(roots):
        for style in root.iter(f"{TEXT}list-style"):
            kinds[style.get(f"{STYLE}name", "")] = {
                int(level.get(f"{TEXT}level", "1")): local(level) == "list-level-style-number"
                for level in style
            }
    return kinds


@dataclass
class _Text:
    draft: Draft
    kinds: dict[str, dict[int, bool]]
    notes: list[tuple[str, str]] = field(default_factory=list)
    skipped: dict[str, list[str]] = field(default_factory=dict)  # what it says, where it is text
    boxes: list[etree._Element] = field(default_factory=list)  # frames anchored in the current paragraph

    def blocks(self, parent: etree._Element) -> None:
        for child in parent:
            match local(child):
                case "h":
                    self._add(child, "heading", int(child.get(f"{TEXT}outline-level", "1") or 1))
                case "p":
                    self._add(child, "paragraph", 0)
                case "list":
                    self._list(child, 1, "")
                case "table":
                    self._table(child)
                case "section" | "text-box" | "index-body" | "index-title" | "numbered-paragraph":
                    if child.get(f"{TEXT}display") == "none":
                        self._skip("hidden", child)
                    else:
                        self.blocks(child)
                case "table-of-content" | "illustration-index" | "table-index" | "alphabetical-index":
                    self._skip("indexes", child)
                case "bibliography" | "user-index" | "object-index":
                    self.blocks(child)
                case "frame":
                    self._frame(child)
                    self._boxes()
                case "tracked-changes":
                    for deletion in child.iter("{*}deletion"):
                        self._skip("deleted", deletion)

    def _skip(self, what: str, *parts: etree._Element) -> None:
        paragraphs = (p for part in parts for p in part.iter(f"{TEXT}p", f"{TEXT}h"))
        self.skipped.setdefault(what, []).append("\n".join("".join(p.itertext()) for p in paragraphs))

    def _add(self, element: etree._Element, kind: str, level: int) -> None:
        text = self.text(element)
        if kind == "heading":
            self.draft.heading(text, level)
        elif element.get(f"{TEXT}style-name", "") == "Title" and not self.draft.title:
            self.draft.title = text
            self.draft.heading(text, 1)
        else:
            self.draft.paragraph(text)
        self._boxes()

    def _boxes(self) -> None:
        boxes, self.boxes = self.boxes, []
        for box in boxes:
            self.blocks(box)

    def text(self, element: etree._Element) -> str:
        """The visible text of a paragraph; notes and text boxes in it are kept for later."""
        pieces = [element.text or ""]
        for child in element:
            match local(child):
                case "s":
                    pieces.append(" ")
                case "tab":
                    pieces.append("\t")
                case "line-break":
                    pieces.append("\n")
                case "note":
                    pieces.append(self._note(child))
                case "annotation":
                    self._skip("comments", child)
                case "annotation-end":
                    pass
                case "frame" | "custom-shape" | "rect" | "line" | "g" | "a" if local(child) != "a":
                    self._frame(child)
                case "ruby":
                    pieces += ["".join(base.itertext()) for base in child if local(base) == "ruby-base"]
                case "hidden-text" | "tracked-changes" | "ruby-text" | "change" | "bookmark":
                    pass
                case _:
                    pieces.append(self.text(child))
            pieces.append(child.tail or "")
        return "".join(pieces)

    def _note(self, note: etree._Element) -> str:
        body = next((part for part in note if local(part) == "note-body"), None)
        text = " ".join(self.text(part) for part in body) if body is not None else ""
        self.notes.append((f"[{len(self.notes) + 1}]", text))
        return self.notes[-1][0]

    def _frame(self, frame: etree._Element) -> None:
        if local(frame) in ("custom-shape", "rect"):
            self.boxes.append(frame)
            return
        found = [box for box in frame if local(box) in ("text-box", "custom-shape", "frame", "g")]
        for box in found:
            if local(box) == "text-box":
                self.boxes.append(box)
            else:
                self._frame(box)
        if not found and any(local(part) == "image" for part in frame):
            self._skip("pictures")
        elif not found and any(local(part) in ("object", "object-ole") for part in frame):
            self._skip("objects")

    def _list(self, element: etree._Element, level: int, inherited: str) -> None:
        style = element.get(f"{TEXT}style-name", "") or inherited
        numbered = self.kinds.get(style, {}).get(level, False)
        number = 0
        for item in element:
            if local(item) not in ("list-item", "list-header"):
                continue
            fresh = local(item) == "list-item"
            for child in item:
                if local(child) == "list":
                    self._list(child, level + 1, style)
                elif local(child) == "p" and fresh:
                    number += 1
                    self.draft.item(self.text(child), level, f"{number}." if numbered else "-")
                    self._boxes()
                    fresh = False
                elif local(child) == "h":
                    self._add(child, "heading", int(child.get(f"{TEXT}outline-level", "1") or 1))
                else:
                    self.blocks([child])

    def _table(self, table: etree._Element) -> None:
        rows: list[list[str]] = []
        headed = table.find(f"{TABLE}table-header-rows") is not None
        for row in table.iter(f"{TABLE}table-row"):
            if next((a for a in row.iterancestors(f"{TABLE}table")), None) is not table:
                continue  # of a table in a cell, which is read with the cell
            cells: list[str] = []
            for cell in row:
                if local(cell) in ("table-cell", "covered-table-cell"):
                    times = min(REPEATS, int(cell.get(f"{TABLE}number-columns-repeated", "1") or 1))
                    cells += [self._cell(cell)] * times
            rows += [cells] * min(REPEATS, int(row.get(f"{TABLE}number-rows-repeated", "1") or 1))
        self.draft.table(rows, headed=headed)

    def _cell(self, cell: etree._Element) -> str:
        inner = _Text(Draft(), self.kinds, self.notes, self.skipped)
        inner.blocks(cell)
        return "\n".join(f"{b.marker} {b.text}" if b.kind == "item" else b.text for b in inner.draft.blocks)

    def say_left_out(self) -> None:
        for marker, text in self.notes:
            self.draft.add("footnote", text, marker=marker)
        for what, texts in self.skipped.items():
            for said in texts:
                self.draft.leave_out(*SKIPPED[what], text=said)
