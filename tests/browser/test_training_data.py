"""What is in a training file is text on the page, whatever it looks like; and it is there after a refresh."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from components.access import LOCAL
from components.training.folder import write_json
from components.training.hyperparameters import TrainingSettings
from components.training.run_records import Records
from tests.browser.steps import check_data, press, upload
from tests.unit.training.making import REPORT, make_run

HOSTILE = {
    "prompt": "<img src=http://evil.test/a.png onerror=alert(1)> ![x](http://evil.test/b.png) :red[no] $x$",
    "completion": "<script>document.title = 'owned'</script>\n[click](javascript:alert(1)) {{name}}",
}
GOOD = [{"prompt": f"What comes after {n}?", "completion": f"After {n} comes {n + 1}."} for n in range(20)]


def test_hostile_training_data_is_shown_as_text_and_is_there_after_a_refresh(person, tiny_server):
    page = person(f"{tiny_server.url}/fine_tune")
    rows = "".join(json.dumps(row) + "\n" for row in [HOSTILE, *GOOD, "not an object"])
    page.get_by_label("Base model").wait_for()
    upload(page, "<b>rows</b>.jsonl", rows)
    check_data(page)
    seen = page.get_by_role("group", name="Line 2 as tokens")
    expect(seen).to_contain_text("After 0 comes 1.", timeout=60_000)
    expect(seen.locator("mark")).to_have_text(["After 0 comes 1.", "<|im_end|>"])
    expect(page.get_by_text("Placeholder left in (1): line 1")).to_be_visible()
    expect(page.get_by_text("Not an object (1): line 22")).to_be_visible()
    page.get_by_text("Placeholder left in (1)", exact=True).first.click()
    page.get_by_role("button", name="Drop bad rows").click()
    expect(page.get_by_text("Ready: 13 rows to train on, 8 held out.")).to_be_visible(timeout=30_000)
    page.reload()
    expect(page.get_by_text("Ready: 13 rows to train on, 8 held out.")).to_be_visible(timeout=30_000)
    assert "owned" not in page.title()


@pytest.mark.slow
def test_a_wrong_file_after_a_right_one_is_answered_as_such(person, tiny_server):
    page = person(f"{tiny_server.url}/fine_tune")
    page.get_by_label("Base model").wait_for()
    upload(page, "rows.jsonl", "".join(json.dumps(row) + "\n" for row in GOOD))
    check_data(page)
    expect(page.get_by_text("Ready: 12 rows to train on, 8 held out.")).to_be_visible(timeout=60_000)
    upload(page, "picture.jsonl", b"\x89PNG\r\n\x1a\n" + bytes(100))
    expect(page.get_by_text("picture.jsonl wasn't checked yet")).to_be_visible(timeout=30_000)
    press(page, "Check data")
    expect(page.get_by_text('"picture.jsonl" is a PNG picture', exact=False)).to_be_visible(timeout=60_000)
    expect(page.get_by_role("heading", name="Data report")).to_have_count(0)


@pytest.mark.slow
def test_what_differs_is_marked_light_and_dark_and_a_deleted_run_leaves_the_disk(
    person, tiny_server, tiny_models
):
    store = tiny_server.store()
    records = Records(store)
    run_id = records.create(LOCAL.id, "Prices", "local-tiny-chat", "rows.jsonl", TrainingSettings())
    records.move(run_id, ("queued",), "done", note="")
    data = Path(tiny_server.environment["WORDBENCH_DATA_DIR"])
    folder = make_run(data / "training" / run_id, tiny_models / "tiny-chat", TrainingSettings())
    folder.model.mkdir()
    (folder.model / "config.json").write_text("{}")
    write_json(folder.path / "report.json", REPORT)
    store.close()
    page = person(f"{tiny_server.url}/fine_tune?run={run_id}")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.reload()
        expect(page.get_by_role("heading", name="Is it better?")).to_be_visible(timeout=30_000)
        for said in ("12", "14"):
            mark = page.get_by_test_id("stMarkdownColoredBackground").get_by_text(said, exact=True)
            expect(mark.first).to_be_visible()
            assert contrast(mark.first) >= 4.5
    page.get_by_role("tab", name="Runs").click()
    press(page, "Delete")
    press(page, "Delete for good")
    expect(page.get_by_text("What a training run has made of the model will be here.")).to_be_attached()
    assert not folder.path.exists()


def contrast(mark: Locator) -> float:
    """Of a text on its mark, which lies on the page, as WCAG counts it."""
    return mark.evaluate(
        """e => {
            const channels = colour => (colour.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
            let back = [255, 255, 255];
            const behind = [];
            for (let one = e; one; one = one.parentElement) behind.unshift(one);
            for (const one of behind) {
                const [r, g, b, a = 1] = channels(getComputedStyle(one).backgroundColor);
                back = back.map((was, i) => was * (1 - a) + [r, g, b][i] * a);
            }
            const light = colour => {
                const [r, g, b] = colour.map(v => v / 255)
                    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const [one, two] = [light(channels(getComputedStyle(e).color).slice(0, 3)), light(back)];
            return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
        }"""
    )
