"""Tables as a person does it: upload, five rows first, run, stop, resume, download, open; a form, and a cell's place."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import LONG, at_rest, choose, upload
from tests.unit.tasks.forms.invoices import all_three

ROWS = [["id", "text"], *([str(n), f"Row number {n}, with a comma"] for n in range(400))]


@pytest.fixture
def server(tiny_server):
    return tiny_server


def in_page(page: Page, name: str) -> Locator:
    """A button of the page itself: the menu on top has a part called Run too."""
    return page.get_by_test_id("stMain").get_by_role("button", name=name, exact=True)


@pytest.mark.slow
def test_a_table_is_tried_run_stopped_resumed_and_comes_back_whole(person, server, tmp_path: Path):
    page = person(f"{server.url}/tables")
    expect(page.get_by_role("combobox", name="What to do")).to_be_visible()
    data = "\n".join(f'{number},"{text}"' for number, text in ROWS)
    upload(page, "rows.csv", data, "text/csv")
    expect(page.get_by_text("400 rows")).to_be_visible()
    page.get_by_label("Prompt").fill("Say something about {text}")
    page.get_by_label("Maximum new tokens").fill("24")
    page.get_by_label("Maximum new tokens").press("Enter")
    at_rest(page)
    in_page(page, "See five rows first").click()
    expect(page.get_by_text(re.compile("All rows: 400 to do"))).to_be_visible(timeout=LONG)
    in_page(page, "Run").click()
    expect(page.get_by_text(re.compile(r"[1-9]\d* of 400 rows"))).to_be_visible(timeout=LONG)
    in_page(page, "Stop").click()
    expect(page.get_by_text("Stopped. What is done is kept")).to_be_visible()
    page.reload()
    in_page(page, "Resume").click()
    download = in_page(page, "Download")
    expect(download).to_be_visible(timeout=LONG)
    with page.expect_download() as waiting:
        download.click()
    assert waiting.value.suggested_filename == "rows.done.csv"
    with Path(waiting.value.path()).open(newline="", encoding="utf-8") as file:
        made = list(csv.reader(file))
    assert [row[:2] for row in made] == ROWS
    assert made[0][2] == "Answer"


@pytest.mark.slow
def test_a_form_is_filled_from_three_invoices_and_a_cell_leads_to_its_place(person, server):
    page = person(f"{server.url}/tables")
    expect(page.get_by_role("combobox", name="What to do")).to_be_visible()
    choose(page, "What to do", "Fill a form from documents")
    expect(page.get_by_role("combobox", name="Filled by")).to_be_visible()
    at_rest(page)
    files = [
        {"name": name, "mimeType": "application/octet-stream", "buffer": data}
        for name, data in all_three().items()
    ]
    page.locator("input[type=file]").first.set_input_files(files)  # type: ignore[arg-type]
    expect(page.get_by_text("3 documents are read.")).to_be_visible(timeout=LONG)
    in_page(page, "Run").click()
    expect(page.get_by_role("heading", name="Receipt")).to_be_visible(timeout=LONG)
    expect(page.get_by_text("INV-2026-0017").last).to_be_visible()
    grid = page.get_by_test_id("stDataFrame").last
    grid.scroll_into_view_if_needed()
    at_rest(page)
    box = grid.bounding_box()
    assert box
    page.mouse.click(box["x"] + 0.25 * box["width"], box["y"] + 2.5 * 35)  # the second line, its first field
    passage = page.get_by_test_id("stMarkdown").filter(has_text="B-4471")
    expect(passage.first).to_be_visible()
    expect(page.get_by_text("two.docx, paragraph 2")).to_be_visible()
    highlighted = passage.locator("span").filter(has_text=re.compile("^B-4471$"))
    assert highlighted.first.evaluate("one => getComputedStyle(one).backgroundColor") != "rgba(0, 0, 0, 0)"
