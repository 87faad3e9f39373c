"""Runs in the reading process: which format a file has, its units, and the file with their translations.

Knows which formats come back as they were, and which become Markdown because they can't be written.
"""

import codecs
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from components.documents import errors
from components.documents.encodings import decode_text
from components.documents.limits import Limits
from components.documents.readers import open_document
from components.documents.rewriting import draft_marks
from components.documents.rewriting.delimited import DelimitedFile
from components.documents.rewriting.docx import DocxFile
from components.documents.rewriting.html import HtmlFile
from components.documents.rewriting.markdown import MarkdownFile
from components.documents.rewriting.package import Package
from components.documents.rewriting.plain import PlainFile
from components.documents.rewriting.pptx import PptxFile
from components.documents.rewriting.strings import JsonFile, PoFile, PropertiesFile
from components.documents.rewriting.subtitles import SubtitleFile
from components.documents.rewriting.text_file import TextFile
from components.documents.rewriting.units import Options, Placed, Unit, has_words
from components.documents.rewriting.xlsx import XlsxFile
from components.documents.sniffer import LABELS, extension, sniff
from components.messages import Message, Said, counted

OFFICE: dict[str, Any] = {"docx": DocxFile, "pptx": PptxFile, "xlsx": XlsxFile}
TEXTS: dict[str, type[TextFile]] = {
    "html": HtmlFile,
    "markdown": MarkdownFile,
    "srt": SubtitleFile,
    "vtt": SubtitleFile,
    "csv": DelimitedFile,
    "text": PlainFile,
    "json": JsonFile,
    "po": PoFile,
    "properties": PropertiesFile,
}
# Told by the name alone: inside, they look like plain text.
BY_NAME = {"json": "json", "po": "po", "pot": "po", "properties": "properties", "srt": "srt", "vtt": "vtt"}
BECOME_MARKDOWN = ("pdf", "epub", "odt", "rtf", "eml", "picture")
NOT_BILINGUAL = ("json", "po", "properties")
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass
class Opened:
    """A file, cut into what is translated and what stays."""

    format: str
    units: list[Unit]
    counts: dict[str, int]
    notes: list[Message] = field(default_factory=list)
    header: list[str] = field(default_factory=list)  # of a table: the titles of its columns
    output: str = ""  # the name of the file that will come back


@dataclass
class Written:
    """The translated file, and what is counted in it."""

    data: bytes
    counts: dict[str, int]
    notes: list[Message]


def open_file(data: bytes, name: str, options: Options, limits: Limits) -> Opened:
    """Raises the kinds of `components.documents.errors`."""
    form, file, _ = _opened(data, name, options, limits)
    notes = list(file.notes)
    output = name
    if form in BECOME_MARKDOWN:
        output = f"{name.rsplit('.', 1)[0]}.md"
        notes.append(
            Said("A picture of text can't be written again as one: the translation is Markdown.")
            if form == "picture"
            else Said(
                "{format} can't be written back with its layout: the translation is Markdown.",
                format=form.upper(),
            )
        )
    if options.password:
        notes.append(
            Said("The translation is not protected with a password: anybody who has the file can read it.")
        )
    if options.bilingual and form in NOT_BILINGUAL:
        notes.append(Said("This format has room for one language only: the file is not bilingual."))
    if options.draft:
        output = draft_marks.named(output)
        notes.append(draft_marks.note(_kind(form), form in OFFICE))
    return Opened(form, file.units, dict(file.counts), notes, list(getattr(file, "header", [])), output)


def write_file(
    data: bytes, name: str, options: Options, placed: Sequence[Placed | None], limits: Limits
) -> Written:
    """The same file with its units replaced, and counted again."""
    form, file, encoding = _opened(data, name, options, limits)
    before = len(file.notes)
    made = file.write(placed)
    if form in OFFICE:
        again: Any = OFFICE[form](made, name, limits, Options())
        other = 0 if options.bilingual else _other(placed, again.units)
        if options.draft:
            made = draft_marks.with_status(Package(made, name, limits, LABELS[form]))
        return Written(made, again.counts, file.notes[before:] + ([_differing(other)] if other else []))
    marked = draft_marks.commented(made, _kind(form)) if options.draft else made
    new, note = encoded(marked, data, "utf-8" if form in (*BECOME_MARKDOWN, "po") else encoding, form)
    again = _text_file(form, made, name, Options())
    if "lines" not in file.counts:  # not counted where paragraphs are wrapped again
        again.counts.pop("lines", None)
    return Written(new, again.counts, file.notes[before:] + ([note] if note else []))


def _kind(form: str) -> str:
    """The format that a translation of this one has."""
    return "markdown" if form in BECOME_MARKDOWN else form


def _other(placed: Sequence[Placed | None], units: Sequence[Unit]) -> int:
    """How many translations are not read again, word by word, in the file that has them."""
    wanted = Counter(" ".join(one.text.split()) for one in placed if one and has_words(one.text))
    return (wanted - Counter(" ".join(unit.text.split()) for unit in units)).total()


def _differing(count: int) -> Message:
    return counted(
        "{count} text is not in the written file as it was translated: compare it with the source.",
        "{count:,} texts are not in the written file as they were translated: compare them with the source.",
        count,
    )


def _opened(data: bytes, name: str, options: Options, limits: Limits) -> tuple[str, Any, str]:
    form = BY_NAME.get(extension(name).lower()) or sniff(data, name).format
    if form == "ole-encrypted":
        from components.documents.formats.protected import decrypt

        data = decrypt(data, name, options.password or None, limits)
        form = sniff(data, name).format
    if form in OFFICE:
        return form, OFFICE[form](data, name, limits, options), ""
    if form in BECOME_MARKDOWN:
        document = open_document(data, name, options.password or None, limits)
        written = MarkdownFile(document.markdown, options)
        lost = (left.message for left in document.left_out if left.pages)
        written.notes += [*document.notes, *(Said("Left out: {what}", what=one) for one in lost)]
        return form, written, "utf-8"
    if form not in TEXTS:
        raise errors.Unsupported(
            '"{name}" is a file of the kind {form}, which can\'t be translated here. Save it as '
            "DOCX, HTML, Markdown or plain text and upload that.",
            name=name,
            form=form,
        )
    read = decode_text(data)
    file = _text_file(form, read.text, name, options)
    file.notes += filter(None, [read.repaired])
    return form, file, read.encoding


def _text_file(form: str, text: str, name: str, options: Options) -> TextFile:
    if form in ("csv", "json"):
        return TEXTS[form](text, options, name)  # type: ignore[call-arg]
    if form in BECOME_MARKDOWN:
        return MarkdownFile(text, options)
    return TEXTS[form](text, options)


def encoded(text: str, source: bytes, encoding: str, form: str) -> tuple[bytes, Message]:
    """In the source's encoding and with its byte order mark; in UTF-8 if that encoding lacks a character."""
    mark = next((bom for bom in _BOMS if source.startswith(bom)), b"")
    if mark:
        names = dict(zip(_BOMS, ("utf-8", "utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"), strict=True))
        return mark + text.encode(names[mark]), ""
    try:
        return text.encode(encoding), ""
    except UnicodeEncodeError:
        if form == "html":
            return text.encode(encoding, "xmlcharrefreplace"), ""
        note = Said(
            "The file is now in UTF-8: its own encoding, {encoding}, lacks letters of the translation.",
            encoding=encoding,
        )
        return text.encode("utf-8"), note
    except LookupError:
        return text.encode("utf-8"), ""
