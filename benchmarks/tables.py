"""Ten thousand rows through Tables' *classify* with the real encoder: killed half way, resumed, read again.

    python -m benchmarks.tables DATA [--rows 10000] [--work FOLDER] [--folder FOLDER]

The rows are the texts of DATA's banking77_*.csv and clinc150_*.csv, each with a number of its own, in a
workbook of dates, numbers, truth values and texts. A second process does the first half and is killed with
SIGKILL; this one resumes, notes its memory and the engine's, and reads the result with openpyxl: every row
once, in order, the columns' values and their types as they were. With `--folder`, everything is kept there,
and a second call goes on where the first was cut off.
"""

import argparse
import csv
import datetime
import io
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import psutil

from components.access import LOCAL
from components.config import Config
from components.documents.limits import Limits
from components.documents.tables.new_columns import Choice
from components.documents.tables.table_client import read_table
from components.jobs import Jobs
from components.models.catalog import Catalog
from components.models.library import Library
from components.models.loader import EngineLoader
from components.models.manager import ModelManager
from components.row_work import RowWork
from components.store import Store
from components.tasks.over_rows import OverRows
from components.tasks.tables.action import Tools
from components.tasks.tables.table_jobs import Tables
from components.tasks.tables.table_settings import Sorted, Table, TableSettings

NAME, COLUMNS = "rows.xlsx", ("id", "text", "day", "share", "open")
LABELS = (
    "card: a bank card, its PIN, a payment\ntransfer: money sent to somebody\ntravel: flights, hotels\nother"
)
EVERY = 0.25  # seconds between two looks


def workbook(data: Path, count: int) -> bytes:
    texts = [
        row["text"]
        for name in ("banking77_train", "banking77_test", "clinc150_train", "clinc150_test")
        for row in csv.DictReader((data / f"{name}.csv").open(encoding="utf-8", newline=""))
    ]
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(COLUMNS)
    for number, text in enumerate(islice(cycle(texts), count)):
        day = datetime.datetime(2026, 1, 1) + datetime.timedelta(days=number % 365)
        sheet.append((number, f"{text} ({number})", day, number / 7, number % 2 == 0))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@contextmanager
def opened(folder: Path, work: Path) -> Iterator[Tables]:
    config = Config(data_dir=work)
    library = Library(config)
    loader = EngineLoader(config, library)
    manager = ModelManager(Catalog(None), loader, config)
    ready = tuple(spec for spec in manager.catalog.all() if spec.task == "embed" and library.folder(spec))
    nothing: Any = SimpleNamespace()
    works = RowWork(Store(f"sqlite:///{folder / 'w.db'}", folder), folder).for_person(LOCAL)
    tools: Any = Tools(partial(manager.lease), nothing, ready)  # type: ignore[arg-type]
    try:
        yield Tables(OverRows(Jobs().for_person(LOCAL), works), tools, Limits())
    finally:
        loader.process.close()


def job_of(made: Tables, work_id: str) -> Any:
    work = made.over.works.get(work_id)
    assert work is not None
    return made.over.jobs.get(work.job_id)


def first_half(folder: Path, work: Path) -> None:
    """What is killed: it tells how many rows are done."""
    data = (folder / NAME).read_bytes()
    with opened(folder, work) as made:
        table = read_table(data, NAME, Choice(), Limits())
        choice = TableSettings(
            Table(NAME, table.format, table.columns), "classify", "text", classify=Sorted("labels", LABELS)
        )
        work_id = made.start(data, table, choice)
        (folder / "id").write_text(work_id)
        job = job_of(made, work_id)
        while not job.wait(EVERY):
            print(made.over.works.steps(work_id).totals().done, flush=True)


def killed_half_way(folder: Path, given: argparse.Namespace) -> None:
    told = [sys.executable, "-m", "benchmarks.tables", str(given.data), "--work", str(given.work)]
    child = subprocess.Popen([*told, "--half", str(folder)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    for line in child.stdout:
        if line.strip().isdigit() and int(line) >= given.rows // 2:
            break
    every = psutil.Process(child.pid).children(recursive=True)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    psutil.wait_procs(every, 20)


def resumed(folder: Path, given: argparse.Namespace) -> None:
    with opened(folder, given.work) as made:
        work_id = (folder / "id").read_text()
        before = made.over.works.steps(work_id).totals().done
        work = made.over.works.get(work_id)
        assert work is not None
        print(f"Killed after {before:,} of {given.rows:,} rows; state: {work.state}", flush=True)
        made.resume(work)
        job, began, noted = job_of(made, work_id), time.monotonic(), list[tuple[int, int]]()
        while not job.wait(EVERY):
            mine = psutil.Process()
            engines = sum(one.memory_info().rss for one in mine.children(recursive=True))
            noted.append((mine.memory_info().rss, engines))
        took = time.monotonic() - began
        done = made.over.works.get(work_id)
        assert done is not None
        receipt = made.over.receipt(done)
        print(f"Resumed: {took:.0f} s for {given.rows - before:,} rows; {receipt}")
        for name, values in zip(("app", "engines"), zip(*noted, strict=True), strict=True):
            part = len(values) // 4
            sides = [max(values[part : 2 * part]) / 1e6, max(values[-part:]) / 1e6]
            print(f"Memory, {name}: {sides[0]:.0f} MB in the second quarter, {sides[1]:.0f} MB in the last")
        compare(folder, made.file(done))


def compare(folder: Path, result: Path) -> None:
    """Both files as openpyxl reads them."""
    before, after = (
        list(
            openpyxl.load_workbook(io.BytesIO(path.read_bytes()), read_only=True)
            .worksheets[0]
            .iter_rows(values_only=True)
        )
        for path in (folder / NAME, result)
    )
    same = [tuple(row[: len(COLUMNS)]) for row in after] == [tuple(row) for row in before]
    types = [list(map(type, row[: len(COLUMNS)])) for row in after] == [
        list(map(type, row)) for row in before
    ]
    labels = {str(row[len(COLUMNS)]) for row in after[1:]}
    print(
        f"Rows: {len(before) - 1:,} in, {len(after) - 1:,} out; values and order equal: {same}; "
        f"types: {types}"
    )
    print(f"Labels found: {sorted(labels)}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--work", type=Path, default=Path("data"), help="a data folder with the models")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--half", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.half:
        first_half(given.half, given.work)
        return
    if given.folder:
        measure(given.folder, given)
        return
    with tempfile.TemporaryDirectory() as place:
        measure(Path(place), given)


def measure(folder: Path, given: argparse.Namespace) -> None:
    if not (folder / "id").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / NAME).write_bytes(workbook(given.data, given.rows))
        killed_half_way(folder, given)
    resumed(folder, given)


if __name__ == "__main__":
    main()
