"""A form over documents as kept work: a line for each, the files that come out, what is said of what is missing."""

import csv
import io
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest

from components.access import LOCAL
from components.documents.limits import Limits
from components.documents.readers import open_document
from components.errors import BadInput
from components.jobs import Jobs
from components.kept import read
from components.row_work import RowWork
from components.store import Store
from components.tasks.forms.fields import Field
from components.tasks.forms.form_jobs import Forms, FormSettings, note_of
from components.tasks.over_rows import OverRows
from components.tasks.tables.action import Tools
from tests.unit.tasks.forms.invoices import all_three

FIELDS = [
    Field("Invoice number"),
    Field("Due date", "date", "due by, payable until"),
    Field("=Total", "number", "total"),
]


@pytest.fixture
def forms(tmp_path: Path) -> Forms:
    @contextmanager
    def lease(*given: Any, **named: Any):
        yield None

    translations: Any = SimpleNamespace()
    works = RowWork(Store(f"sqlite:///{tmp_path / 'w.db'}", tmp_path), tmp_path).for_person(LOCAL)
    return Forms(OverRows(Jobs().for_person(LOCAL), works), Tools(lease, translations))


def test_three_invoices_are_a_table_with_a_line_for_each(forms: Forms):
    documents = [open_document(data, name, None, Limits()) for name, data in all_three().items()]
    work_id = forms.start(documents, FIELDS, "")
    assert forms.over.jobs.get(forms.over.works.get(work_id).job_id).wait(20)
    work = forms.over.works.get(work_id)
    assert work.state == "done"
    rows = list(csv.reader(io.StringIO(forms.file(work, "csv").decode("utf-8-sig"))))
    assert rows[0] == ["Document", "Invoice number", "Due date", "'=Total", "Note"]
    assert rows[1] == ["one.txt", "INV-2026-0017", "2026-06-14", "96", ""]
    assert rows[2][:4] == ["two.docx", "B-4471", "2026-06-19", "1234.5"]
    assert rows[3] == ["three.html", "90210", "2026-05-03", "", "Not found: =Total"]
    sheet = openpyxl.load_workbook(io.BytesIO(forms.file(work, "xlsx"))).active
    assert (sheet["D1"].value, sheet["D1"].data_type) == ("=Total", "s")
    assert [cell.value for cell in sheet[2]][:4] == ["one.txt", "INV-2026-0017", datetime(2026, 6, 14), 96]
    settings = read(FormSettings, work.settings)
    lines = forms.lines(work, settings)
    cell = lines[1].cells[0]
    block = forms.document(work, 1).blocks[cell.block]
    assert block.text[cell.start : cell.end] == "B-4471"
    assert "=Total" in str(note_of(lines[2], [field.name for field in FIELDS]))


def test_a_form_without_documents_or_fields_is_refused_before_anything_is_kept(forms: Forms):
    document = open_document(b"Total: 3", "a.txt", None, Limits())
    for documents, fields in (([], FIELDS), ([document], [])):
        with pytest.raises(BadInput):
            forms.start(documents, fields, "")
    assert not forms.over.works.headings("form")
