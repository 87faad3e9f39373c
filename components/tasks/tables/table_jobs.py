"""One thing done to every row of a table, as work that outlives the page: the file in, the same file out.

Works on kept work (`over_rows`), table files and actions; knows nothing about pages.
"""

import errno
import json
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from components.documents.limits import Limits
from components.documents.tables.new_columns import Column, unused
from components.documents.tables.table_client import ReadTable, write_table
from components.errors import AppError, Cancelled, Unavailable
from components.jobs import Job
from components.kept import plain, read
from components.messages import Message, Said, counted, from_json, to_json
from components.row_work import Step, Work
from components.tasks.over_rows import OUTSIDE, Do, Made, Outcome, OverRows, Plan, key_of
from components.tasks.tables.action import Action, Tools, Working
from components.tasks.tables.actions import checked
from components.tasks.tables.table_settings import TableSettings

KIND, PREVIEW = "table", "table preview"  # of the jobs
PREVIEWED = 5  # rows that are tried first
SOURCE, ROWS, RESULT = "source", "rows.jsonl", "result"  # the files of a piece of work


@dataclass(frozen=True)
class Preview:
    """What a few rows come to, and what all would take."""

    rows: Sequence[tuple[int, Outcome]]  # by their numbers
    different: int  # rows that differ and have something in them: these are done
    seconds: float  # for all of them, at the pace of these few
    read_tokens: int  # for all of them
    written_tokens: int


@dataclass(frozen=True)
class Finished:
    """The file that came out."""

    name: str
    notes: Sequence[Message]


@dataclass(frozen=True)
class Tables:
    """One person's hands on their tables."""

    over: OverRows
    tools: Tools
    limits: Limits

    def start(self, data: bytes, table: ReadTable, settings: TableSettings) -> str:
        """Keeps the file and begins; returns the id of the work. Raises BadInput for what can't be done."""
        action = checked(settings, self.tools)
        work_id = self.over.create(KIND, settings.table.name, plain(settings), len(table.rows))
        place = self.over.works.place(work_id)
        try:
            place.mkdir(parents=True, exist_ok=True)
            (place / SOURCE).write_bytes(data)
            with (place / ROWS).open("w", encoding="utf-8", errors="surrogatepass") as file:
                file.writelines(json.dumps(list(row)) + "\n" for row in table.rows)
        except OSError as error:
            shutil.rmtree(place, ignore_errors=True)
            self.over.works.delete(work_id)
            raise not_written(error) from error
        self._begin(work_id, settings, action)
        return work_id

    def resume(self, work: Work, failed_again: bool = False) -> None:
        """Goes on where it was; `failed_again`: with the rows that failed too."""
        settings = read(TableSettings, work.settings)
        self._begin(work.id, settings, checked(settings, self.tools), failed_again)

    def _begin(self, work_id: str, settings: TableSettings, action: Action, again: bool = False) -> None:
        place = self.over.works.place(work_id)
        plan = Plan(
            lambda: _inputs(place / ROWS, settings, action),
            lambda job: _when_needed(settings, self.tools, action, job),
            action.at_once,
            partial(self._finish, work_id, settings, action),
        )
        self.over.start(work_id, plan, again)

    def preview(self, table: ReadTable, settings: TableSettings, job: Working) -> Preview:
        """Does the first rows that have something in them, keeps nothing, and counts the rest."""
        action = checked(settings, self.tools)
        named = (dict(zip(table.columns, row, strict=True)) for row in table.rows)
        inputs = [(number, action.read(settings, row)) for number, row in enumerate(named)]
        full = [(number, value) for number, value in inputs if not _unread(action, value)]
        first = full[:PREVIEWED]
        made: list[tuple[int, Outcome]] = []
        with action.opened(settings, self.tools, job) as do:
            if action.loads(settings) and first:  # what is done once is no part of the pace
                _tried(do, [first[0][1]])
            began = time.monotonic()
            for start in range(0, len(first), action.at_once):
                group = first[start : start + action.at_once]
                made += zip((n for n, _ in group), _tried(do, [v for _, v in group]), strict=True)
                job.say(
                    counted("{done} of {count} row", "{done} of {count} rows", len(first), done=len(made))
                )
            took = time.monotonic() - began
        different = len({key_of(value) for _, value in full})
        times = different / max(len({key_of(value) for _, value in first}), 1)
        kept = [outcome for _, outcome in made if isinstance(outcome, Made)]
        return Preview(
            made,
            different,
            took * times,
            round(sum(one.read_tokens for one in kept) * times),
            round(sum(one.written_tokens for one in kept) * times),
        )

    def rows(self, work: Work, first: int, most: int) -> Iterator[tuple[list[str], Step | None]]:
        """Rows as they were, each with what it came to, if it has been done."""
        steps = {step.number: step for step in self.over.works.steps(work.id).read(first, most)}
        try:
            with (self.over.works.place(work.id) / ROWS).open(encoding="utf-8") as file:
                for number, line in enumerate(islice(file, first, first + most), first):
                    yield json.loads(line), steps.get(number)
        except (OSError, ValueError) as error:
            raise Unavailable("The uploaded file isn't here any more. Upload it again.") from error

    def finished(self, work: Work) -> Finished | None:
        """The file that came out, once all rows are done."""
        name = work.body.get("output")
        if not isinstance(name, str) or not self.file(work).exists():
            return None
        return Finished(name, [from_json(note) for note in work.body.get("notes", ())])

    def file(self, work: Work) -> Path:
        return self.over.works.place(work.id) / RESULT

    def so_far(self, work: Work) -> tuple[str, bytes]:
        """The file with what is done until now; the other rows have nothing in the new columns. Raises
        Unavailable where its files are gone.
        """
        settings = read(TableSettings, work.settings)
        written, _ = self._written(work.id, settings, checked(settings, self.tools), work.count)
        return output_name(settings.table.name, "part"), written

    def _finish(self, work_id: str, settings: TableSettings, action: Action, job: Job) -> None:
        """Writes the table with its new columns."""
        job.say(Said("Writing the table"), 1.0)
        written, notes = self._written(work_id, settings, action)
        place = self.over.works.place(work_id)
        try:
            part = place / f"{RESULT}.part"
            part.write_bytes(written)
            part.replace(place / RESULT)
        except OSError as error:
            raise not_written(error) from error
        body = {"output": output_name(settings.table.name), "notes": [to_json(note) for note in notes]}
        self.over.works.update(work_id, body=body)

    def _written(
        self, work_id: str, settings: TableSettings, action: Action, rows: int = 0
    ) -> tuple[bytes, tuple[Message, ...]]:
        """The table with its new columns; `rows`: how many it has, where some of them may have no step."""
        steps = self.over.works.steps(work_id)
        columns, noted = list(new_columns(settings, action)), any(step.note for step in steps.read())
        if noted:
            [title] = unused(["Note"], [*settings.table.columns, *(column.title for column in columns)])
            columns.append(Column(title))
        empty = [None] * (len(columns) - noted)
        values = (
            [*(step.value if step and step.state == "done" else empty), *([_noted(step)] if noted else [])]
            for step in _each(steps.read(), rows)
        )
        table = settings.table
        try:
            data = (self.over.works.place(work_id) / SOURCE).read_bytes()
        except OSError as error:
            raise Unavailable("The uploaded file isn't here any more. Upload it again.") from error
        return write_table(data, table.name, table.choice, columns, values, self.limits)


def _each(steps: Iterator[Step], rows: int) -> Iterator[Step | None]:
    """The steps in the order of their rows, None for each of `rows` that has none."""
    at = 0
    for step in steps:
        yield from [None] * (step.number - at)
        yield step
        at = step.number + 1
    yield from [None] * max(rows - at, 0)


def _noted(step: Step | None) -> str:
    return str(step.note) if step else ""


def new_columns(settings: TableSettings, action: Action) -> tuple[Column, ...]:
    """The columns that an action adds, under titles that the table doesn't have."""
    made = action.columns(settings)
    titles = unused([column.title for column in made], settings.table.columns)
    return tuple(Column(title, column.kind) for title, column in zip(titles, made, strict=True))


def output_name(name: str, how: str = "done") -> str:
    stem, dot, end = name.rpartition(".")
    return f"{stem}.{how}{dot}{end}" if dot else f"{name}.{how}"


def _inputs(path: Path, settings: TableSettings, action: Action) -> Iterator[Any]:
    try:
        with path.open(encoding="utf-8") as file:
            for line in file:
                row = dict(zip(settings.table.columns, json.loads(line), strict=True))
                yield action.read(settings, row)
    except (OSError, ValueError) as error:
        raise Unavailable("The uploaded file isn't here any more. Upload it again.") from error


def _unread(action: Action, value: Any) -> bool:
    """Whether there is nothing in a row to be read."""
    return isinstance(value, str) and (not value.strip() or action.nothing(value))


def _nothing_of(value: str, columns: int) -> Made:
    """A row that isn't done; a cell that only looks empty is said."""
    cell = value.strip()
    note = Said("Not read: {cell} says that there is no value.", cell=f"“{cell[:40]}”") if cell else ""
    return Made([None] * columns, note)


@contextmanager
def _when_needed(settings: TableSettings, tools: Tools, action: Action, job: Working) -> Iterator[Do]:
    """An action that isn't asked about rows without anything in them, and opened only once one has."""
    columns = len(action.columns(settings))
    with ExitStack() as stack:
        opened: list[Do] = []

        def do(values: Sequence[Any]) -> list[Outcome]:
            full = [value for value in values if not _unread(action, value)]
            if full and not opened:
                opened.append(stack.enter_context(action.opened(settings, tools, job)))
            made = iter(opened[0](full) if full else ())
            return [_nothing_of(value, columns) if _unread(action, value) else next(made) for value in values]

        yield do


def _tried(do: Do, values: Sequence[Any]) -> Sequence[Outcome]:
    """The outcomes; a row's own error is its outcome."""
    try:
        return do(values)
    except (Cancelled, *OUTSIDE):
        raise
    except AppError as error:
        if len(values) == 1:
            return [error]
        return [_tried(do, [value])[0] for value in values]


def not_written(error: OSError) -> Unavailable:
    full = error.errno == errno.ENOSPC
    return Unavailable(
        "The file could not be stored: {reason}. Free some space and try again; nothing else was lost.",
        reason=Said("the disk is full") if full else error.strerror or "",
    )
