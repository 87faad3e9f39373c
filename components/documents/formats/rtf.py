"""Rich Text Format: text, headings, lists, tables and footnotes, in the code pages of its fonts.

Knows nothing about layout. Written for this project: published readers give text only, without tables and
headings, and take one code page for a whole file, which turns Japanese or Russian passages into noise.
"""

import codecs
import re
from dataclasses import dataclass, field, replace

from components.documents import errors
from components.documents.draft import Draft
from components.documents.source import Source
from components.messages import Message, Said

_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})?[ ]?|\\'(?P<hex>[0-9a-fA-F]{2})"
    rb"|\\(?P<sign>[^a-zA-Z'])"
    rb"|(?P<brace>[{}])|[\r\n]+|(?P<text>[^\\{}\r\n]+)|.",
    re.DOTALL,
)
# A number or a letter with punctuation; anything else before an item is a bullet in some symbol font.
_NUMBER = re.compile(r"\W?(?:[0-9]|[A-Za-z]+[.)]|[一二三四五六七八九十])")
CHARSETS = {
    0: "cp1252",
    77: "mac-roman",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "gb18030",
    136: "big5",
}
CHARSETS |= {161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257"}
CHARSETS |= {204: "cp1251", 222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850"}
# Destinations whose text isn't part of the document's own.
SKIPPED = frozenset(
    (
        b"colortbl stylesheet info pict object header headerl headerr headerf footer footerl footerr "
        b"footerf fldinst listtable listoverridetable rsidtbl generator themedata colorschememapping "
        b"datastore latentstyles filetbl xmlnstbl pgptbl revtbl annotation atnid atnauthor atndate atnref "
        b"atnicn bkmkstart bkmkend nonshppict shpinst sp sn sv xe tc rxe do mmathPr wgrffmtfilter "
        b"userprops docvar ftnsep ftnsepc aftnsep aftnsepc pntxta panose falt "
    ).split()
)
SIGNS = {
    b"tab": "\t",
    b"line": "\n",
    b"emdash": "—",
    b"endash": "–",
    b"bullet": "•",
    b"lquote": "‘",
    b"rquote": "’",
}
SIGNS |= {
    b"ldblquote": "“",
    b"rdblquote": "”",
    b"emspace": " ",
    b"enspace": " ",
    b"qmspace": " ",
    b"~": "\u00a0",
}
SIGNS |= {b"_": "-", b"-": "", b"zwj": "\u200d", b"zwnj": "\u200c"}
LEFT_OUT = {
    b"pict": (Said("Pictures"), Said("only text is read")),
    b"object": (Said("Embedded objects"), Said("only text is read")),
    b"header": (Said("Headers and footers"), Said("they repeat on every page")),
    b"footer": (Said("Headers and footers"), Said("they repeat on every page")),
    b"annotation": (Said("Comments"), Said("they are about the text, not part of it")),
}
HIDDEN = (Said("Hidden text"), Said("it is not shown in the document"))
DELETED = (Said("Deleted text"), Said("it was removed with tracked changes"))
SYMBOL_FONT = 2


@dataclass
class _State:
    """What a group inherits from the one around it."""

    skip: bool = False
    to: str = "body"  # or "fonts", "marker", "note", "title"
    charset: int = -1
    codec: str = ""
    unicode_skip: int = 1
    hidden: bool = False
    deleted: bool = False
    starred: bool = False
    left: bytes = b""  # the kind of text that it is, where that is left out


@dataclass
class _Paragraph:
    heading: int = 0
    in_table: bool = False
    marker: str = ""
    level: int = 1
    text: list[str] = field(default_factory=list)


def read(source: Source) -> Draft:
    draft = Draft()
    _Reader(source, draft).read()
    return draft


class _Reader:
    def __init__(self, source: Source, draft: Draft) -> None:
        self.source, self.draft = source, draft
        self.codec, self.state = "cp1252", _State()
        self.stack: list[_State] = []
        self.fonts: dict[int, int] = {}  # font -> character set
        self.font, self.default_font = 0, 0
        self.headings = _heading_styles(source.data)
        self.paragraph = _Paragraph()
        self.pending = bytearray()  # bytes of a text that isn't decoded yet
        self.surrogate = ""  # the first half of a character that \u gives in two
        self.skipping = 0  # bytes that stand in for a \u that was understood
        self.row: list[str] = []
        self.rows: list[list[str]] = []
        self.notes: list[str] = []
        self.outer: list[tuple[int, _Paragraph]] = []  # paragraphs that a note interrupts
        self.looks: dict[tuple[Message, Message], list[str]] = {}  # what is left out says

    def read(self) -> None:
        for token in _TOKEN.finditer(self.source.data):
            if token["brace"] == b"{":
                self._flush()
                self.skipping = 0
                self.stack.append(self.state)
                self.state = replace(self.state, starred=False)
                if len(self.stack) > self.source.limits.nesting:
                    raise errors.too_deep(self.source.name, self.source.limits.nesting)
            elif token["brace"]:
                self._close()
                if not self.stack:
                    break
            elif token["hex"]:
                self._byte(bytes([int(token["hex"], 16)]))
            elif token["text"]:
                self._byte(token["text"])
            elif token["sign"] is not None:
                self._sign(token["sign"])
            elif token["word"]:
                self._word(token["word"], token["number"])
                if token["word"] == b"bin":
                    break  # raw bytes follow; what comes after them can't be told apart
        self._flush()
        self._end_paragraph()
        self._end_table()
        for number, note in enumerate(self.notes, 1):
            self.draft.add("footnote", note, marker=f"[{number}]")
        for left, pieces in self.looks.items():
            self.draft.show(*left, "".join(pieces))

    def _close(self) -> None:
        self._flush()
        self.skipping = 0
        depth = len(self.stack)
        if self.outer and self.outer[-1][0] == depth:
            self.notes.append("".join(self.paragraph.text))
            self.paragraph = self.outer.pop()[1]
        self.state = self.stack.pop() if self.stack else _State()

    def _byte(self, data: bytes) -> None:
        if self.skipping:
            drop = min(self.skipping, len(data))
            self.skipping -= drop
            data = data[drop:]
        if data and (self.state.left or not self.state.skip):
            self.pending += data

    def _flush(self) -> None:
        """Decodes the bytes that were collected, in the code page of their font."""
        if self.pending:
            text = bytes(self.pending).decode(self.state.codec or self.codec, "replace")
            self.pending.clear()
            self._put(text)

    def _put(self, text: str) -> None:
        state = self.state
        if state.left and not state.starred:
            self.looks.setdefault(LEFT_OUT[state.left], []).append(text)
        elif state.deleted and not state.skip:
            self.looks.setdefault(DELETED, []).append(text)
        if state.skip or state.deleted or state.to == "fonts":
            return
        if state.hidden:
            self.draft.leave_out(*HIDDEN)
            self.looks.setdefault(HIDDEN, []).append(text)
        elif state.to == "marker":
            self.paragraph.marker += text
        elif state.to == "title":
            self.draft.title += text
        elif state.charset != SYMBOL_FONT or any(ord(c) < 0xF000 for c in text):
            self.paragraph.text.append(text)

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self.state.starred = True
        elif sign in (b"\n", b"\r"):
            self._word(b"par", None)
        elif sign in SIGNS:
            self._flush()
            self._put(SIGNS[sign])
        elif sign in b"\\{}":
            self._byte(sign)

    def _word(self, word: bytes, number: bytes | None) -> None:
        value = int(number) if number is not None else None
        if word == b"u" and value is not None:
            self._unicode(value)
            return
        self._flush()
        if self.skipping:  # a control word stands in too if it is a character, and ends what does
            self.skipping = self.skipping - 1 if word in SIGNS else 0
            if word in SIGNS:
                return
        if word in SKIPPED:
            self._skip(word)
        elif self.state.skip:
            if self.state.left and word in (b"par", *SIGNS):
                self._put(SIGNS.get(word, "\n"))
        elif word in SIGNS:
            self._put(SIGNS[word])
        elif word in _PARAGRAPH:
            self._layout(word, value)
        else:
            self._format(word, value)

    def _skip(self, word: bytes) -> None:
        kind = next((k for k in LEFT_OUT if word.startswith(k)), None)
        if kind and not self.state.skip:
            self.draft.leave_out(*LEFT_OUT[kind])
        texts = (b"header", b"footer", b"annotation")
        self.state.left = kind if kind in texts and not self.state.skip else b""
        if self.state.left:
            self.state.starred = False
        self.state.skip = True
        if word == b"info":
            self.state.to = "info"

    def _unicode(self, value: int) -> None:
        self._flush()
        sign = chr(value % 0x10000)
        if "\ud800" <= sign < "\udc00":
            self.surrogate = sign
        elif "\udc00" <= sign < "\ue000":
            self._put((self.surrogate + sign).encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
        elif not (self.state.charset == SYMBOL_FONT or 0xF000 <= ord(sign) <= 0xF8FF):
            self._put(sign)
        self.skipping = self.state.unicode_skip

    def _layout(self, word: bytes, value: int | None) -> None:
        """What ends or describes a paragraph, a cell or a row."""
        paragraph = self.paragraph
        if word in (b"par", b"sect", b"page") or word == b"softline":
            if self.outer:
                paragraph.text.append(" ")
            elif paragraph.in_table and word == b"par":
                paragraph.text.append("\n")
            else:
                self._end_paragraph()
        elif word in (b"cell", b"nestcell"):
            self.row.append(f"{paragraph.marker} {''.join(paragraph.text)}".strip())
            self.paragraph = _Paragraph(in_table=True)
        elif word in (b"row", b"nestrow"):
            self.rows.append(self.row)
            self.row = []
        elif word == b"pard":
            self.paragraph = _Paragraph(text=paragraph.text, marker=paragraph.marker)
        elif word == b"intbl":
            paragraph.in_table = True
        elif word == b"outlinelevel" and value is not None and value < 9:
            paragraph.heading = value + 1
        elif word == b"s" and value is not None:
            paragraph.heading = self.headings.get(value, 0)
        elif word == b"ilvl" and value is not None:
            paragraph.level = value + 1

    def _format(self, word: bytes, value: int | None) -> None:
        state = self.state
        if word == b"ansicpg" and value and (codec := _codec(f"cp{value}")):
            self.codec = codec
        elif word in (b"mac", b"pc", b"pca"):
            self.codec = {b"mac": "mac-roman", b"pc": "cp437", b"pca": "cp850"}[word]
        elif word == b"fonttbl":
            state.to = "fonts"
        elif word == b"f":
            self._font(value or 0)
        elif word == b"fcharset" and state.to == "fonts":
            self.fonts[self.font] = value or 0
        elif word == b"deff":
            self.default_font = value or 0
        elif word == b"plain":
            state.hidden = state.deleted = False
            self._font(self.default_font)
        elif word == b"uc":
            state.unicode_skip = max(0, value or 0)
        elif word == b"v":
            state.hidden = value != 0
        elif word == b"deleted":
            state.deleted = value != 0
            self.draft.leave_out(*DELETED, int(state.deleted))
        elif word in (b"listtext", b"pntext"):
            state.to = "marker"
            self.paragraph.marker = ""
        elif word == b"footnote" or word == b"endnote":
            self._note()
        elif state.starred and word not in (b"shppict", b"fldinst", b"shptxt", b"ud", b"upr", b"cs"):
            state.skip = True

    def _font(self, number: int) -> None:
        self.font = number
        if self.state.to != "fonts":
            self.state.charset = self.fonts.get(number, -1)
            # A font of the Western character set says nothing about the text: the file's code page decides.
            self.state.codec = CHARSETS.get(self.state.charset, "") if self.state.charset > 1 else ""
            if self.state.charset == 0 and self.codec in ("cp1252", "mac-roman"):
                self.state.codec = "cp1252"

    def _note(self) -> None:
        self.paragraph.text.append(f"[{len(self.notes) + 1}]")
        self.outer.append((len(self.stack), self.paragraph))
        self.paragraph = _Paragraph()

    def _end_paragraph(self) -> None:
        paragraph = self.paragraph
        text, marker = "".join(paragraph.text), paragraph.marker.strip()
        self.paragraph = replace(paragraph, text=[], marker="")
        if not text.strip() and not marker:
            return
        self._end_table()
        if paragraph.heading:
            self.draft.heading(
                f"{marker} {text}" if any(c.isalnum() for c in marker) else text, paragraph.heading
            )
        elif marker:
            self.draft.item(text, paragraph.level, marker if _NUMBER.match(marker) else "-")
        else:
            self.draft.paragraph(text)

    def _end_table(self) -> None:
        if self.rows:
            self.draft.table(self.rows)
            self.rows = []


_PARAGRAPH = frozenset(
    b"par sect page softline cell nestcell row nestrow pard intbl outlinelevel s ilvl".split()
)
_STYLE = re.compile(
    rb"\{\\s(\d+)[^{}]*(?:\{[^{}]*\}[^{}]*)*?(?:\\[a-z]+-?\d* ?)*\b(?:heading|Heading|HEADING) (\d);\}"
)


def _heading_styles(data: bytes) -> dict[int, int]:
    """Paragraph style -> level, from the names in the style sheet."""
    start = data.find(b"\\stylesheet")
    return (
        {int(number): int(level) for number, level in _STYLE.findall(data[start : start + 200_000])}
        if start >= 0
        else {}
    )


def _codec(name: str) -> str:
    name = {"cp10000": "mac-roman", "cp65001": "utf-8", "cp936": "gb18030", "cp20932": "euc_jp"}.get(
        name, name
    )
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""
