"""Fine-tune in a real browser: upload, see what is wrong, repair, train, stop, resume, chat, download."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.steps import (
    LONG,
    check_data,
    press,
    press_until,
    press_when_there,
    repair,
    training_rows,
    upload,
)


@pytest.mark.slow
def test_a_file_is_repaired_trained_on_stopped_resumed_and_becomes_an_adapter_to_chat_with(
    tiny_server, person, tmp_path: Path
):
    page = person(f"{tiny_server.url}/fine_tune")
    expect(page.get_by_role("heading", name="Fine-tune")).to_be_visible()
    upload(page, "sums.jsonl", training_rows())
    expect(page.get_by_text("sums.jsonl").first).to_be_visible()
    check_data(page)
    expect(page.get_by_role("heading", name="Data report")).to_be_visible()
    expect(page.get_by_text("Some rows can't be trained on").first).to_be_visible()
    repair(page)
    page.get_by_label("Epochs", exact=True).fill("40")
    page.get_by_label("Batch", exact=True).fill("4")
    page.get_by_label("Batch", exact=True).press("Enter")
    press(page, "Start training")
    expect(page.get_by_role("heading", name="Progress")).to_be_visible(timeout=LONG)
    expect(page.get_by_test_id("stVegaLiteChart").filter(visible=True).first).to_be_visible(timeout=LONG)
    step = page.get_by_test_id("stMetricValue").filter(has_text=re.compile(r"^(2\d|[3-9]\d|\d{3}) of "))
    expect(step.first).to_be_visible()
    press(page, "Stop training")
    expect(page.get_by_text("Resume goes on from the checkpoint")).to_be_visible()
    page.reload()
    press(page, "Resume")
    press_when_there(page, "Finish now")
    expect(page.get_by_role("heading", name="Is it better?")).to_be_visible(timeout=LONG)
    expect(page.get_by_text("on held-out rows (8)", exact=False).first).to_be_visible(timeout=LONG)
    with page.expect_download(timeout=LONG) as download:
        press(page, "Adapter (PEFT)")
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as archive:
        names = {name.rsplit("/", 1)[-1] for name in archive.namelist()}
    assert {"adapter_config.json", "adapter_model.safetensors", "README.md", "run.json"} <= names
    press_until(page, "Chat with it", page.get_by_test_id("stChatInputTextArea"))
    expect(page.get_by_role("combobox", name=re.compile("Model")).first).to_be_visible()
    page.get_by_test_id("stChatInputTextArea").fill("What is 1 and 2?")
    page.get_by_test_id("stChatInputTextArea").press("Enter")
    expect(page.get_by_test_id("stChatMessage").nth(1)).to_be_visible(timeout=LONG)
