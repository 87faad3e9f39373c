"""What comes after training, in a real browser: the marked table by day and by night, a run that is deleted from
the disk, a wrong file after a right one.
"""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from components.access import LOCAL
from components.training.folder import RunFolder, write_json
from components.training.hyperparameters import TrainingSettings
from components.training.run_records import Records
from tests.browser.conftest import Server
from tests.browser.steps import check_data, press, press_when_there, upload
from tests.unit.training.making import REPORT, make_run

GOOD = [{"prompt": f"What comes after {n}?", "completion": f"After {n} comes {n + 1}."} for n in range(40)]
ROWS = "".join(f"{json.dumps(row)}\n" for row in GOOD)


def finished_run(server: Server, models: Path) -> tuple[str, RunFolder]:
    """A run of the server's person that has its report."""
    place = Path(server.environment["WORDBENCH_DATA_DIR"]) / "training"
    store = server.store()
    records = Records(store)
    run_id = records.create(LOCAL.id, "Prices", "local-tiny-chat", "rows.jsonl", TrainingSettings())
    records.move(run_id, ("queued",), "done", note="")
    folder = make_run(place / run_id, models / "tiny-chat", TrainingSettings())
    folder.model.mkdir()
    (folder.model / "config.json").write_text("{}")
    write_json(folder.path / "report.json", REPORT)
    store.close()
    return run_id, folder


def colour(page: Page, text: str) -> str:
    """Behind a word: its own, or that of what is around it."""
    place = page.get_by_text(text, exact=True).first
    expect(place).to_be_visible()
    return str(
        place.evaluate(
            """node => {
                const behind = one => getComputedStyle(one).backgroundColor
                while (node.parentElement && behind(node) === "rgba(0, 0, 0, 0)") node = node.parentElement
                return behind(node)
            }"""
        )
    )


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_right_and_wrong_is_marked_and_a_deleted_run_leaves_the_disk(
    serve, person, tiny_models, scheme
):
    server = serve(models_dir=tiny_models, default_model="local-tiny-chat")
    run_id, folder = finished_run(server, tiny_models)
    page = person(f"{server.url}/fine_tune?run={run_id}", scheme=scheme)
    expect(page.get_by_role("heading", name="Is it better?")).to_be_visible()
    assert len({colour(page, said) for said in ("12", "14", "In the data")}) == 3
    assert folder.path.is_dir()
    page.get_by_role("tab", name="Runs").click()
    press_when_there(page, "Delete")
    press_when_there(page, "Delete for good")
    expect(page.get_by_role("heading", name="Runs")).to_have_count(0)
    expect(page.get_by_text("doesn't exist any more")).to_have_count(0)
    assert not folder.path.exists()


@pytest.mark.slow
def test_a_wrong_file_after_a_right_one_is_not_answered_with_the_old_report(tiny_server, person):
    page = person(f"{tiny_server.url}/fine_tune")
    page.get_by_label("Base model").wait_for()
    upload(page, "rows.jsonl", ROWS)
    check_data(page)
    expect(page.get_by_text("Ready: 32 rows to train on, 8 held out.")).to_be_visible()
    page.get_by_text("Check other data, or choose another base model").click()
    upload(page, "wrong.jsonl", b"\x89PNG\r\n\x1a\n" + bytes(100), "image/png")
    expect(
        page.get_by_text("wrong.jsonl wasn't checked yet: the report below is of rows.jsonl")
    ).to_be_visible()
    press(page, "Check data")
    expect(page.get_by_test_id("stAlert").filter(has_text="wrong.jsonl").first).to_be_visible()
    expect(page.get_by_text("Ready:")).to_have_count(0)
    upload(page, "report.pdf", b"%PDF-1.4 a document", "application/pdf")
    press(page, "Check data")
    expect(page.get_by_test_id("stAlert").filter(has_text="report.pdf").first).to_be_visible()
