"""A result as a file: Markdown, DOCX, or JSON with the ledger and the sources.

Knows summaries; nothing about pages. What it says itself is put into words by `tell`, in JSON into English.
Text is data in all three: nothing in it becomes markup or a link.
"""

import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from docx import Document as Word
from docx.shared import Pt

from components import handover
from components.documents import Place
from components.messages import Language, Message, Said, clauses, counted, from_json, sentences
from components.tasks.summarize.ledger import STATES
from components.tasks.summarize.own_words import Piece, own_words, pieces, quoted
from components.tasks.summarize.prompts import LANGUAGES
from components.tasks.summarize.summary import BULLETED, Citation, Line, Summary
from components.tasks.summarize.summary_settings import Method, Settings, Shape

FORMAT = 1  # of the JSON
_LIST = re.compile(r"^(\d{0,9})([-+=.)])")  # what makes a list or a heading of a text that begins so
_COLUMNS = tuple(map(Said, ("Part", "Place", "Words", "Tokens", "State", "Read by", "Reason")))
COVERAGE, SOURCES = Said("Coverage"), Said("Sources")
METHODS: Mapping[Method, Message] = {
    "quote": Said("quote"),
    "both": Said("shorten"),
    "write": Said("write"),
}
SHAPES: Mapping[Shape, Message] = {
    "paragraph": Said("paragraph"),
    "bullets": Said("bullet points"),
    "sentence": Said("one sentence"),
    "key points": Said("key points, decisions, actions"),
    "own": Said("own instruction"),
}
LEGEND = Said(
    "Sentences in quotation marks are the document's own words. The others are written by a model or a "
    "person; in them, words that are not their source's are bold."
)
# What XML can't hold; python-docx would refuse the whole text.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
Tell = Callable[[Message], str]
SOURCE_LENGTH = 300  # characters of a passage in Markdown and DOCX; JSON has all


def to_markdown(
    title: str, settings: Mapping[str, Any], summaries: Sequence[Summary], tell: Tell = str
) -> str:
    """Summary, coverage and sources of each document."""
    rows = [f"# {_escaped(title)}", "", _escaped(_asked(settings, tell))]
    for summary in summaries:
        rows += ["", f"## {_escaped(tell(summary.name))}", ""]
        if summary.refused:
            rows.append(_escaped(tell(summary.refused)))
            continue
        rows += [f"**{_escaped(tell(_partial(summary)))}**", ""] if summary.partial else []
        rows += [
            *_markdown_lines(summary, tell),
            "",
            f"*{_escaped(tell(LEGEND))}*",
            "",
            f"### {tell(COVERAGE)}",
            "",
            _escaped(tell(summary.ledger.headline)),
            "",
        ]
        rows += [f"- {_escaped(tell(note))}" for note in _remarks(summary)]
        rows += ["", *_markdown_table(_table(summary, tell)), "", f"### {tell(SOURCES)}", ""]
        for number, line in enumerate(summary.lines, 1):
            rows.append(f"{number}. {_markdown_line(line, tell)}")
            rows += [f"   - {_escaped(tell(_original(line)))}"] if line.original else []
            rows += [f"   - {_escaped(tell(_cited(source)))}" for source in line.sources]
    return "\n".join(rows) + "\n"


def to_html(
    title: str,
    settings: Mapping[str, Any],
    summaries: Sequence[Summary],
    tell: Tell = str,
    language: str = "en",
) -> str:
    """The same as one HTML file that opens anywhere; `language` is that of `tell`, as in BCP 47."""
    return handover.page(title, to_markdown(title, settings, summaries, tell), language)


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


def to_docx(title: str, settings: Mapping[str, Any], summaries: Sequence[Summary], tell: Tell = str) -> bytes:
    """A Word document with the same content as the Markdown."""
    word = Word()
    word.core_properties.author = ""
    word.core_properties.title = _clean(title)[:250]
    word.add_heading(_clean(title), 0)
    word.add_paragraph(_clean(_asked(settings, tell)))
    for summary in summaries:
        if len(summaries) > 1:
            word.add_heading(_clean(tell(summary.name)), 1)
        if summary.refused:
            word.add_paragraph(_clean(tell(summary.refused)))
            continue
        _add_summary(word, summary, tell)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def file_name(title: str) -> str:
    """A title as the stem of a file's name."""
    kept = "".join(c if c.isalnum() else "-" for c in title)[:50]
    return re.sub("-+", "-", kept).strip("-") or "summary"


def _asked(settings: Mapping[str, Any], tell: Tell) -> str:
    """What was asked for, as a few sentences."""
    asked = Settings.from_json(settings)
    words = asked.length.words
    length = counted("{count:,} word", "{count:,} words", words) if words else str(asked.length)
    language = Language(asked.language, LANGUAGES.get(asked.language, asked.language))
    told: list[tuple[Message, Message | Language]] = [
        (Said("Method"), METHODS[asked.method]),
        (Said("Format"), SHAPES[asked.shape]),
        (Said("Length"), length),
        (Said("Language"), language if asked.language else ""),
        (Said("Audience"), asked.audience.strip().rstrip(".")),
        (Said("Instruction"), asked.instruction.strip().rstrip(".")),
        (Said("Model"), asked.model_id if asked.method != "quote" else ""),
    ]
    return " ".join(tell(Said("{name}: {value}.", name=name, value=value)) for name, value in told if value)


def _add_summary(word: Any, summary: Summary, tell: Tell) -> None:
    heading: Message = ""
    if summary.partial:
        word.add_paragraph().add_run(_clean(tell(_partial(summary)))).bold = True
    if summary.shape in BULLETED:
        for line in summary.lines:
            if line.heading != heading:
                heading = line.heading
                word.add_heading(_clean(tell(heading)), 2)
            _add_line(word.add_paragraph(style="List Bullet"), line, tell)
    else:
        paragraph = word.add_paragraph()
        for number, line in enumerate(summary.lines):
            paragraph.add_run(" " if number else "")
            _add_line(paragraph, line, tell)
    word.add_paragraph(_clean(tell(LEGEND))).runs[0].italic = True
    word.add_heading(_clean(tell(COVERAGE)), 2)
    word.add_paragraph(_clean(tell(summary.ledger.headline)))
    for note in _remarks(summary):
        word.add_paragraph(_clean(tell(note)), style="List Bullet")
    table = word.add_table(rows=0, cols=len(_COLUMNS), style="Table Grid")
    for row in _table(summary, tell):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = _clean(text)
    word.add_heading(_clean(tell(SOURCES)), 2)
    for line in summary.lines:
        _add_line(word.add_paragraph(style="List Number"), line, tell)
        original = [_original(line)] if line.original else []
        for told in (*original, *map(_cited, line.sources)):
            run = word.add_paragraph(style="List Continue").add_run(_clean(tell(told)))
            run.italic, run.font.size = True, Pt(9)


def _partial(summary: Summary) -> Message:
    stopped = Said("It was stopped while it was written.")
    why = stopped if summary.ledger.complete else summary.ledger.headline
    return sentences(Said("This is a partial summary."), why)


def _remarks(summary: Summary) -> list[Message]:
    """What a person should know about how it was made, and what the document has that isn't text."""
    left_out = [Said("Left out of the document: {what}", what=what) for what in summary.ledger.left_out]
    return [*summary.notes, *summary.ledger.notes, *left_out]


def _table(summary: Summary, tell: Tell) -> list[list[str]]:
    """The ledger as rows of a table, its names first."""
    rows: list[Sequence[Message]] = [
        (
            str(part.number),
            part.place,
            f"{part.words:,}",
            f"{part.tokens:,}" if part.tokens else "",
            STATES[part.state],
            part.reader,
            part.why,
        )
        for part in summary.ledger.parts
    ]
    return [list(map(tell, row)) for row in (_COLUMNS, *rows)]


def _markdown_table(rows: Sequence[Sequence[str]]) -> list[str]:
    first, *others = ["| " + " | ".join(map(_escaped, row)) + " |" for row in rows]
    return [first, "|" + " --- |" * len(rows[0]), *others]


def _markdown_lines(summary: Summary, tell: Tell) -> list[str]:
    if summary.shape not in BULLETED:
        return [" ".join(_markdown_line(line, tell) for line in summary.lines)]
    rows: list[str] = []
    heading: Message = ""
    for line in summary.lines:
        if line.heading != heading:
            heading = line.heading
            rows += ["", f"**{_escaped(tell(heading))}**", ""]
        rows.append(f"- {_markdown_line(line, tell)}")
    return rows


def _markdown_line(line: Line, tell: Tell) -> str:
    shown = "".join(
        _bold(piece) if piece.own else _escaped(piece.text, ends=False) for piece in _pieces(line)
    )
    return _LIST.sub(r"\1\\\2", shown) + _escaped(_marks(line, tell), ends=False)


def _bold(piece: Piece) -> str:
    return f"**{_escaped(piece.text)}**"


def _pieces(line: Line) -> list[Piece]:
    """The text, a quote in quotation marks behind who says it."""
    if line.origin != "quoted":
        return pieces(line)
    speaker, said = quoted(line)
    return [Piece(f"{speaker}“{said}”", own=False)]


def _add_line(paragraph: Any, line: Line, tell: Tell) -> None:
    for piece in _pieces(line):
        paragraph.add_run(_clean(piece.text)).bold = piece.own or None
    paragraph.add_run(_clean(_marks(line, tell)))


def _marks(line: Line, tell: Tell) -> str:
    """What a reader must not miss about a sentence."""
    marks: list[Message] = [] if line.supported else [Said("no passage supports this")]
    if line.original:
        marks.append(Said("translated"))
    elif line.supported and not line.faithful:
        marks.append(Said("in other words than the document's: compare it with its source"))
    if line.missing:
        marks.append(Said("not in the document: {what}", what=list(line.missing)))
    return f" [{tell(clauses(*marks))}]" if marks else ""


def _cited(source: Citation) -> Message:
    text = source.text if len(source.text) <= SOURCE_LENGTH else source.text[:SOURCE_LENGTH] + "…"
    place = Said("{document}, {place}", document=source.name, place=source.place.label)
    return Said("{place}: “{text}”", place=place if source.place else source.name, text=text)


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


def _original(line: Line) -> Message:
    return Said("Original: “{text}”", text=line.original)


def _escaped(text: str, ends: bool = True) -> str:
    """A text of one line that is nothing but text in Markdown. `ends`: it begins and ends there."""
    one = " ".join(text.split()) if ends else re.sub(r"\s+", " ", text)
    plain = handover.MARKUP.sub(r"\\\1", one)
    return _LIST.sub(r"\1\\\2", plain) if ends else plain


def _clean(text: str) -> str:
    return _CONTROL.sub("", text)
