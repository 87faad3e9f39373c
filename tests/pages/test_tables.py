"""Tables through app.py: upload, see five rows, run, stop, resume, download; each in a sentence where it can't."""

import csv
import io
import time

import pytest
from streamlit.testing.v1 import AppTest

from components.tasks.forms.form_jobs import KIND as FORM
from components.tasks.tables.table_jobs import KIND, PREVIEW
from components.ui import reading_progress, resources
from components.ui.tables import session
from tests.pages.conftest import button, texts
from tests.unit.tasks.forms.invoices import all_three

PAGE = "pages/tables.py"
DATA = b"id,text\n" + b"".join(b"%d,Row number %d\n" % (n, n % 7) for n in range(12))


def ended(test: AppTest, kind: str = KIND) -> AppTest:
    deadline = time.monotonic() + 90
    while resources.jobs().running(kind) and time.monotonic() < deadline:
        time.sleep(0.05)
    return test.run()


def uploaded(app, data: bytes = DATA, name: str = "rows.csv") -> AppTest:
    test = app(PAGE)
    uploader = next(one for one in test.file_uploader if one.label == "Table")
    uploader.upload(name, data, "text/csv").run()
    assert not test.exception
    return test


def prompted(test: AppTest, form: str = "Free text") -> AppTest:
    test.text_area(key="tables_prompt").set_value("Say something about {text}")
    test.number_input(key="tables_tokens").set_value(4)
    next(one for one in test.selectbox if one.label == "Answer").select(form)
    return test.run()


def place_of(test: AppTest, key: str) -> tuple[int, ...]:
    """Where a widget is in the page: of what has moved, the browser forgets what is being typed."""

    def look(block, path):
        for at, child in block.children.items():
            if getattr(child, "key", None) == key:
                return (*path, at)
            if found := look(child, (*path, at)) if hasattr(child, "children") else None:
                return found

    return look(test.main, ())


def test_five_rows_come_first_then_a_table_with_a_column_beside_its_own_and_a_receipt(app, monkeypatch):
    monkeypatch.setattr(reading_progress, "SHORT", -1)  # its progress is drawn
    data = DATA.replace(b"\n", b",mine\n").replace(b"text,mine", b"text,Note", 1)  # a title of the page's own
    test = uploaded(app, data)
    place = place_of(test, "tables_tokens")
    test = prompted(test)
    assert place == place_of(test, "tables_tokens") != (), "what is typed after an upload stays"
    assert test.title[0].value == "Tables"
    assert "What to do" in {one.label for one in test.selectbox}
    assert "rows.csv: 12 rows, CSV." in texts(test).replace("\\", "")
    ended(button(test, "See five rows first").click().run(), PREVIEW)
    assert not test.exception
    assert len(test.dataframe[-1].value) == 5
    assert "7 to do, since equal ones are done once" in texts(test)
    ended(button(test, "Run").click().run())
    assert not test.exception
    assert [one.value for one in test.subheader] == ["Rows", "Receipt"]
    figures = {one.label: one.value for one in test.metric}
    assert (figures["Rows in"], figures["Rows out"], figures["Repeated"]) == ("12", "12", "5")
    assert int(figures["Tokens written"]) > 0
    work = resources.row_work().get(resources.row_work().headings(KIND)[0].id)
    made = list(csv.reader(io.StringIO(session.tables().file(work).read_text())))
    assert [row[:3] for row in made] == list(csv.reader(io.StringIO(data.decode())))
    assert made[0] == ["id", "text", "Note", "Answer"]
    assert made[1][3] == made[8][3] != ""
    assert [*test.dataframe[-1].value.columns] == ["Answer", "Note (2)", "id", "text", "Note"]
    assert [one.proto.label for one in test.get("download_button")] == ["Download", "Download the receipt"]


@pytest.mark.slow
def test_rows_whose_answer_has_another_form_are_marked_and_tried_again(app):
    test = prompted(uploaded(app), "Yes or no")
    ended(button(test, "Run").click().run())
    figures = {one.label: one.value for one in test.metric}
    assert int(figures["Failed"]) + int(figures["Rows out"]) == 12
    assert int(figures["Failed"]) > 0, "a model of random letters"
    assert "neither yes nor no" in repr(test.dataframe[-1].value["Note"].tolist())
    work = resources.row_work().headings(KIND)[0]
    header = session.tables().file(work).read_text().splitlines()[0]
    assert header == "id,text,Answer,Note"
    ended(next(one for one in test.button if "failed rows again" in one.label).click().run())
    assert not test.exception


def test_what_cant_be_used_is_refused_in_a_sentence(app):
    test = uploaded(app, b'{"a": 1}\nnonsense\n', "bad.jsonl")
    assert "Line 2" in test.error[0].value.replace("\\", "")
    next(one for one in test.file_uploader if one.label == "Table").upload("rows.csv", DATA, "text/csv").run()
    button(test, "Run").click().run()
    assert "prompt is empty" in test.error[0].value.replace("\\", "")
    test.text_area(key="tables_prompt").set_value("Say {txet}").run()
    button(test, "Run").click().run()
    assert "names the column txet" in test.error[0].value.replace("\\", "")
    assert not resources.row_work().headings(KIND)
    for action in ("translate", "classify", "entities", "summarize"):
        next(one for one in test.selectbox if one.label == "What to do").select(action).run()
        assert not test.exception
        assert "Column" in {one.label for one in test.selectbox}


@pytest.mark.slow
def test_stopped_work_is_resumed_and_what_is_deleted_comes_back(app, settings):
    settings.setenv("WORDBENCH_DEFAULT_MODEL", "local-tiny-endless")
    test = uploaded(app, b"text\n" + b"".join(b"word %d\n" % n for n in range(60)))
    test.text_area(key="tables_prompt").set_value("{text}")
    test.number_input(key="tables_tokens").set_value(40).run()
    button(test, "Run").click().run()
    assert {"Stop"} <= {one.label for one in test.button}
    button(test, "Stop").click().run()
    ended(test)
    assert "Stopped" in texts(test)
    test.number_input(key="tables_tokens").set_value(2)
    [work] = resources.row_work().headings(KIND)
    next(one for one in test.button if one.label in ("Resume", "Start again")).click().run()
    resources.jobs().stop_all()
    ended(test)
    delete = next(one for one in test.button if one.key == f"delete_{work.id}")
    assert work.title in delete.label.replace("\\", ""), "a screen reader says what it deletes"
    delete.click().run()
    assert not resources.row_work().headings(KIND)
    button(test, "Undo").click().run()
    assert resources.row_work().headings(KIND)


def test_a_form_is_filled_from_documents_and_each_cell_leads_to_its_place(app):
    test = app(PAGE)
    next(one for one in test.selectbox if one.label == "What to do").select("form").run()
    uploader = next(one for one in test.file_uploader if one.label == "Documents")
    for name, data in all_three().items():
        uploader.upload(name, data, "application/octet-stream")
    test.run()
    assert "3 documents are read." in texts(test)
    ended(button(test, "Run").click().run(), FORM)
    assert not test.exception
    made = test.dataframe[-1].value
    assert made["Invoice number"].tolist() == ["INV-2026-0017", "B-4471", "90210"]
    assert made["Date"].tolist() == ["2026-05-31", "2026-06-05", ""]
    assert made["Note"].tolist()[2] == "Not found: Date"
    assert ":orange-background[INV" in texts(test)
    next(one for one in test.selectbox if one.label == "Document").select(2).run()
    next(one for one in test.selectbox if one.label == "Field").select("Date").run()
    assert "Date: not found in three.html." in texts(test).replace("\\", "")
