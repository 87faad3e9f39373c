"""A result as a file: Markdown, DOCX, or JSON with the ledger and the sources.

Knows summaries; nothing about pages: what it says itself is English. Text is data in all three: nothing in
it becomes markup or a link.
"""

import io
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from docx import Document as Word
from docx.shared import Pt

from components import handover
from components.documents import Place
from components.messages import Message, from_json
from components.tasks.summarize.own_words import Piece, own_words, pieces, quoted
from components.tasks.summarize.prompts import LANGUAGES
from components.tasks.summarize.summary import BULLETED, Citation, Line, Summary
from components.tasks.summarize.summary_settings import Settings

FORMAT = 1  # of the JSON
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&])")
_LIST = re.compile(r"^(\d{0,9})([-+=.)])")  # what makes a list or a heading of a text that begins so
_COLUMNS = ("Part", "Place", "Words", "Tokens", "State", "Read by", "Reason")
# What XML can't hold; python-docx would refuse the whole text.
LEGEND = (
    "Sentences in quotation marks are the document's own words. The others are written by a model or a "
    "person; in them, words that are not their source's are bold."
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
SOURCE_LENGTH = 300  # characters of a passage in Markdown and DOCX; JSON has all


def to_markdown(title: str, settings: Mapping[str, Any], summaries: Sequence[Summary]) -> str:
    """Summary, coverage and sources of each document."""
    rows = [f"# {_escaped(title)}", "", _escaped(_asked(settings))]
    for summary in summaries:
        rows += ["", f"## {_escaped(str(summary.name))}", ""]
        if summary.refused:
            rows.append(_escaped(str(summary.refused)))
            continue
        rows += [f"**{_escaped(_partial(summary))}**", ""] if summary.partial else []
        rows += [
            *_markdown_lines(summary),
            "",
            f"*{LEGEND}*",
            "",
            "### Coverage",
            "",
            _escaped(str(summary.ledger.headline)),
            "",
        ]
        rows += [f"- {_escaped(note)}" for note in _remarks(summary)]
        rows += ["", *_markdown_table([_COLUMNS, *_parts(summary)]), "", "### Sources", ""]
        for number, line in enumerate(summary.lines, 1):
            rows.append(f"{number}. {_markdown_line(line)}")
            rows += [f"   - {_escaped(_original(line))}"] if line.original else []
            rows += [f"   - {_escaped(_cited(source))}" for source in line.sources]
    return "\n".join(rows) + "\n"


def to_html(title: str, settings: Mapping[str, Any], summaries: Sequence[Summary]) -> str:
    """The same as one HTML file that opens anywhere."""
    return handover.page(title, to_markdown(title, settings, summaries))


def to_json(title: str, settings: Mapping[str, Any], summaries: Sequence[Summary]) -> str:
    """Everything, to be read by a program."""
    whole = {
        "format": FORMAT,
        "title": title,
        "settings": dict(settings),
        "summaries": [_with_own_words(summary) for summary in summaries],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1)


def _with_own_words(summary: Summary) -> Any:
    """A summary in English, each line with the words that aren't its source's."""
    plain = _in_english(summary.to_json())
    for line, told in zip(summary.lines, plain["lines"], strict=True):
        told["own_words"] = own_words(line)
    return plain


def to_docx(title: str, settings: Mapping[str, Any], summaries: Sequence[Summary]) -> bytes:
    """A Word document with the same content as the Markdown."""
    word = Word()
    word.core_properties.author = ""
    word.core_properties.title = _clean(title)[:250]
    word.add_heading(_clean(title), 0)
    word.add_paragraph(_clean(_asked(settings)))
    for summary in summaries:
        if len(summaries) > 1:
            word.add_heading(_clean(str(summary.name)), 1)
        if summary.refused:
            word.add_paragraph(_clean(str(summary.refused)))
            continue
        _add_summary(word, summary)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def file_name(title: str) -> str:
    """A title as the stem of a file's name."""
    kept = "".join(c if c.isalnum() else "-" for c in title)[:50]
    return re.sub("-+", "-", kept).strip("-") or "summary"


def _asked(settings: Mapping[str, Any]) -> str:
    asked = Settings.from_json(settings)
    told = {
        "Method": asked.method,
        "Format": asked.shape,
        "Length": str(asked.length),
        "Language": LANGUAGES.get(asked.language, asked.language),
        "Audience": asked.audience.strip(),
        "Instruction": asked.instruction.strip(),
        "Model": asked.model_id if asked.method != "quote" else "",
    }
    return " ".join(f"{name}: {value.rstrip('.')}." for name, value in told.items() if value)


def _add_summary(word: Any, summary: Summary) -> None:
    heading: Message = ""
    if summary.partial:
        word.add_paragraph().add_run(_clean(_partial(summary))).bold = True
    if summary.shape in BULLETED:
        for line in summary.lines:
            if line.heading != heading:
                heading = line.heading
                word.add_heading(_clean(str(heading)), 2)
            _add_line(word.add_paragraph(style="List Bullet"), line)
    else:
        paragraph = word.add_paragraph()
        for number, line in enumerate(summary.lines):
            paragraph.add_run(" " if number else "")
            _add_line(paragraph, line)
    word.add_paragraph(LEGEND).runs[0].italic = True
    word.add_heading("Coverage", 2)
    word.add_paragraph(_clean(str(summary.ledger.headline)))
    for note in _remarks(summary):
        word.add_paragraph(_clean(note), style="List Bullet")
    table = word.add_table(rows=0, cols=len(_COLUMNS), style="Table Grid")
    for row in (_COLUMNS, *_parts(summary)):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = _clean(text)
    word.add_heading("Sources", 2)
    for line in summary.lines:
        _add_line(word.add_paragraph(style="List Number"), line)
        original = [_original(line)] if line.original else []
        for text in (*original, *map(_cited, line.sources)):
            run = word.add_paragraph(style="List Continue").add_run(_clean(text))
            run.italic, run.font.size = True, Pt(9)


def _partial(summary: Summary) -> str:
    why = "It was stopped while it was written." if summary.ledger.complete else str(summary.ledger.headline)
    return f"This is a partial summary. {why}"


def _remarks(summary: Summary) -> list[str]:
    """What a person should know about how it was made, and what the document has that isn't text."""
    return [
        *map(str, (*summary.notes, *summary.ledger.notes)),
        *(f"Left out of the document: {left}" for left in summary.ledger.left_out),
    ]


def _parts(summary: Summary) -> list[tuple[str, ...]]:
    """The ledger as rows of a table."""
    return [
        (
            str(part.number),
            str(part.place),
            f"{part.words:,}",
            f"{part.tokens:,}" if part.tokens else "",
            part.state,
            str(part.reader),
            str(part.why),
        )
        for part in summary.ledger.parts
    ]


def _markdown_table(rows: Sequence[Sequence[str]]) -> list[str]:
    first, *others = ["| " + " | ".join(map(_escaped, row)) + " |" for row in rows]
    return [first, "|" + " --- |" * len(rows[0]), *others]


def _markdown_lines(summary: Summary) -> list[str]:
    if summary.shape not in BULLETED:
        return [" ".join(map(_markdown_line, summary.lines))]
    rows: list[str] = []
    heading: Message = ""
    for line in summary.lines:
        if line.heading != heading:
            heading = line.heading
            rows += ["", f"**{heading}**", ""]
        rows.append(f"- {_markdown_line(line)}")
    return rows


def _markdown_line(line: Line) -> str:
    shown = "".join(
        _bold(piece) if piece.own else _escaped(piece.text, ends=False) for piece in _pieces(line)
    )
    return _LIST.sub(r"\1\\\2", shown) + _escaped(_marks(line), ends=False)


def _bold(piece: Piece) -> str:
    return f"**{_escaped(piece.text)}**"


def _pieces(line: Line) -> list[Piece]:
    """The text, a quote in quotation marks behind who says it."""
    if line.origin != "quoted":
        return pieces(line)
    speaker, said = quoted(line)
    return [Piece(f"{speaker}“{said}”", own=False)]


def _add_line(paragraph: Any, line: Line) -> None:
    for piece in _pieces(line):
        paragraph.add_run(_clean(piece.text)).bold = piece.own or None
    paragraph.add_run(_clean(_marks(line)))


def _marks(line: Line) -> str:
    """What a reader must not miss about a sentence."""
    marks = [] if line.supported else ["no passage supports this"]
    if line.original:
        marks.append("translated")
    elif line.supported and not line.faithful:
        marks.append("in other words than the document's: compare it with its source")
    if line.missing:
        marks.append(f"not in the document: {', '.join(map(str, line.missing))}")
    return f" [{'; '.join(marks)}]" if marks else ""


def _cited(source: Citation) -> str:
    text = source.text if len(source.text) <= SOURCE_LENGTH else source.text[:SOURCE_LENGTH] + "…"
    return f"{', '.join(part for part in (str(source.name), str(source.place)) if part)}: “{text}”"


def _in_english(plain: Any) -> Any:
    """A summary's JSON with its messages as sentences, and its places as a person reads them."""
    match plain:
        case {"said": str()}:
            return str(from_json(plain))
        case {"place": dict() as place, **rest} if "block" in rest:
            return _in_english(rest | {"place": str(Place.from_json(place))})
        case dict():
            return {name: _in_english(value) for name, value in plain.items()}
        case list():
            return [_in_english(value) for value in plain]
    return plain


def _original(line: Line) -> str:
    return f"Original: “{line.original}”"


def _escaped(text: str, ends: bool = True) -> str:
    """A text of one line that is nothing but text in Markdown. `ends`: it begins and ends there."""
    one = " ".join(text.split()) if ends else re.sub(r"\s+", " ", text)
    plain = _MARKUP.sub(r"\\\1", one)
    return _LIST.sub(r"\1\\\2", plain) if ends else plain


def _clean(text: str) -> str:
    return _CONTROL.sub("", text)
