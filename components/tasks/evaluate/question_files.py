"""What a person brings to be asked: tables, translation memories, documents, a run's held-out rows.

Knows where they come from; what the columns of a table mean is in `question_columns`.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from components.documents import Document, Limits, read_document
from components.documents.encodings import decode_text
from components.documents.sniffer import extension
from components.errors import BadInput
from components.messages import Said
from components.tasks.evaluate.question_columns import (
    are_translations,
    form_of,
    instruction_of,
    languages_of,
)
from components.tasks.evaluate.questions import Item, Questions
from components.training.doctor.raw_rows import RawRows, read_rows
from components.training.prepared import instruction_for
from components.training.rows import Row, question_and_answer

TABLES = ("jsonl", "ndjson", "json", "csv", "tsv", "xlsx", "parquet", "yaml", "yml", "zip", "tmx", "xml")
LINES = ("txt", "src", "ref")  # of texts whose lines belong together
_EARLIER = re.compile(r"(?:^|[._-])(?:src|source)(?:[._-]|$)", re.IGNORECASE)
_LATER = re.compile(r"(?:^|[._-])(?:ref|reference|target|tgt)(?:[._-]|$)", re.IGNORECASE)
DOCUMENTS = ("pdf", "docx", "odt", "pptx", "html", "htm", "md", "markdown", "rtf", "epub", "eml", *LINES)
_REFERENCE = re.compile(r"(.+)[._-](?:summary|reference|ref|abstract)\.(?:txt|md)", re.IGNORECASE)


@dataclass(frozen=True)
class Brought:
    """A file as it came."""

    name: str
    data: bytes


def open_table(
    file: Brought,
    limits: Limits,
    cancelled: Callable[[], bool] = lambda: False,
    titles: bool | None = None,
) -> RawRows:
    """`titles`: whether the first row has them; None: told by what is in it. Raises AppError."""
    return read_rows(file.data, file.name, limits, cancelled, titles)


def is_table(name: str) -> bool:
    return extension(name) in TABLES


def of_documents(
    files: Sequence[Brought], limits: Limits, cancelled: Callable[[], bool] = lambda: False
) -> Questions:
    """Documents to be summarized; `a.summary.txt` beside `a.pdf` is its reference. Two plain texts in two
    languages with as many lines are translation pairs, line by line. Raises AppError.
    """
    if pairs := _line_by_line(files):
        return pairs
    references = {found[1].casefold(): file for file in files if (found := _REFERENCE.fullmatch(file.name))}
    items = []
    for file in files:
        if _REFERENCE.fullmatch(file.name):
            continue
        document = read_document(file.data, file.name, limits=limits, cancelled=cancelled)
        reference = references.pop(PurePath(file.name).stem.casefold(), None)
        expected = (_text(reference, limits),) if reference else ()
        items.append(Item("", expected, document=document.text))
    if references:
        names = [one.name for one in references.values()]
        raise BadInput(
            "There is no document for {names}. A reference is called like its document: report.pdf and "
            "report.summary.txt.",
            names=names,
        )
    if not items:
        raise BadInput("There is no document to summarize among these files.")
    name = files[0].name if len(files) == 1 else f"{files[0].name} (+{len(files) - 1})"
    return Questions(name, "summary", tuple(items), instruction_for("summary"))


def _line_by_line(files: Sequence[Brought]) -> Questions | None:
    """WMT's older way: the source in one file, its translation in another."""
    if len(files) != 2 or any(extension(file.name) not in LINES for file in files):
        return None
    said = [decode_text(file.data).text.splitlines() for file in files]
    if len(said[0]) != len(said[1]) or len(said[0]) < 2:
        return None
    rows = [(at, *(one.strip() for one in pair)) for at, pair in enumerate(zip(*said, strict=True), 1)]
    items = [Item(first, (second,), line=at) for at, first, second in rows if first and second]
    languages = languages_of(items)
    if not are_translations(items, languages):
        return None
    if _LATER.search(files[0].name) or _EARLIER.search(files[1].name):
        items = [replace(item, prompt=item.expected[0], expected=(item.prompt,)) for item in items]
        languages = languages[1], languages[0]
    name = f"{files[0].name}, {files[1].name}"
    found = Questions(name, "translation", tuple(items), source=languages[0], target=languages[1])
    return replace(found, instruction=instruction_of(found))


def _text(file: Brought, limits: Limits) -> str:
    document: Document = read_document(file.data, file.name, limits=limits)
    return document.text.strip()


def of_rows(
    name: str, rows: Iterable[Row], instruction: str, purpose: str, languages: tuple[str, str]
) -> Questions:
    """The held-out rows of a fine-tuning run. Raises BadInput for rows of plain text."""
    items = []
    for number, row in enumerate(rows, start=1):
        if "text" in row:
            raise BadInput(
                "The data of this run are plain text, which has no questions. Upload questions to compare "
                "its model with others."
            )
        turns, answer = question_and_answer(row)
        before = tuple((str(turn["role"]), str(turn["content"])) for turn in turns[:-1])
        asked = str(turns[-1]["content"]) if turns else ""
        items.append(Item(asked, (answer,), before=before, line=number))
    if not items:
        raise BadInput("This run has no held-out rows.")
    found = Questions(str(Said("{name}, held-out rows", name=name)), "answer", tuple(items), instruction)
    if purpose == "translation":
        return replace(found, form="translation", source=languages[0], target=languages[1])
    if purpose == "summary":
        items = [replace(item, document=item.prompt, prompt="") for item in items]
        return replace(found, form="summary", items=tuple(items))
    form = form_of(items)
    labels = tuple(sorted({item.expected[0] for item in items})) if form in ("label", "choice") else ()
    found = replace(found, form=form, labels=labels)
    return (
        found
        if instruction
        else replace(found, instruction=instruction_of(found) if form == "choice" else "")
    )
