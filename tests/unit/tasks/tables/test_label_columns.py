"""A column sorted into classes: each row's label, also for ten thousand rows of which a crash took the second half."""

import csv
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import psutil
import pytest

from components.access import LOCAL
from components.config import ROOT
from components.documents.limits import Limits
from components.documents.tables.table_client import ReadTable
from components.errors import BadInput, Unavailable
from components.jobs import Job, Jobs
from components.kept import read
from components.models.catalog import CATALOGUE
from components.row_work import RowWork
from components.store import Store
from components.tasks.over_rows import OverRows
from components.tasks.tables import table_jobs
from components.tasks.tables.action import Tools
from components.tasks.tables.table_jobs import Tables, checked
from components.tasks.tables.table_settings import Sorted, Table, TableSettings

ENCODER = next(spec for spec in CATALOGUE if spec.task == "embed" and "en" in spec.languages)
COLUMNS = ("id", "text")
LABELS = "delivery\nrefund\nlamp"
MANY, KILLED_AFTER = 10_000, 5_000


class Letters:
    """Embeds a text as the counts of its letters: the same words are near each other."""

    def __init__(self, killed_after: int = 0) -> None:
        self._left = killed_after

    def embed(self, texts: Sequence[str], *given: Any, **named: Any) -> np.ndarray[Any, Any]:
        if self._left:
            self._left -= len(texts)
            if self._left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return np.array(
            [[text.count(sign) for sign in "abcdefghijklmnopqrstuvwxyz"] for text in texts], np.float32
        )


def tables(folder: Path, killed_after: int = 0) -> Tables:
    engine = Letters(killed_after)

    @contextmanager
    def lease(*given: Any, **named: Any) -> Iterator[Letters]:
        yield engine

    translations: Any = SimpleNamespace()
    works = RowWork(Store(f"sqlite:///{folder / 'w.db'}", folder), folder).for_person(LOCAL)
    ready: Any = Tools(lease, translations, (ENCODER,))  # type: ignore[arg-type]
    return Tables(OverRows(Jobs().for_person(LOCAL), works), ready, Limits())


def settings(name: str, way: Any = "labels", **more: Any) -> TableSettings:
    return TableSettings(
        Table(name, "CSV", COLUMNS), "classify", "text", classify=Sorted(way, LABELS, **more)
    )


def rows(count: int) -> list[list[str]]:
    kinds = ("delivery", "refund", "lamp")
    return [[str(n), f"{kinds[n % 3]} {kinds[n % 3]} {n}"] for n in range(count)]


def begun(made: Tables, count: int) -> str:
    given = rows(count)
    text = io.StringIO()
    csv.writer(text).writerows([COLUMNS, *given])
    return made.start(text.getvalue().encode(), ReadTable("CSV", COLUMNS, given), settings("rows.csv"))


def ended(made: Tables, work_id: str) -> list[list[str]]:
    work = made.over.works.get(work_id)
    assert work
    if job := made.over.jobs.get(work.job_id):
        assert job.wait(300)
        assert job.state == "done", job.error
    return list(csv.reader(io.StringIO(made.file(work).read_text("utf-8"))))


def test_a_column_is_sorted_into_the_labels_that_were_typed(tmp_path: Path):
    made = tables(tmp_path)
    found = ended(made, begun(made, 30))
    assert found[0] == ["id", "text", "text (label)", "text (certainty)"]
    assert [row[2] for row in found[1:4]] == ["delivery", "refund", "lamp"]
    assert all(0 < float(row[3]) <= 1 for row in found[1:])


def test_what_loads_the_model_is_no_part_of_the_pace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    waits = [0.3]
    embed = Letters.embed

    def slow_at_first(self: Letters, *given: Any, **named: Any) -> np.ndarray[Any, Any]:
        time.sleep(waits.pop() if waits else 0)
        return embed(self, *given, **named)

    monkeypatch.setattr(Letters, "embed", slow_at_first)
    table = ReadTable("CSV", COLUMNS, rows(2_000))
    made = tables(tmp_path).preview(table, settings("rows.csv"), Job("preview", "local"))
    assert len(made.rows) == 5
    assert made.seconds < 60  # 120 with the wait


def test_what_cant_sort_is_refused_before_anything_is_kept(tmp_path: Path):
    made = tables(tmp_path)
    with pytest.raises(BadInput, match="isn't here any more"):
        checked(settings("a.csv", "kept"), made.tools)
    with pytest.raises(BadInput):
        checked(
            TableSettings(Table("a.csv", "CSV", COLUMNS), "classify", "text", classify=Sorted("labels")),
            made.tools,
        )
    with pytest.raises(Unavailable, match="No embedding model"):
        checked(settings("a.csv"), Tools(made.tools.lease, made.tools.translations))


KILLED = """
import sys
from pathlib import Path
from tests.unit.tasks.tables.test_label_columns import KILLED_AFTER, MANY, begun, ended, tables

made = tables(Path(sys.argv[1]), KILLED_AFTER)
work_id = begun(made, MANY)
Path(sys.argv[1], "id").write_text(work_id)
ended(made, work_id)
"""


@pytest.mark.slow
def test_ten_thousand_rows_killed_half_way_are_resumed_with_every_row_exactly_once_and_flat_memory(
    tmp_path: Path,
):
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    made = tables(tmp_path)
    work_id = (tmp_path / "id").read_text()
    kept = made.over.works.steps(work_id).totals().done
    assert 0.3 * MANY < kept < 0.7 * MANY
    work = made.over.works.get(work_id)
    assert work.state == "interrupted"
    table_jobs.checked(read(TableSettings, work.settings), made.tools)
    made.resume(work)
    resident = []
    job = made.over.jobs.get(made.over.works.get(work_id).job_id)
    while not job.wait(0.05) and str(job.note) != "Writing the table":
        resident.append(psutil.Process().memory_info().rss)
    quarter = len(resident) // 4
    assert max(resident[-quarter:]) - max(resident[:quarter]) < 30e6, "bytes from the first rows to the last"
    found = ended(made, work_id)
    assert [row[:2] for row in found[1:]] == rows(MANY)
    assert [row[2] for row in found[1:]] == ["delivery", "refund", "lamp"] * (MANY // 3) + ["delivery"]
    receipt = made.over.receipt(made.over.works.get(work_id))
    assert (receipt.done, receipt.failed, receipt.repeated) == (MANY, 0, 0)
