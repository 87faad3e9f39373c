"""The whole check of an upload: read, recognised, converted, looked at, counted, previewed.

Runs in the confined process; knows each part's rules only by name.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from components.documents import page_progress
from components.documents.limits import Limits
from components.errors import BadInput
from components.kept import Kept
from components.messages import Message, Said, counted, sentences
from components.training.doctor import (
    chats,
    choices,
    compared_answers,
    evaluation_sets,
    preview,
    remarks,
    row_checks,
    row_edits,
    row_figures,
    speakers,
    upload_files,
    uploaded,
    word_tags,
)
from components.training.doctor.field_texts import left_texts, text_fields
from components.training.doctor.findings import WANTED, Finding, quoted
from components.training.doctor.marks import check as check_marks
from components.training.doctor.marks import spread, to_ask, turn_marks
from components.training.doctor.pair_converter import ComparingConverter, pair_up
from components.training.doctor.recognition import recognise
from components.training.doctor.records import Opened, Record
from components.training.doctor.report import (
    Diagnosis,
    FileRead,
    Mark,
    Report,
    Seen,
    Side,
    Usable,
)
from components.training.doctor.row_checks import Checked
from components.training.doctor.row_edits import Edits
from components.training.doctor.shape import FORMS, Shape
from components.training.doctor.spelling import unify
from components.training.language_pair import tell_languages
from components.training.prepared import instruction_for
from components.training.program.tokenizer import load_tokenizer
from components.training.rows import Row, kind_of

READING, CONVERTING, CHECKING, COUNTING = range(4)  # the phases of a check
PHASES = (
    Said("Reading the files"),
    Said("Making rows of what was read"),
    Said("Looking at every row"),
    Said("Counting the tokens of every row"),
)
MOST_SHAPES = 6  # in which the rows of one file may come
SHOWN_TOKENS = 100_000  # of a row that is shown, in part
PURPOSES = {"translation": "translation", "summary": "summary"}


@dataclass(frozen=True)
class Request(Kept):
    """What is asked of the doctor, beside the files."""

    model_folder: str  # with the base model's tokenizer
    model_title: str
    context: int  # tokens that the base model reads
    seq2seq: bool = False
    shape: Shape | None = None  # what the person said the fields are for
    header: bool | None = None  # whether a table's first row has titles; None: told by what is in it
    edits: Edits = field(default_factory=Edits)  # what is changed inside of rows


def diagnose(request: Request, uploads: Sequence[tuple[str, bytes]], limits: Limits) -> Diagnosis:
    """Raises BadInput where there is nothing to check."""
    page_progress.phase(READING)
    files = uploaded.open_all(request.shape, request.header, uploads, limits)
    page_progress.phase(CONVERTING)
    for opened, _ in files:
        word_tags.refuse(opened, uploads[0][0])
    _unified(files)
    shape = _shape(request, files)
    asked, marks = _questions(request, files, shape)
    if shape and asked:
        shape = replace(shape, sure=False)
    shapes = [_own_shape(opened, request, shape) for opened, _ in files]
    used = [_used(opened, own) for (opened, _), own in zip(files, shapes, strict=True)]
    people = _people(files, shape)  # before rows are made of chats
    rows = [
        one
        for (opened, side), own in zip(files, shapes, strict=True)
        for one in _convert(opened, side, own, shape)
    ]
    pair_up(rows)
    loose = _loose(files, rows, uploads[0][0])
    told = _Told(*row_figures.languages(rows, shape), purpose=PURPOSES.get(shape.form, "") if shape else "")
    reading = _reading(request, told)
    said, divided = check_marks(rows, shape) if shape else ([], False)
    said = [*said, *_look_at(rows, reading, request)]
    total = len(rows) + len({finding.place for finding in loose})
    if shape and shape.form == "text" and not request.seq2seq:
        rows, parted = _in_parts(rows, reading, request.context)
        said += parted
    good = [one for one in rows if one.usable]
    report = Report(
        total=total,
        kind=_kind(good),
        purpose=told.purpose,
        shape=shape,
        fields=_fields(files),
        flat=all(_is_flat(one.row) for one in good if one.row),
        table=any(opened.table for opened, _ in files),
        titled=all(opened.titled for opened, _ in files),
        files=tuple(_about(opened, side, uploads[0][0]) for opened, side in files),
        repaired=tuple(dict.fromkeys(one for opened, _ in files for one in opened.repaired)),
        notes=(*remarks.of_files(files), *remarks.unused(files, used), *said, *remarks.of_rows(rows)),
        languages=told.languages,
        target_language=told.target,
        lengths=row_figures.lengths(good),
        ends=row_figures.ends(good, reading.tokenizer),
        preview=_preview(good, reading, request),
        findings=_in_order(files, loose, rows),
        asked=tuple(asked),
        marks=tuple(marks),
        divided=divided,
        placeholders=row_edits.found_placeholders(rows),
        people=people,
        model=request.model_title,
        context=request.context,
    )
    return Diagnosis(report, tuple(map(_usable, good)))


def _unified(files: Sequence[tuple[Opened, Side]]) -> None:
    """The same names for the same, and choices of a column each in one field."""
    unify(opened for opened, _ in files)
    for opened, _ in files:
        compared_answers.gather(opened)
        choices.gather(opened)
        evaluation_sets.gather(opened)
        spread(opened)


def _look_at(rows: Sequence[Checked], reading: "_Reading", request: Request) -> list[Message]:
    """Everything that is looked for in the rows, and their tokens. Returns what was changed before."""
    page_progress.phase(CHECKING)
    edited = row_edits.apply(rows, request.edits)
    row_checks.check_texts(rows)
    row_edits.check_thinking(rows)
    row_checks.check_duplicates(rows)
    row_checks.check_contradictions(rows)
    row_checks.check_lengths(
        rows,
        reading.tokenizer,
        request.context,
        reading.instruction,
        request.seq2seq,
        lambda share: page_progress.phase(COUNTING, share),
    )
    return edited


def _loose(files: list[tuple[Opened, Side]], rows: Sequence[Checked], name: str) -> list[Finding]:
    """What no row could be read of. Raises BadInput where there is nothing at all."""
    loose = [finding for opened, _ in files for finding in opened.findings]
    if not rows and not loose:
        raise BadInput(
            "There are no rows in {uploads}. {supported}",
            uploads=quoted(name),
            supported=upload_files.SUPPORTED,
        )
    return loose


@dataclass(frozen=True)
class _Told:
    """What the rows say about themselves."""

    languages: tuple[tuple[str, float], ...]
    target: str
    purpose: str


@dataclass(frozen=True)
class _Reading:
    """How the base model reads rows."""

    tokenizer: Any
    instruction: str  # what goes before the source of a pair


def _reading(request: Request, told: _Told) -> _Reading:
    tokenizer = _tokenizer(request)
    if request.seq2seq:
        source = told.languages[0][0] if told.languages else ""
        return _Reading(tokenizer, tell_languages(tokenizer, source, told.target))
    return _Reading(tokenizer, instruction_for(told.purpose, told.target))


def _in_order(
    files: Sequence[tuple[Opened, Side]], loose: Iterable[Finding], rows: Iterable[Checked]
) -> tuple[Finding, ...]:
    """Everything that was found, file by file and line by line."""
    found = [*loose, *dict.fromkeys(finding for one in rows for finding in one.findings)]
    order = {opened.file: number for number, (opened, _) in enumerate(files)}
    return tuple(sorted(found, key=lambda one: (order.get(one.file, 0), *one.place[1:])))


def _usable(one: Checked) -> Usable:
    assert one.row is not None
    return Usable(one.row, one.side, one.tokens, one.begins, tuple(found.kind for found in one.findings))


def _preview(good: Sequence[Checked], reading: _Reading, request: Request) -> tuple[Seen, ...]:
    shown = [one for one in good if not one.findings] or [one for one in good if one.tokens < SHOWN_TOKENS]
    return preview.preview(
        _chosen(shown), reading.tokenizer, request.context, reading.instruction, request.seq2seq
    )


def _shape(request: Request, files: list[tuple[Opened, Side]]) -> Shape | None:
    """The shape of the file with the most records; the others may have other fields for the same."""
    longest = max(files, key=lambda one: len(one[0].records))[0]
    shape = request.shape or (recognise(longest.records) if longest.records else None)
    if shape is None or shape.form != "messages" or shape.assistant:
        return shape
    found = speakers.people(longest.records, shape.prompt)
    if not found:
        return shape
    assistant = speakers.proposed(longest.records, shape.prompt, found)
    return replace(shape, assistant=assistant, sure=False)


def _people(files: list[tuple[Opened, Side]], shape: Shape | None) -> tuple[tuple[str, int], ...]:
    """Who may be the assistant, with the number of turns, the one with the most first."""
    if shape is None or shape.form != "messages":
        return ()
    found = Counter[str]()
    for opened, _ in files:
        found += speakers.people(opened.records, shape.prompt)
    return tuple(found.most_common())


def _used(opened: Opened, shape: Shape | None) -> list[Shape]:
    """The shapes by which a file's rows are read."""
    return [one for one in (shape, *(_other_shapes(opened, shape) if shape else ())) if one]


def _questions(
    request: Request, files: list[tuple[Opened, Side]], shape: Shape | None
) -> tuple[list[Message], list[Mark]]:
    """Why a person has to look, beside names that say nothing; and the fields that may mark bad rows."""
    longest = max(files, key=lambda one: len(one[0].records))[0]
    if shape is None or longest.format == "Text":
        return [], []
    if request.shape:  # it has been said; what was chosen can still be changed
        marks = [] if longest.chat else turn_marks(longest.records, shape)
        return [], [*marks, *(one for one in to_ask(longest.records, shape) if one.values)]
    asked: list[Message] = [longest.question] if longest.question else []
    if shape.assistant:
        asked.append(
            Said(
                "The turns are by {people}. Choose who is the assistant: the others are the user.",
                people=[name for name, _ in _people(files, shape)],
            )
        )
    if left := [] if longest.chat else left_texts(longest.records, shape):
        asked.append(
            Said("Columns with text would not be trained on: {fields}.", fields=list(map(quoted, left)))
        )
    marks = [*([] if longest.chat else turn_marks(longest.records, shape)), *to_ask(longest.records, shape)]
    return [*asked, *(one.question for one in marks)], [one for one in marks if one.values]


def _own_shape(opened: Opened, request: Request, main: Shape | None) -> Shape | None:
    """What a file's own fields are for, where they aren't those that the person chose."""
    if not opened.records or (request.shape and _has_fields(opened.records, request.shape)):
        return main
    own = recognise(opened.records)
    if own and main and own.form == main.form == "messages":
        own = replace(own, assistant=main.assistant)
    # A few rows may lack so much that they look like something else.
    if (
        main
        and _has_fields(opened.records, main)
        and not (own and own.sure and _result(own) == _result(main))
    ):
        return main
    return own or request.shape


def _convert(opened: Opened, side: Side, shape: Shape | None, main: Shape | None) -> list[Checked]:
    if not opened.records:
        return []
    if (opened.sheet or opened.is_part) and main and shape is not main and not (shape and shape.sure):
        _leave_out(opened, main)
        return []
    if shape is None or main is None:
        what = sentences(Said("There is no field with text in this row."), WANTED)
        return [_useless(record, side, what) for record in opened.records]
    if opened.sheet and _result(shape) != _result(main):
        _leave_out(opened, main)
        return []
    if _result(shape) != _result(main):
        raise BadInput(
            "{file} holds {form}, another file holds {other}. A data set can only have one kind "
            "of rows: upload them one by one.",
            file=opened.file or Said("A file"),
            form=FORMS[shape.form],
            other=FORMS[main.form],
        )
    if opened.chat and shape.assistant:
        opened.records = chats.rows(opened, shape.assistant)
    converter = ComparingConverter(shape, opened, _other_shapes(opened, shape))
    return [Checked(record, side, row, findings) for record, row, findings in converter.rows()]


def _other_shapes(opened: Opened, shape: Shape) -> list[Shape]:
    """The shapes of the rows that have none of a shape's fields, where they become the same and are sure."""
    found: list[Shape] = []
    left = [] if "." in shape.prompt else opened.records
    known = shape
    while left and len(found) < MOST_SHAPES:
        left = [one for one in left if not known.fields & {*map(str, one.value)}]
        by_fields: dict[frozenset[str], list[Record]] = {}
        for one in left:
            by_fields.setdefault(frozenset(map(str, one.value)), []).append(one)
        most = max(by_fields.values(), key=len, default=[])
        other = recognise(left) or None
        if other is None or not other.sure or _result(other) != _result(shape):
            other = recognise(most) if most else None
        if other is None or not other.sure or _result(other) != _result(shape):
            break
        found.append(other)
        known = other
    return found


def _leave_out(opened: Opened, main: Shape) -> None:
    form = FORMS[main.form]
    if opened.sheet:
        sheet = quoted(opened.sheet)
        opened.leave_out(
            Said(
                "The sheet {sheet} was left out: its titles are not those of {form}.", sheet=sheet, form=form
            )
        )
    else:
        opened.leave_out(
            Said("{file} was left out: its fields are not those of {form}.", file=opened.file, form=form)
        )


def _in_parts(rows: list[Checked], reading: _Reading, context: int) -> tuple[list[Checked], list[Message]]:
    """Long texts as several rows each, counted again, and what is said about that."""
    parts = row_checks.in_parts(rows, context)
    if len(parts) == len(rows):
        return rows, []
    row_checks.check_lengths(parts, reading.tokenizer, context, reading.instruction, seq2seq=False)
    what = counted(
        "Long texts were divided, so that {count} row became {parts:,}; nothing is lost.",
        "Long texts were divided, so that {count:,} rows became {parts:,}; nothing is lost.",
        len(rows),
        parts=len(parts),
    )
    return parts, [what]


def _has_fields(records: Sequence[Record], shape: Shape) -> bool:
    names = {shape.prompt, shape.prompt.split(".")[0]}
    return any(names & record.value.keys() for record in records)


def _useless(record: Record, side: Side, what: Message) -> Checked:
    return Checked(record, side, None, [record.finding("field", what)])


def _result(shape: Shape) -> str:
    """What the rows of a shape become."""
    return shape.form if shape.form in ("translation", "summary", "text", "preference") else "chat"


def _kind(good: Sequence[Checked]) -> str:
    return kind_of(good[0].row) if good and good[0].row else ""


def _is_flat(row: Row) -> bool:
    """Whether a row fits into a table: no role comes twice, and no text goes on in the next row."""
    if row.get("continued") or "chosen" in row:
        return False
    roles = [one["role"] for one in row.get("messages", ())]
    return len(roles) == len(set(roles))


def _tokenizer(request: Request) -> Any:
    try:
        return load_tokenizer(request.model_folder)
    except Exception as error:
        raise BadInput(
            "The tokenizer of {model_title} can't be read: {error}",
            model_title=request.model_title,
            error=error,
        ) from error


def _fields(files: list[tuple[Opened, Side]]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for opened, _ in files:
        for one in filter(None, (opened, opened.other)):
            if opened.other or one.format != "Text":
                names |= dict.fromkeys(["messages"] if one.chat else text_fields(one.records))
    return tuple(names)


def _about(opened: Opened, side: Side, name: str) -> FileRead:
    return FileRead(
        name=opened.file or name,
        format=opened.format,
        side="out" if opened.left_out else side,
        rows=len(opened.records) + len(opened.findings),
        file=opened.file,
        sheet=opened.sheet,
    )


def _chosen(shown: list[Checked]) -> list[Row]:
    """A few rows from all over the data."""
    rows = [one.row for one in shown if one.row]
    step = max(1, len(rows) // preview.SHOWN)
    return rows[::step][: preview.SHOWN]
