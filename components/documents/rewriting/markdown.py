"""Markdown: headings, paragraphs, items and cells, with code, links, images and front matter as they were.

Knows CommonMark through pulldown-cmark, which says where in the source each piece of a text is; only texts
are replaced, so that everything between them stays letter by letter.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyromark

from components.documents.rewriting import front_matter, markdown_dialects, markdown_links
from components.documents.rewriting.html import HtmlFile
from components.documents.rewriting.inline import Inline, Token
from components.documents.rewriting.markdown_links import LinkTitle, Markup
from components.documents.rewriting.text_file import Edit, TextFile, apply
from components.documents.rewriting.units import Options, Placed, Unit, has_words, is_translated
from components.messages import N_, Said

_PARSER = pyromark.Markdown(
    options=pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_TASKLISTS
    | pyromark.Options.ENABLE_GFM
    | pyromark.Options.ENABLE_MATH
    | pyromark.Options.ENABLE_DEFINITION_LIST
    | pyromark.Options.ENABLE_YAML_STYLE_METADATA_BLOCKS
    | pyromark.Options.ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS
)
_INLINE = ("Emphasis", "Strong", "Strikethrough", "Link", "Image")
_NO_TEXT = ("CodeBlock", "MetadataBlock", "HtmlBlock")
_COUNTED = {
    "Heading": N_("headings"),
    "Paragraph": N_("paragraphs"),
    "Item": N_("list items"),
    "Table": N_("tables"),
    "CodeBlock": N_("code blocks"),
    "Link": N_("links"),
    "Image": N_("images"),
}
_ALERT = re.compile(r"\[![A-Za-z]+\][^\S\n]*(?:\n|\Z)")
_HIDDEN = re.compile(f"{markdown_dialects.HIDDEN}+|{markdown_dialects.UNSEEN}+")
_START = re.compile(r"^(\s*\d*)([#>+.)-])(?=\s)")


@dataclass(frozen=True)
class _Event:
    """A step of the parser: a piece of text, or the beginning or end of what has pieces in it."""

    kind: str  # "Start", "End", or of a piece "Text", "Code", "SoftBreak", ...
    name: str  # of a start or an end: "Paragraph", "Link", ...; else the piece's text
    start: int
    end: int
    link: str = ""  # of a link or image: "Inline", "Collapsed", "Shortcut", "Autolink", ...
    title: str = ""  # of a link or image


class MarkdownFile(TextFile):
    """One Markdown text."""

    def __init__(self, text: str, options: Options) -> None:
        super().__init__(text, options)
        self._parts: list[_Run | _Page | _Title | _Front | LinkTitle] = []
        self.header: list[str] = []  # keys of the front matter, of which some may be chosen
        dialect = markdown_dialects.plain(text)
        self._plain = dialect.text
        events = list(_events(dialect.text))
        self._read(events)
        rules = {event.start for event in events if event.kind == "Rule"}  # of which some were no code
        self._parts += [_Title(text, *place) for rule, *place in dialect.titles if rule in rules]
        self._parts += _definitions(dialect.text, events)
        self._parts.sort(key=lambda part: part.start)
        self.units = [unit for part in self._parts for unit in part.units]

    def _read(self, events: Sequence[_Event]) -> None:
        run: list[_Event] = []
        depth, silent, one_line, cell = 0, "", False, False
        for event in events:
            if event.kind == "Start" and (name := _COUNTED.get(event.name)):
                self._count(name, 1)
            if silent:
                silent = "" if event.kind == "End" and event.name == silent else silent
            elif event.kind in ("Start", "End") and event.name not in _INLINE:
                self._add(run, one_line, cell)
                run, opens = [], event.kind == "Start"
                one_line, cell = (
                    opens and event.name in ("Heading", "TableCell"),
                    opens and event.name == "TableCell",
                )
                silent = event.name if opens and event.name in _NO_TEXT else ""
                if opens and event.name == "HtmlBlock":
                    self._add_page(event.start, event.end)
                if opens and event.name == "MetadataBlock":
                    self._add_front_matter(event.start, event.end)
            elif event.kind == "HardBreak" and not depth:
                self._add(run, one_line, cell)
                run = []  # what is after a line break that is seen is a text of its own
            elif event.kind not in ("TaskListMarker", "Rule"):
                depth += {"Start": 1, "End": -1}.get(event.kind, 0)
                run.append(event)

    def _count(self, name: str, more: int) -> None:
        if more:
            self.counts[name] = self.counts.get(name, 0) + more

    def _add_page(self, start: int, end: int) -> None:
        page = HtmlFile(self.text[start:end], Options(bilingual=self.options.bilingual))
        for name in ("images", "links"):
            self._count(name, page.counts.get(name, 0))
        if page.units:
            self._parts.append(_Page(start, end, page))

    def _add_front_matter(self, start: int, end: int) -> None:
        found = list(front_matter.values(self.text, start, end))
        self.header = [value.key for value in found]
        chosen = [value for value in found if value.key in self.options.columns]
        self._parts += [_Front(value) for value in chosen]
        if left := [value.key for value in found if value not in chosen]:
            text = Said("These values of the front matter stay unless they are chosen: {keys}.", keys=left)
            self.notes.append(text)

    def _add(self, events: Sequence[_Event], one_line: bool, cell: bool) -> None:
        if events:
            texts = _Texts(self.text, self._plain)
            run = _Run(texts, events, one_line, cell, self.options.bilingual)
            if run.units:
                self._parts.append(run)

    def write(self, placed: Sequence[Placed | None]) -> str:
        edits, at = [], 0
        for part in self._parts:
            mine = placed[at : at + len(part.units)]
            at += len(part.units)
            if any(one is not None for one in mine):
                edits.append(Edit(part.start, part.end, part.write(self.text[part.start : part.end], mine)))
        return apply(self.text, edits)


def _events(text: str) -> Iterator[_Event]:
    """The parser's events, their places in characters."""
    at = _characters(text)
    ends: list[int] = []  # of what is open
    for event, where in _PARSER.events_with_range(text):
        kind, detail = (event, "") if isinstance(event, str) else next(iter(event.items()))
        name, more = next(iter(detail.items())) if isinstance(detail, dict) else (str(detail), None)
        link = str(more["link_type"]) if name in ("Link", "Image") and isinstance(more, dict) else ""
        start, end = at(where["start"]), at(where["end"])
        if kind == "Start":
            # The parser leaves the empty brackets of [name][] out of its range.
            end += 2 if link == "Collapsed" and text.startswith("[]", end) else 0
            ends.append(end)
        elif kind == "End":
            end = ends.pop()
        title = str(more["title"]) if link and isinstance(more, dict) else ""
        yield _Event(kind, name, start, end, link, title)


def _characters(text: str) -> Any:
    """A function from places in bytes of UTF-8, as the parser counts, to places in characters."""
    if text.isascii():
        return lambda place: place
    places: list[int] = []
    for number, sign in enumerate(text):
        places += [number] * len(sign.encode("utf-8", "replace"))
    places.append(len(text))
    return places.__getitem__


class _Page:
    """A block of HTML inside Markdown."""

    def __init__(self, start: int, end: int, page: HtmlFile) -> None:
        self.start, self.end, self._page, self.units = start, end, page, page.units

    def write(self, source: str, placed: Sequence[Placed | None]) -> str:
        return self._page.write(placed)


class _Title:
    """The title of an admonition or a container."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.start, self.end = start, end
        self._quoted = text[start - 1 : start] == '"'
        self.units = [Unit(text[start:end], (), Said("heading"))]

    def write(self, source: str, placed: Sequence[Placed | None]) -> str:
        if not placed[0]:
            return source
        text = placed[0].text
        return text.replace('"', "'") if self._quoted else re.sub(r"[\[\]{}]", "", text)


def _definitions(text: str, events: Sequence[_Event]) -> Iterator[LinkTitle]:
    """The titles of addresses that are defined on lines of their own, where the parser sees no text."""
    taken = bytearray(len(text))
    for event in events:
        if event.kind not in ("Start", "End") or event.name in (*_NO_TEXT, "Paragraph", "Heading", "Table"):
            taken[event.start : event.end] = b"\1" * (event.end - event.start)
    return (one for one in markdown_links.defined(text) if not any(taken[one.start : one.end]))


class _Front:
    """A value of the front matter."""

    def __init__(self, value: front_matter.Value) -> None:
        self.start, self.end, self._value = value.start, value.end, value
        self.units = [Unit(value.text, (), Said("front matter"))]

    def write(self, source: str, placed: Sequence[Placed | None]) -> str:
        return self._value.written(placed[0].text) if placed[0] else source


@dataclass(frozen=True)
class _Texts:
    """The source, and the same as the parser saw it."""

    text: str
    plain: str


_APART = Token("text", "", " ")


class _Run:
    """One block's text, and the texts of the images in it."""

    def __init__(
        self, texts: _Texts, events: Sequence[_Event], one_line: bool, cell: bool, bilingual: bool
    ) -> None:
        text, self._plain = texts.text, texts.plain
        self._text, self._one_line, self._cell, self._bilingual = text, one_line, cell, bilingual
        self.start, self.end = events[0].start, max(event.end for event in events)
        if text[self.start - 1 : self.start] == "\\":  # an escape, which the parser leaves out of the text
            self.start -= 1
        self._prefix = _prefix(text, events)
        self._inner: dict[tuple[int, bool], Markup] = {}  # token, whether at its end -> its markup
        self._has_text = True
        tokens = _once_spaced(list(self._tokens(events)))
        self._has_text = is_translated("".join(token.text for token in tokens if token.kind == "text"))
        self._inline = Inline(tokens if self._has_text else _once_spaced(list(self._tokens(events))))
        self.units = [Unit(self._inline.text, self._inline.marks)] if self._has_text else []
        texts_inside = (text for markup in self._inner.values() for text in markup.texts)
        self.units += [Unit(text, (), Said("attribute")) for text in texts_inside]

    def write(self, source: str, placed: Sequence[Placed | None]) -> str:
        body = placed[0] if self._has_text else None
        inner = iter(placed[1:] if self._has_text else placed)
        for (at, closing), markup in self._inner.items():
            mine = list(itertools.islice(inner, len(markup.texts)))
            if any(one is not None for one in mine):
                self._inline.replace(at, markup.written(mine, _escaped), closing)
        new = self._inline.render(body or Placed(self._inline.text, self._inline.marks), _escaped)
        new = _START.sub(lambda m: f"{m[1]}\\{m[2]}", new) if not self._cell else new.replace("|", "\\|")
        if self._bilingual and self._has_text:
            return f"{source}<br>{new}" if self._one_line else f"{source}\\\n{self._prefix}{new}"
        return new

    def _raw(self, start: int, end: int) -> str:
        raw = self._text[start:end]
        return raw.replace("\\|", "|") if self._cell else raw

    def _tokens(self, events: Sequence[_Event]) -> Iterator[Token]:
        at = number = 0
        if alert := _ALERT.match(self._text, self.start):  # of a kind that only some programs know
            yield Token("point", f"{alert.group()}{self._prefix if alert.group().endswith(chr(10)) else ''}")
            number = 1
            at = next((n for n, event in enumerate(events) if event.start >= alert.end()), len(events))
        partners = _partners(events)
        while at < len(events):
            event = events[at]
            if event.kind == "Start":
                tokens = self._opened(event, events[at + 1 : partners[at]], number)
                at = at if tokens[0].kind == "open" else partners[at]
            elif event.kind == "End":
                closing = self._around(events[partners[at]], events[at - 1])[1]
                tokens = [Token("close", closing, name=event.name)]
            else:
                tokens = list(self._piece(event))
            yield from tokens
            number += len(tokens)
            at += 1

    def _opened(self, event: _Event, inner: Sequence[_Event], number: int) -> list[Token]:
        """What begins here, or all of it where its text is not translated with the text around it."""
        raw = self._raw(event.start, event.end)
        if event.name == "Image":
            if markup := self._image(event, inner):
                self._inner[number, False] = markup
            return [Token("point", raw)]
        if event.link in ("Autolink", "Email"):
            return [Token("keep", raw, raw)]
        if not inner:
            return [Token("point", raw)]
        opening, closing = self._around(event, inner[-1])
        if (markup := _with_title(event, closing)).texts:
            self._inner[number, True] = markup
        return [Token("open", opening, name=event.name)]

    def _piece(self, event: _Event) -> Iterator[Token]:
        raw = self._raw(event.start, event.end)
        match event.kind:
            case "Text":
                yield from self._hidden(event)
            case "SoftBreak" if self._has_text:  # else the lines stay lines
                yield Token("text", raw, " ")
            case "Code":
                inner = raw.strip("`") if _HIDDEN.search(event.name) else event.name
                yield Token("keep", raw, inner.strip() or raw)
            case "InlineMath" | "DisplayMath":
                yield Token("keep", raw, raw)
            case "InlineHtml":
                yield from _tag(raw)
            case "HardBreak":
                yield _APART  # the words on its two sides aren't one
                yield Token("point", f"{raw}{self._prefix}")
            case _:
                yield Token("point", raw)

    def _hidden(self, event: _Event) -> Iterator[Token]:
        """A text, and what the parser was not shown of it."""
        if not _HIDDEN.search(event.name):
            yield Token("text", self._raw(event.start, event.end), event.name)
            return
        at = event.start
        for part in _HIDDEN.finditer(self._plain, event.start, event.end):
            if at < part.start():
                yield Token("text", self._raw(at, part.start()), self._raw(at, part.start()))
            raw = self._raw(*part.span())
            kept = part[0][0] == markdown_dialects.HIDDEN
            yield Token("keep", raw, raw) if kept else Token("point", raw)
            at = part.end()
        if at < event.end:
            yield Token("text", self._raw(at, event.end), self._raw(at, event.end))

    def _around(self, event: _Event, last: _Event) -> tuple[str, str]:
        """The markup before and after what is inside of it, of which `last` is the last."""
        start, end = event.start, event.end
        if event.name in ("Link", "Image"):
            opening = "[" if event.name == "Link" else "!["
            if event.link in ("Collapsed", "Shortcut"):  # its text is also where it leads
                return opening, f"][{self._raw(start + len(opening), last.end)}]"
            return opening, self._raw(last.end, end)
        size = {"Emphasis": 1, "Strong": 2}.get(event.name, 2 if self._text.startswith("~~", start) else 1)
        return self._raw(start, start + size), self._raw(end - size, end)

    def _image(self, image: _Event, inner: Sequence[_Event]) -> Markup | None:
        """An image whose text has words and nothing but words, or that has a title."""
        alt = "".join(one.name for one in inner)
        plain = has_words(alt) and not _HIDDEN.search(alt) and all(one.kind == "Text" for one in inner)
        if not plain:
            found = _with_title(image, self._raw(image.start, image.end))
            return found if found.texts else None
        before, after = self._around(image, inner[-1])
        return _with_title(image, after, before, alt)


def _with_title(event: _Event, markup: str, before: str = "", alt: str = "") -> Markup:
    """The markup that ends a link or an image, cut at its title."""
    if event.link == "Inline" and event.title:
        return markdown_links.cut(markup, before, alt)
    return Markup(before, alt, markup)


def _partners(events: Sequence[_Event]) -> dict[int, int]:
    """Of each start its end, and of each end its start."""
    partners: dict[int, int] = {}
    opened: list[int] = []
    for at, event in enumerate(events):
        if event.kind == "Start":
            opened.append(at)
        elif event.kind == "End":
            start = opened.pop()
            partners |= {start: at, at: start}
    return partners


def _prefix(text: str, events: Sequence[_Event]) -> str:
    """What is before the second line of a text: the marks of a quote, the indent of an item."""
    for event, following in itertools.pairwise(events):
        if event.kind in ("SoftBreak", "HardBreak"):
            return text[event.end : following.start].removesuffix("\\")
    return ""


def _tag(raw: str) -> Iterator[Token]:
    name = re.match(r"</?([A-Za-z][\w-]*)", raw)
    if name is None or raw.endswith("/>") or name[1].lower() in ("br", "img", "wbr", "hr"):
        if name and name[1].lower() == "br":
            yield _APART  # the words on its two sides aren't one
        yield Token("point", raw)
    else:
        yield Token("close" if raw.startswith("</") else "open", raw, name=name[1].lower())


def _escaped(text: str) -> str:
    """Characters that would be taken for markup, as text."""
    text = re.sub(r"([*`\[\]]|\\(?=[!-/:-@\[-`{-~])|<(?=[A-Za-z/!]))", r"\\\1", text)
    return re.sub(r"(?<!\w)_|_(?!\w)", r"\\_", text)


def _once_spaced(tokens: list[Token]) -> list[Token]:
    """Without the space for a line break where its words have one already: a <br> b."""
    texts = [token.text for token in tokens]
    return [
        Token("text", "")
        if token == _APART and (texts[at - 1][-1:].isspace() or "".join(texts[at + 1 : at + 3])[:1].isspace())
        else token
        for at, token in enumerate(tokens)
    ]
