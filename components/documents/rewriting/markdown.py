"""Markdown: headings, paragraphs, items and cells, with code, links, images and front matter as they were.

Knows CommonMark through markdown-it, which says where the blocks are; a block's own text is replaced in
place, so that everything between blocks stays exactly as it is.
"""

import html
import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token as Block

from components.documents.rewriting.html import HtmlFile
from components.documents.rewriting.inline import Inline, Token
from components.documents.rewriting.text_file import Edit, TextFile, apply
from components.documents.rewriting.units import Options, Placed, Unit, has_words
from components.messages import N_, Said

_FRONT = re.compile(r"\A(---|\+\+\+)[^\S\n]*\n.*?\n\1[^\S\n]*(?:\n|\Z)", re.DOTALL)
_DEFINITION = re.compile(r"^ {0,3}\[([^\]\n]+)\]:", re.MULTILINE)
_DESTINATION = (
    r"\(\s*(?:<[^<>\n]*>|[^()\s<>]*(?:\([^()\s]*\)[^()\s]*)*)"
    r"(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*\)"
)
_INSIDE = r"(?:[^\[\]\\]|\\.|!?\[[^\[\]]*\](?:\([^()]*\))?)*?"
_SYNTAX = re.compile(
    rf"(?P<escape>\\[!-/:-@\[-`{{-~])"
    rf"|(?P<code>(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))"
    rf"|(?P<math>\$\$[^$]+\$\$|(?<![\\$\w])\$(?=\S)[^$\n]+?(?<=\S)\$(?![\d$]))"
    rf"|(?P<auto><(?:https?://|mailto:)[^<>\s]*>|<[^<>\s@]+@[^<>\s]+>)"
    rf"|(?P<tag></?[A-Za-z][^<>]*>|<!--.*?-->)"
    rf"|(?P<image>!\[(?P<alt>{_INSIDE})\](?:{_DESTINATION}|\[[^\]]*\]))"
    rf"|(?P<link>\[(?P<label>{_INSIDE})\](?P<to>{_DESTINATION}|\[[^\]]*\]))"
    rf"|(?P<alert>\[![A-Za-z]+\][^\S\n]*(?:\n|$))"
    rf"|(?P<note>\[\^[^\]\s]+\]|\[[ xX]\](?=\s))"
    rf"|(?P<short>\[(?P<name>[^\[\]]+)\])"
    rf"|(?P<break>(?: {{2,}}|\\)\n)"
    rf"|(?P<mark>\*{{1,3}}|_{{1,3}}|~~)",
    re.DOTALL,
)
_HARD = re.compile(r"(?: {2,}|\\)$")  # a line break that is seen
_PUNCTUATION = re.compile(r"[^\w\s]")


class MarkdownFile(TextFile):
    """One Markdown text."""

    def __init__(self, text: str, options: Options) -> None:
        super().__init__(text, options)
        self._runs: list[_Run] = []
        self._pages: list[tuple[int, int, HtmlFile]] = []  # blocks of HTML
        self._names = {name.casefold() for name in _DEFINITION.findall(text)}
        self._lines = [0, *(match.end() for match in re.finditer("\n", text)), len(text)]
        front = _FRONT.match(text)
        skip = text[: front.end()].count("\n") if front else 0
        blocks = (
            MarkdownIt("commonmark", {"html": True})
            .enable(["table", "strikethrough"])
            .parse("\n" * skip + text[front.end() if front else 0 :])
        )
        self._read(blocks)
        self.units = [unit for run in self._parts() for unit in run.units]

    def _parts(self) -> "list[_Run | _Page]":
        pages = [_Page(start, end, page) for start, end, page in self._pages]
        return sorted([*self._runs, *pages], key=lambda part: part.start)

    def _read(self, blocks: Sequence[Block]) -> None:
        names = {
            "heading_open": N_("headings"),
            "paragraph_open": N_("paragraphs"),
            "list_item_open": N_("list items"),
            "table_open": N_("tables"),
            "fence": N_("code blocks"),
            "code_block": N_("code blocks"),
        }
        row = (0, 0)  # where the search for the next cell begins, and the end of the row
        before = ""  # the type of the block before
        for block in blocks:
            if name := names.get(block.type):
                self._count(name, 1)
            if block.type == "tr_open" and block.map:
                row = (self._lines[block.map[0]], self._lines[block.map[1]])
            elif block.type == "html_block" and block.map:
                self._add_page(self._lines[block.map[0]], self._lines[block.map[1]])
            elif block.type == "inline":
                self._count("links", sum(1 for c in block.children or () if c.type == "link_open"))
                self._count("images", sum(1 for c in block.children or () if c.type == "image"))
                if before in ("td_open", "th_open"):
                    row = (self._add_cell(block.content, *row), row[1])
                elif block.map:
                    self._add_lines(block, before == "heading_open")
            before = block.type

    def _count(self, name: str, more: int) -> None:
        if more:
            self.counts[name] = self.counts.get(name, 0) + more

    def _add_page(self, start: int, end: int) -> None:
        page = HtmlFile(self.text[start:end], Options(bilingual=self.options.bilingual))
        for name in ("images", "links"):
            self._count(name, page.counts.get(name, 0))
        if page.units:
            self._pages.append((start, end, page))

    def _add_cell(self, content: str, start: int, end: int) -> int:
        raw = content.replace("|", "\\|")
        at = self.text.find(raw, start, end) if raw else -1
        if at < 0:
            raw, at = content, self.text.find(content, start, end) if content else -1
        if at < 0:
            return start
        self._add(at, at + len(raw), raw.replace("\\|", "|"), cell=True)
        return at + len(raw)

    def _add_lines(self, block: Block, heading: bool) -> None:
        """A paragraph's source, from its first word to its last, and its text without quote marks.

        The text after a hard line break is a text of its own.
        """
        assert block.map is not None
        first, wanted = block.map[0], [_HARD.sub("", line) for line in block.content.split("\n")]
        hard = [bool(_HARD.search(line)) for line in block.content.split("\n")]
        places = []
        for number, line in enumerate(wanted):
            low = self._lines[min(first + number, len(self._lines) - 2)]
            high = self._lines[min(first + number + 1, len(self._lines) - 1)]
            at = self.text.find(line.strip(), low, high)
            if at < 0:
                return
            places.append((at, at + len(line.strip())))
        prefix = self.text[self._lines[first + 1] : places[1][0]] if len(places) > 1 else ""
        start = 0
        for number in range(len(wanted)):
            if hard[number] or number == len(wanted) - 1:
                content = "\n".join(wanted[start : number + 1])
                self._add(places[start][0], places[number][1], content, prefix=prefix, one_line=heading)
                start = number + 1

    def _add(
        self, start: int, end: int, content: str, cell: bool = False, prefix: str = "", one_line: bool = False
    ) -> None:
        run = _Run(start, end, content, self._names, cell, prefix, self.options.bilingual)
        run.one_line = one_line or cell
        if run.units:
            self._runs.append(run)

    def write(self, placed: Sequence[Placed | None]) -> str:
        edits, at = [], 0
        for part in self._parts():
            mine = placed[at : at + len(part.units)]
            at += len(part.units)
            if any(one is not None for one in mine):
                edits.append(Edit(part.start, part.end, part.write(self.text[part.start : part.end], mine)))
        return apply(self.text, edits)


class _Page:
    """A block of HTML inside Markdown."""

    def __init__(self, start: int, end: int, page: HtmlFile) -> None:
        self.start, self.end, self._page, self.units = start, end, page, page.units

    def write(self, source: str, placed: Sequence[Placed | None]) -> str:
        return self._page.write(placed)


class _Run:
    """One block's text, and the texts of the images in it."""

    def __init__(
        self, start: int, end: int, content: str, names: set[str], cell: bool, prefix: str, bilingual: bool
    ) -> None:
        self.start, self.end, self._cell, self._prefix = start, end, cell, prefix
        self._bilingual, self.one_line = bilingual, cell
        tokens = list(_tokens(content, names, prefix))
        self._inline = Inline(tokens)
        words = has_words("".join(token.text for token in tokens if token.kind == "text"))
        self._has_text = words
        self.units = [Unit(self._inline.text, self._inline.marks)] if words else []
        self._images = [(at, token) for at, token in enumerate(tokens) if _alt(token)]
        self.units += [Unit(_alt(token), (), Said("attribute")) for _, token in self._images]

    def write(self, source: str, placed: Sequence[Placed | None]) -> str:
        body = placed[0] if self._has_text else Placed(self._inline.text, self._inline.marks)
        alts = placed[1:] if self._has_text else placed
        for (at, token), alt in zip(self._images, alts, strict=True):
            if alt is not None:
                new = token.raw.replace(f"![{_alt(token)}]", f"![{_escaped(alt.text)}]", 1)
                self._inline.replace(at, new)
        body = body or Placed(self._inline.text, self._inline.marks)
        new = self._inline.render(body, _escaped)
        new = _START.sub(lambda m: f"{m[1]}\\{m[2]}", new) if not self._cell else new.replace("|", "\\|")
        if self._bilingual and self._has_text:
            return f"{source}<br>{new}" if self.one_line else f"{source}\\\n{self._prefix}{new}"
        return new


_START = re.compile(r"^(\s*\d*)([#>+.)-])(?=\s)")


def _alt(token: Token) -> str:
    """The text of an image, where it has words and nothing but words."""
    match = re.match(r"!\[([^\[\]\\`*<>]*)\]", token.raw) if token.kind == "point" else None
    return match[1] if match and has_words(match[1]) else ""


def _tokens(text: str, names: set[str], prefix: str) -> Iterator[Token]:
    at = 0
    for match in _SYNTAX.finditer(text):
        if match.start() < at:
            continue
        found = list(_token(match, text, names, prefix))
        if found == [None]:
            continue
        yield from _words(text[at : match.start()])
        yield from (token for token in found if token is not None)
        at = match.end()
    yield from _words(text[at:])


def _words(raw: str) -> Iterator[Token]:
    if raw:
        yield Token("text", raw, html.unescape(re.sub(r"\s*\n\s*", " ", raw)))


def _token(match: re.Match[str], text: str, names: set[str], prefix: str) -> Iterator[Token | None]:
    """The meaning of one piece of syntax; None if it is only a character."""
    raw = match.group()
    match match.lastgroup if match.lastgroup not in ("ticks",) else "code":
        case "escape":
            yield Token("text", raw, raw[1:])
        case "code":
            ticks = len(match["ticks"])
            yield Token("keep", raw, raw[ticks:-ticks].strip() or raw)
        case "math" | "auto":
            yield Token("keep", raw, raw)
        case "tag":
            name = re.match(r"</?([A-Za-z][\w-]*)", raw)
            if name is None or raw.endswith("/>") or name[1].lower() in ("br", "img", "wbr", "hr"):
                if name and name[1].lower() == "br":
                    yield Token("text", "", " ")  # the words on its two sides aren't one
                yield Token("point", raw)
            else:
                yield Token("close" if raw.startswith("</") else "open", raw, name=name[1].lower())
        case "image" | "note" | "alt":
            yield Token("point", raw)
        case "alert" if not raw.endswith("\n"):
            yield Token("point", raw)
        case "break" | "alert":
            yield Token("point", f"{raw}{prefix}")
        case "link" | "label" | "to":
            yield from _link(match["label"], match["to"], match.start(), names, prefix)
        case "short" | "name":
            if match["name"].casefold() in names:
                yield from _link(match["name"], f"[{match['name']}]", match.start(), names, prefix)
            else:
                yield None
        case _:
            yield _emphasis(match, text)


def _link(label: str, to: str, at: int, names: set[str], prefix: str) -> Iterator[Token]:
    if to == "[]":
        to = f"[{label}]"
    yield Token("open", "[", name=f"link {at}")
    yield from _tokens(label, names, prefix)
    yield Token("close", f"]{to}", name=f"link {at}")


def _emphasis(match: re.Match[str], text: str) -> Token | None:
    """Opens or closes depending on the characters beside it (CommonMark's flanking rules, simplified)."""
    before = text[match.start() - 1] if match.start() else " "
    after = text[match.end()] if match.end() < len(text) else " "
    left = not after.isspace() and (
        not _PUNCTUATION.match(after) or before.isspace() or _PUNCTUATION.match(before)
    )
    right = not before.isspace() and (
        not _PUNCTUATION.match(before) or after.isspace() or _PUNCTUATION.match(after)
    )
    if match.group().startswith("_") and left and right:
        return None
    if left and right:
        left = match.group() not in text[: match.start()]
        right = not left
    if left:
        return Token("open", match.group(), name=match.group())
    return Token("close", match.group(), name=match.group()) if right else None


def _escaped(text: str) -> str:
    """Escapes characters that would be taken for markup."""
    text = re.sub(r"([*`\[\]]|\\(?=[!-/:-@\[-`{-~])|<(?=[A-Za-z/!]))", r"\\\1", text)
    return re.sub(r"(?<!\w)_|_(?!\w)", r"\\_", text)
