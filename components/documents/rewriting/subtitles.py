"""SubRip and WebVTT: the words of each cue, with its timing, settings and tags as they were.

A cue is translated as one text and wrapped again into as many lines as it had, or more if it grew.
"""

import re
from collections.abc import Sequence

from components.documents.place import Place
from components.documents.rewriting.inline import Inline, Token
from components.documents.rewriting.line_breaks import cells, wrap_placed
from components.documents.rewriting.text_file import Edit, TextFile, apply
from components.documents.rewriting.units import Options, Placed, Unit, has_words
from components.messages import N_, Said

LINE_CHARACTERS = 42  # what subtitles are usually wrapped to; half as many in Chinese and Japanese
_TIMING = re.compile(r"^[^\S\n]*((?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})[^\S\n]*-->[^\n]*$", re.MULTILINE)
_TOKEN = re.compile(r"(</?[A-Za-z\d][^<>\n]*>|\{\\[^{}\n]*\})")
_DASH = re.compile(r"(?:<[^<>]*>|\{[^{}]*\})*\s*[-–—]\s*\S")
_SPEAKER = re.compile(r"^<v[ .]", re.IGNORECASE)


class SubtitleFile(TextFile):
    """One file of cues."""

    def __init__(self, text: str, options: Options) -> None:
        super().__init__(text, options)
        self._cues: list[tuple[int, int, Inline, int]] = []  # start, end, content, lines
        timings = list(_TIMING.finditer(text))
        self.counts = {N_("cues"): len(timings)}
        for number, timing in enumerate(timings):
            limit = timings[number + 1].start() if number + 1 < len(timings) else len(text)
            self._read(timing.end() + 1, limit, timing[1])

    def _read(self, start: int, limit: int, time: str) -> None:
        """The lines after a timing, up to the first empty one."""
        blank = re.compile(r"\r?\n[^\S\n]*\r?\n|\Z").search(self.text, max(start - 1, 0), limit)
        end = blank.start() if blank else limit
        body = self.text[start:end]
        if end == limit < len(self.text):  # no empty line between two cues: the next one's number
            body = re.sub(r"(?:^|\n)[^\S\n]*\d+\s*\Z", "", body)
        if start >= end or not has_words(_TOKEN.sub("", body)):
            return
        stripped = body.rstrip()
        if len(lines := stripped.split("\n")) > 1 and all(_DASH.match(line) for line in lines):
            for line in lines:  # each has another speaker
                self._add(start, line.rstrip("\r"), time)
                start += len(line) + 1
            return
        self._add(start, stripped, time)

    def _add(self, start: int, stripped: str, time: str) -> None:
        if not has_words(_TOKEN.sub("", stripped)):
            return
        inline = Inline(_tokens(stripped))
        self._cues.append((start, start + len(stripped), inline, stripped.count("\n") + 1))
        self.units.append(Unit(inline.text, inline.marks, Said("cue"), Place(time=time)))

    def write(self, placed: Sequence[Placed | None]) -> str:
        edits = []
        for (start, end, inline, lines), one in zip(self._cues, placed, strict=True):
            if one is None:
                continue
            width = max(LINE_CHARACTERS, _longest(self.text[start:end]))
            new = inline.render(wrap_placed(one, width, lines), _escape)
            newline = "\r\n" if "\r\n" in self.text else "\n"
            new = re.sub(r"\n+", newline, new)
            edits.append(
                Edit(start, end, self.text[start:end] + newline + new if self.options.bilingual else new)
            )
        return apply(self.text, edits)


def _tokens(body: str) -> list[Token]:
    tokens = []
    for piece in _TOKEN.split(body):
        if not piece:
            continue
        if not _TOKEN.fullmatch(piece):
            tokens.append(Token("text", piece, re.sub(r"\s*\n\s*", " ", piece)))
        elif piece.startswith("{") or _SPEAKER.match(piece) or re.match(r"<\d", piece):
            tokens.append(Token("point", piece))
        else:
            name = re.match(r"</?([A-Za-z]+)", piece)
            kind = "close" if piece.startswith("</") else "open"
            tokens.append(Token(kind, piece, name=name[1].lower() if name else piece))  # type: ignore[arg-type]
    return tokens


def _escape(text: str) -> str:
    """An arrow would begin another cue."""
    return text.replace("-->", "→")


def _longest(body: str) -> int:
    return max(cells(_TOKEN.sub("", line).strip()) for line in body.splitlines())
