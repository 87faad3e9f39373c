"""A model's Markdown in Streamlit's: what it says is shown as it was written, and nothing is fetched.

One parse (pulldown-cmark) tells where there is text, code, a link or a formula. Only then are single
characters written as Streamlit needs them, each at its place:

    Use `sed 's/\\(a\\)/b/'` for $5, :x: -> \\(y^2\\)

keeps its code, escapes the dollar, breaks up the emoji and the arrow, and turns \\(y^2\\) into $y^2$.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyromark

from components.scripts import HANGUL, UNSPACED
from components.ui.text import JOINER

OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_TASKLISTS
)
HIDDEN = "\0"  # stands for each character that isn't text
MOST_WIDE = 100.0  # em, of a rule or box in a formula

# Pandoc's rule for the dollar: no space after the opening one, none before the closing one, no digit after.
_BODY = rf"(?:(?!\n[ \t>]*\n)[^{HIDDEN}])+?"
_FORMULA = re.compile(
    rf"(?<!\\)\\\[(?P<display>{_BODY})(?<!\\)\\\]"
    rf"|(?<!\\)\\\((?P<inline>{_BODY})(?<!\\)\\\)"
    rf"|(?<!\\)\$\$(?P<dollars>{_BODY})\$\$"
    rf"|(?<![\\$])\$(?=\S)(?P<dollar>[^${HIDDEN}\n]*?)(?<=[^\s\\])\$(?![\d$])"
)
# What Streamlit makes of text: a directive (:red[…]), an icon, an emoji, a picture of an arrow or a relation.
_COLON = re.compile(
    r":(?=\w[\w-]*[\[{]|material/|streamlit:|(?:[+-]1|100|1234|[\w+-]*[^\W\d_][\w+-]*):)|^[ \t]*:(?=:)",
    re.MULTILINE,
)
_ARROW = re.compile(rf"(?<![^\s{HIDDEN}])(?:<->|->|<-|--|>=|<=|~=)(?![^\s{HIDDEN}])")
# Bold that CommonMark doesn't see, since punctuation touches the marks and a letter follows: **Note:**then.
# Without spaces that is so in every other sentence, and marks pair up across them: 说**“好”**了。
_BOLD = re.compile(rf"(?<!\w)\*\*([^\s*{HIDDEN}](?:[^*{HIDDEN}\n]*[^\s*{HIDDEN}])?)\*\*")
_STARS = re.compile(r"(?<![\\*])\*{1,3}(?!\*)")
_UNSPACED = re.compile(f"[{UNSPACED}{HANGUL}]")
_MARGIN = re.compile(r"[ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)?")
_TICKS = re.compile(r"`+")
_IMAGE = re.compile(r"!(?=\[)")
_WIDTH = re.compile(r"(\d+(?:\.\d*)?|\.\d+)\s*(em|ex|mu|pt|bp|pc|dd|cc|cm|mm|in|sp)\b")
_EMS = {"em": 1, "ex": 0.5, "mu": 1 / 18, "pc": 1.2, "cc": 1.3, "cm": 2.8, "mm": 0.28, "in": 7.2, "sp": 1e-6}


@dataclass(frozen=True)
class Edit:
    """Characters of the source that are written in another way."""

    start: int
    end: int
    text: str


def shown(prose: str) -> str:
    """Markdown of Streamlit's kind that shows what the given Markdown says."""
    parse = _Parse(prose)
    edits = list(parse.formulas())
    text = parse.text
    for edit in edits:
        text = text[: edit.start] + HIDDEN * (edit.end - edit.start) + text[edit.end :]
    edits += [Edit(at, at + 1, "\\$") for at in _found("$", text) if not parse.is_escaped(at)]
    edits += [Edit(found.end(), found.end(), JOINER) for found in _COLON.finditer(text)]
    edits += [Edit(found.start() + 1, found.start() + 1, JOINER) for found in _ARROW.finditer(text)]
    edits += [edit for found in _BOLD.finditer(text) for edit in _freed(found)]
    edits += [edit for found in _STARS.finditer(parse.prose()) for edit in _freed_from(prose, found)]
    edits += [Edit(image + 1, image + 1, JOINER) for image in parse.images]
    edits += [Edit(found.end(), found.end(), JOINER) for found in _IMAGE.finditer(text)]
    edits += [Edit(end, end, "  ") for end in parse.line_ends if text[end] != HIDDEN]
    written = _applied(prose, edits)
    return written.replace(":material/", f":{JOINER}material/")  # Streamlit replaces it in code, too


def _found(sign: str, text: str) -> Iterator[int]:
    at = -1
    while (at := text.find(sign, at + 1)) >= 0:
        yield at


def _freed(bold: re.Match[str]) -> Iterator[Edit]:
    """Joiners inside of the marks, beside which there is no punctuation then."""
    for at, letter in ((bold.start(1), bold[1][0]), (bold.end(1), bold[1][-1])):
        if not letter.isalnum():
            yield Edit(at, at, JOINER)


def _freed_from(source: str, stars: re.Match[str]) -> Iterator[Edit]:
    """A joiner between marks and punctuation, where a letter of a script without spaces is on the other side.

    To CommonMark the joiner is a letter, so such marks open or close by what is open, as in 说*好*了.
    """
    before, after = source[stars.start() - 1 : stars.start()], source[stars.end() : stars.end() + 1]
    if _UNSPACED.match(after) and _is_punctuation(before):
        yield Edit(stars.start(), stars.start(), JOINER)
    elif _UNSPACED.match(before) and _is_punctuation(after):
        yield Edit(stars.end(), stars.end(), JOINER)


def _is_punctuation(sign: str) -> bool:
    return bool(sign) and unicodedata.category(sign)[0] in "PS"


def _applied(source: str, edits: list[Edit]) -> str:
    pieces, at = [], 0
    for edit in sorted(set(edits), key=lambda edit: (edit.start, edit.end)):
        if edit.start >= at:
            pieces += [source[at : edit.start], edit.text]
            at = edit.end
    return "".join([*pieces, source[at:]])


def events(text: str) -> Iterator[tuple[Any, int, int]]:
    """What the parser finds, as dicts, each with its first character and the one after its last."""
    at = _characters(text)
    for event, place in pyromark.events_with_range(text, options=OPTIONS):
        yield (event if isinstance(event, dict) else {event: None}), at[place["start"]], at[place["end"]]


def _characters(text: str) -> Sequence[int]:
    """For each byte of UTF-8, which is what the parser counts, the number of its character."""
    if text.isascii():
        return range(len(text) + 1)
    return [number for number, sign in enumerate(text) for _ in sign.encode()] + [len(text)]


BLOCKS = {"Paragraph", "Item", "List", "TableCell", "TableRow", "TableHead", "Table", "Heading", "BlockQuote"}
BLOCKS |= {"CodeBlock", "HtmlBlock", "FootnoteDefinition"}


class _Parse:
    """Where in a source there is text, a line end inside of a paragraph, a picture, a formula."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.images: list[int] = []
        self.line_ends: list[int] = []
        self._runs: list[tuple[int, int]] = []  # what is inside of one paragraph, heading, item or cell
        self._cells: list[tuple[int, int]] = []
        self._text = [HIDDEN] * len(source)
        self._prose = list(source)  # with code, HTML and addresses hidden
        self._read()
        self.text = "".join(self._text)

    def _read(self) -> None:
        run: tuple[int, int] | None = None
        links: list[int] = []  # where the text of each open link ends
        in_code = False
        for event, start, end in events(self.source):
            kind = _kind(event)
            if kind in BLOCKS:
                self._runs += [run] if run else []
                run = None
                in_code = kind == "CodeBlock" and "Start" in event
                if kind == "TableCell":
                    self._cells.append((start, end))
            elif not in_code:
                first = start - 1 if self.source[start - 1 : start] == "\\" else start
                run = (run[0], max(run[1], end)) if run else (first, end)
            if kind in ("CodeBlock", "HtmlBlock", "Code", "InlineHtml", "Html"):
                self._hide(start, end)
            elif kind in ("Link", "Image") and "Start" in event:
                links.append(start)
                self.images += [start] if kind == "Image" else []
            elif kind in ("Link", "Image"):
                self._hide(links.pop(), end)
            elif kind in ("Text", "SoftBreak", "HardBreak") and not in_code:
                self._text[start:end] = self.source[start:end].replace("\\\n", f"{HIDDEN}\n")
                self.line_ends += [start] if kind == "SoftBreak" else []
            if links and "Start" not in event:
                links[-1] = max(links[-1], end)

    def _hide(self, start: int, end: int) -> None:
        hidden = [HIDDEN if sign != "\n" else sign for sign in self.source[start:end]]
        self._prose[start:end] = hidden

    def prose(self) -> str:
        """The source without code, HTML and addresses."""
        return "".join(self._prose)

    def is_escaped(self, at: int) -> bool:
        """Whether a backslash before this place already takes its meaning away."""
        return self.source[at - 1 : at] == "\\" and self.text[at - 1] == HIDDEN

    def formulas(self) -> Iterator[Edit]:
        """Formulas of every notation, as Streamlit reads them."""
        prose, at = self.prose(), 0
        while found := _FORMULA.search(prose, at):
            kind = found.lastgroup or "dollar"
            alone = kind in ("display", "dollars") and self._is_alone(found)
            if alone or any(start <= found.start() and found.end() <= end for start, end in self._runs):
                yield Edit(found.start(), found.end(), self._written(found, kind, alone))
                at = found.end()
            else:
                at = found.start() + 2

    def _is_alone(self, found: re.Match[str]) -> bool:
        """Whether a formula has its lines for itself, and isn't in a cell."""
        if any(start <= found.start() < end for start, end in self._cells):
            return False
        after = self.source[found.end() :].split("\n", 1)[0]
        return bool(_MARGIN.fullmatch(self._margin(found))) and not after.strip()

    def _margin(self, found: re.Match[str]) -> str:
        return self.source[self.source.rfind("\n", 0, found.start()) + 1 : found.start()]

    def _as_code(self, found: re.Match[str], body: str) -> str:
        """A formula that isn't drawn, in marks that pair with no others of the text."""
        marks = "`" * (1 + max(map(len, _TICKS.findall(self.source)), default=0))
        before = JOINER if self.source[: found.start()].endswith("`") else ""
        after = JOINER if self.source[found.end() :].startswith("`") else ""
        return f"{before}{marks}{' '.join(body.split())}{marks}{after}"

    def _written(self, found: re.Match[str], kind: str, alone: bool) -> str:
        body = found[kind]
        if _widest(body) > MOST_WIDE:
            return self._as_code(found, body)
        body = body.replace("\\$", "\\textdollar ")
        if not alone:
            style = "\\displaystyle " if kind in ("display", "dollars") else ""
            touching = self.source[found.end() :].startswith(("$", "\\(", "\\["))
            return f"${style}{' '.join(body.split())}${JOINER if touching else ''}"
        # The lines of a block begin like its first one: quote marks stay, a list's mark becomes its width.
        margin = "".join(sign if sign in "> \t" else " " for sign in self._margin(found))
        lines = [line.strip(" \t>" if ">" in margin else " \t") for line in body.splitlines()]
        return f"\n{margin}".join(["$$", *filter(None, lines), "$$"])


def _kind(event: Any) -> str:
    """What an event is about: "Paragraph", "Text"; of a list, a heading or a link without its data."""
    inner = event.get("Start") or event.get("End") if event.keys() & {"Start", "End"} else next(iter(event))
    return next(iter(inner)) if isinstance(inner, dict) else str(inner)


def _widest(body: str) -> float:
    """The longest length in a formula, in em: one of 100,000 would leave the page."""
    return max((float(size) * _EMS.get(unit, 0.1) for size, unit in _WIDTH.findall(body)), default=0.0)
