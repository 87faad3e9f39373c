"""Fine-tune in a real browser: upload, see what is wrong, repair, train, stop, resume, chat, download."""

import io
import json
import re
import zipfile
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import at_rest


def rows() -> str:
    good = [
        {"prompt": f"What is {i} and {j}?", "completion": f"It is {i + j}."}
        for i in range(12)
        for j in range(6)
    ]
    lines = [json.dumps(row) for row in good]
    lines.insert(3, '{"prompt": "broken')
    lines.insert(7, json.dumps({"prompt": "And then?", "completion": ""}))
    return "\n".join(lines)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def test_from_a_file_to_an_adapter_in_use(tiny_server, person, tmp_path: Path):
    page = person(f"{tiny_server.url}/fine_tune")
    expect(page.get_by_role("heading", name="Fine-tune")).to_be_visible()
    at_rest(page)
    page.locator('[data-testid="stFileUploaderDropzoneInput"]').first.set_input_files(
        {"name": "sums.jsonl", "mimeType": "application/jsonl", "buffer": rows().encode()}
    )
    expect(page.get_by_text("sums.jsonl").first).to_be_visible()
    check_data(page)
    expect(page.get_by_role("heading", name="Data report")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Some rows can't be trained on").first).to_be_visible()
    repair(page)
    page.get_by_label("Epochs", exact=True).fill("40")
    page.get_by_label("Batch", exact=True).fill("4")
    page.get_by_label("Batch", exact=True).press("Enter")
    press(page, "Start training")
    expect(page.get_by_role("heading", name="Progress")).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart").first).to_be_visible(timeout=240_000)
    step = page.get_by_test_id("stMetricValue").filter(has_text=re.compile(r"^(2\d|[3-9]\d|\d{3}) of "))
    expect(step.first).to_be_visible(timeout=60_000)
    press(page, "Stop training")
    expect(page.get_by_text("Resume goes on from the checkpoint")).to_be_visible(timeout=60_000)
    page.reload()
    press(page, "Resume")
    press_when_there(page, "Finish now")
    expect(page.get_by_role("heading", name="Is it better?")).to_be_visible(timeout=240_000)
    expect(page.get_by_text("on 8 held-out rows", exact=False).first).to_be_visible(timeout=240_000)
    with page.expect_download() as download:
        press(page, "Adapter (PEFT)")
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as archive:
        names = {name.rsplit("/", 1)[-1] for name in archive.namelist()}
    assert {"adapter_config.json", "adapter_model.safetensors", "README.md", "run.json"} <= names
    press(page, "Chat with it")
    expect(page.get_by_test_id("stChatInputTextArea")).to_be_visible()
    expect(page.get_by_role("combobox", name=re.compile("Model")).first).to_be_visible()
    page.get_by_test_id("stChatInputTextArea").fill("What is 1 and 2?")
    page.get_by_test_id("stChatInputTextArea").press("Enter")
    expect(page.get_by_test_id("stChatMessage").nth(1)).to_be_visible(timeout=60_000)


def check_data(page: Page) -> None:
    """Presses until it is heard: on a busy machine the upload may move the button away from under a click."""
    begun = page.get_by_role("button", name="Stop the check").or_(
        page.get_by_role("heading", name="Data report")
    )
    for _ in range(3):
        at_rest(page)
        press(page, "Check data")
        try:
            expect(begun.first).to_be_visible(timeout=20_000)
            return
        except AssertionError:
            continue


def press_when_there(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=name, exact=True).first
    expect(button).to_be_visible(timeout=240_000)
    button.click()


def repair(page: Page) -> None:
    press_when_there(page, "Drop bad rows")
    expect(page.get_by_role("button", name="Start training", exact=True)).to_be_visible(timeout=60_000)
