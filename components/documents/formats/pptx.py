"""PowerPoint presentations (.pptx): titles, text, tables and notes, slide by slide.

Knows nothing about design; on a slide, higher shapes are read first.
"""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from components.documents import errors
from components.documents.draft import Draft
from components.documents.ooxml import DIAGRAM, A, P, R, core_title
from components.documents.place import Place
from components.documents.sniffer import LABELS
from components.documents.source import Source
from components.documents.zip_archive import Archive, local
from components.messages import Said

REPEATED = ("ftr", "sldNum", "dt", "hdr")  # placeholders for footer, number, date, header
TITLES = ("title", "ctrTitle")
ROW = 200_000  # English Metric Units (about half a centimetre): shapes this close are side by side


def read(source: Source) -> Draft:
    draft = Draft()
    archive = Archive(source.data, source.name, source.limits, LABELS["pptx"])
    slides = _slides(archive)
    if len(slides) > source.limits.pages:
        raise errors.too_many_pages(source.name, len(slides), source.limits.pages, Said("slides"))
    draft.pages = len(slides)
    for number, part in enumerate(slides, 1):
        if part not in archive:
            draft.leave_out(
                Said("Slides"), Said("the presentation names them but doesn't have them"), pages=(number,)
            )
            continue
        root = archive.xml(part)
        if root.get("show") in ("0", "false"):
            text = "\n".join(_text(paragraph) for paragraph in root.iter(f"{A}p"))
            draft.leave_out(Said("Hidden slides"), Said("they are not shown"), pages=(number,), text=text)
            continue
        _Slide(archive, part, draft, number).read(root)
    draft.title = core_title(archive)
    if draft.title.lower() in ("powerpoint presentation", "powerpoint-präsentation", "presentation"):
        draft.title = ""
    return draft


def _slides(archive: Archive) -> list[str]:
    """Parts of the slides in the order in which they are shown."""
    main = next(
        (part for kind, part in archive.relations("").values() if kind == "officeDocument"),
        "ppt/presentation.xml",
    )
    relations = archive.relations(main)
    root = archive.xml(main)
    ids = [slide.get(f"{R}id") or _any_id(slide) for slide in root.iter("{*}sldId")]
    return [relations[key][1] for key in ids if key in relations]


def _any_id(slide: etree._Element) -> str:
    return next((v for k, v in slide.attrib.items() if str(k).endswith("}id")), "")


class _Slide:
    def __init__(self, archive: Archive, part: str, draft: Draft, number: int) -> None:
        self.archive, self.part, self.draft = archive, part, draft
        self.number = number
        self.where: dict[str, Any] = {"page": number, "place": Place(slide=number)}
        self.relations = archive.relations(part)

    def read(self, root: etree._Element) -> None:
        tree = next(root.iter("{*}spTree"), None)
        if tree is None:
            return
        shapes = sorted(_shapes(tree), key=_order)
        for shape in shapes:
            self._shape(shape)
        self._notes()
        self._comments()

    def _shape(self, shape: etree._Element) -> None:
        kind = _placeholder(shape)
        if kind in REPEATED:
            text = "\n".join(_text(paragraph) for paragraph in shape.iter(f"{A}p"))
            self.draft.leave_out(
                Said("Footers, dates and slide numbers"), Said("they repeat on every slide"), text=text
            )
        elif local(shape) == "pic":
            described = next((text for e in shape.iter(f"{P}cNvPr") if (text := e.get("descr", ""))), "")
            self.draft.leave_out(Said("Pictures"), Said("only text is read"), text=described)
        elif local(shape) == "graphicFrame":
            self._graphic(shape)
        else:
            body = shape.find("{*}txBody")
            if body is not None:
                self._text(body, kind)

    def _text(self, body: etree._Element, kind: str) -> None:
        paragraphs = list(body.iter(f"{A}p"))
        if kind in TITLES:
            self.draft.heading(" ".join(_text(p) for p in paragraphs), 1, **self.where)
            return
        number: dict[int, int] = {}
        for paragraph in paragraphs:
            properties = paragraph.find(f"{A}pPr")
            level = int(properties.get("lvl", "0")) if properties is not None else 0
            marks = {local(child) for child in properties} if properties is not None else set()
            listed = (
                kind in ("body", "obj", "")
                and "buNone" not in marks
                and (kind != "" or marks & {"buChar", "buAutoNum"})
            )
            if kind == "subTitle" or not (listed or level):
                self.draft.paragraph(_text(paragraph), **self.where)
                continue
            number = {k: v for k, v in number.items() if k <= level}
            number[level] = number.get(level, 0) + 1
            marker = f"{number[level]}." if "buAutoNum" in marks else "-"
            self.draft.item(_text(paragraph), level + 1, marker, **self.where)

    def _graphic(self, frame: etree._Element) -> None:
        table = next(frame.iter(f"{A}tbl"), None)
        if table is not None:
            rows = [
                ["\n".join(_text(p) for p in cell.iter(f"{A}p")) for cell in row.iter(f"{A}tc")]
                for row in table.iter(f"{A}tr")
            ]
            self.draft.table(rows, **self.where)
            return
        diagram = next(frame.iter(f"{DIAGRAM}relIds"), None)
        target = self.relations.get(diagram.get(f"{R}dm", ""), ("", ""))[1] if diagram is not None else ""
        if target and target in self.archive:
            for paragraph in self.archive.xml(target).iter(f"{A}p"):
                self.draft.item(_text(paragraph), **self.where)
        else:
            self.draft.leave_out(
                Said("Charts and other objects"), Said("only text is read"), text=self._charted(frame)
            )

    def _charted(self, frame: etree._Element) -> str:
        """The titles and labels of a chart."""
        chart = next(frame.iter("{*}chart"), None)
        part = self.relations.get(chart.get(f"{R}id", ""), ("", ""))[1] if chart is not None else ""
        if not part or part not in self.archive:
            return ""
        root = self.archive.xml(part)
        texts = [text.text or "" for text in root.iter(f"{A}t")]
        texts += [value.text or "" for cache in root.iter("{*}strCache") for value in cache.iter("{*}v")]
        return "; ".join(dict.fromkeys(texts))

    def _comments(self) -> None:
        for kind, part in self.relations.values():
            if kind != "comments" or part not in self.archive:
                continue
            root = self.archive.xml(part)
            written = [*root.iter(f"{P}text"), *root.iter(f"{A}p")]
            for text in (_text(one) if one.tag == f"{A}p" else one.text or "" for one in written):
                if text.strip():
                    self.draft.leave_out(
                        Said("Comments"), Said("they are about the slides, not part of them"), text=text
                    )

    def _notes(self) -> None:
        """What the speaker wrote under the slide."""
        part = next((part for kind, part in self.relations.values() if kind == "notesSlide"), "")
        if not part or part not in self.archive:
            return
        place = Place(slide=self.number, speaker_notes=True)
        for shape in _shapes(next(self.archive.xml(part).iter("{*}spTree"), etree.Element("none"))):
            body = shape.find("{*}txBody")
            if _placeholder(shape) == "body" and body is not None:
                for paragraph in body.iter(f"{A}p"):
                    self.draft.paragraph(_text(paragraph), page=self.number, place=place)


def _shapes(tree: etree._Element) -> Iterator[etree._Element]:
    for shape in tree:
        if local(shape) in ("grpSp", "AlternateContent", "Choice"):
            yield from _shapes(shape)
        elif local(shape) in ("sp", "pic", "graphicFrame", "cxnSp"):
            yield shape


def _placeholder(shape: etree._Element) -> str:
    """What the shape is for: "title", "body", ...; "obj" where that isn't said, "" for a free shape."""
    found = next(shape.iter(f"{P}ph"), None)
    return found.get("type", "obj") if found is not None else ""


def _order(shape: etree._Element) -> tuple[int, int, int]:
    """The title first; placeholders that inherit their place next; then from top to bottom, left to right."""
    if _placeholder(shape) in TITLES:
        return (0, 0, 0)
    offset = next(shape.iter(f"{A}off", f"{P}off"), None)
    if offset is None:
        return (1, 0, 0)
    return (2, int(float(offset.get("y", "0"))) // ROW, int(float(offset.get("x", "0"))))


def _text(paragraph: etree._Element) -> str:
    parts = paragraph.iter(f"{A}t", f"{A}br", f"{A}tab")
    return "".join((part.text or "") if local(part) == "t" else " " for part in parts)
