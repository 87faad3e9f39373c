"""A form over many documents as kept work: a line for each document, each value with its place.

Works on kept work (`over_rows`) and documents that have been read; knows nothing about pages.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from components.documents import Document
from components.documents.tables.new_columns import Column, unused
from components.documents.tables.new_file import new_csv, new_workbook
from components.errors import BadInput, Unavailable
from components.jobs import Job
from components.kept import Kept, plain, read
from components.messages import Said, clauses
from components.models.engine import Engine, Vectors
from components.retrieval.encoder_choice import model_for
from components.row_work import Work
from components.tasks.forms import by_model, matcher
from components.tasks.forms.fields import Cell, Field, check
from components.tasks.over_rows import Do, Made, Outcome, OverRows, Plan
from components.tasks.tables.action import Tools
from components.tasks.tables.table_jobs import not_written

KIND = "form"  # of the jobs and of the work
MOST_DOCUMENTS = 500
RESULTS = {"csv": new_csv, "xlsx": new_workbook}


@dataclass(frozen=True)
class FormSettings(Kept):
    """What is filled, from which documents, by what."""

    fields: tuple[Field, ...]
    documents: tuple[str, ...]  # their names, in order
    model_id: str = ""  # empty: by labels and meaning, without a model that writes


@dataclass(frozen=True)
class Line:
    """What one document came to."""

    name: str
    cells: Sequence[Cell]
    state: str  # "done", "failed" or "" where it isn't done yet
    note: Any = ""


@dataclass(frozen=True)
class Forms:
    """One person's hands on their forms."""

    over: OverRows
    tools: Tools

    def start(self, documents: Sequence[Document], fields: Sequence[Field], model_id: str) -> str:
        """Keeps the documents and begins; returns the id of the work. Raises BadInput."""
        check(fields)
        if not documents:
            raise BadInput("There are no documents yet. Upload at least one.")
        if len(documents) > MOST_DOCUMENTS:
            raise BadInput("{most} documents are the most for one form.", most=MOST_DOCUMENTS)
        settings = FormSettings(tuple(fields), tuple(one.name for one in documents), model_id)
        title = documents[0].name + (f" (+{len(documents) - 1})" if len(documents) > 1 else "")
        work_id = self.over.create(KIND, title, plain(settings), len(documents))
        place = self.over.works.place(work_id)
        try:
            place.mkdir(parents=True, exist_ok=True)
            for number, document in enumerate(documents):
                text = json.dumps(document.to_json())
                (place / f"{number}.json").write_text(text, encoding="utf-8", errors="surrogatepass")
        except OSError as error:
            shutil.rmtree(place, ignore_errors=True)
            self.over.works.delete(work_id)
            raise not_written(error) from error
        self._begin(work_id, settings)
        return work_id

    def resume(self, work: Work, failed_again: bool = False) -> None:
        self._begin(work.id, read(FormSettings, work.settings), failed_again)

    def _begin(self, work_id: str, settings: FormSettings, again: bool = False) -> None:
        place = self.over.works.place(work_id)
        count = len(settings.documents)
        plan = Plan(
            lambda: ([number, _mark(place / f"{number}.json")] for number in range(count)),
            partial(self._opened, place, settings),
            finish=partial(self._finish, work_id, settings),
        )
        self.over.start(work_id, plan, again)

    @contextmanager
    def _opened(self, place: Path, settings: FormSettings, job: Job) -> Iterator[Do]:
        if settings.model_id:
            lease = self.tools.lease(settings.model_id, self.tools.owner, job.cancelled, job.say, long=True)
            with lease as engine:
                yield partial(self._by_model, place, settings, engine, job)
        else:
            yield partial(self._by_rules, place, settings, job)

    def _by_model(
        self, place: Path, settings: FormSettings, engine: Engine, job: Job, rows: Sequence[Any]
    ) -> list[Outcome]:
        made: list[Outcome] = []
        for number, _ in rows:
            cells, asked, written = by_model.fill(
                document_at(place, number), settings.fields, engine, job.cancelled
            )
            made.append(Made([cell.to_json() for cell in cells], "", asked, written))
        return made

    def _by_rules(self, place: Path, settings: FormSettings, job: Job, rows: Sequence[Any]) -> list[Outcome]:
        made: list[Outcome] = []
        for number, _ in rows:
            document = document_at(place, number)
            cells = matcher.fill(document, settings.fields, self._embed(document, job))
            made.append(Made([cell.to_json() for cell in cells]))
        return made

    def _embed(self, document: Document, job: Job) -> Callable[[Sequence[str]], Vectors] | None:
        spec = model_for(document.language, self.tools.ready)
        if spec is None:
            return None

        def embed(texts: Sequence[str]) -> Vectors:
            with self.tools.lease(spec.id, self.tools.owner, job.cancelled, job.say, long=True) as engine:
                return engine.embed(texts, job.cancelled)

        return embed

    def lines(
        self, work: Work, settings: FormSettings, first: int = 0, most: int | None = None
    ) -> list[Line]:
        """What the documents came to, in their order."""
        steps = {step.number: step for step in self.over.works.steps(work.id).read(first, most)}
        names = settings.documents[first : None if most is None else first + most]
        empty = [Cell() for _ in settings.fields]
        made = []
        for number, name in enumerate(names, first):
            step = steps.get(number)
            if step is None or step.state == "failed":
                made.append(Line(name, empty, step.state if step else "", step.note if step else ""))
            else:
                made.append(Line(name, read(tuple[Cell, ...], step.value), "done"))
        return made

    def document(self, work: Work, number: int) -> Document:
        """One of the documents as it was read. Raises Unavailable where it isn't there any more."""
        return document_at(self.over.works.place(work.id), number)

    def file(self, work: Work, ending: str) -> bytes | None:
        """The filled form as "csv" or "xlsx", once it is made."""
        path = self.over.works.place(work.id) / f"result.{ending}"
        return path.read_bytes() if path.exists() else None

    def _finish(self, work_id: str, settings: FormSettings, job: Job) -> None:
        work = self.over.works.get(work_id)
        if work is None:
            return
        lines = self.lines(work, settings)
        names = [field.name for field in settings.fields]
        [first, last] = unused(["Document", "Note"], names)
        columns = [Column(first), *(Column(f.name, f.kind) for f in settings.fields), Column(last)]
        rows = [
            [line.name, *(cell.value for cell in line.cells), str(note_of(line, names))] for line in lines
        ]
        place = self.over.works.place(work_id)
        for ending, write in RESULTS.items():
            part = place / f"result.{ending}.part"
            part.write_bytes(write(columns, rows))
            part.replace(place / f"result.{ending}")


def note_of(line: Line, names: Sequence[str]) -> Any:
    """What must be said of a line: why it failed, what wasn't found, what is doubtful."""
    if line.state != "done":
        return line.note
    missing = [name for name, cell in zip(names, line.cells, strict=True) if not cell.found]
    said = [Said("Not found: {fields}", fields=missing)] if missing else []
    doubts = (
        Said("{field}: {doubt}", field=name, doubt=cell.note)
        for name, cell in zip(names, line.cells, strict=True)
        if cell.note
    )
    return clauses(*said, *doubts)


def document_at(place: Path, number: int) -> Document:
    try:
        return Document.from_json(json.loads((place / f"{number}.json").read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise Unavailable("This document isn't here any more. Upload it again.") from error


def _mark(path: Path) -> str:
    """Of the document's bytes: a row's input changes with them. Raises Unavailable."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise Unavailable("This document isn't here any more. Upload it again.") from error
