"""What a person brings to be asked: tables, translation memories, documents, a run's held-out rows.

Knows where they come from; what the columns of a table mean is in `question_columns`.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from components.documents import Document, Limits, read_document
from components.documents.sniffer import extension
from components.errors import BadInput
from components.messages import Said
from components.tasks.evaluate.question_columns import form_of, instruction_of
from components.tasks.evaluate.questions import Item, Questions
from components.training.doctor.raw_rows import RawRows, read_rows
from components.training.prepared import instruction_for
from components.training.rows import Row, question_and_answer

TABLES = ("jsonl", "ndjson", "json", "csv", "tsv", "xlsx", "parquet", "yaml", "yml", "zip", "tmx")
DOCUMENTS = ("pdf", "docx", "odt", "pptx", "html", "htm", "md", "markdown", "rtf", "epub", "eml", "txt")
_REFERENCE = re.compile(r"(.+)[._-](?:summary|reference|ref|abstract)\.(?:txt|md)", re.IGNORECASE)


@dataclass(frozen=True)
class Brought:
    """A file as it came."""

    name: str
    data: bytes


def open_table(file: Brought, limits: Limits, cancelled: Callable[[], bool] = lambda: False) -> RawRows:
    """Raises AppError."""
    return read_rows(file.data, file.name, limits, cancelled)


def is_table(name: str) -> bool:
    return extension(name) in TABLES


def of_documents(
    files: Sequence[Brought], limits: Limits, cancelled: Callable[[], bool] = lambda: False
) -> Questions:
    """Documents to be summarized; `a.summary.txt` beside `a.pdf` is its reference. Raises AppError."""
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
